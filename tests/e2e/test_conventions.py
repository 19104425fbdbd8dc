"""The REST contract: paths, errors, headers, as every client sees them."""

import httpx
import pytest


def test_paths_with_and_without_a_trailing_slash_are_alike(stack):
    tenant = stack.tenant()
    for path in ("/api/me", "/api/charge-points", "/api/sessions", "/api/id-tags"):
        with_slash, without = tenant.call("GET", path + "/"), tenant.call("GET", path)
        assert (with_slash.status_code, without.status_code) == (200, 200)
        assert with_slash.json() == without.json()
    assert tenant.call("POST", "/api/id-tags", json={"id_tag": "NOSLASH"}).status_code == 201


def test_errors_of_authentication(stack, client):
    none = client.get("/api/me/")
    assert none.status_code == 401
    assert none.json() == {"detail": "Authentication credentials were not provided."}
    for token in ("x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."):
        bad = client.get("/api/me/", headers={"Authorization": f"Bearer {token}"})
        assert bad.status_code == 401
        assert bad.json() == {
            "detail": "Given token not valid for any token type",
            "code": "token_not_valid",
            "messages": [
                {"token_class": "AccessToken", "token_type": "access", "message": "Token is invalid or expired"}
            ],
        }
    refresh = stack.tenant().login["refresh"]
    assert client.get("/api/me/", headers={"Authorization": f"Bearer {refresh}"}).status_code == 401


def test_errors_of_methods_types_and_sizes(stack, client):
    tenant = stack.tenant()
    not_allowed = tenant.call("PATCH", "/api/me/")
    assert not_allowed.status_code == 405
    assert not_allowed.json() == {"detail": 'Method "PATCH" not allowed.'}
    assert "GET" in not_allowed.headers["Allow"]
    assert tenant.call("GET", "/api/nothing/").json() == {"detail": "Not found."}
    xml = tenant.call("POST", "/api/id-tags/", content="<a/>", headers=tenant.headers | {"Content-Type": "text/xml"})
    assert xml.status_code == 415
    assert set(xml.json()) == {"detail"}
    broken = tenant.call(
        "POST", "/api/id-tags/", content='{"id_tag":', headers=tenant.headers | {"Content-Type": "application/json"}
    )
    assert broken.status_code == 400
    charset = tenant.headers | {"Content-Type": "application/json; charset=utf-8"}
    assert tenant.call("POST", "/api/id-tags/", content='{"id_tag":"CS"}', headers=charset).status_code == 201
    large = tenant.call("POST", "/api/id-tags/", json={"id_tag": "x" * 2_000_000})
    assert large.status_code == 413
    assert set(large.json()) == {"detail"}
    missing = tenant.call("POST", "/api/id-tags/", json={})
    assert missing.status_code == 400
    assert missing.json()["id_tag"] == ["This field is required."]


def test_every_answer_has_a_request_id_of_its_own_or_the_clients(client):
    ids = {client.get(path).headers["X-Request-Id"] for path in ("/api/me/", "/api/nothing/", "/")}
    assert len(ids) == 3
    for sent, kept in (("abc-1.2_X", True), ("a b", False), ("x" * 65, False)):
        assert (client.get("/api/me/", headers={"X-Request-Id": sent}).headers["X-Request-Id"] == sent) is kept


SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


def test_every_answer_tells_browsers_to_do_nothing_with_it(stack, client):
    tenant = stack.tenant()
    answers = [
        client.get("/api/nothing/"),
        client.get("/api/me/"),
        client.post("/api/auth/login/", json={}),
        client.options("/api/me/"),
        client.post("/api/auth/login/", content=b" " * 1_100_000),
        tenant.call("GET", "/api/charge-points/"),
    ]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in SAFE} == SAFE, answer.request.url
        assert "Strict-Transport-Security" not in answer.headers, "nobody used TLS"
        assert "Server" not in answer.headers


DASHBOARDS = ("https://dash.example", "http://localhost:3000")


@pytest.fixture(scope="module")
def browsers_api(module_stack):
    """An API pod that two dashboards may call, behind a proxy at this very address."""
    settings = {"VOLTLANE_DASHBOARD_ORIGIN": ", ".join(DASHBOARDS), "VOLTLANE_TRUSTED_PROXIES": "127.0.0.0/8, ::1"}
    running = module_stack(gateways=1, workers=1, apis=1, settings={"api": settings})
    with httpx.Client(base_url=running.api_url(), timeout=20) as client:
        yield client


def cors_fields(answer: httpx.Response) -> dict:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


@pytest.mark.parametrize("origin", DASHBOARDS)
def test_the_dashboards_may_call_every_path(browsers_api, origin):
    asks = {"Origin": origin, "Access-Control-Request-Method": "PATCH"}
    asks["Access-Control-Request-Headers"] = "authorization, content-type"
    for path, methods in (
        ("/api/auth/profile/", "GET, HEAD, OPTIONS, PATCH, PUT"),
        ("/api/nothing", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"),
    ):
        answer = browsers_api.options(path, headers=asks)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["Vary"] == "Origin"
        fields = cors_fields(answer)
        assert fields.pop("access-control-allow-headers").lower().startswith("authorization, content-type")
        assert fields.pop("access-control-expose-headers")
        wanted = {"allow-origin": origin, "allow-methods": methods, "max-age": "600"}
        assert fields == {f"access-control-{name}": value for name, value in wanted.items()}
    for answer in (browsers_api.get("/api/me/", headers=asks), browsers_api.get("/api/nothing/", headers=asks)):
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert "X-Request-Id" in answer.headers["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers, "tokens travel in a field, not in cookies"


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://dash.example",
        "https://dash.example.evil",
        "https://dash.example:8443",
        "*",
    ],
)
def test_no_other_origin_may(browsers_api, client, origin):
    asks = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    for answer in (browsers_api.options("/api/me/", headers=asks), browsers_api.get("/api/me/", headers=asks)):
        assert cors_fields(answer) == {}
        assert answer.headers["Vary"] == "Origin", "no cache may give it to a dashboard"
    assert cors_fields(client.options("/api/me/", headers=asks)) == {}


def test_strict_transport_where_the_client_used_tls(browsers_api):
    for forwarded, told in (("https", True), ("http", False), ("", False)):
        answer = browsers_api.get("/api/nothing/", headers={"X-Forwarded-Proto": forwarded})
        assert ("Strict-Transport-Security" in answer.headers) is told
