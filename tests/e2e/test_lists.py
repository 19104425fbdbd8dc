"""Lists of sessions: filters, orders, cursors, and counts that are the table's."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import psycopg
import pytest

from support.lists import fill, follow, ids, recount
from support.tenants import new_name


@pytest.fixture(scope="module")
def owner(shared_stack):
    """A tenant with 480 sessions over eight months: three charge points, four drivers, all states."""
    tenant = shared_stack.tenant()
    tenant.drivers = [shared_stack.user() for _ in range(3)]
    tenant.rows = fill(shared_stack, tenant, 480, drivers=[d.username for d in tenant.drivers])
    return tenant


def listed(tenant, query: str) -> list[dict]:
    """All rows of a filter, by cursors, after a look at the count."""
    first = tenant.get(f"/api/sessions/?{query}")
    rows = follow(tenant, f"/api/sessions/?limit=200&cursor=&{query}")
    assert first["count"] == len(rows), query
    assert ids(first["results"]) == ids(rows)[:30], query  # totals of open ones move on
    return rows


def expect(tenant, query: str, wanted) -> None:
    rows = listed(tenant, query)
    want = sorted((row["id"] for row in tenant.rows if wanted(row)), reverse=True)
    assert ids(rows) == want, query


async def test_filters_find_what_they_name(owner):
    for cp in ("ALPHA", "alpha", "Beta"):
        expect(owner, f"cp={cp}", lambda row, cp=cp: row["cp"] == cp.upper())
    for name in (owner.drivers[0].username, owner.drivers[1].username.upper(), "Nobody-1", "nobody-1"):
        expect(owner, f"user={name}", lambda row, name=name: row["user"].lower() == name.lower())
    expect(owner, "user=unknown", lambda row: False)
    expect(owner, "cp=unknown", lambda row: False)
    expect(owner, "cp=%2F", lambda row: False)
    for status in ("open", "stopped", "superseded", "abandoned", "closed"):
        expect(owner, f"status={status}", lambda row, status=status: row["state"] == status)
    expect(owner, "status=ended", lambda row: row["state"] != "open")
    expect(owner, "status=review", lambda row: row["review"])
    expect(owner, "review=true&status=superseded", lambda row: row["review"] and row["state"] == "superseded")
    expect(owner, "open=false&cp=alpha", lambda row: row["state"] != "open" and row["cp"] == "ALPHA")
    expect(owner, "", lambda row: True)


async def test_text_is_found_in_charge_points_users_and_tags(owner):
    driver = owner.drivers[2].username
    expect(owner, "q=LPH", lambda row: row["cp"] == "ALPHA")
    expect(owner, f"q={driver}", lambda row: driver in row["user"])
    expect(owner, "q=body-1", lambda row: "nobody-1" in row["id_tag"].lower())
    expect(owner, "q=TA", lambda row: "ta" in (row["cp"] + row["user"] + row["id_tag"]).lower())
    expect(owner, "q=%25", lambda row: False)
    expect(owner, "q=_", lambda row: False)
    expect(owner, "q=a&cp=beta&status=ended", lambda row: row["cp"] == "BETA" and row["state"] != "open")


async def test_periods_take_days_and_instants(owner):
    starts = sorted(datetime.fromisoformat(row["Started"]) for row in owner.rows)
    moments = [starts[0], starts[100], starts[101] + timedelta(seconds=1), starts[-1]]
    days = [moment.strftime("%Y-%m-%d") for moment in moments]
    first = starts[200].replace(day=1, hour=0, minute=0, second=0)
    edges = [*moments, first, first - timedelta(seconds=1), first.replace(day=15), first.replace(day=16)]
    texts = [edge.strftime("%Y-%m-%dT%H:%M:%SZ") for edge in edges] + days
    for start in (*texts, ""):
        for end in (*texts, ""):
            low = (
                datetime.fromisoformat(start if "T" in start or not start else start + "T00:00:00Z") if start else None
            )
            high = datetime.fromisoformat(end if "T" in end else end + "T23:59:59Z") if end else None

            def inside(row, low=low, high=high) -> bool:
                at = datetime.fromisoformat(row["Started"])
                return (low is None or at >= low) and (high is None or at <= high)

            want = [row["id"] for row in owner.rows if inside(row)]
            got = owner.get(f"/api/sessions/?from={quote(start)}&to={quote(end)}&cursor=")
            assert got["count"] == len(want), (start, end)
            assert ids(got["results"]) == sorted(want, reverse=True)[:30], (start, end)
    expect(
        owner,
        f"from={days[1]}&cp=alpha&status=ended",
        lambda row: row["cp"] == "ALPHA" and row["state"] != "open" and row["Started"] >= days[1],
    )


async def test_every_order_is_one_order(owner):
    keys = {
        "id": lambda row: row["id"],
        "Started": lambda row: row["Started"],
        "Ended": lambda row: row["Ended"] or "9999",
        "kWh": lambda row: -1 if row["state"] == "open" else row["kWh"],
        "total": lambda row: -1 if row["total"] is None or row["state"] == "open" else row["total"],
    }
    for name, key in keys.items():
        for query in (f"ordering={name}", f"ordering=-{name}", f"ordering=-{name}&cp=beta"):
            rows = follow(owner, f"/api/sessions/?limit=97&cursor=&{query}")
            want = [row for row in owner.rows if "cp=" not in query or row["cp"] == "BETA"]
            want.sort(key=lambda row, key=key: (key(row), row["id"]), reverse="-" in query)
            assert ids(rows) == ids(want), query
            page = owner.get(f"/api/sessions/?{query}&limit=20&offset=40")
            assert ids(page["results"]) == ids(want)[40:60], query
    unknown = owner.get("/api/sessions/?ordering=colour")
    assert ids(unknown["results"]) == ids(owner.get("/api/sessions/")["results"])


async def test_links_keep_what_was_asked_for(owner):
    first = owner.get("/api/sessions/?cp=alpha&ordering=-kWh&from=2020-01-01")
    assert first["next"] == (
        f"{owner.base_url}/api/sessions/?limit=30&offset=30&cp=alpha&ordering=-kWh&from=2020-01-01"
    )
    by_cursor = owner.get(f"/api/sessions/?cp=alpha&ordering=-kWh&cursor={first['next_cursor']}")
    by_offset = owner.get(first["next"].removeprefix(owner.base_url))
    assert ids(by_cursor["results"]) == ids(by_offset["results"])
    assert by_cursor["previous"] is None
    assert "cp=alpha" in by_cursor["next"] and "ordering=-kWh" in by_cursor["next"]
    # The cursor knows its order by itself, and no other one.
    unordered = owner.get(f"/api/sessions/?cp=alpha&cursor={first['next_cursor']}")
    assert ids(unordered["results"]) == ids(by_cursor["results"])
    assert owner.call("GET", f"/api/sessions/?ordering=id&cursor={first['next_cursor']}").status_code == 400


async def test_what_cannot_be_read_is_named(owner):
    for query, fields in (
        ("from=yesterday", {"from"}),
        ("to=2026-02-30&status=gone", {"to", "status"}),
        ("cursor=xyz", {"cursor"}),
        ("cursor=" + "A" * 5000, {"cursor"}),
    ):
        answer = owner.call("GET", f"/api/sessions/?{query}")
        assert answer.status_code == 400, query
        assert set(answer.json()) == fields
    for query in ("limit=x", "offset=-1", "offset=99999999999999999999", "limit=0", "user=%00", "q=%FF", "cp=%FF%00"):
        assert owner.call("GET", f"/api/sessions/?{query}").status_code == 200, query
    assert owner.get("/api/sessions/?offset=9223372036854775807")["results"] == []
    user = owner.drivers[0].username
    assert owner.get(f"/api/sessions/?user={user}&offset=9223372036854775807")["count"] > 0


async def test_a_driver_sees_only_its_own(owner):
    driver = owner.drivers[0]
    mine = sorted((row["id"] for row in owner.rows if row["user"] == driver.username), reverse=True)
    assert ids(listed(driver, "")) == mine
    for query in ("cp=alpha", "status=ended", "status=open", "q=alpha", f"user={driver.username}", "from=2020-01-01"):
        rows = listed(driver, query)
        assert set(ids(rows)) <= set(mine), query
    assert listed(driver, f"user={owner.drivers[1].username}") == []
    assert listed(driver, f"q={owner.drivers[1].username}") == []
    stranger = owner.get("/api/sessions/?limit=1")
    assert len(stranger) == 1


async def test_commands_and_tags_page_by_cursors_too(stack):
    tenant = stack.tenant()
    tenant.charge_point("CMD")
    account = tenant.get("/api/me/")
    # Two at each moment, so that the id decides.
    stack.execute(
        "insert into commands (id, tenant_id, charge_point_id, account_id, action, params, state, created_at, deadline, "
        "ended_at) select gen_random_uuid(), %s, (select id from charge_points where tenant_id = %s), %s, 'Reset', '{}', "
        "'answered', now() - n / 2 * interval '1 s', now(), now() from generate_series(1, 75) n",
        account["tenant_id"],
        account["tenant_id"],
        account["id"],
    )
    by_offset = [
        row["id"] for offset in (0, 30, 60) for row in tenant.get(f"/api/commands/?offset={offset}")["results"]
    ]
    assert len(set(by_offset)) == 75
    assert tenant.get("/api/commands/")["count"] == 75
    assert [row["id"] for row in follow(tenant, "/api/commands/?limit=20&cursor=")] == by_offset
    stack.execute("delete from commands where tenant_id = %s and id::text > '8'", account["tenant_id"])
    left = stack.sql("select count(*) from commands where tenant_id = %s", account["tenant_id"])[0][0]
    assert tenant.get("/api/commands/")["count"] == left

    prefix = new_name("T")
    for number in range(7):
        tenant.id_tag(f"{prefix}-{number}")
    everything = tenant.get("/api/id-tags/")
    assert isinstance(everything, list)
    assert follow(tenant, "/api/id-tags/?limit=3&cursor=") == everything
    page = tenant.get("/api/id-tags/?limit=3&offset=3")
    assert (page["count"], page["results"]) == (7, everything[3:6])
    assert tenant.get("/api/id-tags/?limit=3") == everything[:3]
    for path in ("/api/commands/", "/api/id-tags/"):
        answer = tenant.call("GET", f"{path}?cursor=xyz")
        assert (answer.status_code, set(answer.json())) == (400, {"cursor"})


async def test_a_recount_finds_nothing_to_change(owner, shared_stack):
    before = owner.get("/api/sessions/")["count"]
    assert shared_stack.sql("select * from wrong_session_counts limit 5") == []
    recount(shared_stack)
    assert owner.get("/api/sessions/")["count"] == before == len(owner.rows)
    assert datetime.now(UTC) > datetime.fromisoformat(owner.rows[0]["Started"])


async def test_slow_searches_keep_nobody_from_logging_in(owner, shared_stack):
    """While one tenant's searches and exports hang, whatever their number, others log in and look at their lists."""
    other = shared_stack.tenant()
    assert owner.base_url == other.base_url
    slow = [f"/api/sessions/?q=alpha{n}" for n in range(12)] + ["/api/sessions/?offset=10001"] * 2
    async with await psycopg.AsyncConnection.connect(shared_stack.database_url) as blocker:
        await blocker.execute("lock table session_users in access exclusive mode")
        waiting = [asyncio.create_task(owner.acall("GET", path)) for path in slow]
        await asyncio.sleep(0.3)
        begun = time.monotonic()
        credentials = {"username": other.username, "password": other.password}
        answer = await other.acall("POST", "/api/auth/login/", json=credentials, headers={})
        assert answer.status_code == 200
        assert (await other.acall("GET", "/api/sessions/")).status_code == 200
        assert (await owner.acall("GET", "/api/sessions/")).status_code == 200
        assert time.monotonic() - begun < 2, "a search waits 3 s for the lock"
        assert not any(task.done() for task in waiting)
        await blocker.rollback()
    assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}
