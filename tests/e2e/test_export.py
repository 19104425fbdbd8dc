"""Downloads and uploads as CSV: sessions out, id tags in and out."""

import asyncio
import socket
import time

import httpx
import pytest

from stack import procfs
from support.lists import fill, ids, parse_csv
from support.polling import eventually
from support.tenants import new_name

MANY = 200_000
EXPORT = "/api/sessions/export.csv"
TAGS = "/api/id-tags/export.csv"
MOST_TAGS = 100_000


@pytest.fixture(scope="module")
def owner(shared_stack):
    """A tenant with many sessions, of which 500 are at GAMMA's neighbour DELTA."""
    tenant = shared_stack.tenant()
    fill(shared_stack, tenant, 500, points=("DELTA",))
    tenant_id = tenant.get("/api/me/")["tenant_id"]
    tenant.charge_point("MANY")
    shared_stack.execute(
        "insert into sessions (tenant_id, charge_point_id, transaction_key, identity_hash, connector_id, id_tag, "
        "id_tag_folded, state, started_at, start_received_at, ended_at, energy_wh, price_per_kwh, price_per_hour, total) "
        "select %s, c.id, n::text, md5('many ' || n), 1, 'TAG', 'tag', 'stopped', '2026-01-01', now(), '2026-01-01', n, 1, 0, "
        "n * 0.001 from generate_series(1, %s) n join charge_points c on c.tenant_id = %s and c.canonical_id = 'many'",
        tenant_id,
        MANY,
        tenant_id,
    )
    shared_stack.execute("select recount_sessions()")
    return tenant


class Download:
    """A socket that has asked for an export and reads when it wants to."""

    def __init__(self, user, path: str = EXPORT, version: str = "1.1"):
        url = httpx.URL(user.base_url)
        self.socket = socket.create_connection((url.host, url.port), timeout=60)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        head = (
            f"GET {path} HTTP/{version}\r\nHost: {url.host}\r\nAuthorization: {user.headers['Authorization']}\r\n\r\n"
        )
        self.socket.sendall(head.encode())

    def read(self, most: int = 65536) -> bytes:
        return self.socket.recv(most)

    def rest(self) -> bytes:
        pieces = []
        while piece := self.read(1 << 20):
            pieces.append(piece)
            if piece.endswith(b"0\r\n\r\n"):
                break
        return b"".join(pieces)


async def test_the_file_holds_what_the_list_holds(owner):
    answer = owner.call("GET", f"{EXPORT}?cp=delta&ordering=-Started&status=ended")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="sessions-')
    rows = parse_csv(answer.text)
    want = owner.get("/api/sessions/?cp=delta&ordering=-Started&status=ended&limit=200")
    assert list(rows[0]) == (
        "id,cp,connector_id,user,id_tag,kWh,Started,Ended,price_kwh,price_hour,total,started_by,state,review".split(",")
    )
    assert len(rows) == owner.get("/api/sessions/?cp=delta&status=ended")["count"]
    assert [int(row["id"]) for row in rows[:200]] == ids(want)
    for got, row in zip(rows, want, strict=False):
        for name in ("cp", "user", "Started", "Ended", "price_kwh", "price_hour"):
            assert got[name] == row[name], name
        assert got["kWh"] == str(row["kWh"])
        assert got["total"] == ("" if row["total"] is None else str(row["total"]))
        assert got["review"] == (row["review"] or "")
    assert parse_csv(owner.call("GET", f"{EXPORT}?cp=nobody").text) == []
    wrong = owner.call("GET", f"{EXPORT}?from=yesterday")
    assert (wrong.status_code, set(wrong.json())) == (400, {"from"})
    head = owner.call("HEAD", f"{EXPORT}/")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert owner.call("POST", EXPORT).status_code == 405


async def test_a_driver_exports_its_own(owner, stack):
    assert parse_csv(stack.user().call("GET", EXPORT).text) == []
    assert httpx.get(owner.base_url + EXPORT).status_code == 401


