"""Charge points as the tests play them."""

import asyncio
import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import websockets

from .polling import eventually

ANSWER_SECONDS = 20


def instant(ago: float = 0) -> datetime:
    """A whole second, so many seconds ago."""
    return datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=ago)


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Charger:
    """One OCPP 1.6 socket on plain frames: what a test sends is what goes out.

    Calls from the central system are kept in `commands` and answered by `answer` (action, payload) -> payload,
    a CALLERROR's [code, description, details], or None for silence."""

    def __init__(self, url: str, answer: Callable[[str, dict], Any] | None = None):
        self.url = url
        self.answer = answer or (lambda action, payload: {"status": "Accepted"})
        self.commands: list[tuple[str, dict]] = []
        self.command_ids: list[str] = []
        self.closed: asyncio.Event = asyncio.Event()
        self._pending: dict[str, asyncio.Future] = {}
        self._numbers = itertools.count(1)

    async def dial(self) -> "Charger":
        """Connects; a 404 is tried again for a while, as a charger would: a new tenant takes a moment to be known."""

        async def connected() -> websockets.ClientConnection | None:
            try:
                return await websockets.connect(
                    self.url, subprotocols=["ocpp1.6"], compression=None, open_timeout=20, close_timeout=2
                )
            except websockets.InvalidStatus as refused:
                if refused.response.status_code != 404:
                    raise
                return None

        self.socket = await eventually(f"{self.url} known", connected)
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aenter__(self) -> "Charger":
        return await self.dial()

    async def __aexit__(self, *_: object) -> None:
        await self.hang_up()

    async def hang_up(self) -> None:
        await self.socket.close()
        await self._reader

    def vanish(self) -> None:
        """Cuts the connection without a close frame."""
        self.socket.transport.abort()

    async def send(self, text: str) -> None:
        await self.socket.send(text)

    async def call(self, action: str, payload: dict, message_id: str | None = None) -> list:
        """The CALLRESULT or CALLERROR frame."""
        message_id = message_id or f"m{next(self._numbers)}"
        future = asyncio.get_running_loop().create_future()
        self._pending[message_id] = future
        await self.send(json.dumps([2, message_id, action, payload]))
        return await asyncio.wait_for(future, ANSWER_SECONDS)

    async def expect(self, action: str, payload: dict, message_id: str | None = None) -> dict:
        """The payload of a CALLRESULT, which it must be."""
        frame = await self.call(action, payload, message_id)
        assert frame[0] == 3, f"{action}: {frame}"
        return frame[2]

    async def boot(self) -> dict:
        answer = await self.expect("BootNotification", {"chargePointVendor": "Voltlane", "chargePointModel": "Test"})
        assert answer["status"] == "Accepted"
        return answer

    async def await_tag(self, tag: str) -> None:
        """Until this charger's gateway knows the tag: directory changes take a moment."""

        async def accepted() -> bool:
            answer = await self.expect("Authorize", {"idTag": tag})
            return answer["idTagInfo"]["status"] == "Accepted"

        await eventually(f"{tag} accepted", accepted)

    async def status(self, status: str, connector: int = 1) -> None:
        await self.expect("StatusNotification", {"connectorId": connector, "errorCode": "NoError", "status": status})

    async def start(self, tag: str, at: datetime, meter: int = 0, connector: int = 1) -> dict:
        return await self.expect("StartTransaction", start_call(tag, at, meter, connector))

    async def meter(self, transaction: int | None, at: datetime, watt_hours: int, connector: int = 1) -> dict:
        return await self.expect("MeterValues", meter_call(transaction, at, watt_hours, connector))

    async def stop(self, transaction: int, at: datetime, meter: int, **more: Any) -> dict:
        return await self.expect("StopTransaction", stop_call(transaction, at, meter) | more)

    async def command(self, action: str, seconds: float = 15) -> dict:
        """The payload of the first command of that name, once it is here."""
        return await eventually(
            f"{action} at the charger",
            lambda: next((payload or {"": None} for name, payload in self.commands if name == action), None),
            seconds,
        )

    async def _read(self) -> None:
        try:
            async for text in self.socket:
                frame = json.loads(text)
                if frame[0] == 2:
                    await self._serve(frame)
                elif (future := self._pending.pop(frame[1], None)) and not future.done():
                    future.set_result(frame)
        except websockets.ConnectionClosed:
            pass
        finally:
            self.closed.set()
            for future in self._pending.values():
                if not future.done():
                    future.set_exception(ConnectionError("the socket closed before the answer"))

    async def _serve(self, frame: list) -> None:
        self.commands.append((frame[2], frame[3]))
        self.command_ids.append(frame[1])
        answer = self.answer(frame[2], frame[3])
        if isinstance(answer, list):
            await self.send(json.dumps([4, frame[1], *answer]))
        elif answer is not None:
            await self.send(json.dumps([3, frame[1], answer]))


def start_call(tag: str, at: datetime, meter: int = 0, connector: int = 1) -> dict:
    return {"connectorId": connector, "idTag": tag, "meterStart": meter, "timestamp": stamp(at)}


def stop_call(transaction: int, at: datetime, meter: int) -> dict:
    return {"transactionId": transaction, "meterStop": meter, "timestamp": stamp(at)}


def meter_call(transaction: int | None, at: datetime, watt_hours: int, connector: int = 1) -> dict:
    sample = {"value": str(watt_hours), "measurand": "Energy.Active.Import.Register", "unit": "Wh"}
    payload = {
        "connectorId": connector,
        "meterValue": [{"timestamp": stamp(at), "sampledValue": [sample]}],
    }
    return payload if transaction is None else payload | {"transactionId": transaction}
