"""The mail that a stack sent, as the real SMTP server of that stack received it.

    def test_reset(stack, mailbox):
        user = stack.user()
        ...ask for a reset...
        mail = mailbox.await_mail(user.email)                  # the newest one to that address, parsed
        mail = mailbox.await_mail(user.email, "Reset your password")   # ... whose subject contains that
        uid, token = mailbox.link_parts(mail)                  # the last two parts of the link in its text
        url = mailbox.link(mail)                               # the whole link

`mailbox` belongs to the shared stack; for a private one: Mailbox(running). A mail is an email.message.EmailMessage:
mail["Subject"], Mailbox.text(mail), Mailbox.html(mail). Each mail is handed out once, so that a second await_mail to
the same address waits for a second mail; `mails_to` lists all of them, again and again. Asynchronous tests call
`await asyncio.to_thread(mailbox.await_mail, ...)`. Addresses are compared without case. To be sure that there is no
mail, wait for another one asked for later (`expect_none` does that with a quiet second).
"""

import re
import time
from email.message import EmailMessage

import pytest

from stack import mail
from stack.wait import poll

from .running import RunningStack

LINK = re.compile(r"https?://\S+")
WAIT_SECONDS = 30  # a second usually: outbox, log, table, SMTP; two cores may be busy


class Mailbox:
    """Reads a stack's mail catcher."""

    def __init__(self, running: RunningStack):
        self._mail = running.stack.mail
        self._parsed: dict[str, EmailMessage] = {}
        self._handed_out: set[str] = set()

    def mails(self) -> dict[str, EmailMessage]:
        """Everything caught so far, by file name, oldest first."""
        for file in self._mail.files():
            if file.name not in self._parsed:
                self._parsed[file.name] = mail.read(file)
        return dict(sorted(self._parsed.items()))

    def mails_to(self, address: str, subject: str = "") -> list[EmailMessage]:
        """What went to the address, oldest first; with a subject that contains this."""
        return [message for _, message in self._matching(address, subject)]

    def await_mail(self, address: str, subject: str = "", seconds: float = WAIT_SECONDS) -> EmailMessage:
        """The newest mail to the address that was not handed out yet; waits for it."""

        def fresh() -> tuple[str, EmailMessage] | None:
            found = [one for one in self._matching(address, subject) if one[0] not in self._handed_out]
            return found[-1] if found else None

        what = f"no mail to {address}" + (f" about {subject!r}" if subject else "")
        name, message = poll(what, fresh, seconds)
        self._handed_out.add(name)
        return message

    def expect_none(self, address: str, seconds: float = 1.5) -> None:
        """Fails if a mail that was not handed out yet comes to the address within that time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            left = [m["Subject"] for name, m in self._matching(address, "") if name not in self._handed_out]
            assert not left, f"mail to {address}: {left}"
            time.sleep(0.1)

    def _matching(self, address: str, subject: str) -> list[tuple[str, EmailMessage]]:
        return [
            (name, message)
            for name, message in self.mails().items()
            if message["X-Envelope-To"].lower() == address.lower() and subject in message["Subject"]
        ]

    @staticmethod
    def text(message: EmailMessage) -> str:
        return mail.text_of(message)

    @staticmethod
    def html(message: EmailMessage) -> str:
        return message.get_body(("html",)).get_content()

    @classmethod
    def link(cls, message: EmailMessage) -> str:
        """The first link of the mail's text."""
        found = LINK.search(cls.text(message))
        assert found, cls.text(message)
        return found[0]

    @classmethod
    def link_parts(cls, message: EmailMessage) -> tuple[str, str]:
        """(uid, token) of the link: its last two parts."""
        uid, token = cls.link(message).rstrip("/").split("/")[-2:]
        return uid, token


@pytest.fixture
def mailbox(stack: RunningStack) -> Mailbox:
    """The mail of the shared stack."""
    return Mailbox(stack)
