"""A private Apache Kafka on loopback, of one broker or several, from Maven Central's jars and without docker."""

import base64
import contextlib
import fcntl
import hashlib
import json
import shutil
import subprocess
import uuid
from pathlib import Path

from . import paths, ports
from .errors import Failure
from .process import Process, stop_together

POM = paths.ROOT / "tools" / "kafka" / "pom.xml"
LOG_CONFIG = paths.ROOT / "tools" / "kafka" / "log4j2.properties"

START_SECONDS = 60  # 2 s on an idle machine for one broker, 6 s for three; compilers may hold both cores
# One broker takes 0.3 s. Of several the last waits in vain for a quorum, and is killed: nothing is lost by it.
STOP_SECONDS = 3

# Sized for one machine that also builds: few internal partitions start fast, a small dedupe buffer saves
# heap, and nothing creates topics by itself.
COMMON_SETTINGS = {
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "PLAINTEXT",
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "log.cleaner.dedupe.buffer.size": "16777216",
    "log.index.size.max.bytes": "1048576",
    "controlled.shutdown.max.retries": "1",
    "controlled.shutdown.retry.backoff.ms": "200",
    # A killed broker may return only when its old session is over: 9 s by default.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "initial.broker.registration.timeout.ms": "20000",
    "unclean.leader.election.enable": "false",
}


