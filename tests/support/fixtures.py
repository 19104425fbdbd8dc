"""Fixtures of the system tests. Whatever happens to the tests, the scratch guard leaves nothing running."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from stack import paths
from stack.kafka import Kafka
from stack.postgres import Postgres
from stack.scratch import Scratch

from . import node, openapi
from .mailbox import mailbox as mailbox
from .running import RunningStack

LOG_LINES = 40  # of each process, shown with a failed test

_running: list[RunningStack] = []


@dataclass(frozen=True)
class Backing:
    """A real Kafka and a real PostgreSQL without anything of ours."""

    kafka: str
    database_url: str


@pytest.fixture(scope="session", autouse=True)
def described_answers() -> Iterator[None]:
    """Whatever a test asks the API, the answer must be as src/api/openapi.yaml says."""
    with openapi.holding_every_answer():
        yield


@pytest.fixture(scope="session")
def services() -> Iterator[Backing]:
    """One PostgreSQL and one Kafka for tests that need no process of ours; use unique topics and schemas."""
    with Scratch("services") as scratch:
        kafka, postgres = Kafka(scratch.folder), Postgres(scratch.folder, durable=False)
        kafka.spawn()
        postgres.start()
        kafka.wait_ready()
        yield Backing(kafka.bootstrap, postgres.url())


@pytest.fixture(scope="session")
def shared_stack() -> Iterator[RunningStack]:
    """The stack behind `stack`; tests ask for that one."""
    with Scratch("stack") as scratch:
        campus = {"VOLTLANE_USER_TYPES_FILE": str(paths.ROOT / "deploy" / "user-types.campus.yaml")}
        running = RunningStack(scratch.folder, gateways=2, workers=2, apis=2, settings={"api": campus})
        running.up()
        _running.append(running)
        yield running
        _running.remove(running)
        running.stack.down()


@pytest.fixture
def stack(shared_stack: RunningStack) -> RunningStack:
    """Two gateways, two workers and two API pods, shared by all tests that only use them: own tenants keep tests
    apart. A test that stops processes takes `private_stack`."""
    shared_stack.restore()
    return shared_stack


@pytest.fixture
def private_stack() -> Iterator[Callable[..., RunningStack]]:
    """A factory of stacks that a test may break: private_stack(gateways=2, workers=2, apis=2, brokers=1,
    sanitized_gateway=None, settings=None): a gateway to run in place of the release build's, and environment that
    processes get besides, by kind ("api") or name ("api-2")."""
    yield from _stacks()


@pytest.fixture(scope="module")
def module_stack() -> Iterator[Callable[..., RunningStack]]:
    """private_stack for a whole file of tests."""
    yield from _stacks()


def _stacks() -> Iterator[Callable[..., RunningStack]]:
    scratches, made = [], []

    def make(
        gateways: int = 2,
        workers: int = 2,
        apis: int = 2,
        brokers: int = 1,
        sanitized_gateway: Path | None = None,
        settings: dict[str, dict[str, str]] | None = None,
    ) -> RunningStack:
        scratches.append(Scratch("private"))
        running = RunningStack(scratches[-1].folder, gateways, workers, apis, brokers, sanitized_gateway, settings)
        running.up()
        _running.append(running)
        made.append(running)
        return running

    yield make
    for running in made:
        _running.remove(running)
    for scratch in scratches:
        scratch.close()


@pytest.fixture(scope="session")
def asan_gateway() -> Path:
    """The gateway built with address and undefined behaviour sanitizers; ./dev test has built it before."""
    command = [str(paths.ROOT / "dev"), "build", "asan", "voltlane-gateway"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return paths.bin_dir("asan") / "voltlane-gateway"


@pytest.fixture
def client(stack: RunningStack) -> Iterator[httpx.Client]:
    """Nobody in particular, on the first API pod."""
    with httpx.Client(base_url=stack.api_url(), timeout=20) as nobody:
        yield nobody


@pytest.fixture(scope="session")
def sanitized(asan_gateway: Path) -> Iterator[RunningStack]:
    """One of each with the sanitized gateway, and a tenant `owner` with TAG123; ends with what the sanitizers said."""
    with Scratch("sanitized") as scratch:
        running = RunningStack(scratch.folder, 1, 1, 1, sanitized_gateway=asan_gateway)
        running.up()
        _running.append(running)
        running.owner = running.tenant()
        running.owner.id_tag("TAG123")
        yield running
        _running.remove(running)
        running.terminate("gateway-1", seconds=60)
        log = running.log("gateway-1")
        assert "Sanitizer" not in log, log[-8000:]
        assert "runtime error" not in log, log[-8000:]
        running.stack.down()


@pytest.fixture(scope="session")
def node_folder() -> Path:
    """tests/e2e/node with its packages installed."""
    return node.packages()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    """A failed test shows the last lines of each process's log: the stack's folder does not outlive the run."""
    report = yield
    if report.failed:
        for running in _running:
            report.sections.append(("logs of the stack", running.log_tails(LOG_LINES)))
    return report
