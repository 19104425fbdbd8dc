#!/usr/bin/python3
"""Everything ./dev lint checks: layout, include rules, scripts, Python, and clang-tidy on what changed (--all: on
everything). Each check runs, whatever the others found."""

import concurrent.futures
import json
import os
import subprocess
import sys
from pathlib import Path

from stack import paths, python_env
from stack.errors import Failure

ROOT = paths.ROOT
OWN_CPP = ("src", "tests", "bench")
TIDY_FILES = 30  # 5 to 10 s each: what a change touches, not a rewrite; keeps CI short
TIDY_SECONDS = 600  # one file; a hang of clang-tidy shall not eat CI's time


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--all"]):
        print("usage: ./dev lint [--all]", file=sys.stderr)
        return 2
    try:
        programs = python_env.ensure()
        failed = [
            name
            for name, check in (
                ("clang-format", clang_format),
                ("include rules", include_rules),
                ("shellcheck", shellcheck),
                ("ruff", lambda: ruff(programs)),
                ("clang-tidy", lambda: clang_tidy(everything="--all" in arguments)),
            )
            if not _report(name, check())
        ]
    except Failure as failure:
        print(f"dev: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if failed:
        print(f"dev: lint failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def clang_format() -> str:
    files = _sources(".cpp", ".hpp")
    return _errors(["clang-format-19", "--dry-run", "-Werror", *files]) if files else ""


def include_rules() -> str:
    return _errors([sys.executable, str(ROOT / "tests" / "lint" / "include_edges.py")])


def shellcheck() -> str:
    scripts = [
        "dev",
        ".ci/run",
        *(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("deploy/**/*.sh"))),
    ]
    return _errors(["shellcheck", *scripts])


def ruff(programs: Path) -> str:
    tool, folders = str(programs / "ruff"), ["tools", "tests"]
    return _errors([tool, "check", "-q", *folders]) + _errors([tool, "format", "-q", "--diff", *folders])


def clang_tidy(everything: bool) -> str:
    """Checks the changed sources, and of changed headers the sources of the same name."""
    database = paths.BUILD / "release" / "compile_commands.json"
    compiled = {os.path.relpath(entry["file"], ROOT) for entry in json.loads(database.read_text())}
    files = sorted(file for file in compiled if file.startswith("src/"))
    if not everything:
        changed = {str(Path(file).with_suffix("")) for file in _changed() if file.endswith((".cpp", ".hpp"))}
        files = [file for file in files if str(Path(file).with_suffix("")) in changed]
        if len(files) > TIDY_FILES:
            print(f"clang-tidy: {TIDY_FILES} of {len(files)} changed files; --all checks all.")
            files = files[:TIDY_FILES]
    command = ["clang-tidy-19", "--quiet", "-p", str(database.parent)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        return "".join(pool.map(lambda file: _errors([*command, file], TIDY_SECONDS, stderr=False), files))


def _changed() -> set[str]:
    """Files that differ from where the upstream's main branch left off (from the last commit, if that is here), and
    new ones."""
    head = _git("rev-parse", "HEAD")
    base = _git("merge-base", "HEAD", "origin/HEAD")
    if not base or base == head:
        base = _git("rev-parse", "-q", "--verify", "HEAD~1")
    differing = _git("diff", "--name-only", "--diff-filter=d", *(base or head))
    return {*differing, *_git("ls-files", "--others", "--exclude-standard")}


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return done.stdout.split("\n")[:-1] if done.returncode == 0 else []


def _sources(*suffixes: str) -> list[str]:
    found = (path for folder in OWN_CPP for path in (ROOT / folder).rglob("*") if path.suffix in suffixes)
    return sorted(str(path.relative_to(ROOT)) for path in found)


def _errors(command: list[str], seconds: float = 300, stderr: bool = True) -> str:
    """What a check printed if it failed; nothing if it passed."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds
        )
    except FileNotFoundError:
        raise Failure(f"{command[0]} is not installed; ./dev installs what packages.txt names.") from None
    except subprocess.TimeoutExpired:
        return f"{command[0]} did not finish within {seconds:g} s: {command[-1]}\n"
    if done.returncode == 0:
        return ""
    return (done.stdout + (done.stderr if stderr else "")) or f"{command[0]} failed: {done.stderr}"


def _report(name: str, errors: str) -> bool:
    print(f"{name}: {'ok' if not errors else 'failed'}", flush=True)
    if errors:
        print(errors, end="" if errors.endswith("\n") else "\n", flush=True)
    return not errors


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
