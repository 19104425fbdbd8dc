"""The REST contract: paths, errors, headers, as every client sees them."""


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


def test_every_answer_has_a_request_id_and_only_the_dashboard_may_call_from_a_browser(stack, client):
    ids = {client.get(path).headers["X-Request-Id"] for path in ("/api/me/", "/api/nothing/", "/")}
    assert len(ids) == 3
    foreign = client.options(
        "/api/me/", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    )
    assert "Access-Control-Allow-Origin" not in foreign.headers
