"""A private PostgreSQL on loopback. As root it runs as the `postgres` user, since PostgreSQL refuses root."""

import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from . import ports, procfs
from .errors import Failure
from .process import Process

START_SECONDS = 60
DATABASE = USER = "voltlane"
SERVER_USER = "postgres"

# Where the postgres user cannot reach a stack's folder (a home of mode 0700), its data lies here.
ELSEWHERE = Path("/var/lib/voltlane-dev")

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "fsync": "on",
    "log_min_messages": "warning",
    "timezone": "UTC",
}
# Faster, and with what statements are counted by.
FOR_TESTS = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track_utility": "off",
}


class Postgres:
    """A cluster in a folder: its data in <folder>/postgres (or in ELSEWHERE), its one database `voltlane`.

    durable=False trades safety against a crash of the machine (not of processes) for speed; for tests.
    """

    def __init__(self, folder: Path, durable: bool = True):
        self.folder = folder.resolve()
        self._settings = SETTINGS if durable else SETTINGS | FOR_TESTS
        self._note_file = self.folder / "postgres.json"
        self._note = json.loads(self._note_file.read_text()) if self._note_file.exists() else {}
        self._note.setdefault("password", secrets.token_hex(16))
        self._server_user = SERVER_USER if os.geteuid() == 0 else None
        self.process = self._process()

    @property
    def port(self) -> int | None:
        return self._note.get("port")

    @property
    def data(self) -> Path | None:
        return Path(self._note["data"]) if "data" in self._note else None

    def url(self, database: str = DATABASE) -> str:
        """The address for libpq and everything built on it; its user may do everything in this cluster."""
        return f"postgresql://{USER}:{self._note['password']}@127.0.0.1:{self.port}/{database}"

    def spawn(self) -> None:
        """Starts the server if it is not running; the port of an earlier life is used again."""
        if self.process.pid() is not None:
            return
        # What a killed server left behind still holds its port.
        self.process.end_orphans()
        if self.data is None:
            self._note["data"] = str(self._choose_data_folder())
        self._note["port"] = ports.pick(self.port)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._note_file.touch(mode=0o600)
        self._note_file.write_text(json.dumps(self._note))
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self.process = self._process()
        self._forget_zombie()
        self.process.spawn()

    def wait_ready(self, seconds: float = START_SECONDS) -> None:
        self.process.wait_ready(seconds)
        self._create_database()

    def start(self, seconds: float = START_SECONDS) -> None:
        self.spawn()
        self.wait_ready(seconds)

    def stop(self, seconds: float = 10) -> None:
        self.process.stop(seconds)

    def wipe(self) -> None:
        """Removes the data; the server must have been stopped."""
        if self.data is not None and self.data.exists():
            shutil.rmtree(self.data)

    def psql(self, sql: str, database: str = DATABASE) -> str:
        """Runs SQL and returns psql's bare output; Failure with its message where it fails."""
        command = [program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-c", sql]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout.strip()

    def _process(self) -> Process:
        options = [part for key, value in self._settings.items() for part in ("-c", f"{key}={value}")]
        return Process(
            self.folder,
            "postgres",
            [program("postgres"), "-D", str(self.data), "-p", str(self.port), *options],
            ready=self._serves,
            user=self._server_user,
            cwd=self.data,
            stop_signal=signal.SIGINT,  # "fast": TERM would wait for every client to leave by itself
            family=lambda: procfs.with_cwd(self.data) if self.data is not None else [],
        )

    def _serves(self) -> bool:
        command = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, stdin=subprocess.DEVNULL).returncode == 0

    def _forget_zombie(self) -> None:
        """PostgreSQL takes a killed postmaster that nobody reaped (pid 1 of a container may not) for a living one."""
        noted = self.data / "postmaster.pid"
        pid = int(noted.read_text().split()[0]) if noted.exists() else None
        if pid is not None and procfs.stat(pid) is not None and not procfs.is_alive(pid):
            noted.unlink()

    def _create_database(self) -> None:
        if not self.psql(f"select 1 from pg_database where datname = '{DATABASE}'", "postgres"):
            self.psql(f"create database {DATABASE}", "postgres")

    def _choose_data_folder(self) -> Path:
        data = self.folder / "postgres"
        if self._server_user is None:
            data.mkdir(parents=True, exist_ok=True, mode=0o700)
            return data
        data.mkdir(parents=True, exist_ok=True)
        if not _can_enter(data):
            data.rmdir()
            data = elsewhere(self.folder)
            data.mkdir(parents=True, exist_ok=True)
        shutil.chown(data, SERVER_USER, SERVER_USER)
        data.chmod(0o700)
        return data

    def _initialise(self) -> None:
        command = [program("initdb"), "-D", str(self.data), "-U", USER, "--auth=scram-sha-256", "-E", "UTF8"]
        command += ["--locale=C.UTF-8", "--no-sync"]
        user = {"user": self._server_user, "group": self._server_user} if self._server_user else {}
        with tempfile.NamedTemporaryFile("w", prefix="voltlane-") as password:
            password.write(self._note["password"] + "\n")
            password.flush()
            if self._server_user:
                shutil.chown(password.name, self._server_user)
            command.append(f"--pwfile={password.name}")
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/", **user)
        if done.returncode != 0:
            lines = (done.stderr or done.stdout).strip().splitlines() or ["no output"]
            raise Failure(f"initdb failed in {self.data}: {lines[-1]}")


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs, of the newest version installed."""
    versions = Path("/usr/lib/postgresql").glob(f"[0-9]*/bin/{name}")
    newest = max(versions, key=lambda path: int(path.parts[4]), default=None)
    found = str(newest) if newest else shutil.which(name)
    if found is None:
        raise Failure(f"PostgreSQL's {name} is not installed; ./dev installs what packages.txt names.")
    return found


def _can_enter(folder: Path) -> bool:
    """Whether the postgres user may enter the folder by its path."""
    try:
        pwd.getpwnam(SERVER_USER)
    except KeyError:
        raise Failure("There is no postgres user: is PostgreSQL's Debian package installed?") from None
    user = {"user": SERVER_USER, "group": SERVER_USER, "extra_groups": []}
    return subprocess.run(["/usr/bin/test", "-x", str(folder)], cwd="/", **user).returncode == 0


def elsewhere(folder: Path) -> Path:
    """Where a stack's data lies if the postgres user cannot reach the stack's own folder."""
    return ELSEWHERE / hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
