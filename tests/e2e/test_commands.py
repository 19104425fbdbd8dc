"""Every command a 1.6 central system may send goes out as asked and its answer comes back."""

import asyncio

import pytest

from support.chargers import Charger, instant
from support.polling import eventually

PROFILE = {
    "chargingProfileId": 1,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Absolute",
    "chargingSchedule": {
        "chargingRateUnit": "A",
        "startSchedule": "2030-01-01T00:00:00Z",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.1}],
    },
}
HASH = {"hashAlgorithm": "SHA256", "issuerNameHash": "ab", "issuerKeyHash": "cd", "serialNumber": "1F"}
LATER = "2030-01-01T00:00:00Z"

# action, params, the charger's answer
ACTIONS = [
    ("CancelReservation", {"reservationId": 4}, {"status": "Accepted"}),
    ("ChangeAvailability", {"connectorId": 0, "type": "Inoperative"}, {"status": "Scheduled"}),
    (
        "ChangeConfiguration",
        {"key": "MeterValueSampleInterval", "value": "60"},
        {"status": "RebootRequired"},
    ),
    ("ClearCache", {}, {"status": "Rejected"}),
    ("ClearChargingProfile", {"id": 1}, {"status": "Unknown"}),
    ("DataTransfer", {"vendorId": "acme", "data": "x"}, {"status": "UnknownVendorId"}),
    ("GetCompositeSchedule", {"connectorId": 1, "duration": 60}, {"status": "Rejected"}),
    (
        "GetConfiguration",
        {"key": ["NumberOfConnectors"]},
        {"configurationKey": [{"key": "NumberOfConnectors", "readonly": True, "value": "2"}]},
    ),
    ("GetDiagnostics", {"location": "ftp://files.example/diag"}, {"fileName": "diag.log"}),
    ("GetLocalListVersion", {}, {"listVersion": -1}),
    ("RemoteStartTransaction", {"idTag": "TAG123", "connectorId": 1}, {"status": "Accepted"}),
    (
        "ReserveNow",
        {"connectorId": 1, "expiryDate": LATER, "idTag": "TAG123", "reservationId": 4},
        {"status": "Occupied"},
    ),
    ("Reset", {"type": "Soft"}, {"status": "Accepted"}),
    (
        "SendLocalList",
        {
            "listVersion": 1,
            "updateType": "Full",
            "localAuthorizationList": [{"idTag": "TAG123", "idTagInfo": {"status": "Accepted"}}],
        },
        {"status": "VersionMismatch"},
    ),
    ("SetChargingProfile", {"connectorId": 0, "csChargingProfiles": PROFILE}, {"status": "NotSupported"}),
    ("TriggerMessage", {"requestedMessage": "Heartbeat"}, {"status": "NotImplemented"}),
    ("UnlockConnector", {"connectorId": 1}, {"status": "UnlockFailed"}),
    ("UpdateFirmware", {"location": "https://files.example/fw", "retrieveDate": LATER}, {}),
    ("CertificateSigned", {"certificateChain": "-----BEGIN CERTIFICATE-----"}, {"status": "Rejected"}),
    ("DeleteCertificate", {"certificateHashData": HASH}, {"status": "NotFound"}),
    (
        "ExtendedTriggerMessage",
        {"requestedMessage": "SignChargePointCertificate"},
        {"status": "Accepted"},
    ),
    (
        "GetInstalledCertificateIds",
        {"certificateType": "CentralSystemRootCertificate"},
        {"status": "Accepted", "certificateHashData": [HASH]},
    ),
    (
        "GetLog",
        {"log": {"remoteLocation": "ftp://files.example/log"}, "logType": "SecurityLog", "requestId": 7},
        {"status": "AcceptedCanceled", "filename": "log.txt"},
    ),
    (
        "InstallCertificate",
        {"certificateType": "ManufacturerRootCertificate", "certificate": "-----BEGIN CERTIFICATE-----"},
        {"status": "Failed"},
    ),
    (
        "SignedUpdateFirmware",
        {
            "requestId": 8,
            "firmware": {
                "location": "https://files.example/fw",
                "retrieveDateTime": LATER,
                "signingCertificate": "-----BEGIN CERTIFICATE-----",
                "signature": "c2ln",
            },
        },
        {"status": "InvalidCertificate"},
    ),
]


