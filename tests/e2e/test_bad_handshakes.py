"""Every class of input that breaks OCPP servers, against a running gateway under address sanitizer: HTTP and the handshake."""

import json

import pytest

from support.canary import bad_url, canary
from support.chargers import Charger
from support.raw_sockets import RawSocket, frame

HEARTBEAT = '[2,"hb","Heartbeat",{}]'

HANDSHAKES = [
    # protocol, status, chosen
    (None, 101, None),
    ("ocpp1.6", 101, "ocpp1.6"),
    ("ocpp0.1", 400, None),
    ("ocpp1.6j", 400, None),
    ("ocpp0.1,ocpp1.6", 101, "ocpp1.6"),
    ("ocpp1.6,", 101, "ocpp1.6"),
    (" ,ocpp1.6", 101, "ocpp1.6"),
    ("ocpp2.1, ocpp1.6", 101, "ocpp1.6"),
    ("ocpp1.6, ocpp2.1", 101, "ocpp1.6"),
]


@pytest.mark.parametrize(("protocol", "status", "chosen"), HANDSHAKES)
async def test_sub_protocols(sanitized, protocol, status, chosen):
    async with canary(sanitized), RawSocket(bad_url(sanitized)) as raw:
        await raw.write(raw.upgrade(protocol=protocol))
        got, head = await raw.response()
        assert got == status, head
        echoed = [line for line in head.lower().split("\r\n") if line.startswith("sec-websocket-protocol")]
        assert echoed == ([f"sec-websocket-protocol: {chosen}"] if chosen else [])


async def test_two_protocol_headers(sanitized):
    async with RawSocket(bad_url(sanitized)) as raw:
        await raw.write(raw.upgrade(protocol="ocpp0.1", extra="Sec-WebSocket-Protocol: ocpp1.6\r\n"))
        status, head = await raw.response()
        assert status == 101 and "ocpp1.6" in head


@pytest.mark.parametrize(
    "extension",
    [
        "constructor",
        "__proto__",
        "permessage-deflate; foo",
        'permessage-deflate; a="',
        "permessage-deflate" + "; a=b" * 900,
    ],
)
async def test_extensions_are_never_accepted(sanitized, extension):
    async with canary(sanitized), RawSocket(bad_url(sanitized)) as raw:
        await raw.write(raw.upgrade(extra=f"Sec-WebSocket-Extensions: {extension}\r\n"))
        status, head = await raw.response()
        assert status in (101, 400)
        assert "sec-websocket-extensions" not in head.lower()


async def test_plain_http_and_missing_upgrade(sanitized):
    async with canary(sanitized):
        for method in ("GET", "POST", "HEAD", "OPTIONS"):
            for path in ("/", "/metrics", "/api/v16/x/y"):
                async with RawSocket(bad_url(sanitized)) as raw:
                    await raw.write(f"{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                    status, _ = await raw.response()
                    assert status == 426, f"{method} {path}"
        async with RawSocket(bad_url(sanitized)) as raw:
            await raw.write(raw.upgrade().replace(b"Connection: Upgrade", b"Connection: keep-alive"))
            status, _ = await raw.response()
            assert status in (400, 426)


@pytest.mark.parametrize(
    "rubbish",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500,
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        bytes(range(256)) * 8,
    ],
    ids=["tls", "ssh", "http2", "random"],
)
async def test_other_protocols_are_closed_quietly(sanitized, rubbish):
    async with canary(sanitized), RawSocket(bad_url(sanitized)) as raw:
        await raw.write(rubbish)
        assert await raw.hung_up()


async def test_header_floods(sanitized):
    async with canary(sanitized):
        for extra in ("X-Long: " + "a" * 100_000 + "\r\n", "X-Many: a\r\n" * 5_000):
            async with RawSocket(bad_url(sanitized)) as raw:
                await raw.write(raw.upgrade(extra=extra))
                status, _ = await raw.response()
                assert status in (0, 431)


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("", {400, 404}),
        ("a" * 255, {101}),
        ("a" * 256, {400}),
        ("a" * 5000, {400, 431}),
        ("%00", {400}),
        ("%C3%28", {400}),
        ("%", {400}),
        ("a%0d%0ab", {400}),
        ("%F0%9F%94%8C", {101}),
        ("RDAM%20123", {101}),
        ("a:b", {101}),
        ("?id=x", {400, 404}),
        ("SLASH/", {101}),
    ],
)
async def test_identities(sanitized, name, statuses):
    async with canary(sanitized), RawSocket(bad_url(sanitized, name)) as raw:
        await raw.write(raw.upgrade(path=f"/api/v16/{sanitized.owner.key}/{name}"))
        status, head = await raw.response()
        assert status in statuses, head


async def test_case_does_not_make_two_chargers(sanitized):
    for name in ("CaseTest", "CASETEST", "casetest"):
        async with Charger(bad_url(sanitized, name)) as charger:
            await charger.boot()
    names = [c["id"] for c in sanitized.owner.get("/api/charge-points/") if c["id"].lower() == "casetest"]
    assert names == ["CaseTest"]


async def test_a_frame_in_the_same_segment_as_the_upgrade_is_not_lost(sanitized):
    async with RawSocket(bad_url(sanitized)) as raw:
        await raw.write(raw.upgrade() + frame(HEARTBEAT.encode()))
        status, _ = await raw.response()
        assert status == 101
        assert json.loads(await raw.message())[:2] == [3, "hb"]
