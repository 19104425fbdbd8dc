"""docs/configuration.md and docs/metrics.md, as the programs themselves describe what they take and serve."""

import re
import subprocess
import urllib.request

from . import paths

PROGRAMS = ("gateway", "worker", "api", "admin", "sim")
CONFIGURATION = paths.ROOT / "docs" / "configuration.md"
METRICS = paths.ROOT / "docs" / "metrics.md"

CONFIGURATION_HEAD = """# Configuration

Flags (`--kebab-case`) over environment (`VOLTLANE_UPPER_SNAKE`, the name of the flag) over the defaults below. All errors
are reported together at start, with exit status 2; secrets are never printed. `--help` of each program says the same.

This file is written by `tools/write_reference.py`; a test holds it against the programs.
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
        command = [str(paths.bin_dir() / f"voltlane-{program}"), "--describe-options"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
        rows = [line.split("\t") for line in done.stdout.splitlines() if line.count("\t") == 3]
        parts.append(
            f"\n## voltlane-{program}\n\n| flag | environment | default | meaning |\n| --- | --- | --- | --- |\n"
        )
        for flag, variable, default, meaning in rows:
            shown = f"`{default}`" if default else ""
            parts.append(f"| `--{flag}` | `{variable}` | {shown} | {_cell(meaning)} |\n")
    return "".join(parts)


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