class Kafka:
    """A cluster in a folder: <folder>/kafka holds its data and configuration and survives restarts.

    Brokers are the processes `kafka` (one) or `kafka-1`... (several), each broker and controller at once.
    """

    def __init__(self, folder: Path, brokers: int = 1):
        self.folder = folder.resolve()
        self.data = self.folder / "kafka"
        self._nodes = json.loads(self._ports_file.read_text()) if self._ports_file.exists() else []
        while len(self._nodes) < brokers:
            self._nodes.append({"port": None, "controller": None})
        names = ["kafka"] if brokers == 1 else [f"kafka-{n}" for n in range(1, brokers + 1)]
        self.processes = [self._process(n, name) for n, name in enumerate(names)]

    @property
    def _ports_file(self) -> Path:
        return self.data / "ports.json"

    @property
    def bootstrap(self) -> str:
        """host:port of every broker, as clients want it."""
        return ",".join(f"127.0.0.1:{node['port']}" for node in self._nodes)

    def port_of(self, number: int) -> int | None:
        """The port of one broker (numbered from 0); None before its first start."""
        return self._nodes[number]["port"]

    def spawn(self) -> None:
        """Starts every broker that is not running; the ports of an earlier life are used again."""
        jars()
        self._choose_ports()
        for number, process in enumerate(self.processes):
            if process.pid() is None:
                self._prepare(number)
                process.spawn()

    def wait_ready(self, seconds: float = START_SECONDS) -> None:
        for process in self.processes:
            process.wait_ready(seconds)

    def start(self, seconds: float = START_SECONDS) -> None:
        self.spawn()
        self.wait_ready(seconds)

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        stop_together(self.processes, seconds)

    def start_broker(self, number: int) -> None:
        """Starts one broker (numbered from 0) again and returns when it serves; its port stays if others run."""
        jars()
        self._choose_ports()
        self._prepare(number)
        self.processes[number].start(START_SECONDS)

    def metadata(self) -> dict | None:
        """What `kcat -L` says, or None where nobody answers."""
        return _kcat_metadata(self.bootstrap)

    def _choose_ports(self) -> None:
        if any(process.pid() for process in self.processes):
            return
        for node in self._nodes:
            node["port"] = ports.pick(node["port"])
            node["controller"] = ports.pick(node["controller"])
        self.data.mkdir(parents=True, exist_ok=True)
        self._ports_file.write_text(json.dumps(self._nodes))

    def _process(self, number: int, name: str) -> Process:
        heap = "512m" if len(self._nodes) == 1 else "256m"
        java = shutil.which("java", path="/usr/bin") or shutil.which("java") or "java"
        options = [f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Xshare:auto"]
        return Process(
            self.folder,
            name,
            [java, *options, f"-Dlog4j2.configurationFile={LOG_CONFIG}", "-cp", f"{paths.KAFKA_JARS}/*"]
            + ["kafka.Kafka", str(self._config_file(number))],
            ready=lambda: self._serves(number),
        )

    def _config_file(self, number: int) -> Path:
        return self.data / f"server-{number + 1}.properties"

    def _log_dir(self, number: int) -> Path:
        return self.data / f"log-{number + 1}"

    def _prepare(self, number: int) -> None:
        """Writes the broker's configuration, and formats its folder once."""
        node, several = self._nodes[number], len(self._nodes) > 1
        copies = min(3, len(self._nodes))
        voters = ",".join(f"{n + 1}@127.0.0.1:{other['controller']}" for n, other in enumerate(self._nodes))
        settings = COMMON_SETTINGS | {
            "node.id": str(number + 1),
            "listeners": f"PLAINTEXT://127.0.0.1:{node['port']},CONTROLLER://127.0.0.1:{node['controller']}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{node['port']}",
            # Static voters: they are read from here at every start, so a port may change between two lives.
            "controller.quorum.voters": voters,
            "log.dirs": str(self._log_dir(number)),
            "default.replication.factor": str(copies),
            "min.insync.replicas": "2" if several else "1",
            "offsets.topic.replication.factor": str(copies),
            "transaction.state.log.replication.factor": str(copies),
            "transaction.state.log.min.isr": "2" if several else "1",
        }
        config = self._config_file(number)
        config.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
        if not (self._log_dir(number) / "meta.properties").exists():
            self._format(config)

    def _format(self, config: Path) -> None:
        id_file = self.data / "cluster-id"
        if not id_file.exists():
            # The "v" in front: an id that begins with a dash would be read as an option.
            id_file.write_text("v" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")[1:])
        command = ["java", "-XX:TieredStopAtLevel=1", f"-Dlog4j2.configurationFile={LOG_CONFIG}"]
        command += ["-cp", f"{paths.KAFKA_JARS}/*", "kafka.tools.StorageTool", "format"]
        done = _run([*command, "-t", id_file.read_text(), "-c", str(config)])
        if done.returncode != 0:
            raise Failure(f"Kafka's folder {self.data} cannot be formatted: {_last_line(done)}")

    def _serves(self, number: int) -> bool:
        """Whether this broker answers clients and is one of the cluster's brokers."""
        port = self._nodes[number]["port"]
        if not ports.is_open(port):
            return False
        known = _kcat_metadata(f"127.0.0.1:{port}")
        return known is not None and any(broker["id"] == number + 1 for broker in known["brokers"])


def _kcat_metadata(bootstrap: str) -> dict | None:
    done = _run(["kcat", "-b", bootstrap, "-L", "-J", "-m", "5"])
    if done.returncode != 0:
        return None
    with contextlib.suppress(ValueError):
        return json.loads(done.stdout)
    return None


def jars() -> Path:
    """The folder of Kafka's jars: fetched by Maven once, and again when pom.xml changes."""
    wanted = hashlib.sha256(POM.read_bytes()).hexdigest()
    marker = paths.KAFKA_JARS / ".pom-sha256"
    if _text(marker) == wanted:
        return paths.KAFKA_JARS
    paths.BUILD.mkdir(exist_ok=True)
    with (paths.BUILD / ".kafka.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _text(marker) != wanted:
            _fetch_jars(marker, wanted)
    return paths.KAFKA_JARS


def _fetch_jars(marker: Path, wanted: str) -> None:
    fresh = paths.BUILD / "kafka.new"
    shutil.rmtree(fresh, ignore_errors=True)
    command = ["mvn", "-q", "-B", "-Dstyle.color=never", "-f", str(POM), "dependency:copy-dependencies"]
    done = _run([*command, f"-DoutputDirectory={fresh}", "-DincludeScope=runtime"])
    if done.returncode != 0 or not any(fresh.glob("kafka_*.jar")):
        raise Failure(f"Maven could not fetch Apache Kafka's jars (is there a network?): {_last_line(done)}")
    shutil.rmtree(paths.KAFKA_JARS, ignore_errors=True)
    fresh.rename(paths.KAFKA_JARS)
    marker.write_text(wanted)


def _run(command: list[str]) -> subprocess.CompletedProcess:
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except FileNotFoundError:
        raise Failure(f"{command[0]} is not installed; ./dev installs what packages.txt names.") from None


def _last_line(done: subprocess.CompletedProcess) -> str:
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    wrong = [line for line in lines if "ERROR" in line or "Exception" in line]
    return (wrong or lines or ["no output"])[0].strip()


def _text(file: Path) -> str | None:
    try:
        return file.read_text()
    except OSError:
        return None
