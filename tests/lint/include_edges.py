#!/usr/bin/python3
"""Reads every #include under src/ and names each edge that the architecture does not allow.

The table is docs/architecture.md, "Layout and who may include whom". Exit status 1 and one line per wrong edge;
the test beside this file runs it on the tree and on deliberate mistakes.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Each folder under src/ and the others it may include.
ALLOWED = {
    "shared/base": set(),
    "shared/async": {"base"},
    "shared/ocpp": {"base"},
    "shared/events": {"base"},
    "shared/domain": {"base", "events"},
    "shared/kafka": {"base", "async", "events"},
    "shared/pg": {"base", "async"},
    "shared/store": {"base", "async", "events", "domain", "pg"},
    "shared/http": {"base", "async"},
    "gateway": {"base", "async", "ocpp", "events", "domain", "kafka", "http"},
    "workers": {"base", "async", "events", "domain", "kafka", "pg", "store", "http"},
    "api": {"base", "async", "ocpp", "events", "domain", "kafka", "pg", "store", "http"},
    "admin": {"base", "async", "events", "domain", "kafka", "pg", "store"},
    "simulator": {"base", "async", "ocpp", "http"},
}

# Headers of others that only some folders may include.
THIRD_PARTY = {
    r"librdkafka/": {"shared/kafka"},
    r"pqxx": {"shared/pg", "shared/store"},
    r"jwt\.h": {"api"},
    r"curl/": {"workers"},
    r"boost/(asio|beast)[/.]": set(ALLOWED) - {"shared/base", "shared/ocpp", "shared/events", "shared/domain"},
}

# What the pure libraries know nothing of, whichever way it comes in.
PURE = ("shared/ocpp", "shared/events", "shared/domain")
IMPURE_HEADERS = re.compile(r"(sys/|netinet/|arpa/|unistd\.h|thread|mutex|condition_variable|future|fstream|ctime)")
IMPURE_CALLS = re.compile(r"\b\w*clock\w*::now\s*\(|\b(?:std::)?time\s*\(\s*(?:nullptr|NULL|0)\s*\)")

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
BLOCK_COMMENT, LINE_COMMENT = re.compile(r"/\*.*?\*/", re.S), re.compile(r"//[^\n]*")


def wrong_edges(source: Path) -> Iterator[str]:
    """One line per wrong edge of a tree that is laid out as src/ is."""
    for file in sorted(path for path in source.rglob("*") if path.suffix in (".cpp", ".hpp", ".h", ".ipp")):
        here = file.relative_to(source)
        folder = folder_of(here.as_posix())
        if folder is None:
            yield f"{here}: lies in no folder that the architecture names"
            continue
        for number, line in enumerate(_code(file).splitlines(), 1):
            reason = _wrong(source, folder, line)
            if reason:
                yield f"{here}:{number}: {reason}"


def folder_of(path: str) -> str | None:
    """The library or program that a path below src/ belongs to."""
    parts = path.split("/")
    folder = "/".join(parts[:2]) if parts[0] == "shared" else parts[0]
    return folder if folder in ALLOWED and len(parts) > folder.count("/") + 1 else None


def _wrong(source: Path, folder: str, line: str) -> str | None:
    found = INCLUDE.match(line)
    if not found:
        call = folder in PURE and IMPURE_CALLS.search(line)
        return f"{folder} knows no clock, but calls {call.group().strip()}" if call else None
    own, others = found.groups()
    return _wrong_own(source, folder, own) if own else _wrong_other(folder, others)


def _wrong_own(source: Path, folder: str, header: str) -> str | None:
    target = folder_of(header)
    if target is None or not (source / header).is_file():
        return f'"{header}" is no header of ours, named by its path from src/'
    if target != folder and target.removeprefix("shared/") not in ALLOWED[folder]:
        return f"{folder} may not include {target}"
    return None


def _wrong_other(folder: str, header: str) -> str | None:
    for pattern, folders in THIRD_PARTY.items():
        if re.match(pattern, header) and folder not in folders:
            return f"{folder} may not include <{header}>"
    if folder in PURE and IMPURE_HEADERS.match(header):
        return f"{folder} is pure and may not include <{header}>"
    return None


def _code(file: Path) -> str:
    """The text without comments, line numbers kept."""
    text = BLOCK_COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), file.read_text())
    return LINE_COMMENT.sub("", text)


def main() -> int:
    wrong = list(wrong_edges(ROOT / "src"))
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
