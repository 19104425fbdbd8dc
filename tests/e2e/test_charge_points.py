"""The REST contract: charge points, their prices, and the tags that may charge there."""

import asyncio
import os
import re
from datetime import timedelta

import pytest
import websockets

from support.chargers import Charger, instant
from support.polling import eventually
from support.tenants import ended_row

SHARDS = os.cpu_count() or 1  # a gateway has one per core, and each counts its own newcomers
MICROS_Z = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")


def test_charge_points(stack):
    tenant = stack.tenant()
    made = tenant.call(
        "POST",
        "/api/charge-points/",
        content='{"id":"BURA","name":"BURA","location":"234","lat":46.8767,"lng":"7.559829","price_per_kwh":10,"price_per_hour":"10.0"}',
        headers=tenant.headers | {"Content-Type": "application/json"},
    )
    assert made.status_code == 201, made.text
    (row,) = tenant.get("/api/charge-points/")
    assert MICROS_Z.match(row.pop("updated"))
    want = {
        "pk": "BURA",
        "id": "BURA",
        "name": "BURA",
        "connector_id": 0,
        "status": "Unavailable",
        "price_per_kwh": "10.000",
        "price_per_hour": "10.000",
        "location": "234",
        "lat": "46.876700",
        "lng": "7.559829",
        "owner_username": tenant.username,
    }
    assert {name: row[name] for name in want} == want
    detail = tenant.get("/api/charge-points/bura/")
    assert detail["pk"] == "BURA"
    assert set(detail) >= {
        "plug_type",
        "max_power_kw",
        "access_type",
        "connectors",
        "connected",
        "vendor",
        "model",
        "firmware",
    }
    changed = tenant.call("PATCH", "/api/charge-points/BURA/", json={"max_power_kw": 144, "plug_type": "type2"})
    assert (changed.status_code, changed.json()["max_power_kw"], changed.json()["plug_type"]) == (
        200,
        "144.00",
        "type2",
    )
    for wrong in (
        {"lat": 91},
        {"price_per_kwh": "1.2345"},
        {"price_per_kwh": -1},
        {"access_type": "secret"},
        {"price_per_kwh": "x"},
    ):
        bad = tenant.call("PATCH", "/api/charge-points/BURA/", json=wrong)
        assert bad.status_code == 400, wrong
        assert set(bad.json()) == set(wrong)
    assert tenant.call("POST", "/api/charge-points/", json={"id": "bura", "name": "x"}).status_code == 400
    assert tenant.call("DELETE", "/api/charge-points/BURA/").status_code == 204
    assert tenant.get("/api/charge-points/") == []
    assert tenant.call("GET", "/api/charge-points/BURA/").status_code == 404


async def test_a_charger_that_dials_appears_by_itself_and_a_deleted_one_is_turned_away(stack):
    tenant = stack.tenant()
    url = stack.charger_url(tenant, "Self")
    async with Charger(url) as charger:
        await charger.boot()
        await charger.status("Charging", 2)

        def listed():
            rows = [r for r in tenant.get("/api/charge-points/") if r["status"] == "Charging"]
            return rows and rows[0]

        row = await eventually("the charger in the list", listed)
        assert (row["id"], row["connector_id"]) == ("Self", 2)
        assert tenant.call("DELETE", "/api/charge-points/Self/").status_code == 204
        await eventually("the socket closed", lambda: charger.closed.is_set())
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(url, subprotocols=["ocpp1.6"])
    assert refused.value.response.status_code == 404
    tenant.charge_point("Self")

    async with Charger(url) as again:  # let in once its gateway knows
        await again.boot()


async def test_a_rotated_key_closes_the_sockets_that_were_dialled_with_it(stack):
    tenant, other = stack.tenant(), stack.tenant()
    old = stack.charger_url(tenant, "ROTATED")
    ((tenant_id,),) = stack.sql("select id from tenants where url_key = %s", tenant.key)
    async with Charger(stack.charger_url(other, "STAYS")) as untouched, Charger(old) as charger:
        await charger.boot()
        await untouched.boot()
        new_key = stack.admin("tenant", "rotate-key", "--tenant", str(tenant_id)).split("/api/v16/")[1].split("/")[0]
        await eventually("the socket closed", lambda: charger.closed.is_set())
        assert (charger.socket.close_code, charger.socket.close_reason) == (1008, "the tenant's key was changed")
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(old, subprotocols=["ocpp1.6"])
        assert refused.value.response.status_code == 404
        async with Charger(old.replace(tenant.key, new_key)) as again:
            await again.boot()
        await untouched.expect("Heartbeat", {})


