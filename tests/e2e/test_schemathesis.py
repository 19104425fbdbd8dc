"""schemathesis on the real stack: whatever the description allows and forbids, with every check it has. No 5xx, no answer
outside the description, nothing accepted that it forbids, every link followed.

VOLTLANE_SCHEMATHESIS_SECONDS=600 ./dev test schemathesis gives every run ten minutes; else all of them together have 90 s.
"""

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from stack import paths
from support import openapi
from support.chargers import Charger
from support.running import RunningStack
from support.tenants import PASSWORD, User

FOLDER = Path(__file__).parent
SECONDS = int(os.environ.get("VOLTLANE_SCHEMATHESIS_SECONDS") or 0)
SEED = 1
ENDLESS = "followEvents"  # its answer has no end to wait for
STARTING_SECONDS = 60  # of schemathesis, and what a phase takes to stop


@pytest.fixture(scope="module")
def tried(module_stack) -> RunningStack:
    """A stack of its own: what is tried declares user types for all tenants."""
    return module_stack(gateways=1, workers=1, apis=1)


def run(stack: RunningStack, caller: User, phases: str, seconds: int) -> None:
    seconds = SECONDS or seconds
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
        "PYTHONPATH": str(FOLDER),
        "PYTHONDONTWRITEBYTECODE": "1",
        "VOLTLANE_TEST_API": stack.api_url(),
        "VOLTLANE_TEST_USER": caller.username,
        "VOLTLANE_TEST_PASSWORD": PASSWORD,
    }
    command = [paths.BUILD / "venv" / "bin" / "st", "--config-file", FOLDER / "schemathesis.toml", "run"]
    command += [openapi.DOCUMENT, "--url", stack.api_url(), "--checks", "all", "--phases", phases]
    command += ["--seed", str(SEED), "--max-time", str(seconds), "--exclude-operation-id", ENDLESS]
    command += ["--no-color", "--continue-on-failure", "--request-timeout", "75", "--warnings", "off"]
    done = subprocess.run(
        [str(part) for part in command],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds + STARTING_SECONDS,
    )
    assert done.returncode == 0, done.stdout[-20_000:]


@pytest.mark.timeout(SECONDS + 300)
@pytest.mark.parametrize(("phases", "seconds"), [("examples,coverage", 40), ("fuzzing", 15), ("stateful", 20)])
async def test_as_a_super_admin_with_a_charger(tried, phases, seconds):
    owner = tried.tenant()
    owner.charge_point("BURA", "10.000", "10.000")
    owner.id_tag("TAG123")
    async with Charger(tried.charger_url(owner, "BURA")) as charger:
        await charger.boot()
        await asyncio.to_thread(run, tried, owner, phases, seconds)


@pytest.mark.timeout(SECONDS + 300)
def test_as_a_driver(tried):
    run(tried, tried.user(), "fuzzing,stateful", 15)
