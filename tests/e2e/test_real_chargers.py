"""Chargers that others wrote dial in, do a whole session, and their owner sees the right price."""

import asyncio
import json
import subprocess
from datetime import timedelta

import pytest
import websockets
from ocpp.v16 import ChargePoint, call
from ocpp.v16.enums import RegistrationStatus

from support.chargers import Charger, instant, stamp
from support.polling import eventually

# The contract's checks: Wh, seconds, price per kWh and hour, total.
CHECKS = [
    (192, 45, "500", "250", 99.125),
    (2766, 624, "500", "250", 1426.333),
    (234, 55, "500", "250", 120.819),
    (132, 28, "15", "12", 2.073),
    (180, 38, "15", "12", 2.827),
]


async def session_rows(user, count: int, ended: bool = True) -> list[dict]:
    async def rows():
        found = (await user.acall("GET", "/api/sessions/")).json()["results"]
        return found if len(found) == count and (not ended or all(row["Ended"] for row in found)) else None

    return await eventually(f"{count} sessions of {user.username}", rows)


async def authorized(client: ChargePoint) -> bool:
    answer = await client.call(call.Authorize(id_tag="TAG123"))
    return answer.id_tag_info["status"] == "Accepted"


async def whole_session(client: ChargePoint, watt_hours: int, seconds: int) -> None:
    """Boot to stop through the ocpp package, which checks every answer against OCA's schemas."""
    started = instant(ago=seconds + 5)
    boot = await client.call(call.BootNotification(charge_point_vendor="Acme", charge_point_model="One"))
    assert boot.status == RegistrationStatus.accepted
    assert boot.interval > 0
    assert boot.current_time.endswith("Z")
    await client.call(call.StatusNotification(connector_id=1, error_code="NoError", status="Preparing"))
    heartbeat = await client.call(call.Heartbeat())
    assert heartbeat.current_time.endswith("Z")
    await eventually("the tag at the gateway", lambda: authorized(client))
    start = await client.call(
        call.StartTransaction(connector_id=1, id_tag="TAG123", meter_start=1000, timestamp=stamp(started))
    )
    assert start.id_tag_info["status"] == "Accepted"
    assert 0 < start.transaction_id < 2**31
    await client.call(call.StatusNotification(connector_id=1, error_code="NoError", status="Charging"))
    sample = {
        "value": str(1000 + watt_hours // 2),
        "measurand": "Energy.Active.Import.Register",
        "unit": "Wh",
    }
    value = {"timestamp": stamp(started + timedelta(seconds=seconds // 2)), "sampled_value": [sample]}
    await client.call(call.MeterValues(connector_id=1, transaction_id=start.transaction_id, meter_value=[value]))
    stop = await client.call(
        call.StopTransaction(
            transaction_id=start.transaction_id,
            id_tag="TAG123",
            meter_stop=1000 + watt_hours,
            timestamp=stamp(started + timedelta(seconds=seconds)),
            reason="Local",
        )
    )
    assert stop.id_tag_info["status"] == "Accepted"
    await client.call(call.StatusNotification(connector_id=1, error_code="NoError", status="Available"))


@pytest.mark.parametrize(("watt_hours", "seconds", "per_kwh", "per_hour", "total"), CHECKS)
async def test_python_ocpp_package(stack, watt_hours, seconds, per_kwh, per_hour, total):
    tenant = stack.tenant()
    tenant.id_tag("TAG123")
    tenant.charge_point("BURA", per_kwh, per_hour)
    url = stack.charger_url(tenant, "BURA")
    async with Charger(url) as first:
        await first.await_tag("TAG123")  # the gateway knows the tenant and the tag
    async with websockets.connect(url, subprotocols=["ocpp1.6"]) as socket:
        assert socket.subprotocol == "ocpp1.6"
        client = ChargePoint("BURA", socket)
        listening = asyncio.create_task(client.start())
        await whole_session(client, watt_hours, seconds)
        listening.cancel()
    (row,) = await session_rows(tenant, 1)
    assert row["cp"] == "BURA"
    assert row["user"] == "TAG123"
    assert row["kWh"] == watt_hours / 1000
    assert (row["price_kwh"], row["price_hour"]) == (f"{per_kwh}.000", f"{per_hour}.000")
    assert row["total"] == total
    detail = tenant.get(f"/api/sessions/{row['id']}/")
    assert (detail["meter_start"], detail["meter_stop"]) == (1000, 1000 + watt_hours)
    assert detail["id_tag"] == "TAG123"
    assert detail["stop_reason"] == "Local"
    values = tenant.get(f"/api/sessions/{row['id']}/meter_values/")
    values = values["results"] if isinstance(values, dict) else values
    assert [v["value"] for v in values] == [str(1000 + watt_hours // 2)]
    charge_point = tenant.get("/api/charge-points/BURA/")
    assert charge_point["status"] == "Available"
    assert charge_point["vendor"] == "Acme"


async def test_node_ocpp_rpc_package(stack, node_folder):
    tenant = stack.tenant()
    tenant.id_tag("TAG123")
    tenant.charge_point("BURA", "500", "250")
    started = instant(ago=60)
    command = [
        "node",
        str(node_folder / "session.mjs"),
        stack.gateway_url() + "/api/v16/" + tenant.key,
        "BURA",
    ]
    command += ["TAG123", "192", stamp(started), stamp(started + timedelta(seconds=45))]
    done = await asyncio.to_thread(
        subprocess.run, command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    answers = json.loads(done.stdout)
    assert answers["boot"]["status"] == "Accepted"
    assert answers["start"]["idTagInfo"]["status"] == "Accepted"
    (row,) = await session_rows(tenant, 1)
    assert (row["kWh"], row["total"]) == (0.192, 99.125)


async def test_a_session_still_open_shows_energy_and_a_running_total(stack):
    tenant = stack.tenant()
    tenant.id_tag("TAG123")
    tenant.charge_point("OPEN", "15", "12")
    started = instant(ago=209178)
    async with Charger(stack.charger_url(tenant, "OPEN")) as charger:
        await charger.boot()
        await charger.await_tag("TAG123")
        start = await charger.start("TAG123", started, meter=7)
        (row,) = await session_rows(tenant, 1, ended=False)
        before, got, after = instant(), tenant.get("/api/sessions/")["results"][0], instant(ago=-1)
        assert got["Ended"] is None
        assert got["kWh"] == 0.0
        low, high = (round((t - started).total_seconds() / 3600 * 12, 3) for t in (before, after))
        assert low <= got["total"] <= high
        await charger.meter(start["transactionId"], instant(), 1507)
        await eventually(
            "the energy of the open session",
            lambda: tenant.get("/api/sessions/")["results"][0]["kWh"] == 1.5,
        )
        assert row["id"] == got["id"]
