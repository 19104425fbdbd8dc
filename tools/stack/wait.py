"""Waiting is always a bounded poll that says what it waited for."""

import time
from collections.abc import Callable
from typing import TypeVar

from .errors import Failure

T = TypeVar("T")


def poll(what: str, check: Callable[[], T], seconds: float, interval: float = 0.05) -> T:
    """Calls check until it returns something true, and returns that.

    Raises Failure("<what> after <seconds> s") when the time is over; an exception of check ends the wait.
    """
    deadline = time.monotonic() + seconds
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise Failure(f"{what} after {seconds:g} s.")
        time.sleep(interval)


def until(check: Callable[[], T], seconds: float, interval: float = 0.05) -> T | None:
    """As poll, but the end of the time is an answer (the last, false value), not an error."""
    deadline = time.monotonic() + seconds
    while not (value := check()) and time.monotonic() < deadline:
        time.sleep(interval)
    return value