async def test_a_burst_of_unknown_chargers_stops_at_the_tenants_cap(stack):
    tenant = stack.tenant()
    tenant.charge_point("KNOWN")
    change = "update tenants set max_charge_points = 3, require_subprotocol = true where url_key = %s returning id"
    stack.sql(change, tenant.key)
    stack.admin("directory", "republish")

    async def settled() -> bool:
        try:
            socket = await websockets.connect(stack.charger_url(tenant, "KNOWN"), open_timeout=20)
        except websockets.InvalidStatus as refused:
            return refused.response.status_code == 400  # for want of a sub-protocol: the gateway has the new rules
        await socket.close()
        return False

    await eventually("the tenant's new rules at the gateway", settled)

    async def dial(number: int) -> bool:
        try:
            socket = await websockets.connect(
                stack.charger_url(tenant, f"burst-{number}"), subprotocols=["ocpp1.6"], open_timeout=20
            )
        except websockets.InvalidStatus as refused:
            assert refused.response.status_code == 503
            return False
        await socket.close()
        return True

    accepted = sum(await asyncio.gather(*(dial(number) for number in range(100))))
    assert 2 <= accepted <= 3 * SHARDS

    # Posting gets nobody past it.
    await eventually("they are registered", lambda: len(tenant.get("/api/charge-points/")) >= 3, 20)
    refused = tenant.call("POST", "/api/charge-points/", json={"id": "POSTED"})
    message = "This tenant has as many charge points as it may have."
    assert (refused.status_code, refused.json()) == (400, {"non_field_errors": [message]})


async def test_user_prices(stack):
    tenant, driver = stack.tenant(), stack.user()
    tenant.charge_point("PRICE", "500", "250")
    tenant.id_tag("DRIVER", user_email=driver.email)
    body = {"email": driver.email, "price_per_kwh": "0.270", "price_per_hour": "1.20"}
    made = tenant.post("/api/charge-points/PRICE/user-prices/", body)
    assert made["user_email"] == driver.email
    assert (made["price_per_kwh"], made["price_per_hour"]) == ("0.270", "1.20")
    assert isinstance(made["user"], int)
    again = tenant.post("/api/charge-points/PRICE/user-prices/", body | {"price_per_kwh": 0.5}, status=200)
    assert again["price_per_kwh"] == "0.500"
    assert [p["price_per_kwh"] for p in tenant.get("/api/charge-points/PRICE/user-prices/")] == ["0.500"]
    unknown = tenant.call("POST", "/api/charge-points/PRICE/user-prices/", json=body | {"email": "no@example.com"})
    assert unknown.status_code == 400 and set(unknown.json()) == {"email"}
    async with Charger(stack.charger_url(tenant, "PRICE")) as charger:
        await charger.boot()
        await charger.await_tag("DRIVER")
        at = instant(ago=3600)
        start = await charger.start("DRIVER", at)
        await charger.stop(start["transactionId"], at + timedelta(hours=1), 2000)
    row = await eventually("the session", lambda: ended_row(tenant))
    assert (row["price_kwh"], row["price_hour"], row["total"]) == ("0.500", "1.200", 2.2)
    assert row["user"] == driver.username
    (own,) = driver.get("/api/sessions/")["results"]
    assert own["id"] == row["id"]
    assert tenant.call("DELETE", f"/api/charge-points/PRICE/user-prices/{again['id']}/").status_code == 204
    assert tenant.get("/api/charge-points/PRICE/user-prices/") == []


async def test_tags_decide_who_charges(stack):
    tenant = stack.tenant()
    tag = tenant.id_tag("Known Tag")
    tenant.id_tag("BLOCKED", status="Blocked")
    tenant.id_tag("OLD", expiry_date="2020-01-01T00:00:00Z")
    tenant.id_tag("CHILD", parent_id_tag="FAMILY")
    async with Charger(stack.charger_url(tenant, "TAGS")) as charger:
        await charger.boot()
        await charger.await_tag(" known tag ")
        await charger.await_tag("CHILD")

        async def status(name: str) -> dict:
            return (await charger.expect("Authorize", {"idTag": name}))["idTagInfo"]

        assert (await status("BLOCKED"))["status"] == "Blocked"
        assert (await status("OLD"))["status"] == "Expired"
        assert (await status("NOBODY"))["status"] == "Invalid"
        assert (await status("CHILD")) == {"status": "Accepted", "parentIdTag": "FAMILY"}
        patched = tenant.call("PATCH", f"/api/id-tags/{tag['id']}/", json={"status": "Blocked"})
        assert patched.status_code == 200

        async def blocked():
            return (await status("KNOWN TAG"))["status"] == "Blocked"

        await eventually("the change at the gateway", blocked, 5)
        start = await charger.start("NOBODY", instant(ago=5))
        assert start["idTagInfo"]["status"] == "Invalid"
        assert start["transactionId"] > 0
