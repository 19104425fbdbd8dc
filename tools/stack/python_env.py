"""The tests' Python packages: build/venv, made from tests/requirements.txt and made anew when that changes."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from . import paths
from .errors import Failure

REQUIREMENTS = paths.ROOT / "tests" / "requirements.txt"
VENV = paths.BUILD / "venv"


def ensure() -> Path:
    """The folder of the environment's programs (python, pytest, ruff)."""
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    marker = VENV / ".requirements-sha256"
    paths.BUILD.mkdir(exist_ok=True)
    with (paths.BUILD / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not marker.exists() or marker.read_text().strip() != wanted:
            print("Installing the tests' Python packages ...", flush=True)
            shutil.rmtree(VENV, ignore_errors=True)
            _run([sys.executable, "-m", "venv", str(VENV)])
            install = [str(VENV / "bin" / "pip"), "install", "-q", "--disable-pip-version-check"]
            _run([*install, "--require-hashes", "--only-binary", ":all:", "-r", str(REQUIREMENTS)])
            marker.write_text(wanted)
    return VENV / "bin"


def _run(command: list[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        why = next((line for line in lines if "ERROR" in line), (lines or ["no output"])[-1])
        raise Failure(f"The tests' Python packages cannot be installed (is there a network?): {why.strip()}")
