#!/usr/bin/python3
"""Runs a command with a private PostgreSQL and a private Kafka, and leaves nothing behind.

    tools/with_services.py [--brokers N] COMMAND [ARGUMENT...]

The command finds them in VOLTLANE_TEST_KAFKA (host:port list) and VOLTLANE_TEST_DATABASE_URL; its exit status
is ours.
"""

import argparse
import os
import signal
import subprocess
import sys

from stack.errors import Failure
from stack.kafka import Kafka
from stack.postgres import Postgres
from stack.scratch import Scratch


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brokers", type=int, default=1, metavar="N", help="Kafka brokers (default 1)")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    if not arguments.command:
        parser.error("which command?")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        with Scratch("services") as scratch:
            kafka = Kafka(scratch.folder, arguments.brokers)
            postgres = Postgres(scratch.folder, durable=False)
            kafka.spawn()
            postgres.start()
            kafka.wait_ready()
            found = {"VOLTLANE_TEST_KAFKA": kafka.bootstrap, "VOLTLANE_TEST_DATABASE_URL": postgres.url()}
            return subprocess.run(arguments.command, env=os.environ | found).returncode
    except Failure as failure:
        print(f"with_services: {failure}", file=sys.stderr)
        return 1
    except FileNotFoundError as error:
        print(f"with_services: {error.filename} does not exist", file=sys.stderr)
        return 127
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
