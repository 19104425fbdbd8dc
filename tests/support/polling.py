"""Bounded waiting in asynchronous tests; stack.wait.poll is the same for synchronous ones."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(what: str, check: Callable[[], T | Awaitable[T]], seconds: float = 15) -> T:
    """Calls check (a function or coroutine function) until it returns something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        value = check()
        if inspect.isawaitable(value):
            value = await value
        if value:
            return value
        assert time.monotonic() < deadline, f"{what}: not within {seconds:g} s"
        await asyncio.sleep(0.05)
