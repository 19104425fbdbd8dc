#!/usr/bin/python3
"""Writes docs/configuration.md and env.example from the programs of the release build and docs/metrics.md from the running stack."""

import sys

from stack import paths, reference
from stack.state import State


def main() -> int:
    reference.CONFIGURATION.write_text(reference.configuration())
    reference.ENVIRONMENT.write_text(reference.environment())
    state = State.load(paths.dev_dir())
    if state is None:
        print("docs/metrics.md is left as it is: no stack is running (./dev up).", file=sys.stderr)
        return 1
    ports = {kind: state.admin_port(f"{kind}-1") for kind in ("gateway", "worker", "api")}
    reference.METRICS.write_text(reference.metrics(ports))
    return 0


if __name__ == "__main__":
    sys.exit(main())
