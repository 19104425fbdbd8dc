"""A real SMTP server (aiosmtpd) that misbehaves as told. Run with Debian's Python: smtp_server.py <folder> [options].

Prints its port in one line when it listens. Each mail that it accepted is <folder>/<number>.eml, each connection an
empty file <folder>/connection-<number>. It ends when its standard input does, so that no test leaves one behind.
"""

import argparse
import asyncio
import ssl
import sys
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self, options: argparse.Namespace):
        self.options, self.numbers = options, count(1)
        self.refuse = dict(pair.split("=", 1) for pair in options.refuse)

    async def handle_MAIL(self, server, session, envelope, address, options) -> str:  # noqa: N802
        if self.options.refuse_sender:
            return self.options.refuse_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        if refusal := self.refuse.get(address.partition("@")[0]):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        if self.options.hang:
            await asyncio.sleep(3600)
        if self.options.break_off:
            server.transport.abort()
            return "250 never sent"
        if self.options.refuse_data:
            return self.options.refuse_data
        await asyncio.sleep(self.options.delay)
        fresh = self.options.folder / f"{next(self.numbers):06}.new"
        fresh.write_bytes(envelope.original_content)
        fresh.rename(fresh.with_suffix(".eml"))
        return "250 Kept"


class Server(SMTP):
    connections = count(1)
    folder: Path

    def connection_made(self, transport) -> None:
        if not isinstance(transport, asyncio.sslproto._SSLProtocolTransport):
            (self.folder / f"connection-{next(self.connections)}").touch()
        super().connection_made(transport)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--refuse", action="append", default=[], help="local part=answer to RCPT")
    parser.add_argument("--refuse-sender", help="answer to MAIL")
    parser.add_argument("--refuse-data", help="answer to the end of the data")
    parser.add_argument("--hang", action="store_true", help="never answers the end of the data")
    parser.add_argument("--break-off", action="store_true", help="closes there instead of answering")
    parser.add_argument("--delay", type=float, default=0, help="seconds before it answers there")
    parser.add_argument("--certificate", help="PEM with certificate and key: offers STARTTLS")
    parser.add_argument("--smtps", action="store_true", help="TLS from the first byte")
    parser.add_argument("--login", help="user:password that every sender must give, over TLS")
    return parser.parse_args()


async def serve(options: argparse.Namespace) -> None:
    options.folder.mkdir(parents=True, exist_ok=True)
    Server.folder = options.folder
    tls = None
    if options.certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(options.certificate)

    def authenticate(server, session, envelope, mechanism, given) -> AuthResult:
        login = f"{given.login.decode()}:{given.password.decode()}"
        return AuthResult(success=login == options.login, handled=False)

    def make() -> Server:
        return Server(
            Handler(options),
            hostname="mail.localhost",
            tls_context=None if options.smtps else tls,
            require_starttls=bool(options.login) and not options.smtps,
            auth_required=bool(options.login),
            authenticator=authenticate if options.login else None,
            auth_require_tls=not options.smtps,
            enable_SMTPUTF8=True,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(make, "127.0.0.1", options.port, ssl=tls if options.smtps else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    main = asyncio.new_event_loop()
    main.run_until_complete(serve(parse()))
    sys.stdout.flush()
    import os

    os._exit(0)  # handlers may hang
