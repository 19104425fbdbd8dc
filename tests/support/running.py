"""A stack under test: tools/stack's Stack with the handles that tests pull."""

import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import httpx
import psycopg

from stack import paths, ports
from stack.errors import Failure
from stack.services import UNBOUND
from stack.stack import Stack
from stack.state import State

from .records import Record, consume
from .tenants import Tenant, User, new_name

METRIC = re.compile(r"^([a-zA-Z_:][\w:]*)(\{.*\})?\s+(\S+)$")


class RunningStack:
    """Gateways, workers and API pods on a real Kafka and a real PostgreSQL. Made by the fixtures only."""

    def __init__(
        self,
        folder: Path,
        gateways: int,
        workers: int,
        apis: int,
        brokers: int = 1,
        sanitized_gateway: Path | None = None,
        settings: dict[str, dict[str, str]] | None = None,
    ):
        """settings: environment of processes, by kind ("api") or name ("api-2"). Without a word about them there is
        no bound on how often clients call (an empty variable brings its default back)."""
        settings = dict(settings or {})
        settings["api"] = UNBOUND | settings.get("api", {})
        first = ports.pick_row(gateways + apis)
        state = State(pods=gateways, workers=workers, apis=apis, empty=True)
        state.gateway_port, state.api_port = first, first + gateways
        programs = {"gateway": sanitized_gateway} if sanitized_gateway else {}
        self.stack = Stack(folder, state, brokers=brokers, durable=False, programs=programs, settings=settings)

    def up(self) -> None:
        """Starts all of it; a failure carries the logs, which do not outlive the folder."""
        try:
            self.stack.up()
        except Failure as failure:
            raise AssertionError(f"{failure}\n{self.log_tails(40)}") from None

    # Addresses

    @property
    def kafka(self) -> str:
        return self.stack.kafka.bootstrap

    @property
    def database_url(self) -> str:
        return self.stack.postgres.url()

    def api_url(self, number: int = 1) -> str:
        return self.stack.state.api_urls[number - 1]

    def gateway_url(self, number: int = 1) -> str:
        """ws://host:port of a gateway, numbered from 1 as its process is."""
        return self.stack.state.gateway_urls[number - 1]

    def charger_url(self, tenant: Tenant, charge_point: str, gateway: int = 1) -> str:
        return f"{self.gateway_url(gateway)}/api/v16/{tenant.key}/{charge_point}"

    # Accounts

    def tenant(self, api: int = 1) -> Tenant:
        """A new super_admin, logged in, with its own tenant."""
        return Tenant(self.api_url(api), new_name("owner")).open()

    def user(self, api: int = 1) -> User:
        """A new user without a tenant, logged in."""
        return User(self.api_url(api), new_name("driver")).sign_up("user").log_in()

    # Faults

    def pid(self, name: str) -> int | None:
        return self.stack.process(name).pid()

    def kill(self, name: str) -> None:
        """SIGKILL; returns when the process is gone."""
        self.stack.kill(name, signal.SIGKILL)
        assert self.stack.process(name).wait_gone(10)

    def terminate(self, name: str, seconds: float = 15) -> None:
        """SIGTERM; returns when the process has ended by itself."""
        self.stack.kill(name, signal.SIGTERM)
        assert self.stack.process(name).wait_gone(seconds), f"{name} did not end within {seconds:g} s"

    def freeze(self, name: str) -> None:
        self.stack.kill(name, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        self.stack.kill(name, signal.SIGCONT)

    def start(self, name: str) -> None:
        """Starts a process that has ended, or waits for a running one to be ready."""
        self.stack.start(name)

    def restore(self) -> None:
        """Brings back whatever a test stopped or froze."""
        for process in self.stack.processes():
            if process.pid() is not None:
                self.thaw(process.name)
            self.start(process.name)

    # Looking inside

    def metrics(self, name: str) -> dict[str, float]:
        """The process's metrics: 'name{labels}' to value."""
        port = self.stack.state.admin_port(name)
        text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
        found = (METRIC.match(line) for line in text.splitlines() if not line.startswith("#"))
        return {match[1] + (match[2] or ""): float(match[3]) for match in found if match}

    def metric(self, name: str, metric: str) -> float:
        """The sum of one metric over its labels; 0 where it has not appeared yet."""
        return sum(value for key, value in self.metrics(name).items() if key.partition("{")[0] == metric)

    def records(self, topic: str) -> list[Record]:
        return consume(self.kafka, topic)

    def sql(self, query: str, *parameters: Any) -> list[tuple]:
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(query, parameters).fetchall()

    def execute(self, statement: str, *parameters: Any) -> None:
        """A statement without an answer; one mapping names its parameters."""
        values = parameters[0] if len(parameters) == 1 and isinstance(parameters[0], dict) else parameters
        with psycopg.connect(self.database_url) as connection:
            connection.execute(statement, values)

    def log(self, name: str) -> str:
        return self.stack.process(name).log_file.read_text(errors="replace")

    def log_tails(self, lines: int) -> str:
        return "\n".join(f"{process.name}:\n{process.log_tail(lines)}" for process in self.stack.processes())

    def admin(self, *arguments: str) -> str:
        """The output of voltlane-admin, which must succeed."""
        return self.stack.services.admin(*arguments)

    def simulate(self, *arguments: str, seconds: float = 120) -> subprocess.CompletedProcess:
        """Runs voltlane-sim to its end."""
        command = [str(paths.bin_dir() / "voltlane-sim"), *arguments]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds)
