"""Bytes on the wire, for what no well-behaved client library would send."""

import asyncio
import base64
import os
import struct
from urllib.parse import urlsplit

SECONDS = 10


class RawSocket:
    """One TCP connection to a gateway; the handshake and the frames are the test's own."""

    def __init__(self, url: str):
        parts = urlsplit(url)
        self.host, self.port, self.path = parts.hostname, parts.port, parts.path

    async def __aenter__(self) -> "RawSocket":
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.transport.abort()

    async def write(self, data: bytes) -> None:
        """Sends; a peer that has hung up is no failure of the test."""
        try:
            self.writer.write(data)
            await self.writer.drain()
        except ConnectionError:
            pass

    def upgrade(self, path: str | None = None, protocol: str | None = "ocpp1.6", extra: str = "") -> bytes:
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path or self.path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
        ]
        if protocol is not None:
            lines.append(f"Sec-WebSocket-Protocol: {protocol}")
        return ("\r\n".join(lines) + "\r\n" + extra + "\r\n").encode()

    async def response(self) -> tuple[int, str]:
        """Status and header block of the answer; (0, "") where the peer hung up without one."""
        try:
            head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), SECONDS)
        except (asyncio.IncompleteReadError, ConnectionError):
            return 0, ""
        text = head.decode("latin-1")
        return int(text.split(" ", 2)[1]), text

    async def open(self) -> "RawSocket":
        await self.write(self.upgrade())
        status, text = await self.response()
        assert status == 101, text
        return self

    async def text(self, payload: str | bytes) -> None:
        data = payload.encode() if isinstance(payload, str) else payload
        await self.write(frame(data))

    async def frame(self) -> tuple[int, bytes]:
        """Opcode and payload of the next frame; (-1, b"") at the end of the stream."""
        try:
            first, second = await asyncio.wait_for(self.reader.readexactly(2), SECONDS)
            size = second & 127
            if size == 126:
                (size,) = struct.unpack(">H", await self.reader.readexactly(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", await self.reader.readexactly(8))
            return first & 15, await self.reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            return -1, b""

    async def message(self) -> str:
        """The next text message; control frames are passed over."""
        while True:
            opcode, payload = await self.frame()
            assert opcode in (1, 9, 10), f"opcode {opcode}: {payload!r}"
            if opcode == 1:
                return payload.decode()

    async def close_code(self) -> int:
        """The code of the close frame that must come; 1006 where the stream just ends."""
        while True:
            opcode, payload = await self.frame()
            if opcode == -1:
                return 1006
            if opcode == 8:
                return struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else 1005

    async def hung_up(self) -> bool:
        """True once the peer has closed the stream."""
        try:
            while await asyncio.wait_for(self.reader.read(65536), SECONDS):
                pass
        except ConnectionError:
            pass
        return True


def frame(payload: bytes, opcode: int = 1, fin: bool = True, masked: bool = True, rsv: int = 0) -> bytes:
    head = bytes([(128 if fin else 0) | rsv << 4 | opcode])
    mark = 128 if masked else 0
    size = len(payload)
    if size < 126:
        head += bytes([mark | size])
    elif size < 65536:
        head += bytes([mark | 126]) + struct.pack(">H", size)
    else:
        head += bytes([mark | 127]) + struct.pack(">Q", size)
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
