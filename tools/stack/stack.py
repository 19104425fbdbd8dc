"""A whole stack in a folder: PostgreSQL, Kafka, gateways, workers, API pods and, if wanted, simulated chargers."""

import fcntl
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from . import demo, ports
from .errors import Failure
from .kafka import Kafka
from .mail import START_SECONDS as MAIL_SECONDS
from .mail import Mail
from .postgres import Postgres
from .process import Process, stop_together
from .services import Services
from .state import State

READY_SECONDS = 60  # our processes take a second; two cores may be busy with other stacks or a build

# Stopping in order, each with its share of the promised 10 s; a process that needs longer is killed.
STOP_SECONDS = {"sim": 1.5, "api": 1.5, "worker": 1.5, "gateway": 2, "mail": 0.5, "kafka": 2, "postgres": 1}
KINDS = ("gateway", "worker", "api")


class Stack:
    """Everything ./dev does with processes. The object holds no running state: it reads it from the folder."""

    def __init__(
        self,
        folder: Path,
        state: State | None = None,
        brokers: int = 1,
        durable: bool = True,
        programs: dict[str, Path] | None = None,
        settings: dict[str, dict[str, str]] | None = None,
        say: Callable[[str], None] = lambda text: None,
    ):
        self.folder = folder.resolve()
        self.state = state or State.load(self.folder) or State()
        self.kafka = Kafka(self.folder, brokers)
        self.postgres = Postgres(self.folder, durable)
        self.mail = Mail(self.folder, self.state)
        self.services = Services(self.folder, self.state, self.kafka, self.postgres, programs, settings)
        self.say = say

    def up(self) -> None:
        """Starts everything and returns when it is ready; where anything fails, all is stopped again."""
        running = [process.name for process in self.processes() if process.pid() is not None]
        if running:
            raise Failure(f"This stack is already running ({', '.join(running)}); ./dev down stops it.")
        self._demand_ports()
        self.state.save(self.folder)
        try:
            self._start_all()
        except BaseException:
            self.down()
            raise

    def down(self) -> None:
        """Stops everything in order: chargers first, the database last."""
        for kind, seconds in STOP_SECONDS.items():
            stop_together([process for process in self.processes() if _kind(process.name) == kind], seconds)

    def wipe(self) -> None:
        """Removes all data; the stack must be down."""
        self.postgres.wipe()
        shutil.rmtree(self.folder, ignore_errors=True)

    def processes(self) -> list[Process]:
        """Every process this stack consists of, running or not, in the order of their start."""
        ours = [self.services.make(name) for kind in KINDS for name in self._names(kind)]
        simulator = [self.services.simulator()] if self._simulates() else []
        return [self.postgres.process, *self.kafka.processes, self.mail.process, *ours, *simulator]

    def process(self, name: str) -> Process:
        known = {process.name: process for process in self.processes()}
        if name not in known:
            raise Failure(f"There is no process {name}; there are {', '.join(known) or 'none'}.")
        return known[name]

    def start(self, name: str) -> None:
        """Starts one process and returns when it is ready; one that runs already only has to be ready."""
        process = self.process(name)
        if process.pid() is not None:
            process.wait_ready(READY_SECONDS)
        elif name == "postgres":
            self.postgres.start()
        elif _kind(name) == "kafka":
            self.kafka.start_broker(self.kafka.processes.index(process))
        elif name == "mail":
            process.start(MAIL_SECONDS)
        else:
            self._demand_port_of(name)
            process.start(READY_SECONDS)

    def kill(self, name: str, number: signal.Signals = signal.SIGTERM) -> int:
        """Sends a signal. PostgreSQL's TERM would wait for its clients, so that it gets INT (fast) instead."""
        process = self.process(name)
        return process.signal(process.stop_signal if number == signal.SIGTERM else number)

    def status(self) -> dict:
        """The structure that ./dev status --json prints."""
        rows = []
        for process in self.processes():
            name = process.name
            rows.append(
                {
                    "name": name,
                    "pid": process.pid(),
                    "ready": process.is_ready(),
                    "port": self._port_of(name),
                    "admin_port": self.state.admin_ports.get(name),
                }
            )
        return {
            "api": self.state.api_urls,
            "gateway": self.state.gateway_urls,
            "kafka": self.kafka.bootstrap,
            "user": self.state.user,
            "password": self.state.password,
            "processes": rows,
        }

    def _start_all(self) -> None:
        self.say("Starting Kafka and PostgreSQL ...")
        self.kafka.spawn()
        self.mail.choose_port()
        self.mail.process.spawn()
        self.postgres.start()
        self.services.admin("migrate")
        self.kafka.wait_ready()
        self.services.admin("topics", "apply")
        self.mail.process.wait_ready(MAIL_SECONDS)
        self.say("Starting gateways, workers and API pods ...")
        ours = [self.services.make(name) for kind in KINDS for name in self.state.names(kind)]
        self.state.save(self.folder)
        for process in ours:
            process.spawn()
        for process in ours:
            process.wait_ready(READY_SECONDS)
        if self.state.empty:
            self.state.user = self.state.password = self.state.tenant_ws = None
        else:
            self.say("Preparing the demo tenant and its chargers ...")
            demo.prepare(self.state, self.services.admin)
            if self._simulates():
                self.services.simulator().start(READY_SECONDS)
        self.state.save(self.folder)

    def _names(self, kind: str) -> list[str]:
        """The processes of a kind, with those that still run although the stack had more pods when they started."""
        noted = {file.stem for file in (self.folder / "run").glob(f"{kind}-*.pid")}
        return sorted(noted.union(self.state.names(kind)), key=lambda name: (len(name), name))

    def _simulates(self) -> bool:
        return not self.state.empty and self.state.tenant_ws is not None and self.state.chargers > 0

    def _demand_ports(self) -> None:
        apis, gateways = ({self._port_of(name) for name in self.state.names(kind)} for kind in ("api", "gateway"))
        if shared := apis & gateways:
            raise Failure(
                f"Port {min(shared)} would be both an API pod's and a gateway's: move VOLTLANE_API_PORT or "
                "VOLTLANE_GATEWAY_PORT."
            )
        for kind in ("api", "gateway"):
            for name in self.state.names(kind):
                self._demand_port_of(name)
        for name, port in self.state.admin_ports.items():
            self.state.admin_ports[name] = ports.pick(port)

    def _demand_port_of(self, name: str) -> None:
        port, kind = self._port_of(name), _kind(name)
        if port is not None and kind in ("api", "gateway"):
            ports.demand(port, name, f"VOLTLANE_{kind.upper()}_PORT")

    def _port_of(self, name: str) -> int | None:
        kind, _, number = name.partition("-")
        first = {"api": self.state.api_port, "gateway": self.state.gateway_port}.get(kind)
        if first is not None:
            return first + int(number) - 1
        if kind == "kafka":
            return self.kafka.port_of(int(number or 1) - 1)
        if kind == "mail":
            return self.state.mail_port
        return self.postgres.port if kind == "postgres" else None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One changing command at a time for a stack."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except PermissionError:
        raise Failure(f"Not permitted to write in {folder}; choose a folder with VOLTLANE_DEV_DIR.") from None
    except (FileExistsError, NotADirectoryError):
        raise Failure(f"{folder} is not a folder; choose one with VOLTLANE_DEV_DIR.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(f"Another ./dev command is changing the stack in {folder}; wait for it.") from None
        yield


def is_locked(folder: Path) -> bool:
    """Whether a changing command is at work on the stack."""
    try:
        with (folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def _kind(name: str) -> str:
    return name.partition("-")[0]
