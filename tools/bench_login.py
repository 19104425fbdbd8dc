"""Can a stopwatch tell whether an account exists? Login and password reset for known and unknown ones, side by side."""

import http.client
import json
import math
import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from urllib.parse import urlsplit

from stack import demo, ports
from stack.errors import Failure
from stack.scratch import Scratch
from stack.services import UNBOUND
from stack.stack import Stack
from stack.state import State

NAMES = 60  # accounts, and names that are nobody's
TRIES = 9  # wrong passwords of a name: a tenth would bar it for a minute
WARM_UP = 20  # calls of each kind that count for nothing
PASSWORD = "MyP@ssw0rd"
STEPS = 10  # of the printed histograms


def login() -> dict:
    """Milliseconds of each kind, and whether they differ. Calls alternate at random on one connection."""
    with Scratch("bench") as scratch:
        state = State(empty=True)
        state.api_port, state.gateway_port = ports.pick(), ports.pick()
        stack = Stack(scratch.folder, state, durable=False, settings={"api": UNBOUND})
        stack.up()
        known, unknown = _accounts(state), [f"nobody{number}" for number in range(NAMES)]
        connection = Connection(state.api_urls[0])
        found = {
            "login": _compare(connection.log_in, known, unknown, 401),
            "password reset": _compare(connection.ask_reset, known, unknown, 200),
        }
        stack.down()
    for what, figures in found.items():
        _print(what, figures)
    return {what: {key: value for key, value in figures.items() if key != "ms"} for what, figures in found.items()}


class Connection:
    """One connection to an API pod, kept open."""

    def __init__(self, url: str):
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)

    def log_in(self, name: str) -> int:
        return self._post("/api/auth/login/", {"username": name, "password": "not the password"})

    def ask_reset(self, name: str) -> int:
        return self._post("/api/auth/password/reset/", {"email": f"{name}@example.com"})

    def _post(self, path: str, body: dict) -> int:
        self._connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        answer.read()
        return answer.status


def _accounts(state: State) -> list[str]:
    """Names of new accounts."""
    api = demo.Api(state.api_urls[0])
    names = [f"somebody{number}" for number in range(NAMES)]
    for name in names:
        account = {"username": name, "email": f"{name}@example.com", "full_name": "Some Body", "role": "user"}
        api.call("POST", "/api/auth/signup/", account | {"password": PASSWORD, "password2": PASSWORD})
    return names


def _compare(call: Callable[[str], int], known: list[str], unknown: list[str], status: int) -> dict:
    for number in range(WARM_UP):
        call(f"warm{number}")
    order = [(kind, name) for kind, names in (("known", known), ("unknown", unknown)) for name in names * TRIES]
    random.shuffle(order)
    taken: dict[str, list[float]] = {"known": [], "unknown": []}
    for kind, name in order:
        begun = time.perf_counter()
        got = call(name)
        taken[kind].append((time.perf_counter() - begun) * 1000)
        if got != status:
            raise Failure(f"A call for {name} was answered {got}, not {status}.")
    figures = {kind: _percentiles(sorted(values)) for kind, values in taken.items()}
    return figures | two_samples(taken["known"], taken["unknown"]) | {"ms": taken}


def _percentiles(values: list[float]) -> dict:
    at = {f"p{percent}_ms": round(values[len(values) * percent // 100], 3) for percent in (10, 50, 90, 99)}
    return {"calls": len(values), "mean_ms": round(sum(values) / len(values), 3), **at}


def two_samples(one: list[float], other: list[float]) -> dict:
    """Mann-Whitney: how likely a call of the first kind is to take longer than one of the second (0.5: no telling), and
    how likely at least such a difference is by chance; Kolmogorov-Smirnov: the largest gap between the distributions,
    and what chance alone reaches one time in a hundred."""
    n, m = len(one), len(other)
    first, second = sorted(one), sorted(other)
    longer = sum(bisect_left(second, value) + bisect_right(second, value) for value in first) / (2 * n * m)
    z = (longer - 0.5) * n * m / math.sqrt(n * m * (n + m + 1) / 12)
    steps = sorted({*first, *second})
    gap = max(abs(bisect_right(first, x) / n - bisect_right(second, x) / m) for x in steps)
    return {
        "known_takes_longer": round(longer, 4),
        "by_chance": round(math.erfc(abs(z) / math.sqrt(2)), 4),
        "largest_gap": round(gap, 4),
        "gap_by_chance_1_percent": round(1.63 * math.sqrt((n + m) / (n * m)), 4),
    }


def _print(what: str, figures: dict) -> None:
    print(f"\n{what}: milliseconds of a call")
    for kind in ("known", "unknown"):
        print(f"  {kind:<8}" + "".join(f"{name.removesuffix('_ms')} {x:<9}" for name, x in figures[kind].items()))
    values = sorted(figures["ms"]["known"] + figures["ms"]["unknown"])
    low, high = values[0], values[len(values) * 99 // 100]
    width = (high - low) / STEPS or 1
    for step in range(STEPS):
        begin = low + step * width
        counts = {
            kind: sum(begin <= x < begin + width or (step == STEPS - 1 and x >= begin) for x in figures["ms"][kind])
            for kind in ("known", "unknown")
        }
        bars = "  ".join(f"{kind} {count:>4} {'#' * (count * 40 // len(values)):<20}" for kind, count in counts.items())
        print(f"  {begin:>9.2f} {bars}")
    print(
        f"  a known one takes longer in {figures['known_takes_longer']:.1%} of pairs (by chance: p = "
        f"{figures['by_chance']}); largest gap of the distributions {figures['largest_gap']} (by chance, one time in "
        f"a hundred: {figures['gap_by_chance_1_percent']})",
        flush=True,
    )
