"""What /proc knows about processes: who lives, since when, and who belongs to whom."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path


def boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def stat(pid: int) -> tuple[str, int, int] | None:
    """(state letter, process group, start time in clock ticks since boot), or None where there is no such
    process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = text.rsplit(")", 1)[1].split()  # the name before it may hold blanks and brackets
    return fields[0], int(fields[2]), int(fields[19])


def is_alive(pid: int) -> bool:
    """A zombie is dead: it only waits for its parent, which may be nobody who cares (pid 1 of a container)."""
    found = stat(pid)
    return found is not None and found[0] not in "ZX"


def cpu_seconds(pid: int) -> float:
    """User and system time that the process and its collected children have used; 0 where it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    return sum(map(int, text.rsplit(")", 1)[1].split()[11:15])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    """The memory of a process that is in RAM; 0 where it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def pids() -> Iterator[int]:
    for name in os.listdir("/proc"):
        if name.isdigit():
            yield int(name)


def with_environment(entry: str) -> list[int]:
    """Living processes that were started with NAME=value in their environment, as far as we may look."""
    return _by_environment(lambda found: found == entry.encode())


def with_environment_prefix(prefixes: tuple[str, ...]) -> list[int]:
    """As with_environment, for entries that begin with one of the prefixes."""
    return _by_environment(lambda found: found.startswith(tuple(prefix.encode() for prefix in prefixes)))


def _by_environment(matches: Callable[[bytes], bool]) -> list[int]:
    found = []
    for pid in pids():
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            continue
        if any(matches(entry) for entry in environment.split(b"\0")) and is_alive(pid):
            found.append(pid)
    return found


def with_cwd(folder: Path) -> list[int]:
    """Living processes whose working directory is the folder, as far as we may look."""
    wanted = os.path.realpath(folder)
    found = []
    for pid in pids():
        try:
            here = os.readlink(f"/proc/{pid}/cwd")
        except OSError:
            continue
        if here == wanted and is_alive(pid):
            found.append(pid)
    return found
