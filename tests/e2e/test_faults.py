"""Two of each on real Kafka, and whatever dies in the middle: every acknowledged call counts once."""

import asyncio
import random
from datetime import timedelta

import websockets

from support.chargers import Charger, instant, meter_call, start_call, stop_call
from support.polling import eventually

CHARGERS = 12
SESSIONS_EACH = 3


class StubbornCharger:
    """Repeats each call, on whichever gateway lives, with a new message id, until it is answered."""

    def __init__(self, stack, tenant, name: str):
        self.urls = [stack.charger_url(tenant, name, gateway) for gateway in (1, 2)]
        self.charger: Charger | None = None
        self.turn = hash(name) % 2
        self.redials = 0

    async def expect(self, action: str, payload: dict) -> dict:
        for _ in range(100):
            try:
                if self.charger is None:
                    self.charger = await Charger(self.urls[self.turn % 2]).dial()
                return await self.charger.expect(action, payload)
            except (OSError, TimeoutError, ConnectionError, websockets.WebSocketException):
                self.charger = None
                self.turn += 1
                self.redials += 1
                await asyncio.sleep(0.1)
        raise AssertionError(f"{action} was never answered")

    async def await_tag(self, tag: str) -> None:
        async def accepted() -> bool:
            return (await self.expect("Authorize", {"idTag": tag}))["idTagInfo"]["status"] == "Accepted"

        await eventually(f"{tag} accepted", accepted)

    async def sessions(self, tag: str) -> list[tuple[int, int]]:
        """Whole sessions with the energy and seconds each must be billed."""
        want, generator = [], random.Random(tag)
        await self.expect("BootNotification", {"chargePointVendor": "Voltlane", "chargePointModel": "Stubborn"})
        await self.await_tag(tag)
        for number in range(SESSIONS_EACH):
            meter = 1000 * number
            seconds, watt_hours = generator.randint(60, 600), generator.randint(100, 900)
            at = instant(ago=3600 * (SESSIONS_EACH - number))
            start = await self.expect("StartTransaction", start_call(tag, at, meter))
            for step in range(1, 6):
                moment = at + timedelta(seconds=seconds * step // 6)
                await self.expect(
                    "MeterValues",
                    meter_call(start["transactionId"], moment, meter + watt_hours * step // 6),
                )
            stop = stop_call(start["transactionId"], at + timedelta(seconds=seconds), meter + watt_hours)
            await self.expect("StopTransaction", stop)
            want.append((watt_hours, seconds))
        return want


def total_of(watt_hours: int, seconds: int) -> float:
    """500 per kWh and 250 per hour, three decimals half-up, in whole numbers."""
    units = watt_hours * 500 * 3600 + seconds * 250 * 1000
    return (units + 1800) // 3600 / 1000


def billed(tenant, charge_points) -> dict[str, list[float]]:
    """The totals of the ended sessions of each charge point."""
    rows = tenant.get("/api/sessions/?limit=200")
    return {cp: sorted(r["total"] or -1 for r in rows if r["cp"] == cp and r["Ended"]) for cp in charge_points}


async def test_every_acknowledged_call_counts_once_whatever_dies(private_stack):
    stack = private_stack(gateways=2, workers=2, apis=2)
    tenant = stack.tenant()
    chargers = {}
    for number in range(CHARGERS):
        tenant.id_tag(f"TAG{number}")
        tenant.charge_point(f"CP{number}", "500", "250")
        chargers[number] = StubbornCharger(stack, tenant, f"CP{number}")
    runs = [asyncio.create_task(c.sessions(f"TAG{n}")) for n, c in chargers.items()]

    async def break_things():
        await eventually("traffic", lambda: stack.metric("gateway-1", "voltlane_gateway_calls_total") > 20)
        await asyncio.to_thread(stack.freeze, "worker-2")
        await asyncio.to_thread(stack.kill, "gateway-1")
        await asyncio.to_thread(stack.kill, "worker-1")
        await asyncio.to_thread(stack.start, "worker-1")
        await asyncio.to_thread(stack.start, "gateway-1")

    await asyncio.gather(break_things(), *runs)
    want = {}
    for number, run in enumerate(runs):
        want[f"CP{number}"] = sorted(total_of(*session) for session in run.result())

    # The frozen worker is thawed only once the other has its partitions: what it still holds must not count.
    await eventually("all sessions billed", lambda: billed(tenant, want) == want, seconds=90)
    await asyncio.to_thread(stack.thaw, "worker-2")
    await asyncio.to_thread(stack.kill, "worker-1")
    tenant.id_tag("LAST")
    last = StubbornCharger(stack, tenant, "CP0")
    await last.await_tag("LAST")
    await last.expect("StartTransaction", start_call("LAST", instant(ago=30), 5000))
    await eventually(
        "the thawed worker takes over",
        lambda: tenant.get("/api/sessions/")["count"] == CHARGERS * SESSIONS_EACH + 1,
        60,
    )
    assert billed(tenant, want) == want
    revenue = tenant.get("/api/sessions/revenue/")
    assert revenue["lifetime"] == round(sum(sum(totals) for totals in want.values()) + 1e-9, 2)
    assert stack.sql("select * from wrong_session_counts") == [], "counted in the transactions that count"
    assert stack.sql("select count(*) from sessions") == [(CHARGERS * SESSIONS_EACH + 1,)]


async def test_the_loss_of_a_broker_loses_nothing(private_stack):
    stack = private_stack(gateways=2, workers=1, apis=1, brokers=3)
    tenant = stack.tenant()
    chargers = {}
    for number in range(4):
        tenant.id_tag(f"TAG{number}")
        tenant.charge_point(f"CP{number}", "500", "250")
        chargers[number] = StubbornCharger(stack, tenant, f"CP{number}")
    runs = [asyncio.create_task(c.sessions(f"TAG{n}")) for n, c in chargers.items()]
    await eventually("traffic", lambda: tenant.get("/api/sessions/")["count"] > 2)
    broker = stack.stack.kafka.processes[1].name
    await asyncio.to_thread(stack.kill, broker)
    await asyncio.gather(*runs)
    await asyncio.to_thread(stack.start, broker)
    want = {f"CP{n}": sorted(total_of(*session) for session in run.result()) for n, run in enumerate(runs)}
    await eventually("all sessions billed", lambda: billed(tenant, want) == want, seconds=90)


async def test_the_newest_socket_wins_while_the_old_one_is_half_open(stack):
    tenant = stack.tenant()
    async with Charger(stack.charger_url(tenant, "TWICE", gateway=1)):
        pass  # the tenant is known
    # A socket that nobody reads and nobody closes: what a charger leaves behind when its network changes.
    old = await websockets.connect(
        stack.charger_url(tenant, "TWICE", gateway=1),
        subprotocols=["ocpp1.6"],
        compression=None,
        close_timeout=1,
    )
    await old.send('[2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]')
    await old.recv()
    async with Charger(stack.charger_url(tenant, "TWICE", gateway=2)) as new:
        await new.boot()
        body = {"action": "ClearCache", "params": {}}
        got = await tenant.on(stack.api_url(2)).acall("POST", "/api/charge-points/TWICE/command/?wait=10", json=body)
        assert got.status_code == 200, got.text
        assert new.commands == [("ClearCache", {})]
        # The old connection is told to go, and its end does not unregister the new one.
        await eventually("the old socket closed", lambda: old.close_code is not None or old.transport.is_closing())
        assert tenant.get("/api/charge-points/TWICE/")["connected"] is True
        again = await tenant.acall("POST", "/api/charge-points/TWICE/command/?wait=10", json=body)
        assert again.status_code == 200, again.text
    await old.close()


async def test_a_database_outage_stops_no_car(private_stack):
    stack = private_stack(gateways=1, workers=1, apis=1)
    tenant = stack.tenant()
    tenant.id_tag("TAG123")
    tenant.charge_point("CAR", "500", "250")
    async with Charger(stack.charger_url(tenant, "CAR")) as charger:
        await charger.boot()
        await charger.await_tag("TAG123")
        await asyncio.to_thread(stack.kill, "postgres")
        at = instant(ago=45)
        start = await charger.start("TAG123", at)
        assert start["idTagInfo"]["status"] == "Accepted"
        await charger.meter(start["transactionId"], at + timedelta(seconds=20), 100)
        await charger.stop(start["transactionId"], at + timedelta(seconds=45), 192)
        refused = await tenant.acall("GET", "/api/sessions/")
        assert refused.status_code == 503
        assert refused.headers["Retry-After"]
        async with Charger(stack.charger_url(tenant, "CAR2")) as another:
            await another.boot()
    await asyncio.to_thread(stack.start, "postgres")

    async def row():
        got = await tenant.acall("GET", "/api/sessions/")
        rows = got.json()["results"] if got.status_code == 200 else []
        return rows[0] if rows and rows[0]["Ended"] else None

    session = await eventually("the workers catch up", row, 60)
    assert session["total"] == 99.125


async def test_a_gateway_stops_in_order(private_stack):
    stack = private_stack(gateways=1, workers=1, apis=1)
    tenant = stack.tenant()
    charger = await Charger(stack.charger_url(tenant, "ORDER")).dial()
    await charger.boot()
    await eventually(
        "the charger in the list", lambda: [c["id"] for c in tenant.get("/api/charge-points/")] == ["ORDER"]
    )
    await asyncio.to_thread(stack.terminate, "gateway-1")
    await charger.closed.wait()
    assert charger.socket.close_code == 1001
    await eventually("gone for the API", lambda: not tenant.get("/api/charge-points/ORDER/")["connected"])
    body = {"action": "ClearCache", "params": {}}
    assert tenant.call("POST", "/api/charge-points/ORDER/command/", json=body).status_code == 409