def path(charge_point: str, wait: int | None = 10) -> str:
    return f"/api/charge-points/{charge_point}/command/" + (f"?wait={wait}" if wait else "")


async def command(tenant, charge_point: str, action: str, params: dict, wait: int | None = 10, **more):
    body = {"action": action, "params": params} | more
    return await tenant.acall("POST", path(charge_point, wait), json=body)


async def test_every_action_goes_out_and_comes_back(stack):
    tenant = stack.tenant()
    tenant.id_tag("TAG123")
    answers = {action: answer for action, _, answer in ACTIONS}
    async with Charger(stack.charger_url(tenant, "CMD"), lambda action, _: answers[action]) as charger:
        await charger.boot()
        for action, params, answer in ACTIONS:
            got = await command(tenant, "CMD", action, params)
            assert got.status_code == 200, f"{action}: {got.text}"
            body = got.json()
            assert (body["state"], body["response"]) == ("answered", answer), action
            sent_action, sent = charger.commands[-1]
            assert (sent_action, sent) == (action, params)
            assert len(charger.command_ids[-1]) <= 36
            life = tenant.get(f"/api/commands/{body['id']}/")
            assert life["id"] == body["id"]
            assert life["action"] == action
        assert len(set(charger.command_ids)) == len(ACTIONS)
        assert len(tenant.get("/api/commands/")["results"]) >= len(ACTIONS)


async def test_snake_case_params_reach_the_charger_in_camel_case(stack):
    tenant = stack.tenant()
    async with Charger(stack.charger_url(tenant, "SNAKE")) as charger:
        await charger.boot()
        got = await command(tenant, "SNAKE", "RemoteStartTransaction", {"id_tag": "TAG123", "connector_id": 1})
        assert got.status_code == 200, got.text
        assert charger.commands == [("RemoteStartTransaction", {"idTag": "TAG123", "connectorId": 1})]


async def test_a_remote_start_makes_the_session_the_callers(stack):
    """Through the other API pod and with a tag that nobody registered: the command vouches for it."""
    tenant = stack.tenant(api=1).on(stack.api_url(2))
    tenant.charge_point("REMOTE", "500", "250")
    async with Charger(stack.charger_url(tenant, "REMOTE", gateway=1)) as charger:
        await charger.boot()
        assert (await charger.expect("Authorize", {"idTag": "APP-1"}))["idTagInfo"]["status"] == "Invalid"
        got = await command(tenant, "REMOTE", "RemoteStartTransaction", {"idTag": "APP-1", "connectorId": 1})
        assert got.json()["response"] == {"status": "Accepted"}
        authorize = await charger.expect("Authorize", {"idTag": "APP-1"})
        assert authorize["idTagInfo"]["status"] == "Accepted"
        at = instant(ago=0)
        start = await charger.start("APP-1", at)
        assert start["idTagInfo"]["status"] == "Accepted"

        async def row():
            rows = (await tenant.acall("GET", "/api/sessions/?limit=1")).json()
            return rows[0] if rows else None

        session = await eventually("the session", row)
        assert session["user"] == "APP-1"
        detail = tenant.get(f"/api/sessions/{session['id']}/")
        assert detail["started_by"] == tenant.username

        stop = await command(tenant, "REMOTE", "RemoteStopTransaction", {"transactionId": session["id"]})
        assert stop.status_code == 200, stop.text
        assert charger.commands[-1] == ("RemoteStopTransaction", {"transactionId": start["transactionId"]})
        raw = await command(tenant, "REMOTE", "RemoteStopTransaction", {"transactionId": 77}, raw=True)
        assert raw.status_code == 200, raw.text
        assert charger.commands[-1] == ("RemoteStopTransaction", {"transactionId": 77})


async def test_a_callerror_and_silence_are_told_apart(stack):
    tenant = stack.tenant()
    answers = {"ClearCache": ["NotSupported", "no cache", {"why": "none"}], "GetLocalListVersion": None}
    async with Charger(stack.charger_url(tenant, "ERR"), lambda action, _: answers[action]) as charger:
        await charger.boot()
        refused = (await command(tenant, "ERR", "ClearCache", {})).json()
        assert refused["state"] == "error"
        assert refused["error"]["code"] == "NotSupported"
        silent = await command(tenant, "ERR", "GetLocalListVersion", {}, wait=1)
        assert silent.status_code == 202
        assert silent.json()["detail"] == "queued"
        life = await eventually(
            "the command sent",
            lambda: (c := tenant.get(f"/api/commands/{silent.json()['id']}/"))["state"] == "sent" and c,
        )
        assert life["sent_at"]


