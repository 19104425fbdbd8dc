"""Every class of input that breaks OCPP servers, against a running gateway under address sanitizer: frames, JSON,
state and order. The right code, the socket kept or closed as the rule says, others served all the time."""

import asyncio
import json
import struct

import pytest

from support.canary import bad_url, canary
from support.chargers import Charger, instant, start_call, stop_call
from support.polling import eventually
from support.raw_sockets import RawSocket, frame

HEARTBEAT = '[2,"hb","Heartbeat",{}]'

BROKEN_FRAMES = [
    ("binary", frame(HEARTBEAT.encode(), opcode=2), {1003}),
    ("bad utf-8", frame(b'[2,"\xc3\x28","Heartbeat",{}]'), {1007}),
    ("surrogate", frame(b'[2,"\xed\xa0\x80","Heartbeat",{}]'), {1007}),
    ("overlong", frame(b'[2,"\xc0\xaf","Heartbeat",{}]'), {1007}),
    ("unmasked", frame(HEARTBEAT.encode(), masked=False), {1002}),
    ("reserved bit", frame(HEARTBEAT.encode(), rsv=4), {1002}),
    ("2^63 bytes", b"\x81\xff" + struct.pack(">Q", 1 << 63) + b"\0" * 8, {1002, 1009}),
    ("2^40 bytes", b"\x81\xff" + struct.pack(">Q", 1 << 40) + b"\0" * 8, {1009}),
    ("128 KiB", frame(b'[2,"a","Heartbeat",{"x":"' + b"y" * 131_072 + b'"}]'), {1009}),
    ("long ping", frame(b"x" * 126, opcode=9), {1002}),
    ("continuation first", frame(b"x", opcode=0), {1002}),
    ("close 1005", frame(struct.pack(">H", 1005), opcode=8), {1002}),
    ("close 999", frame(struct.pack(">H", 999), opcode=8), {1002}),
    ("one-byte close", frame(b"x", opcode=8), {1002}),
]


@pytest.mark.parametrize(("sent", "codes"), [b[1:] for b in BROKEN_FRAMES], ids=[b[0] for b in BROKEN_FRAMES])
async def test_broken_frames_close_with_the_right_code(sanitized, sent, codes):
    async with canary(sanitized), RawSocket(bad_url(sanitized)) as raw:
        await raw.open()
        await raw.write(sent)
        code = await raw.close_code()
        assert code in codes


async def test_endless_fragments_are_bounded(sanitized):
    async with canary(sanitized), RawSocket(bad_url(sanitized)) as raw:
        await raw.open()
        await raw.write(frame(b"[", fin=False))
        piece = frame(b" " * 100, opcode=0, fin=False)
        for _ in range(20):
            await raw.write(piece * 100)
        assert await raw.close_code() in (1009, 1006)


async def test_aborts_and_half_open_connections(sanitized):
    async with canary(sanitized):
        for cut in (3, 8, 15):
            async with RawSocket(bad_url(sanitized)) as raw:
                await raw.open()
                await raw.write(frame(HEARTBEAT.encode())[:cut])
        for _ in range(50):
            async with RawSocket(bad_url(sanitized, "FLAP")) as raw:
                await raw.open()
        async with Charger(bad_url(sanitized, "FLAP")) as charger:
            await charger.boot()


async def test_a_ping_flood_is_answered_or_delayed_never_fatal(sanitized):
    async with canary(sanitized), RawSocket(bad_url(sanitized)) as raw:
        await raw.open()
        await raw.write(frame(b"", opcode=9) * 1000)
        await raw.text(HEARTBEAT)
        assert json.loads(await raw.message())[1] == "hb"


DROPPED = [
    " ", "null", "1", '"x"', "{}", "[]", "[[]]", "[2]", '{[2,"a","Heartbeat",{}]}',
    '["2","id1","Heartbeat",{}]', '[2.5,"id1","Heartbeat",{}]', '[-1,"id1","Heartbeat",{}]',
    '[99,"id1","Heartbeat",{}]', '[null,"id1","Heartbeat",{}]', '[2,12345,"Heartbeat",{}]',
    '[2,null,"Heartbeat",{}]', '[2,"","Heartbeat",{}]', '[2,{},"Heartbeat",{}]',
    '[2,"' + "x" * 10_000 + '","Heartbeat",{}]', '[3,"unknown",{}]',
    '[4,"unknown","GenericError","",{}]', '[3]', '[4]', '[5,{}]', '[6,"id","NotifyPeriodicEventStream",{}]',
]  # fmt: skip

