"""Reading topics with kcat, as an analyst would, independently of our own Kafka code."""

import json
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Record:
    topic: str
    partition: int
    offset: int
    key: str | None
    payload: str | None
    headers: dict[str, str]

    @property
    def value(self) -> dict:
        return json.loads(self.payload)


def consume(bootstrap: str, topic: str) -> list[Record]:
    """Every committed record of the topic, as of now."""
    command = ["kcat", "-b", bootstrap, "-C", "-t", topic, "-o", "beginning", "-e", "-q", "-J"]
    command += ["-X", "isolation.level=read_committed"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return [_record(json.loads(line)) for line in done.stdout.splitlines()]


def _record(raw: dict) -> Record:
    pairs = raw.get("headers") or []
    headers = dict(zip(pairs[::2], pairs[1::2], strict=True))
    return Record(raw["topic"], raw["partition"], raw["offset"], raw["key"], raw["payload"], headers)