async def test_no_cell_is_a_formula(stack):
    tenant = stack.tenant()
    tenant.charge_point("=1+1")
    fill(stack, tenant, 20, points=("@SUM",))
    stack.execute(
        'update sessions set id_tag = \'=HYPERLINK("x","y")\' where tenant_id = %s', tenant.get("/api/me/")["tenant_id"]
    )
    rows = parse_csv(tenant.call("GET", EXPORT).text)
    assert {row["cp"] for row in rows} == {"'@SUM"}
    assert {row["user"] for row in rows} == {'\'=HYPERLINK("x","y")'}


async def test_memory_stays_flat_and_everything_comes(owner, stack):
    pid = stack.pid("api-1")
    owner.call("GET", f"{EXPORT}?cp=delta")
    before, most, lines = procfs.resident_bytes(pid), 0, 0
    with httpx.stream("GET", owner.base_url + EXPORT, headers=owner.headers, timeout=120) as answer:
        for piece in answer.iter_bytes(1 << 18):
            lines += piece.count(b"\n")
            most = max(most, procfs.resident_bytes(pid))
    assert lines == 1 + MANY + 500
    assert most - before < 12e6, "some 20 MB went through"


async def test_a_slow_reader_gets_everything_and_holds_no_connection(owner, stack):
    slow = Download(owner, f"{EXPORT}?cp=many")
    got = [slow.read(1000)]
    await asyncio.sleep(2)  # its buffers are full: the export waits
    busy = "select count(*) from pg_stat_activity where application_name = 'voltlane-api' and state <> 'idle'"
    await eventually("no connection waits for the reader", lambda: stack.sql(busy)[0][0] == 0, 5)
    begun = time.monotonic()
    assert owner.get("/api/sessions/?limit=1")
    assert time.monotonic() - begun < 5
    for _ in range(20):
        got.append(slow.read(4096))
        await asyncio.sleep(0.02)
    got.append(await asyncio.to_thread(slow.rest))
    assert b"".join(got).endswith(b"0\r\n\r\n")
    assert b"".join(got).count(b",MANY,") == MANY


async def test_a_reader_that_goes_away_ends_the_export(owner, stack):
    stack.execute("create extension if not exists pg_stat_statements")
    for _ in range(4):
        for _ in range(2):
            download = await eventually("a place", lambda: begun(owner), 20)
            download.socket.close()
    count = "select coalesce(sum(calls), 0) from pg_stat_statements where query like 'with p as materialized (select s.id%%'"

    def calls() -> int:
        return int(stack.sql(count)[0][0])

    await eventually("the exports stand still", lambda: calls() == (time.sleep(0.5) or calls()), 20)
    assert len(parse_csv(owner.call("GET", f"{EXPORT}?cp=delta").text)) == 500


async def test_a_revoked_login_ends_the_export_in_the_middle(owner):
    other = owner.on(owner.base_url).log_in()
    download = Download(other)
    assert download.read(1000)
    logout = other.call("POST", "/api/auth/logout/", json={"refresh": other.login["refresh"]})
    assert logout.status_code == 200, logout.text
    rest = await asyncio.to_thread(download.rest)
    assert not rest.endswith(b"0\r\n\r\n"), "the client can tell that this is not all"
    assert rest.count(b"\n") < MANY


def begun(user, path: str = EXPORT) -> Download | None:
    download = Download(user, path)
    head = download.read(100)
    if head.startswith(b"HTTP/1.1 200"):
        return download
    assert head.startswith(b"HTTP/1.1 503")
    download.socket.close()
    return None


async def test_an_account_has_two_downloads_at_once_of_whatever_kind(owner):
    running = [await eventually("a place", lambda: begun(owner), 20) for _ in range(2)]
    for path in (EXPORT, TAGS):
        refused = owner.call("GET", path)
        assert (refused.status_code, refused.json()) == (503, {"detail": "Too many exports are running."})
    assert owner.get("/api/id-tags/") == [], "a list is no download"
    for download in running:
        download.socket.close()
    for _ in range(3):
        head = await eventually("the places are free", lambda: owner.call("HEAD", TAGS).status_code == 200, 20)
        assert head, "and one that sends no body holds none"


async def test_an_old_client_is_served_without_chunks(owner):
    download = Download(owner, f"{EXPORT}?cp=delta", version="1.0")
    text = await asyncio.to_thread(download.rest)
    head, _, body = text.partition(b"\r\n\r\n")
    assert b"chunked" not in head.lower()
    assert len(parse_csv(body.decode())) == 500


