"""Every row of the contract's table of errors, and that nothing else leaves the API whatever its routes are sent."""

import json
import subprocess
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from stack import paths
from support.chargers import Charger
from support.running import RunningStack
from support.shapes import BAD_TOKEN, FORBIDDEN, NO_TOKEN, NOT_FOUND, REVOKED, SUCCESS_PATHS, check_error
from support.tenants import PASSWORD, TIMEOUT_SECONDS, User

LOGIN, LOGOUT, PROFILE, ME = "/api/auth/login/", "/api/auth/logout/", "/api/auth/profile/", "/api/me/"
JSON = {"Content-Type": "application/json"}


def check(answer: httpx.Response, status: int, body: dict | None = None) -> dict:
    """The answer is that row of the table; returns its body."""
    assert answer.status_code == status, answer.text
    sent = json.loads(answer.content)
    check_error(status, answer.headers, sent, answer.request.url.path)
    if body is not None:
        assert {name: sent[name] for name in body} == body
        extra = {"success", "message"} if answer.request.url.path.rstrip("/") + "/" in SUCCESS_PATHS else set()
        assert sent.keys() == body.keys() | extra
    return sent


def both(path: str) -> tuple[str, str]:
    """With and without the slash at the end."""
    return path, path.rstrip("/")


def test_400_names_the_fields(stack: RunningStack, client: httpx.Client):
    tenant = stack.tenant()
    required = ["This field is required."]
    check(tenant.call("POST", "/api/id-tags/", json={}), 400, {"id_tag": required})
    for path in both(LOGIN):
        fields = {"username": required, "password": required}
        check(client.post(path, json={}), 400, fields | {"errors": fields})
        assert client.post(path, json={}).json()["message"] == "Validation failed"
    for path in both("/api/auth/signup/"):
        assert check(client.post(path, json={}), 400)["username"] == required


