"""Where things lie in the checkout and in a stack's folder."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
KAFKA_JARS = BUILD / "kafka"


def bin_dir(preset: str = "release") -> Path:
    """The folder of our executables as one CMake preset builds them."""
    return BUILD / preset / "bin"


def dev_dir() -> Path:
    """The folder of the stack that this invocation is about: VOLTLANE_DEV_DIR, else .dev."""
    folder = Path(os.environ.get("VOLTLANE_DEV_DIR") or ".dev")
    return folder if folder.is_absolute() else ROOT / folder
