"""A healthy charger beside an attack."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .chargers import Charger
from .running import RunningStack


@asynccontextmanager
async def canary(stack: RunningStack) -> AsyncIterator[None]:
    """Served before, during and after."""
    served = 0
    over = asyncio.Event()

    async def beat(charger: Charger) -> None:
        nonlocal served
        while not over.is_set():
            await charger.expect("Heartbeat", {})
            served += 1

    async with Charger(stack.charger_url(stack.owner, "CANARY")) as charger:
        await charger.boot()
        beating = asyncio.create_task(beat(charger))
        yield
        before = served
        await charger.expect("Heartbeat", {})
        over.set()
        await beating
        assert served > 0 and served >= before
    assert stack.pid("gateway-1") is not None


def bad_url(stack: RunningStack, name: str = "BAD") -> str:
    return stack.charger_url(stack.owner, name)
