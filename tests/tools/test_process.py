"""The supervision of single processes: nothing is lost track of, whatever died in between."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from stack import ports, procfs
from stack.errors import Failure
from stack.process import Process, stop_together
from stack.wait import poll


@pytest.fixture
def sleeper(tmp_path: Path):
    process = Process(tmp_path, "sleeper-1", ["sleep", "300"])
    yield process
    process.stop(5)


def test_a_process_is_found_again_by_its_pid_file(sleeper: Process):
    pid = sleeper.start(5)
    again = Process(sleeper.folder, "sleeper-1", ["sleep", "300"])
    assert again.pid() == pid
    with pytest.raises(Failure, match="already running"):
        again.start(5)
    again.stop(5)
    assert sleeper.pid() is None
    assert not procfs.is_alive(pid)


def test_a_pid_that_belongs_to_somebody_else_by_now_is_stale(sleeper: Process):
    sleeper.pid_file.parent.mkdir(parents=True)
    someone = procfs.stat(os.getpid())
    assert someone is not None
    noted = {"pid": os.getpid(), "start": someone[2] - 1, "boot": procfs.boot_id()}
    sleeper.pid_file.write_text(json.dumps(noted))
    assert sleeper.pid() is None
    assert sleeper.start(5) != os.getpid()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1}'])
def test_a_damaged_pid_file_counts_as_none(sleeper: Process, damage: str):
    sleeper.pid_file.parent.mkdir(parents=True)
    sleeper.pid_file.write_text(damage)
    assert sleeper.pid() is None


def test_start_ends_an_orphan_whose_pid_file_is_gone(sleeper: Process):
    orphan = sleeper.start(5)
    sleeper.pid_file.unlink()
    fresh = sleeper.start(5)
    assert fresh != orphan
    assert not procfs.is_alive(orphan)


def test_start_after_sigkill(sleeper: Process):
    killed = sleeper.start(5)
    sleeper.signal(signal.SIGKILL)
    assert sleeper.wait_gone(5)
    assert sleeper.start(5) != killed


def test_a_child_of_a_killed_process_is_ended_too(tmp_path: Path):
    parent = Process(tmp_path, "parent-1", ["sh", "-c", "sleep 300 & echo $!; wait"])
    parent.start(5)
    child = int(poll("no child", lambda: parent.log_file.read_text().strip(), 5))
    parent.signal(signal.SIGKILL)
    parent.wait_gone(5)
    assert procfs.is_alive(child)
    parent.stop(5)
    assert not procfs.is_alive(child)


def test_a_stopped_process_can_be_ended(sleeper: Process):
    sleeper.start(5)
    sleeper.signal(signal.SIGSTOP)
    sleeper.stop(5)
    assert sleeper.pid() is None


def test_one_that_does_not_listen_is_killed(tmp_path: Path):
    deaf = Process(tmp_path, "deaf-1", ["sh", "-c", "trap '' TERM; echo up; while :; do sleep 1; done"])
    pid = deaf.start(5)
    poll("not up", lambda: "up" in deaf.log_file.read_text(), 5)
    stop_together([deaf], 0.2)
    assert not procfs.is_alive(pid)


def test_what_is_left_running_holds_no_descriptor_of_its_starter(tmp_path: Path):
    script = "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; from stack.process import *\n"
    script += "Process(Path(sys.argv[2]), 'sleeper-1', ['sleep', '300']).start(5); forget_children()"
    command = [sys.executable, "-c", script, str(Path(ports.__file__).parents[1]), str(tmp_path)]
    read, write = os.pipe()
    starter = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, pass_fds=[write], timeout=20
    )
    os.close(write)
    sleeper = Process(tmp_path, "sleeper-1", [])
    try:
        assert starter.returncode == 0, starter.stderr
        assert sleeper.pid() is not None
        assert os.read(read, 1) == b""  # end of file: nobody holds the other end
        files = [os.readlink(fd) for fd in Path(f"/proc/{sleeper.pid()}/fd").iterdir()]
        assert sorted(set(files)) == ["/dev/null", str(sleeper.log_file)]
    finally:
        os.close(read)
        sleeper.stop(5)


def test_one_that_ends_while_starting_says_why(tmp_path: Path):
    broken = Process(tmp_path, "broken-1", ["sh", "-c", "echo no such topic; exit 1"], ready=lambda: False)
    with pytest.raises(Failure, match="broken-1 ended while starting.*\n.*no such topic"):
        broken.start(5)


def test_a_missing_program_is_one_clear_sentence(tmp_path: Path):
    with pytest.raises(Failure, match="/does/not/exist does not exist; is everything built"):
        Process(tmp_path, "missing-1", ["/does/not/exist"]).start(5)


def test_a_port_in_use_names_its_holder():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Failure, match=rf"Port {port} \(api-1\) is in use by .* \(pid {os.getpid()}\)"):
            ports.demand(port, "api-1", "VOLTLANE_API_PORT")


def test_free_ports_differ_and_stay_below_the_ephemeral_range():
    found = [ports.pick() for _ in range(50)]
    assert len(set(found)) == 50
    assert all(ports.FIRST_FREE <= port <= ports.LAST_FREE for port in found)
    first = ports.pick_row(5)
    assert not set(range(first, first + 5)) & set(found)