@pytest.mark.parametrize(
    ("action", "params", "field"),
    [
        ("RemoteStartTransaction", {}, "idTag"),
        ("RemoteStartTransaction", {"idTag": "x" * 21}, "idTag"),
        ("RemoteStartTransaction", {"idTag": "A", "connectorId": 0}, "connectorId"),
        ("RemoteStartTransaction", {"idTag": "A", "connectorId": "1"}, "connectorId"),
        ("Reset", {"type": "Warm"}, "type"),
        ("ChangeConfiguration", {"key": "k", "value": "v" * 501}, "value"),
        ("GetDiagnostics", {"location": "file:///etc/passwd"}, "location"),
    ],
)
async def test_wrong_params_are_refused_before_anything_is_queued(stack, action, params, field):
    tenant = stack.tenant()
    async with Charger(stack.charger_url(tenant, "WRONG")) as charger:
        await charger.boot()
        got = await command(tenant, "WRONG", action, params)
        assert got.status_code == 400, got.text
        assert field in got.text
        assert tenant.get("/api/commands/")["results"] == []
        assert charger.commands == []


async def test_unknown_actions_and_absent_chargers(stack):
    tenant = stack.tenant()
    tenant.charge_point("AWAY")
    assert (await command(tenant, "AWAY", "Fly", {})).status_code == 400
    away = await command(tenant, "AWAY", "ClearCache", {})
    assert away.status_code == 409
    assert away.json()["detail"]
    assert (await command(tenant, "NOWHERE", "ClearCache", {})).status_code == 404


async def test_no_command_before_the_boot_is_answered(stack):
    tenant = stack.tenant()
    async with Charger(stack.charger_url(tenant, "EARLY")) as charger:
        await eventually(
            "the charger connected",
            lambda: (
                any(c["id"] == "EARLY" for c in tenant.get("/api/charge-points/"))
                and tenant.get("/api/charge-points/EARLY/")["connected"]
            ),
        )
        pending = asyncio.create_task(command(tenant, "EARLY", "ClearCache", {}))
        await charger.expect("Heartbeat", {})
        assert charger.commands == []
        await charger.boot()
        assert (await pending).json()["state"] == "answered"


async def test_one_outstanding_call_at_a_time(stack):
    tenant = stack.tenant()
    async with Charger(stack.charger_url(tenant, "QUEUE"), lambda action, _: None) as charger:
        await charger.boot()
        first = await command(tenant, "QUEUE", "ClearCache", {}, wait=None)
        second = await command(tenant, "QUEUE", "GetLocalListVersion", {}, wait=None)
        assert (first.status_code, second.status_code) == (202, 202)
        await charger.command("ClearCache")
        await charger.expect("Heartbeat", {})
        assert [name for name, _ in charger.commands] == ["ClearCache"]
        await charger.send(f'[3,"{charger.command_ids[0]}",{{"status":"Accepted"}}]')
        await charger.command("GetLocalListVersion")


async def test_an_authorization_key_is_never_shown(stack):
    tenant = stack.tenant()
    key = "0123456789abcdef0123456789abcdef01234567"
    async with Charger(stack.charger_url(tenant, "SECRET")) as charger:
        await charger.boot()
        got = await command(tenant, "SECRET", "ChangeConfiguration", {"key": "AuthorizationKey", "value": key})
        assert got.status_code == 200, got.text
        assert charger.commands == [("ChangeConfiguration", {"key": "AuthorizationKey", "value": key})]
        life = tenant.call("GET", f"/api/commands/{got.json()['id']}/").text
        assert key not in life
        assert "*****" in life
    for topic in ("ocpp.commands", "ocpp.replies", "ocpp.inbound"):
        assert not any(key in (record.payload or "") for record in stack.records(topic)), topic
    for name in ("gateway-1", "gateway-2", "api-1", "api-2"):
        assert key not in stack.log(name)