NOT_JSON = {
    "cut off": b'{"username":',
    "no object": b"[]",
    "null": b"null",
    "a number": b"1",
    "a text": b'"x"',
    "two of them": b"{}{}",
    "trailing comma": b'{"username":"a",}',
    "single quotes": b"{'username':'a'}",
    "a comment": b'{"username":"a"/**/}',
    "not a number": b'{"username":NaN}',
    "infinity": b'{"username":-Infinity}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "invalid UTF-8": b'{"username":"\xff"}',
    "an overlong form": b'{"username":"\xc0\x80"}',
    "UTF-16": '{"username":"a"}'.encode("utf-16"),
    "a bare zero": b'{"username":"a\0b"}',
    "a bare line end": b'{"username":"a\nb"}',
    "half a surrogate": b'{"username":"\\ud800"}',
    "33 levels": b'{"username":' + b"[" * 33 + b"]" * 33 + b"}",
    "a hundred thousand levels": b'{"username":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "objects without end": b'{"a":' * 50_000,
    "a number without end": b'{"username":1' + b"0" * 100_000 + b"e99999999}",
}


@pytest.mark.parametrize("kind", NOT_JSON)
def test_400_for_what_is_no_json_object(client: httpx.Client, kind: str):
    for path in (*both(LOGIN), *both("/api/auth/signup/"), "/api/auth/token/verify/"):
        check(client.post(path, content=NOT_JSON[kind], headers=JSON), 400)


def test_400_for_text_that_no_table_can_hold(stack: RunningStack, client: httpx.Client):
    tenant = stack.tenant()
    for zero in (b'{"id_tag":"a\\u0000b"}', b'{"id_tag":"A","\\u0000":1,"status":"\\u0000"}'):
        check(tenant.call("POST", "/api/id-tags/", content=zero, headers=tenant.headers | JSON), 400)
    for path in both(LOGIN):
        check(client.post(path, content=b'{"username":"a\\u0000","password":"b\\u0000"}', headers=JSON), 400)


def test_of_a_member_that_stands_twice_the_last_counts(stack: RunningStack, client: httpx.Client):
    user = stack.user()
    twice = f'{{"username":"nobody","username":"{user.username}","password":"x","password":"{PASSWORD}"}}'
    assert client.post(LOGIN, content=twice, headers=JSON).status_code == 200
    tenant = stack.tenant()
    price = b'{"id":"TWICE","name":"TWICE","price_per_kwh":"1.5","price_per_kwh":2.25}'
    made = tenant.call("POST", "/api/charge-points/", content=price, headers=tenant.headers | JSON)
    assert made.json()["price_per_kwh"] == "2.250"


def test_401_without_a_token(client: httpx.Client):
    for path in (*both(ME), *both(PROFILE), "/api/sessions/", "/api/admin/charge-points/stats/"):
        answer = client.get(path)
        check(answer, 401, NO_TOKEN)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    for scheme in ("Basic dXNlcjpwYXNz", "Token abc", ""):
        check(client.get(ME, headers={"Authorization": scheme}), 401, NO_TOKEN)
    for path in both(LOGOUT):
        check(client.post(path, json={"refresh": "x"}), 401, NO_TOKEN)


def test_401_with_a_bad_token(stack: RunningStack, client: httpx.Client):
    tenant = stack.tenant()
    header, payload, signature = tenant.login["access"].split(".")
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    bad = [
        "x",
        "a.b.c",
        "..",
        f"{header}.{payload}.",
        f"{unsigned}.{payload}.",
        f"{header}.{payload}.{signature[::-1]}",
    ]
    for token in (*bad, tenant.login["refresh"], "é" * 5, "a" * 10_000):
        headers = {"Authorization": f"Bearer {token}".encode()}
        for path in (ME, *both(PROFILE)):
            check(client.get(path, headers=headers), 401, BAD_TOKEN)
    check(client.get(ME, headers={"Authorization": "Bearer"}), 401, BAD_TOKEN)


def test_401_with_a_revoked_token(stack: RunningStack):
    tenant = stack.tenant()
    assert tenant.call("POST", LOGOUT, json={"refresh": tenant.login["refresh"]}).status_code == 200
    for path in (ME, *both(PROFILE)):
        check(tenant.call("GET", path), 401, REVOKED)


def test_403_404_405(stack: RunningStack, client: httpx.Client):
    tenant, other, user = stack.tenant(), stack.tenant(), stack.user()
    tenant.charge_point("MINE")
    check(user.call("GET", "/api/admin/charge-points/stats/"), 403, FORBIDDEN)
    for missing in ("/api/charge-points/NONE/", "/api/charge-points/MINE/", "/api/sessions/99999999/", "/api/nothing"):
        check(other.call("GET", missing), 404, NOT_FOUND)
    check(client.get("/"), 404, NOT_FOUND)
    check(client.get("/api//me/"), 404, NOT_FOUND)
    not_allowed = {"detail": 'Method "PATCH" not allowed.'}
    for path, allowed in ((ME, "GET, HEAD, OPTIONS"), (LOGIN, "OPTIONS, POST"), (LOGOUT, "OPTIONS, POST")):
        for spelled in both(path):
            answer = client.patch(spelled)
            check(answer, 405, not_allowed)
            assert answer.headers["Allow"] == allowed


def test_413_and_415(client: httpx.Client):
    for path in (*both(LOGIN), *both("/api/auth/signup/")):
        check(client.post(path, content=b" " * (1 << 20) + b"{}", headers=JSON), 413)
        for kind in ("text/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json", '"\\'):
            check(client.post(path, content=b"{}", headers={"Content-Type": kind}), 415)
        for kind in ("application/json", "APPLICATION/JSON;charset=utf-8", "application/json; charset=latin-1"):
            check(client.post(path, content=b"{}", headers={"Content-Type": kind}), 400)
        check(client.post(path, content=b"", headers={"Content-Type": "text/xml"}), 400)
        check(client.post(path, content=b"{}"), 400)


def test_429(stack: RunningStack, client: httpx.Client):
    guess = {"username": stack.user().username, "password": "wrong"}
    for _ in range(10):
        check(client.post(LOGIN, json=guess), 401)
    for path in both(LOGIN):
        answer = client.post(path, json=guess)
        seconds = answer.headers["Retry-After"]
        check(answer, 429, {"detail": f"Request was throttled. Expected available in {seconds} seconds."})


def test_500_says_nothing_of_what_went_wrong(private_stack):
    running = private_stack(gateways=1, workers=1, apis=1)
    user = running.user()
    spoil(running, "alter table accounts rename column username to somebody")
    for path in both(LOGIN):
        answer = httpx.post(running.api_url() + path, json={"username": "ada", "password": "x"}, timeout=30)
        body = check(answer, 500)
        assert body["message"] == "Internal server error."
        assert f"request {body['request_id']}: SQLSTATE 42703" in running.log("api-1")
    spoil(running, "alter table sessions rename to seances")
    check(user.call("GET", "/api/sessions/"), 500)
    answer = httpx.post(
        running.api_url() + LOGIN, json={"username": "a", "password": "x"}, headers={"X-Request-Id": "mine"}
    )
    assert check(answer, 500)["request_id"] == "mine"


def spoil(running: RunningStack, statement: str) -> None:
    with psycopg.connect(running.database_url) as connection:
        connection.execute(statement)


def test_503_while_the_database_is_away(private_stack):
    running = private_stack(gateways=1, workers=1, apis=1)
    tenant = running.tenant()
    running.kill("postgres")
    for path in both(LOGIN):
        credentials = {"username": tenant.username, "password": PASSWORD}
        check(httpx.post(running.api_url() + path, json=credentials, timeout=TIMEOUT_SECONDS), 503)
    for path in ("/api/sessions/", *both(PROFILE)):
        check(tenant.call("GET", path), 503)
    # What needs no database is answered as ever.
    check(httpx.post(running.api_url() + LOGIN, json={}), 400)
    check(httpx.get(running.api_url() + ME), 401)
    running.start("postgres")
    tenant.log_in()


async def test_503_while_the_broker_is_away(private_stack):
    running = private_stack(gateways=1, workers=1, apis=1)
    tenant = running.tenant()
    tenant.charge_point("CP")
    async with Charger(running.charger_url(tenant, "CP")) as charger:
        await charger.boot()
        running.kill("kafka")
        answer = await tenant.acall(
            "POST", "/api/charge-points/CP/command/", json={"action": "Reset", "params": {"type": "Soft"}}
        )
        check(answer, 503)
        assert "/api/commands/" in answer.json()["detail"]


# Whatever the routes are sent


def routes() -> list[tuple[str, str]]:
    program = str(paths.bin_dir() / "voltlane-api")
    done = subprocess.run([program, "--describe-routes"], capture_output=True, text=True, check=True)
    return [(line.split("\t")[0], line.split("\t")[1]) for line in done.stdout.splitlines()]


SEGMENTS = [
    "NONE",
    "0",
    "-1",
    "9" * 30,
    "%FF%FE",
    "a%00b",
    "%2e%2e",
    "%2F",
    "a~b",
    "1~",
    "%F0%9F%94%8C",
    "'",
    "%25",
    "x" * 3000,
]
QUERIES = [
    "limit=%FF&offset=%00",
    "limit=1e3&offset=-1",
    "q=%00%FF&cp=%C0&user='&from=x&to=%E2%82&status=%00",
    "a=%zz&&=&%",
]
# Every field that some handler reads gets each of these at once.
VALUES = [
    None,
    [],
    {},
    True,
    -1,
    1.5,
    10**30,
    "",
    "\0",
    "x" * 20_000,
    "2025-13-45",
    "'; drop table accounts; --",
    [[[]]],
    "\U0001f50c",
]


def field_names() -> list[str]:
    """The members of request bodies that the API's description knows."""
    text = (paths.ROOT / "src" / "api" / "openapi.yaml").read_text()
    words = {line.strip().split(":")[0].lstrip("- ") for line in text.splitlines() if ":" in line}
    found = {word for word in words if word.replace("_", "").isalnum() and word.islower() and len(word) < 40}
    return sorted(found | {"id_tag", "username", "email", "password", "role", "refresh", "token", "uid"})


@pytest.fixture(scope="module")
def kept() -> Iterator[httpx.Client]:
    """One connection for thousands of calls."""
    with httpx.Client(timeout=TIMEOUT_SECONDS) as client:
        yield client


def sound(kept: httpx.Client, user: User, method: str, path: str, **options) -> None:
    """The call is answered by something other than 5xx, errors in the contract's shape."""
    options["headers"] = user.headers | options.get("headers", {})
    with kept.stream(method, user.base_url + path, **options) as answer:
        if answer.headers.get("Content-Type", "").startswith("text/event-stream"):
            return
        answer.read()
    assert answer.status_code < 500, f"{method} {path} {options}: {answer.status_code} {answer.text}"
    if answer.status_code == 401 and "token_revoked" in answer.text:
        user.log_in()
    if answer.status_code >= 400 and method != "HEAD":
        check_error(answer.status_code, answer.headers, json.loads(answer.content), path)


def filled(pattern: str, segment: str) -> str:
    return "/".join(segment if part.startswith("{") else part for part in pattern.split("/"))


def test_no_path_or_query_brings_a_route_down(stack: RunningStack, kept: httpx.Client):
    tenant = stack.tenant()
    for method, pattern in routes():
        for segment in SEGMENTS if "{" in pattern else SEGMENTS[:1]:
            sound(kept, tenant, method, filled(pattern, segment))
        for query in QUERIES:
            sound(kept, tenant, method, f"{filled(pattern, 'NONE')}?{query}")


def test_no_body_brings_a_route_down(stack: RunningStack, kept: httpx.Client):
    tenant = stack.tenant()
    tenant.charge_point("CP")
    names = field_names()
    assert len(names) > 30
    for method, pattern in routes():
        if method in ("GET", "DELETE"):
            continue
        path = filled(pattern, "CP" if "charge-points" in pattern else "1")
        for value in VALUES:
            sound(kept, tenant, method, path, json=dict.fromkeys(names, value))
        for kind, body in NOT_JSON.items():
            if len(body) < 1000:
                assert kind
                sound(kept, tenant, method, path, content=body, headers=tenant.headers | JSON)
