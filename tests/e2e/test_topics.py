"""What the system produced is what topics/asyncapi.yaml says, and names nobody's secret."""

from datetime import timedelta

import pytest

from support.asyncapi import AsyncApi
from support.chargers import Charger, instant
from support.polling import eventually

TOPICS = [
    "ocpp.inbound",
    "ocpp.commands",
    "ocpp.replies",
    "csms.presence",
    "csms.directory",
    "csms.sessions",
    "csms.stations",
]


async def a_busy_day(stack):
    """Something of every kind in every topic."""
    tenant = stack.tenant()
    tenant.id_tag("TAG123", user_email=tenant.email)
    tenant.charge_point("BUSY", "500", "250")
    async with Charger(stack.charger_url(tenant, "BUSY")) as charger:
        await charger.boot()
        await charger.status("Preparing")
        await charger.expect("Heartbeat", {})
        await charger.await_tag("TAG123")
        await charger.expect("DataTransfer", {"vendorId": "acme", "data": "x"})
        await charger.expect("FirmwareStatusNotification", {"status": "Installed"})
        await charger.expect("DiagnosticsStatusNotification", {"status": "Uploaded"})
        await charger.expect("LogStatusNotification", {"status": "Uploaded", "requestId": 1})
        await charger.expect(
            "SecurityEventNotification", {"type": "StartupOfTheDevice", "timestamp": "2026-01-01T00:00:00Z"}
        )
        await charger.expect("SignCertificate", {"csr": "-----BEGIN CERTIFICATE REQUEST-----"})
        await charger.expect("SignedFirmwareStatusNotification", {"status": "Downloading", "requestId": 1})
        at = instant(ago=45)
        start = await charger.start("TAG123", at)
        await charger.meter(start["transactionId"], at + timedelta(seconds=20), 100)
        for action, params in (
            ("RemoteStartTransaction", {"idTag": "APP", "connectorId": 1}),
            ("ClearCache", {}),
        ):
            got = await tenant.acall(
                "POST", "/api/charge-points/BUSY/command/?wait=10", json={"action": action, "params": params}
            )
            assert got.status_code == 200, got.text
        await charger.stop(start["transactionId"], at + timedelta(seconds=45), 192)
    await eventually("the session ended", lambda: any(r["Ended"] for r in tenant.get("/api/sessions/")["results"]))
    return tenant


@pytest.mark.parametrize("topic", TOPICS)
async def test_every_record_is_as_described(stack, topic):
    tenant = await a_busy_day(stack)
    api = AsyncApi()
    checked = 0

    def published():
        mine = f"{tenant.get('/api/me/')['tenant_id']}/"
        return [r for r in stack.records(topic) if r.key.startswith(mine)]

    await eventually(f"records of the tenant in {topic}", published)
    for record in stack.records(topic):
        assert record.key, topic
        assert tenant.key not in f"{record.key} {record.payload} {record.headers}"
        if record.payload:
            assert api.errors_in_topic(topic, record.value) == [], record.payload
            checked += 1
    assert checked > 0


async def test_inbound_records_carry_their_id_and_the_charger_s_own_words(stack):
    tenant = await a_busy_day(stack)
    key = f"{tenant.get('/api/me/')['tenant_id']}/busy"
    records = [r for r in stack.records("ocpp.inbound") if r.key == key]
    assert len({r.partition for r in records}) == 1
    ids = [r.headers["event-id"] for r in records]
    assert len(set(ids)) == len(ids)
    actions = [r.value.get("action") for r in records]
    for action in ("BootNotification", "StatusNotification", "StartTransaction", "MeterValues", "StopTransaction"):
        assert action in actions
    stop = next(r.value for r in records if r.value.get("action") == "StopTransaction")
    assert stop["payload"]["meterStop"] == 192
    assert "answer" in stop