ERRORS = [
    ('[2,"e"]', "FormationViolation"),
    ('[2,"e","Heartbeat"]', "FormationViolation"),
    ('[2,"e","Heartbeat",{},{}]', "FormationViolation"),
    ('[2,"e","Heartbeat",{}', "FormationViolation"),
    ('[2,"e","Heartbeat",{}]x', "FormationViolation"),
    ('[2,"e","BootNotification",{]', "FormationViolation"),
    ('[2,"e","MeterValues",{"connectorId":1,"meterValue":[{"sampledValue":[,{"value":"1"}]}]}]', "FormationViolation"),
    ('[2,"e","Heartbeat","x"]', "FormationViolation"),
    ('[2,"e","Heartbeat",[]]', "FormationViolation"),
    ('[2,"e","Heartbeat",5]', "FormationViolation"),
    ('[2,"e","Heartbeat",' + '{"a":' * 500 + "1" + "}" * 500 + "]", "FormationViolation"),
    ('[2,"e","Heartbeat",' + "[" * 20_000 + "]" * 20_000 + "]", "FormationViolation"),
    ('[2,"e",5,{}]', "NotImplemented"),
    ('[2,"e","",{}]', "NotImplemented"),
    ('[2,"e","heartbeat",{}]', "NotImplemented"),
    ('[2,"e","Heartbeat ",{}]', "NotImplemented"),
    ('[2,"e","__proto__",{}]', "NotImplemented"),
    ('[2,"e","Reset",{"type":"Hard"}]', "NotSupported"),
    ('[2,"e","BootNotification",{}]', "OccurenceConstraintViolation"),
    ('[2,"e","Authorize",{}]', "OccurenceConstraintViolation"),
    ('[2,"e","Authorize",{"idTag":5}]', "TypeConstraintViolation"),
    ('[2,"e","StartTransaction",{"idTag":"A","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]', "OccurenceConstraintViolation"),
    ('[2,"e","StatusNotification",{"connectorId":"x","errorCode":"NoError","status":"Available"}]', "TypeConstraintViolation"),
    ('[2,"e","DataTransfer",{"data":"x"}]', "OccurenceConstraintViolation"),
]  # fmt: skip

TOLERATED = [
    '[2,"e","Heartbeat",null]',
    '\ufeff[2,"e","Heartbeat",{}]',
    '[2,"e","Heartbeat",{"unknown":{"a":[1,2,3]},"__proto__":1}]',
    '[2,"e","Heartbeat",{"x":"\\u0000\\ud800"}]',
    '[2,"' + "i" * 60 + '","Heartbeat",{}]',
    '[2,"e","BootNotification",{"chargePointVendor":"V","chargePointModel":"' + "m" * 80 + '"}]',
    '[2,"e","StatusNotification",{"connectorId":1,"errorCode":"Error","status":"Occupied"}]',
    '[2,"e","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","timestamp":""}]',
    '[2,"e","Authorize",{"idTag":"' + "t" * 40 + '","connectorId":1}]',
    '[2,"e","Authorize",{"idTag":"\' OR 1=1 --<script>${jndi:x}%n%s\\r\\n"}]',
    '[2,"e","MeterValues",{"connectorId":1,"meterValue":[]}]',
    '[2,"e","MeterValues",{"connectorId":1,"meterValue":[{}]}]',
    '[2,"e","MeterValues",{"connectorId":-1,"meterValue":[{"timestamp":"epoch","sampledValue":[{"value":1.5},{"value":"NaN"},{"value":"1,5"},{}]}]}]',
    '[2,"e","MeterValues",{}]',
    '[2,"e","StopTransaction",{"transactionId":-1,"meterStop":-1,"timestamp":"1970-01-01T00:00:00Z"}]',
    '[2,"e","StopTransaction",{"transactionId":9223372036854775807,"meterStop":2147483647,"timestamp":"x"}]',
    '[2,"e","StopTransaction",{}]',
    '[2,"e","StartTransaction",{"connectorId":0,"idTag":"TAG123","meterStart":-5,"timestamp":"2026-02-30T25:61:60"}]',
    '[2,"e","StartTransaction",{"connectorId":1,"idTag":"TAG123","meterStart":0,"timestamp":"2106-01-01T00:00:00Z","reservationId":-1}]',
    '[2,"e","DataTransfer",{"vendorId":"acme","data":"{\\"a\\":1}"}]',
    '[2,"e","SecurityEventNotification",{"type":"Whatever","timestamp":"2026-01-01T00:00:00Z"}]',
    '[2,"e","FirmwareStatusNotification",{"status":"Idle"}]',
]  # fmt: skip


@pytest.mark.parametrize("text", DROPPED, ids=lambda text: text[:40])
async def test_what_cannot_be_matched_is_dropped_and_the_socket_kept(sanitized, text):
    async with canary(sanitized), RawSocket(bad_url(sanitized, "DROP")) as raw:
        await raw.open()
        await raw.text(text)
        await raw.text(HEARTBEAT)
        assert json.loads(await raw.message())[:2] == [3, "hb"]


@pytest.mark.parametrize(("text", "code"), ERRORS, ids=lambda value: value[:40])
async def test_faults_get_the_exact_code_and_the_socket_is_kept(sanitized, text, code):
    async with canary(sanitized), RawSocket(bad_url(sanitized, "FAULT")) as raw:
        await raw.open()
        await raw.text(text)
        answer = json.loads(await raw.message())
        assert answer[:3] == [4, "e", code]
        assert isinstance(answer[3], str) and answer[4] == {}
        await raw.text(HEARTBEAT)
        assert json.loads(await raw.message())[:2] == [3, "hb"]


