"""One process of a stack: its pid file, its log, its start, its signals and its end.

A process outlives the command that started it, so everything needed to find it again lies in files:
<folder>/run/<name>.pid names it with its start time (a pid alone may belong to somebody else by now), and
a mark in its environment finds it even where that file is gone.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import procfs
from .errors import Failure
from .wait import poll, until

MARK = "VOLTLANE_STACK_PROCESS"

# A log is moved to <name>.log.1 at a start when it is larger than this, so that a stack that lives for
# months takes at most twice as much per process and start. 64 MiB is a day of frames of a busy demo.
LOG_LIMIT_BYTES = 64 << 20

KILL_SECONDS = 5  # the kernel's own time for SIGKILL; only a process stuck in a device takes longer


@dataclass
class Process:
    """How to run one process, and whatever of it is running now. The object holds no running state."""

    folder: Path
    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] = lambda: True
    user: str | None = None  # run as this user (only root may ask for it)
    cwd: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    # Processes that belong to this one although they are in sessions of their own (PostgreSQL's backends).
    family: Callable[[], list[int]] = list

    @property
    def pid_file(self) -> Path:
        return self.folder / "run" / f"{self.name}.pid"

    @property
    def log_file(self) -> Path:
        return self.folder / "logs" / f"{self.name}.log"

    @property
    def _mark(self) -> str:
        return f"{self.folder}:{self.name}"

    def pid(self) -> int | None:
        """The pid if the process lives; a stale pid file is as good as none."""
        try:
            noted = json.loads(self.pid_file.read_text())
            pid = noted["pid"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        found = procfs.stat(pid)
        if found is None or found[0] in "ZX":
            return None
        return pid if noted.get("start") == found[2] and noted.get("boot") == procfs.boot_id() else None

    def is_ready(self) -> bool:
        return self.pid() is not None and self.ready()

    def spawn(self) -> int:
        """Starts it in a session of its own with none of our file descriptors; does not wait. Returns the pid.

        Whatever an earlier life left behind is ended first; a living one is an error.
        """
        running = self.pid()
        if running is not None:
            raise Failure(f"{self.name} is already running (pid {running}).")
        self.end_orphans()
        self.pid_file.parent.mkdir(parents=True, exist_ok=True)
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_LIMIT_BYTES:
            self.log_file.rename(self.log_file.with_name(self.log_file.name + ".1"))
        with self.log_file.open("ab") as log:
            try:
                child = subprocess.Popen(
                    self.command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.cwd or "/",
                    env={**os.environ, **self.environment, MARK: self._mark},
                    start_new_session=True,
                    close_fds=True,
                    **_as_user(self.user),
                )
            except FileNotFoundError:
                raise Failure(f"{self.name}: {self.command[0]} does not exist; is everything built?") from None
            except PermissionError as error:
                raise Failure(f"{self.name} cannot be started: {error.strerror} ({error.filename}).") from None
        found = procfs.stat(child.pid)
        noted = {"pid": child.pid, "start": found[2] if found else 0, "boot": procfs.boot_id()}
        self.pid_file.write_text(json.dumps(noted))
        _children[child.pid] = child
        return child.pid

    def wait_ready(self, seconds: float) -> None:
        """Returns when it is ready; Failure with the log's last lines where it ends or the time is over."""

        def check() -> bool:
            reap()
            if self.pid() is None:
                raise Failure(f"{self.name} ended while starting; its log says:\n{self.log_tail()}")
            return self.ready()

        try:
            poll(f"{self.name} is not ready", check, seconds)
        except Failure as failure:
            if "its log says" in str(failure):
                raise
            raise Failure(f"{failure} Its log ({self.log_file}) ends:\n{self.log_tail()}") from None

    def start(self, seconds: float) -> int:
        pid = self.spawn()
        self.wait_ready(seconds)
        return pid

    def signal(self, number: signal.Signals) -> int:
        """Sends a signal and returns the pid. STOP, CONT and KILL reach the whole family, as a machine would."""
        pid = self.pid()
        if pid is None:
            raise Failure(f"{self.name} is not running.")
        whole = number in (signal.SIGSTOP, signal.SIGCONT, signal.SIGKILL)
        _send([pid, *(self.family() if whole else [])], number)
        return pid

    def wait_gone(self, seconds: float) -> bool:
        def gone() -> bool:
            reap()
            return self.pid() is None

        return bool(until(gone, seconds, 0.02))

    def ask_to_stop(self) -> None:
        """Sends its stop signal, if it runs; does not wait."""
        pid = self.pid()
        if pid is not None:
            _send([pid, *self.family()], signal.SIGCONT)  # a stopped process cannot hear its TERM
            _send([pid], self.stop_signal)

    def stop(self, seconds: float) -> None:
        """Asks it to stop, waits, then forces it; afterwards nothing of it is left, orphans included."""
        stop_together([self], seconds)

    def log_tail(self, lines: int = 8) -> str:
        try:
            with self.log_file.open("rb") as log:
                log.seek(max(0, self.log_file.stat().st_size - 8192))
                text = log.read().decode(errors="replace")
        except OSError:
            text = ""
        return "\n".join("  " + line for line in text.splitlines()[-lines:]) or "  (nothing)"

    def end_orphans(self) -> None:
        """Kills what still runs of it: the process itself without a pid file, its children, its family."""

        def left() -> list[int]:
            reap()
            return sorted({*procfs.with_environment(f"{MARK}={self._mark}"), *self.family()})

        if orphans := left():
            _send(orphans, signal.SIGKILL)
            if not until(lambda: not left(), KILL_SECONDS):
                raise Failure(f"{self.name} does not end, even by SIGKILL (pid {left()}).")


def stop_together(processes: list[Process], seconds: float) -> None:
    """Stops several at once: all are asked, then together they have the time, then they are forced."""
    for process in processes:
        process.ask_to_stop()
    deadline = time.monotonic() + seconds
    for process in processes:
        process.wait_gone(max(0.0, deadline - time.monotonic()))
    for process in processes:
        process.end_orphans()
        process.pid_file.unlink(missing_ok=True)


# Children of this very process, kept so that they can be reaped: others belong to init by then.
_children: dict[int, subprocess.Popen] = {}


def reap() -> None:
    """Collects children that have ended, so that no zombie keeps their pid."""
    for pid, child in list(_children.items()):
        if child.poll() is not None:
            del _children[pid]


def forget_children() -> None:
    """Called before a detached start ends: the children live on, and Popen shall not warn about it."""
    for child in _children.values():
        child.returncode = 0
    _children.clear()


def _as_user(user: str | None) -> dict:
    return {"user": user, "group": user, "extra_groups": []} if user else {}


def _send(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
        except PermissionError:
            raise Failure(f"Not permitted to signal pid {pid}: was it started by another user?") from None
