"""A mail server that delivers nothing: every mail it gets becomes a file.

Run with Debian's python3-aiosmtpd: mail_catcher.py <port> <folder>. Each mail is <folder>/<time>-<number>.eml, as it
came, below two lines that say from whom and to whom (the envelope, not the headers).
"""

import asyncio
import os
import signal
import sys
import time
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP

MOST_KEPT = 2000  # the oldest go first, so that a stack that lives for months does not fill the disk
MOST_BYTES = 1 << 20  # one mail; a larger one is refused (552), as servers do


class Catcher:
    """Writes what arrives; a mail is acknowledged only when its file is complete."""

    def __init__(self, folder: Path):
        self.folder, self.numbers = folder, count(1)
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        name = f"{time.strftime('%Y%m%dT%H%M%S')}-{time.time_ns() % 10**9:09}-{next(self.numbers)}"
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        fresh = self.folder / f"{name}.new"
        fresh.write_bytes(head.encode() + envelope.original_content)
        fresh.rename(self.folder / f"{name}.eml")
        for old in sorted(self.folder.glob("*.eml"))[:-MOST_KEPT]:
            old.unlink(missing_ok=True)
        return "250 Kept"


async def serve(port: int, folder: Path) -> None:
    loop, handler, over = asyncio.get_running_loop(), Catcher(folder), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    make = lambda: SMTP(handler, hostname="mail.localhost", data_size_limit=MOST_BYTES, enable_SMTPUTF8=True)  # noqa: E731
    server = await loop.create_server(make, "127.0.0.1", port)
    print(f"keeps mails in {folder}", flush=True)
    await over.wait()
    server.close()


if __name__ == "__main__":
    os.umask(0o077)  # mails hold links that reset passwords
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
