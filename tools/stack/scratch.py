"""Throw-away folders for tests: whatever happens to the tests, nothing started in one outlives them.

A small guard process holds one end of a pipe. When the other end closes, because the tests ended or were
killed, it kills every process that was started for the folder and removes the folder.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from . import procfs
from .postgres import elsewhere
from .process import MARK
from .wait import until


class Scratch:
    """A context manager; `folder` exists, and what was started in it runs, until it is left."""

    def __init__(self, name: str):
        self.folder = Path(tempfile.mkdtemp(prefix=f"voltlane-{name}-")).resolve()
        if os.geteuid() == 0:
            self.folder.chmod(0o711)  # so that the postgres user can reach its data
        command = [sys.executable, "-m", "stack.scratch", str(self.folder)]
        self._guard = subprocess.Popen(
            command, cwd=Path(__file__).parents[1], stdin=subprocess.PIPE, start_new_session=True
        )

    def __enter__(self) -> "Scratch":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends everything in the folder at once and removes it. Stop in order before, if order matters."""
        self._guard.stdin.close()
        self._guard.wait(30)


def clear(folder: Path) -> None:
    """Kills what runs for the folder and removes it, with data that lies elsewhere."""
    prefix = f"{MARK}={folder}"
    data = [folder / "postgres", elsewhere(folder)]

    def left() -> list[int]:
        found = {pid for place in data for pid in procfs.with_cwd(place)}
        return sorted(found | set(procfs.with_environment_prefix((prefix + ":", prefix + "/"))))

    for pid in left():
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            continue
    until(lambda: not left(), 10)
    for place in [folder, *data]:
        shutil.rmtree(place, ignore_errors=True)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the end of the tests is the only message that counts
    sys.stdin.buffer.read()
    clear(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