# Id tags


def upload(tenant, text: str | bytes, query: str = "", content_type: str = "text/csv"):
    body = text.encode() if isinstance(text, str) else text
    headers = tenant.headers | {"Content-Type": content_type}
    return tenant.call("POST", f"/api/id-tags/import/{query}", content=body, headers=headers)


def report(tenant, text: str | bytes, query: str = "") -> dict:
    answer = upload(tenant, text, query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def directory(stack, tenant) -> list[str]:
    """The id tags of the tenant that were queued or published since it began, in order."""
    prefix = f"{tenant.get('/api/me/')['tenant_id']}/id_tag/"
    return [record.key for record in stack.records("csms.directory") if record.key.startswith(prefix)]


async def test_tags_come_in_and_out(stack):
    tenant, driver = stack.tenant(), stack.user()
    prefix = new_name("in")
    text = (
        "\ufeffid_tag,status,user_email,expiry_date,parent_id_tag\r\n"
        f"{prefix}A,Accepted,{driver.email.upper()},,\r\n"
        f"{prefix}B,blocked,,2030-01-01,GROUP\r\n"
        f"{prefix}C,Lost,,,\r\n"
        f"{prefix}a,Accepted,,,\r\n"
        f'"{prefix}D",Accepted,nobody@example.org,,\r\n'
        f'"{prefix}\'E","Accepted",,,\r\n'
    )
    dry = report(tenant, text, "?dry_run=true")
    assert tenant.get("/api/id-tags/") == []
    got = report(tenant, text)
    assert got == dry | {"dry_run": False}
    assert (got["created"], got["updated"], got["unchanged"]) == (3, 0, 0)
    assert [(e["line"], e["field"]) for e in got["errors"]] == [(4, "status"), (5, "id_tag"), (6, "user_email")]
    assert all(e["message"] for e in got["errors"])
    tags = {tag["id_tag"]: tag for tag in tenant.get("/api/id-tags/")}
    assert set(tags) == {f"{prefix}A", f"{prefix}B", f"{prefix}'E"}
    assert tags[f"{prefix}A"]["user_name"] == driver.username
    assert (tags[f"{prefix}B"]["status"], tags[f"{prefix}B"]["expiry_date"]) == ("Blocked", "2030-01-01T00:00:00Z")
    await eventually("the gateways hear of them", lambda: len(directory(stack, tenant)) == 3, 20)

    # What goes out may come in again, and changes nothing.
    exported = tenant.call("GET", "/api/id-tags/export.csv")
    assert exported.headers["Content-Disposition"] == 'attachment; filename="id-tags.csv"'
    assert len(parse_csv(exported.text)) == 3
    assert report(tenant, exported.content) == {
        "created": 0,
        "updated": 0,
        "unchanged": 3,
        "dry_run": False,
        "errors": [],
        "more_errors": 0,
    }
    changed = report(tenant, f"id_tag,status\n{prefix}a,Blocked\n{prefix}b,Blocked\n")
    assert (changed["updated"], changed["unchanged"]) == (1, 1)
    assert tenant.get(f"/api/id-tags/{tags[f'{prefix}A']['id']}/")["user_name"] == driver.username, "not in the file"
    await eventually("only what changed is told", lambda: len(directory(stack, tenant)) == 4, 20)


async def test_an_import_costs_the_same_number_of_statements(stack):
    stack.execute("create extension if not exists pg_stat_statements")
    tenant, driver = stack.tenant(), stack.user()
    ours = (
        "select query, calls from pg_stat_statements where query like '%%id_tags%%' or query like '%%lower(q.email)%%' "
        "or query like 'insert into outbox%%'"
    )

    def cost(lines: int) -> dict[str, int]:
        text = "id_tag,user_email\n" + "".join(f"{new_name('many')},{driver.email}\n" for _ in range(lines))
        stack.sql("select pg_stat_statements_reset()")
        assert report(tenant, text)["created"] == lines
        return dict(stack.sql(ours))

    few = cost(2)
    assert sum(few.values()) <= 6
    assert cost(10_000) == few


async def test_what_is_no_file_is_refused(stack):
    tenant = stack.tenant()
    for text, field in (
        ("", "non_field_errors"),
        ("status\nAccepted\n", "id_tag"),
        ("id_tag,colour\nA,red\n", "non_field_errors"),
        (b"id_tag\n\xff\n", "non_field_errors"),
        ("id_tag\n" + "A\n" * 20_001, "non_field_errors"),
        ("," * 1_000_000, "non_field_errors"),
    ):
        answer = upload(tenant, text)
        assert (answer.status_code, set(answer.json())) == (400, {field}), text[:30]
        assert len(answer.content) < 300
    assert upload(tenant, '{"id_tag":"A"}', content_type="application/json").status_code == 415
    assert upload(tenant, "id_tag\n" + "x" * (1 << 20)).status_code == 413
    assert upload(tenant, "id_tag\nA\n", content_type="text/csv; charset=utf-8").status_code == 200
    assert (
        tenant.call(
            "POST", "/api/id-tags/", content=b"a,b", headers=tenant.headers | {"Content-Type": "text/csv"}
        ).status_code
        == 415
    )
    for method, path in (("POST", "/api/id-tags/import/"), ("GET", "/api/id-tags/export.csv")):
        assert stack.user().call(method, path).status_code == 403


async def test_a_tenant_has_so_many_tags_and_lists_and_downloads_them_all(stack):
    tenant = stack.tenant()
    stack.execute(
        "insert into id_tags (tenant_id, id_tag, id_tag_folded) select %s, 'FULL-' || n, 'full-' || n "
        "from generate_series(1, %s) n",
        tenant.get("/api/me/")["tenant_id"],
        MOST_TAGS - 1,
    )
    tenant.id_tag("LAST")
    refused = tenant.call("POST", "/api/id-tags/", json={"id_tag": "OVER"})
    message = "A tenant has no more than 100000 id tags."
    assert (refused.status_code, refused.json()) == (400, {"non_field_errors": [message]})
    got = report(tenant, "id_tag,status\nLAST,Blocked\n" + "".join(f"OVER-{n},Blocked\n" for n in range(150)))
    assert (got["created"], got["updated"], len(got["errors"]), got["more_errors"]) == (0, 1, 100, 50)
    assert got["errors"][0] == {"line": 3, "field": "id_tag", "message": message}

    pid = stack.pid("api-1")
    before = procfs.resident_bytes(pid)
    tags = httpx.get(tenant.base_url + "/api/id-tags/", headers=tenant.headers, timeout=60).json()
    assert [len(tags), tags[0]["id_tag"], tags[-1]["id_tag"]] == [MOST_TAGS, "FULL-1", "LAST"]
    assert [tag["id"] for tag in tags] == sorted({tag["id"] for tag in tags})
    assert procfs.resident_bytes(pid) - before < 12e6, "some 20 MB went through"
    assert tenant.call("HEAD", "/api/id-tags/").status_code == 200

    # Rights are asked for in the middle of either.
    for path in (TAGS, "/api/id-tags/"):
        other = tenant.on(tenant.base_url).log_in()
        download = Download(other, path)
        assert download.read(1000)
        logout = other.call("POST", "/api/auth/logout/", json={"refresh": other.login["refresh"]})
        assert logout.status_code == 200, logout.text
        rest = await asyncio.to_thread(download.rest)
        assert not rest.endswith(b"0\r\n\r\n"), "the client can tell that this is not all"
        assert rest.count(b"FULL-") < MOST_TAGS - 1


async def test_two_imports_at_once_agree(stack):
    tenant = stack.tenant()
    names = [f"{new_name('both')}" for _ in range(500)]
    texts = [
        "id_tag,status\n" + "".join(f"{name},{status}\n" for name in order)
        for order, status in ((names, "Accepted"), (names[::-1], "Blocked"))
    ]
    answers = await asyncio.gather(
        *(asyncio.to_thread(upload, tenant.on(stack.api_url(n + 1)), texts[n]) for n in (0, 1))
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    tags = tenant.get("/api/id-tags/")
    assert len(tags) == 500
    assert len({tag["status"] for tag in tags}) == 1, "one after the other"
