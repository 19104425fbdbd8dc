"""TCP ports on loopback: finding free ones, and saying clearly when a wanted one is taken."""

import os
import random
import socket
from pathlib import Path

from .errors import Failure

# Below Linux's ephemeral range (32768 and up): a port from there could be lent to an outgoing connection
# between a server's stop and its next start.
FIRST_FREE, LAST_FREE = 20000, 31999

_given: set[int] = set()


def is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def is_open(port: int) -> bool:
    """Whether somebody accepts connections on 127.0.0.1:port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def pick(wanted: int | None = None) -> int:
    """A free port: the wanted one (one used before) if it is still free, else a random one.

    This process gets no other port twice; another process could still take it before its server listens.
    """
    if wanted is not None and is_free(wanted):
        _given.add(wanted)
        return wanted
    for _ in range(2000):
        port = random.randint(FIRST_FREE, LAST_FREE)
        if port not in _given and is_free(port):
            _given.add(port)
            return port
    raise Failure(f"No free TCP port between {FIRST_FREE} and {LAST_FREE} on 127.0.0.1.")


def pick_row(count: int) -> int:
    """The first of that many free ports in a row."""
    for _ in range(2000):
        first = random.randint(FIRST_FREE, LAST_FREE - count)
        row = range(first, first + count)
        if not _given.intersection(row) and all(is_free(port) for port in row):
            _given.update(row)
            return first
    raise Failure(f"No {count} free TCP ports in a row on 127.0.0.1.")


def demand(port: int, purpose: str, variable: str) -> None:
    """Raises Failure with one clear sentence unless the port is free."""
    if port > 65535:
        raise Failure(f"{purpose} would need port {port}: choose a lower one with {variable}.")
    if port < 1024 and os.geteuid() != 0:
        raise Failure(f"Port {port} ({purpose}) needs root: choose one above 1023 with {variable}.")
    if is_free(port):
        return
    holder = _holder(port)
    by = f" by {holder}" if holder else ""
    raise Failure(f"Port {port} ({purpose}) is in use{by}: choose another with {variable}.")


def _holder(port: int) -> str | None:
    """'name (pid N)' of the process that listens on the port, where /proc lets us see it."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(fd) in inodes for fd in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (pid {process.name})"
        except OSError:
            continue
    return None
