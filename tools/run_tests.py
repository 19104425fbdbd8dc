#!/usr/bin/python3
"""Runs every test, or those whose name contains a filter: first ctest (C++), then pytest (the whole system).

The C++ integration tests get a private PostgreSQL and Kafka; pytest's fixtures start their own.
"""

import json
import os
import re
import subprocess
import sys

from stack import paths, python_env
from stack.errors import Failure

PYTEST_NO_TESTS = 5


def main(arguments: list[str]) -> int:
    if len(arguments) > 1 or (arguments and arguments[0].startswith("-")):
        print("usage: ./dev test [filter]", file=sys.stderr)
        return 2
    wanted = arguments[0] if arguments else None
    try:
        programs = python_env.ensure()
        counted, cpp_passed = run_ctest(wanted)
        python_status = run_pytest(programs, wanted)
    except Failure as failure:
        print(f"dev: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if python_status == PYTEST_NO_TESTS:
        if not counted:
            print(f"dev: No test's name contains '{wanted}'.", file=sys.stderr)
            return 1
        python_status = 0
    if not cpp_passed:
        print("dev: C++ tests failed; ctest's list of them stands above pytest's output.", file=sys.stderr)
    return python_status or (0 if cpp_passed else 1)


def run_ctest(wanted: str | None) -> tuple[int, bool]:
    """(number of matching tests, whether all passed)."""
    command = ["ctest", "--preset", "release"]
    if wanted:
        command += ["-R", re.escape(wanted)]
    listed = subprocess.run(
        [*command, "--show-only=json-v1"],
        cwd=paths.ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if listed.returncode != 0:
        if wanted and "No tests were found" in listed.stdout + listed.stderr:
            return 0, True
        raise Failure(f"ctest cannot list the tests: {(listed.stderr or listed.stdout).strip()}")
    tests = json.loads(listed.stdout)["tests"]
    if not tests:
        return 0, wanted is not None
    command += ["-j", str(os.cpu_count() or 2)]
    if any("integration" in _labels(test) for test in tests):
        command = [sys.executable, str(paths.ROOT / "tools" / "with_services.py"), *command]
    return len(tests), subprocess.run(command, cwd=paths.ROOT, stdin=subprocess.DEVNULL).returncode == 0


def run_pytest(programs: os.PathLike, wanted: str | None) -> int:
    """pytest's exit status."""
    command = [str(programs / "python"), "-m", "pytest", "tests"]
    if wanted:
        command += ["-k", _keyword(wanted)]
    sys.stdout.flush()
    return subprocess.run(command, cwd=paths.ROOT, stdin=subprocess.DEVNULL).returncode


def _keyword(wanted: str) -> str:
    """pytest's -k is an expression: words with other characters than these stand for their longest part."""
    return max(re.findall(r"[\w.\[\]:-]+", wanted) or [wanted], key=len)


def _labels(test: dict) -> list[str]:
    for entry in test.get("properties", []):
        if entry["name"] == "LABELS":
            return entry["value"]
    return []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
