"""The Node.js packages of tests/e2e/node, installed from their lock file."""

import shutil
import subprocess
from pathlib import Path

from stack import paths

FOLDER = paths.ROOT / "tests" / "e2e" / "node"


def packages() -> Path:
    """The folder with its node_modules as package-lock.json says."""
    lock, installed = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".package-lock-copy"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=FOLDER, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert done.returncode == 0, f"npm ci: {done.stderr or done.stdout}"
        shutil.copy(lock, installed)
    return FOLDER
