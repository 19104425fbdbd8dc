"""docs/configuration.md, env.example and docs/metrics.md, as the programs themselves describe what they take and serve."""

import re
import subprocess
import textwrap
import urllib.request

from . import paths

PROGRAMS = ("gateway", "worker", "api", "admin", "sim")
CONFIGURATION = paths.ROOT / "docs" / "configuration.md"
METRICS = paths.ROOT / "docs" / "metrics.md"
ENVIRONMENT = paths.ROOT / "env.example"

CONFIGURATION_HEAD = """# Configuration

Flags (`--kebab-case`) over environment (`VOLTLANE_UPPER_SNAKE`, the name of the flag) over the defaults below. All errors
are reported together at start, with exit status 2; secrets are never printed. `--help` of each program says the same.

This file is written by `tools/write_reference.py`; a test holds it against the programs.
"""

ENVIRONMENT_HEAD = """# Every variable that Voltlane's processes read, with its default and meaning. An empty value is as good as none;
# flags of the same name (--kebab-case) win over variables. Secrets stand here empty: they come from the platform. Where
# programs have different defaults, each stands in a comment. Read it with `docker run --env-file` or `set -a; . ./env.example`.
#
# This file is written by tools/write_reference.py; a test holds it against the programs.
"""

METRICS_HEAD = """# Metrics

Every lasting process serves them at `/metrics` of its admin port, in Prometheus' text format. No label names a tenant's key.

This file is written by `tools/write_reference.py` from a running stack; a test holds it against one.
"""

HELP = re.compile(r"^# HELP (voltlane_\w+) (.*)$")
TYPE = re.compile(r"^# TYPE (voltlane_\w+) (\w+)$")


def configuration() -> str:
    """The text that docs/configuration.md must have for the programs as built."""
    parts = [CONFIGURATION_HEAD]
    for program in PROGRAMS:
        rows = options(program)
        parts.append(
            f"\n## voltlane-{program}\n\n| flag | environment | default | meaning |\n| --- | --- | --- | --- |\n"
        )
        for flag, variable, default, meaning in rows:
            shown = f"`{default}`" if default else ""
            parts.append(f"| `--{flag}` | `{variable}` | {shown} | {_cell(meaning)} |\n")
    return "".join(parts)


def environment() -> str:
    """The text that env.example must have for the programs as built: first what several of them read, then the rest."""
    readers: dict[str, list[tuple[str, str, str]]] = {}
    for program in PROGRAMS:
        for _, variable, default, meaning in options(program):
            readers.setdefault(variable, []).append((program, default, meaning))
    parts = [ENVIRONMENT_HEAD, "\n# Several programs\n"]
    parts += [_shared(name, rows) for name, rows in readers.items() if len(rows) > 1]
    for program in PROGRAMS:
        alone = {name: rows[0] for name, rows in readers.items() if len(rows) == 1 and rows[0][0] == program}
        if alone:
            parts.append(f"\n# voltlane-{program}\n")
        parts += [f"\n{_comment(meaning)}{name}={default}\n" for name, (_, default, meaning) in alone.items()]
    return "".join(parts)


def options(program: str) -> list[list[str]]:
    """What a program takes: flag, variable, default and meaning of each option."""
    command = [str(paths.bin_dir() / f"voltlane-{program}"), "--describe-options"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    return [line.split("\t") for line in done.stdout.splitlines() if line.count("\t") == 3]


def _shared(name: str, rows: list[tuple[str, str, str]]) -> str:
    """One variable of several programs; where their defaults differ, each as a comment, and none is set."""
    meanings: dict[str, list[str]] = {}
    for program, _, meaning in rows:
        meanings.setdefault(meaning, []).append(program)
    text = "\n" + "".join(_comment(f"{', '.join(programs)}: {meaning}") for meaning, programs in meanings.items())
    if len({default for _, default, _ in rows}) == 1:
        return f"{text}{name}={rows[0][1]}\n"
    return text + "".join(f"# {name}={default}  (voltlane-{program})\n" for program, default, _ in rows)


def _comment(text: str) -> str:
    return "".join(f"# {line}\n" for line in textwrap.wrap(text, 116))


def metrics(admin_ports: dict[str, int]) -> str:
    """The text of docs/metrics.md for processes that serve at these ports, by kind ("gateway")."""
    parts = [METRICS_HEAD]
    for kind, port in admin_ports.items():
        parts.append(f"\n## voltlane-{kind}\n\n| metric | type | meaning |\n| --- | --- | --- |\n")
        parts += [f"{row}\n" for row in metric_rows(port)]
    return "".join(parts)


def metric_rows(port: int) -> list[str]:
    """The page's rows for what one process serves by now; labelled families appear with their first use."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    helps = {match[1]: match[2] for match in map(HELP.match, lines) if match}
    types = {match[1]: match[2] for match in map(TYPE.match, lines) if match}
    return [f"| `{name}` | {types.get(name, '')} | {_cell(helps[name])} |" for name in sorted(helps)]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
