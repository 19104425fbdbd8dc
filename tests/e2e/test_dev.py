"""./dev as people use it: up, faults, Ctrl-C, up again with the data, and clear sentences where something is wrong."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from stack import paths, ports, procfs
from stack.scratch import Scratch
from stack.wait import poll

UP_SECONDS = 240  # a build that has nothing to do, and a start beside whatever else this machine does
CTRL_C_SECONDS = 10


class Dev:
    """One stack of ./dev in a folder and on ports of its own."""

    def __init__(self, folder: Path):
        self.folder = folder / "stack"
        first = ports.pick_row(8)
        self.api_port, self.gateway_port = first, first + 4
        chosen = {"VOLTLANE_DEV_DIR": str(self.folder)}
        chosen |= {"VOLTLANE_API_PORT": str(first), "VOLTLANE_GATEWAY_PORT": str(first + 4)}
        self.environment = os.environ | chosen

    def run(self, *arguments: str, seconds: float = 60) -> subprocess.CompletedProcess:
        return subprocess.run(
            [str(paths.ROOT / "dev"), *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
        )

    def must(self, *arguments: str, seconds: float = 60) -> str:
        done = self.run(*arguments, seconds=seconds)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def status(self) -> dict:
        return json.loads(self.must("status", "--json"))

    def process(self, name: str) -> dict:
        return next(row for row in self.status()["processes"] if row["name"] == name)

    def foreground(self, *arguments: str) -> subprocess.Popen:
        """./dev up in the foreground, once it says that Ctrl-C stops it."""
        running = subprocess.Popen(
            [str(paths.ROOT / "dev"), "up", *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=(self.folder.parent / "up.log").open("w"),
            stderr=subprocess.STDOUT,
        )

        def printed() -> bool:
            assert running.poll() is None, self.printed()
            return "Ctrl-C stops" in self.printed()

        poll("./dev up is not ready", printed, UP_SECONDS)
        return running

    def printed(self) -> str:
        return (self.folder.parent / "up.log").read_text()


@pytest.fixture
def dev() -> Iterator[Dev]:
    with Scratch("dev") as scratch:
        yield Dev(scratch.folder)


def test_a_detached_stack_through_faults(dev: Dev):
    read, write = os.pipe()
    up = subprocess.run(
        [str(paths.ROOT / "dev"), "up", "--detach", "--empty", "--pods", "2"],
        env=dev.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        pass_fds=[write],
        timeout=UP_SECONDS,
    )
    os.close(write)
    assert up.returncode == 0, up.stdout + up.stderr
    assert os.read(read, 1) == b"", "what runs holds a file descriptor of its caller"
    os.close(read)

    status = dev.status()
    assert status["api"] == [f"http://127.0.0.1:{dev.api_port + n}" for n in (0, 1)]
    assert status["gateway"] == [f"ws://127.0.0.1:{dev.gateway_port + n}" for n in (0, 1)]
    assert (status["user"], status["password"]) == (None, None)
    assert ports.is_open(int(status["kafka"].split(":")[1]))
    names = [row["name"] for row in status["processes"]]
    pods = [f"{kind}-{number}" for kind in ("gateway", "worker", "api") for number in (1, 2)]
    assert sorted(names) == sorted(["kafka", "mail", "postgres", *pods])
    assert all(row["ready"] and procfs.is_alive(row["pid"]) for row in status["processes"])
    assert set(status["processes"][0]) == {"name", "pid", "ready", "port", "admin_port"}

    again = dev.run("up", "--detach", "--empty")
    assert again.returncode != 0
    assert "already running" in again.stderr

    for name, number in (
        ("gateway-1", "KILL"),
        ("worker-2", "TERM"),
        ("postgres", "KILL"),
        ("kafka", "KILL"),
    ):
        before = dev.process(name)
        dev.must("kill", name, number)
        assert dev.process(name)["pid"] is None
        dev.must("start", name)
        after = dev.process(name)
        assert after["ready"], name
        assert after["pid"] != before["pid"]
        assert after["port"] == before["port"]

    frozen = dev.process("api-2")
    dev.must("kill", "api-2", "STOP")
    assert not dev.process("api-2")["ready"]
    dev.must("kill", "api-2", "CONT")
    assert dev.process("api-2") == frozen
    assert dev.must("psql", "-Atc", "select 40 + 2").strip() == "42"

    for wrong, said in (
        (["kill", "gateway-9"], "no process gateway-9"),
        (["kill", "api-1", "X"], "not a signal"),
    ):
        refused = dev.run(*wrong)
        assert refused.returncode != 0
        assert said in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1

    pids = [row["pid"] for row in dev.status()["processes"]]
    dev.must("down")
    assert not [pid for pid in pids if procfs.is_alive(pid)]
    dev.must("down", "--wipe")
    assert not dev.folder.exists()


def test_the_demo_charges_stops_on_ctrl_c_and_keeps_its_data(dev: Dev):
    running = dev.foreground("--simulate", "2")
    status = dev.status()
    api = status["api"][0]
    for printed in (api, f"ws://127.0.0.1:{dev.gateway_port}/api/v16/", status["user"], status["password"]):
        assert printed in dev.printed()
    headers = {"Authorization": f"Bearer {dev.must('token').strip()}"}

    def sessions() -> list:
        return httpx.get(f"{api}/api/sessions/", headers=headers, timeout=30).json()["results"]

    newest = poll("no session appears", sessions, 60)[0]
    pids = [row["pid"] for row in dev.status()["processes"]]
    began = time.monotonic()
    running.send_signal(signal.SIGINT)
    running.wait(CTRL_C_SECONDS + 5)
    assert time.monotonic() - began < CTRL_C_SECONDS
    assert not [pid for pid in pids if procfs.is_alive(pid)]

    running = dev.foreground("--simulate", "2")
    after = dev.status()
    assert (after["user"], after["password"]) == (status["user"], status["password"])
    assert newest["id"] in [row["id"] for row in sessions()]
    dev.must("down")
    assert running.wait(30) == 0


def test_a_port_in_use_is_one_clear_sentence(dev: Dev):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", dev.api_port))
        taken.listen()
        refused = dev.run("up", "--detach", "--empty", seconds=UP_SECONDS)
    assert refused.returncode != 0
    assert f"Port {dev.api_port} (api-1) is in use" in refused.stderr
    assert "VOLTLANE_API_PORT" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_usage(dev: Dev):
    assert "usage: ./dev <command>" in dev.must("--help")
    assert dev.run().returncode == 2
    assert dev.run("frobnicate").returncode != 0
    assert dev.run("kill").returncode != 0
    assert dev.status() == {
        "api": [],
        "gateway": [],
        "kafka": None,
        "user": None,
        "password": None,
        "processes": [],
    }
