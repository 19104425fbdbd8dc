#!/usr/bin/python3
"""Runs the benchmarks: the micro-benchmarks, then load, the timing of logins and of lists with a million sessions, each
on a private stack (filters: a benchmark's name, "load", "login" or "lists").

Prints what it measures and keeps it in bench/results/<time>.json. All traffic stays on this machine.
"""

import json
import os
import platform
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import bench_lists
import bench_login
from stack import demo, paths, ports, procfs
from stack.errors import Failure
from stack.scratch import Scratch
from stack.services import UNBOUND
from stack.stack import Stack
from stack.state import State
from stack.wait import until

RESULTS = paths.ROOT / "bench" / "results"
CALLING, CALLING_SECONDS = (200, 1000), 15  # chargers that each send the next call when the last is answered
IDLE, IDLE_SECONDS = 5000, 3  # chargers that are only connected
CATCH_UP_SECONDS = 120  # for the worker to store what the gateway acknowledged
USER, PASSWORD = "bench", "MyP@ssw0rd"


def main(arguments: list[str]) -> int:
    if len(arguments) > 1:
        print("usage: ./dev bench [filter]", file=sys.stderr)
        return 2
    wanted = arguments[0] if arguments else ""
    results = {"at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "machine": machine()}
    try:
        if wanted not in ("load", "login", "lists"):
            results["micro"] = micro(wanted)
        if wanted in ("", "load"):
            results["load"] = load()
        if wanted in ("", "login"):
            results["login"] = bench_login.login()
        if wanted in ("", "lists"):
            results["lists"] = bench_lists.run()
    except Failure as failure:
        print(f"dev: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    RESULTS.mkdir(parents=True, exist_ok=True)
    kept = RESULTS / f"{results['at'].replace(':', '')}.json"
    kept.write_text(json.dumps(results, indent=2) + "\n")
    print(f"Kept in {kept.relative_to(paths.ROOT)}.")
    return 0


def machine() -> dict:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2] for line in lines if line.startswith("model name")), "")
    return {"cpu": model.strip(), "cores": os.cpu_count(), "kernel": platform.release()}


def micro(wanted: str) -> list[dict]:
    found = []
    for program in sorted(paths.bin_dir().glob("*_bench")):
        done = subprocess.run(
            [str(program), f"--benchmark_filter={re.escape(wanted)}", "--benchmark_format=json"],
            stdout=subprocess.PIPE,
            text=True,
        )
        if done.returncode != 0:
            raise Failure(f"{program.name} failed with status {done.returncode}.")
        for row in json.loads(done.stdout)["benchmarks"] if done.stdout.startswith("{") else []:
            found.append({key: row[key] for key in ("name", "cpu_time", "time_unit", "iterations")})
            print(f"{row['name']:<60} {row['cpu_time']:>12.1f} {row['time_unit']}", flush=True)
    return found


def load() -> dict:
    """One gateway, one worker and one API pod: the speed of calls, what they cost, and the memory of idle chargers."""
    with Scratch("bench") as scratch:
        state = State(empty=True)
        state.api_port, state.gateway_port = ports.pick(), ports.pick()
        stack = Stack(scratch.folder, state, durable=False, settings={"api": UNBOUND})
        stack.up()
        address = _tenant(state)
        idle = _run_load(stack, address, IDLE, IDLE_SECONDS, "IDLE", "--idle")
        print(f"idle     {json.dumps(idle)}", flush=True)
        calling = [_call(stack, address, chargers) for chargers in CALLING]
        stack.down()
    return {"idle": idle, "calling": calling}


def _call(stack: Stack, address: str, chargers: int) -> dict:
    """Calls as fast as they are answered, then what each stored one cost all processes together."""
    stored_before, before = _stored(stack), _cpu_seconds(stack)
    figures = _run_load(stack, address, chargers, CALLING_SECONDS, f"BUSY{chargers}-")
    stored = _stored(stack) - stored_before
    spent = {name: after - before[name] for name, after in _cpu_seconds(stack).items()}
    per_call = {name: round(seconds * 1e6 / max(1, stored), 2) for name, seconds in spent.items()}
    per_call["all"] = round(sum(per_call.values()), 2)
    figures |= {"stored": stored, "cpu_us_per_stored_call": per_call}
    print(f"calling  {json.dumps(figures)}", flush=True)
    return figures


def _tenant(state: State) -> str:
    """The address that chargers of a new tenant dial."""
    api = demo.Api(state.api_urls[0])
    account = {"username": USER, "email": f"{USER}@example.com", "full_name": "Bench", "role": "super_admin"}
    api.call("POST", "/api/auth/signup/", account | {"password": PASSWORD, "password2": PASSWORD})
    if not api.login(USER, PASSWORD):
        raise Failure("The benchmark's user cannot log in.")
    return api.call("GET", "/api/me/")[1]["tenant_ws"]


def _run_load(stack: Stack, address: str, chargers: int, seconds: int, prefix: str, *options: str) -> dict:
    command = [
        str(paths.bin_dir() / "gateway_load"),
        address,
        str(chargers),
        str(seconds),
        "--prefix",
        prefix,
    ]
    for name in ("gateway-1", "worker-1", "kafka"):
        command += ["--pid", f"{name.removesuffix('-1')}={stack.process(name).pid()}"]
    done = subprocess.run([*command, *options], stdout=subprocess.PIPE, text=True)
    if not done.stdout.startswith("{"):
        raise Failure(f"gateway_load failed with status {done.returncode}.")
    return json.loads(done.stdout)


def _stored(stack: Stack) -> int:
    """How many meter calls are in the database once their number stands still."""
    count, deadline = -1, time.monotonic() + CATCH_UP_SECONDS

    def standing() -> bool:
        nonlocal count
        last, count = count, int(stack.postgres.psql("select count(*) from meter_values where sample = 0"))
        return count == last

    until(standing, deadline - time.monotonic(), interval=2)
    return count


def _cpu_seconds(stack: Stack) -> dict[str, float]:
    """CPU time so far of each process, PostgreSQL's backends included."""
    return {
        process.name: sum(procfs.cpu_seconds(pid) for pid in {process.pid() or 0, *process.family()})
        for process in stack.processes()
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
