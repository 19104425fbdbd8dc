"""Our own processes: how a stack's state becomes their command lines and environments."""

import http.client
import os
import subprocess
from pathlib import Path

from . import paths
from .errors import Failure
from .kafka import Kafka
from .mail import Mail
from .postgres import Postgres
from .process import Process
from .state import State

SCENARIO = paths.ROOT / "src" / "simulator" / "scenarios" / "demo.yaml"

# What the person's own environment may decide; everything else that concerns a stack is ours to say.
PERSONAL = {"VOLTLANE_LOG_LEVEL": "info", "VOLTLANE_LOG_FORMAT": "text"}

# No bounds on how often clients may call: all tests and benchmarks come from one address.
UNBOUND = {
    f"VOLTLANE_RATE_{name}": "0"
    for name in (
        *("ALL", "LOGIN", "RESET", "REGISTER", "COMMANDS"),
        *("ALL_ACCOUNT", "LOGIN_ACCOUNT", "RESET_ACCOUNT", "COMMANDS_ACCOUNT"),
        *("LOOKUPS_ACCOUNT", "INVITATIONS_ACCOUNT"),
    )
}


class Services:
    """Makes the processes of one stack; knows their configuration, starts nothing by itself."""

    def __init__(
        self,
        folder: Path,
        state: State,
        kafka: Kafka,
        postgres: Postgres,
        programs: dict[str, Path] | None = None,
        settings: dict[str, dict[str, str]] | None = None,
    ):
        """programs: other executables than the release build's, by kind ("gateway"). settings: environment that
        processes get besides, by kind ("api") or name ("api-2")."""
        self.folder, self.state, self.kafka, self.postgres = folder, state, kafka, postgres
        self._programs = programs or {}
        self.settings = settings or {}

    def make(self, name: str) -> Process:
        kind, number = name.rsplit("-", 1)
        extra = getattr(self, f"_{kind}")(int(number))
        port = self.state.admin_port(name)
        environment = self._common() | extra
        environment |= {"VOLTLANE_INSTANCE": name, "VOLTLANE_ADMIN_LISTEN": f"127.0.0.1:{port}"}
        environment |= self.settings.get(kind, {}) | self.settings.get(name, {})
        return Process(
            self.folder,
            name,
            [self._program(kind)],
            environment,
            ready=lambda: answers(port, "/readyz"),
        )

    def simulator(self) -> Process:
        """The demo's chargers. Their address holds the tenant's key, so that it is in no command line."""
        port = self.state.admin_port("sim-1")
        options = {"chargers": self.state.chargers, "prefix": "DEMO", "seed": 1, "scenario": SCENARIO}
        command = [part for key, value in options.items() for part in (f"--{key}", str(value))]
        environment = self._common() | {"VOLTLANE_ADMIN_LISTEN": f"127.0.0.1:{port}"}
        environment["VOLTLANE_URL"] = self.state.tenant_ws or ""
        return Process(
            self.folder,
            "sim-1",
            [self._program("sim"), *command],
            environment,
            ready=lambda: answers(port, "/readyz"),
        )

    def admin(self, *arguments: str, secrets: dict[str, str] | None = None) -> str:
        """Runs voltlane-admin and returns its output; Failure with its last line where it fails. secrets: environment
        that it gets besides; its output is in no log then."""
        environment = os.environ | self._common() | {"VOLTLANE_DATABASE_URL": self.postgres.url()}
        environment |= {"VOLTLANE_TOPIC_REPLICATION": str(min(3, len(self.kafka.processes)))}
        environment |= secrets or {}
        program = self._program("admin")
        try:
            done = subprocess.run(
                [program, *arguments],
                cwd=paths.ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
            )
        except FileNotFoundError:
            raise Failure(f"{program} does not exist; is everything built?") from None
        log = self.folder / "logs" / "admin.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a") as out:
            printed = done.stderr if secrets else done.stdout + done.stderr
            out.write(f"$ voltlane-admin {' '.join(arguments)}\n{printed}")
        if done.returncode != 0:
            last = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
            raise Failure(f"voltlane-admin {' '.join(arguments)} failed: {last}")
        return done.stdout

    def _program(self, kind: str) -> str:
        return str(self._programs.get(kind) or paths.bin_dir() / f"voltlane-{kind}")

    def _common(self) -> dict[str, str]:
        chosen = {key: os.environ.get(key, default) for key, default in PERSONAL.items()}
        return chosen | {"VOLTLANE_KAFKA": self.kafka.bootstrap}

    def _gateway(self, number: int) -> dict[str, str]:
        frames = os.environ.get("VOLTLANE_LOG_FRAMES") or ("0" if self.state.empty else "1")
        return {
            "VOLTLANE_GATEWAY_LISTEN": f"127.0.0.1:{self.state.gateway_port + number - 1}",
            "VOLTLANE_ORDINAL": str(number - 1),
            "VOLTLANE_LOG_FRAMES": frames,
            "VOLTLANE_COMMAND_KEY": self.state.command_key,
        }

    def _worker(self, number: int) -> dict[str, str]:
        return {
            "VOLTLANE_DATABASE_URL": self.postgres.url(),
            "VOLTLANE_POOLS": "all",
            "VOLTLANE_SMTP_URL": Mail(self.folder, self.state).url,
            "VOLTLANE_SMTP_STARTTLS": "off",
            "VOLTLANE_MAIL_FROM": "Voltlane <no-reply@voltlane.example>",
            "VOLTLANE_MAIL_TEMPLATES": str(paths.ROOT / "templates" / "mail"),
            "VOLTLANE_PUBLIC_API_URL": self.state.api_urls[0],
        }

    def _api(self, number: int) -> dict[str, str]:
        return {
            "VOLTLANE_DATABASE_URL": self.postgres.url(),
            "VOLTLANE_API_LISTEN": f"127.0.0.1:{self.state.api_port + number - 1}",
            "VOLTLANE_JWT_KEY": self.state.jwt_key,
            "VOLTLANE_COMMAND_KEY": self.state.command_key,
            "VOLTLANE_PUBLIC_GATEWAY_URL": self.state.gateway_urls[0],
        }


def answers(port: int, path: str) -> bool:
    """Whether the admin port answers 200 on the path."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