@pytest.mark.parametrize("text", TOLERATED, ids=lambda text: text[:60])
async def test_what_is_harmless_is_answered(sanitized, text):
    async with canary(sanitized), RawSocket(bad_url(sanitized, "TOLERATE")) as raw:
        await raw.open()
        await raw.text(text)
        answer = json.loads(await raw.message())
        assert answer[0] == 3, answer
        await raw.text(HEARTBEAT)
        assert json.loads(await raw.message())[:2] == [3, "hb"]


async def test_twenty_calls_at_once_are_answered_in_order(sanitized):
    async with canary(sanitized), RawSocket(bad_url(sanitized, "BURST")) as raw:
        await raw.open()
        calls = [f'[2,"{n}","Heartbeat",{{}}]' for n in range(10)]
        calls += [
            f'[2,"{n}","StatusNotification",{{"connectorId":{n},"errorCode":"NoError","status":"Available"}}]'
            for n in range(10, 20)
        ]
        await raw.write(b"".join(frame(c.encode()) for c in calls))
        got = [json.loads(await raw.message())[1] for _ in calls]
        assert got == [str(n) for n in range(20)]


@pytest.mark.parametrize(
    "reply",
    [
        '[3,"{id}","x"]',
        '[3,"{id}"]',
        '[4,"{id}"]',
        '[4,"{id}","Foo"]',
        '[4,"{id}",5,6,7]',
        '[4,"{id}","MadeUp","",null]',
    ],
)
async def test_broken_answers_end_the_command_at_once(sanitized, reply):
    owner = sanitized.owner
    async with RawSocket(bad_url(sanitized, "ANSWER")) as raw:
        await raw.open()
        await raw.text('[2,"b","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]')
        await raw.message()
        body = {"action": "ClearCache", "params": {}}

        async def command():
            while True:
                got = await owner.acall("POST", "/api/charge-points/ANSWER/command/?wait=20", json=body)
                if got.status_code != 409:
                    return got

        pending = asyncio.create_task(command())
        call = json.loads(await raw.message())
        await raw.text(reply.replace("{id}", call[1]))
        got = (await asyncio.wait_for(pending, 10)).json()
        assert got["state"] == "error", got
        await raw.text(HEARTBEAT)
        assert json.loads(await raw.message())[1] == "hb"


async def test_repeats_get_the_first_answer_and_make_one_session(sanitized):
    owner = sanitized.owner
    owner.charge_point("REPEAT", "10", "10")
    at = instant(ago=100)
    async with Charger(bad_url(sanitized, "REPEAT")) as charger:
        await charger.await_tag("TAG123")
        first = await charger.call("StartTransaction", start_call("TAG123", at), message_id="same")
        again = await charger.call("StartTransaction", start_call("TAG123", at), message_id="same")
        other = await charger.call("StartTransaction", start_call("TAG123", at), message_id="other")
        assert first[2] == again[2]
        assert other[2]["transactionId"] == first[2]["transactionId"]
    async with Charger(bad_url(sanitized, "REPEAT")) as charger:
        later = await charger.expect("StartTransaction", start_call("TAG123", at))
        assert later["transactionId"] == first[2]["transactionId"]
        for _ in range(2):
            await charger.expect("StopTransaction", stop_call(later["transactionId"], instant(ago=10), 500))

    def rows():
        found = [r for r in owner.get("/api/sessions/?limit=200") if r["cp"] == "REPEAT"]
        return found if found and found[0]["Ended"] else None

    (row,) = await eventually("the session", rows)
    assert row["kWh"] == 0.5


async def test_an_offline_flood_delays_nobody(sanitized):
    owner = sanitized.owner
    owner.charge_point("FLOOD", "10", "10")
    async with canary(sanitized), Charger(bad_url(sanitized, "FLOOD")) as charger:
        for number in range(40):
            at = instant(ago=36_000 - number * 600)
            start = await charger.start("TAG123", at, meter=number * 1000)
            await charger.stop(start["transactionId"], at.replace(), number * 1000 + 500)
    await eventually(
        "all flooded sessions",
        lambda: sum(1 for r in owner.get("/api/sessions/?limit=200") if r["cp"] == "FLOOD" and r["Ended"]) == 40,
        60,
    )


async def test_a_charger_that_never_reads_is_dropped_alone(sanitized):
    owner = sanitized.owner
    async with canary(sanitized), RawSocket(bad_url(sanitized, "DEAF")) as raw:
        await raw.open()
        calls = frame(HEARTBEAT.encode()) * 2000
        try:
            for _ in range(50):
                await asyncio.wait_for(raw.write(calls), 1)
        except TimeoutError:
            pass
    async with Charger(bad_url(sanitized, "DEAF")) as charger:
        await charger.boot()
    await eventually("the charger in the list", lambda: "DEAF" in [c["id"] for c in owner.get("/api/charge-points/")])
