"""The REST contract: sessions, revenue, and what operators decide."""

import re
from datetime import UTC, datetime, timedelta

from support.chargers import Charger, instant, stamp
from support.polling import eventually
from support.tenants import ended_row, open_row

SECONDS_Z = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")


async def many_sessions(stack, count: int):
    tenant = stack.tenant()
    tenant.id_tag("TAG123")
    tenant.charge_point("MANY", "10", "0")
    async with Charger(stack.charger_url(tenant, "MANY")) as charger:
        await charger.boot()
        await charger.await_tag("TAG123")
        for number in range(count):
            at = instant(ago=600 * (count - number))
            start = await charger.start("TAG123", at, meter=number * 1000)
            await charger.stop(start["transactionId"], at + timedelta(seconds=60), number * 1000 + 1000)
    await eventually("all sessions", lambda: tenant.get("/api/sessions/")["count"] == count, 30)
    return tenant


async def test_the_list_of_sessions_pages_as_its_clients_expect(stack):
    tenant = await many_sessions(stack, 35)
    first = tenant.get("/api/sessions/")
    base = stack.api_url()
    assert first["count"] == 35
    assert first["next"] == f"{base}/api/sessions/?limit=30&offset=30"
    assert first["previous"] is None
    assert len(first["results"]) == 30
    ids = [row["id"] for row in first["results"]]
    assert ids == sorted(ids, reverse=True)
    second = tenant.get("/api/sessions/?limit=30&offset=30")
    assert (len(second["results"]), second["next"]) == (5, None)
    assert second["previous"] == f"{base}/api/sessions/?limit=30&offset=0"
    bare = tenant.get("/api/sessions/?limit=3")
    assert [row["id"] for row in bare] == ids[:3]
    assert len(tenant.get("/api/sessions/?limit=1000")) == 35
    assert tenant.get("/api/sessions/?limit=0")["count"] == 35
    assert tenant.get("/api/sessions/?limit=x&offset=-5")["results"][0]["id"] == ids[0]
    row = first["results"][0]
    assert SECONDS_Z.match(row["Started"]) and SECONDS_Z.match(row["Ended"])
    assert isinstance(row["id"], int)
    text = tenant.call("GET", "/api/sessions/?limit=1").text
    assert '"kWh":1.0' in text.replace(" ", "")
    assert '"total":10.0' in text.replace(" ", "")

    revenue = tenant.get("/api/sessions/revenue/")
    assert revenue["lifetime"] == 350.0
    assert re.fullmatch(r"[A-Z][a-z]+ \d{4}", revenue["month_label"])
    mom = tenant.get("/api/sessions/revenue/mom/")
    total = sum(float(mom[m]["total"]) for m in ("this_month", "last_month"))
    assert total == 350.0
    now = datetime.now(UTC)
    assert mom["this_month"]["start"] == now.strftime("%Y-%m-01T00:00:00+00:00")
    assert mom["this_month"]["end"].endswith("T23:59:59.999999+00:00")
    assert re.fullmatch(r"-?\d+\.\d\d", mom["delta"]["absolute"])
    assert mom["delta"]["direction"] in ("up", "down", "flat")


async def test_admin_stats(stack):
    tenant = stack.tenant()
    tenant.charge_point("ONE")
    tenant.charge_point("TWO")
    async with Charger(stack.charger_url(tenant, "ONE")) as charger:
        await charger.boot()
        await charger.status("Preparing")
        want = {
            "by_status": {"Preparing": 1, "Unavailable": 1},
            "totals": {"available": 0, "unavailable": 1, "charging": 0, "occupied": 0, "preparing": 1, "other": 0},
        }
        await eventually("the stats", lambda: tenant.get("/api/admin/charge-points/stats/") == want)
    forbidden = stack.user().call("GET", "/api/admin/charge-points/stats/")
    assert forbidden.status_code == 403
    assert forbidden.json() == {"detail": "You do not have permission to perform this action."}


async def test_an_implausible_session_waits_for_a_person(stack):
    tenant = stack.tenant()
    tenant.id_tag("TAG123")
    tenant.charge_point("ODD", "500", "250")
    async with Charger(stack.charger_url(tenant, "ODD")) as charger:
        await charger.boot()
        await charger.await_tag("TAG123")
        at = instant(ago=45)
        start = await charger.start("TAG123", at, meter=5000)
        await charger.stop(start["transactionId"], at + timedelta(seconds=45), 100)
        row = await eventually("the session", lambda: ended_row(tenant))
        assert (row["total"], tenant.get("/api/sessions/revenue/")["lifetime"]) == (None, 0.0)
        assert row["review"]
        assert [r["id"] for r in tenant.get("/api/sessions/?review=true")["results"]] == [row["id"]]
        for wrong in ({}, {"energy_wh": -1}, {"energy_wh": "much"}):
            assert tenant.call("POST", f"/api/sessions/{row['id']}/review/", json=wrong).status_code == 400, wrong
        decided = tenant.call("POST", f"/api/sessions/{row['id']}/review/", json={"energy_wh": 192})
        assert decided.status_code in (200, 202), decided.text
        await eventually("the decision", lambda: ended_row(tenant)["total"] == 99.125)
        assert tenant.get("/api/sessions/?review=true")["results"] == []
        assert tenant.get("/api/sessions/revenue/")["lifetime"] == 99.13


async def test_an_operator_closes_a_session_and_a_real_stop_later_changes_nothing_of_it(stack):
    tenant = stack.tenant()
    tenant.id_tag("TAG123")
    tenant.charge_point("CLOSE", "500", "250")
    async with Charger(stack.charger_url(tenant, "CLOSE")) as charger:
        await charger.boot()
        await charger.await_tag("TAG123")
        at = instant(ago=45)
        start = await charger.start("TAG123", at)
        await charger.meter(start["transactionId"], at + timedelta(seconds=45), 192)
        row = await eventually("the session", lambda: open_row(tenant, 0.192))
        closed = tenant.call("POST", f"/api/sessions/{row['id']}/close/", json={})
        assert closed.status_code in (200, 202), closed.text
        got = await eventually("closed", lambda: ended_row(tenant))
        assert (got["Ended"], got["total"]) == (stamp(at + timedelta(seconds=45)), 99.125)
        await charger.stop(start["transactionId"], instant(), 900)
        await charger.expect("Heartbeat", {})
    assert ended_row(tenant)["total"] == 99.125
    driver = stack.user()
    assert driver.call("POST", f"/api/sessions/{row['id']}/close/", json={}).status_code in (403, 404)
