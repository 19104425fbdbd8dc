"""The stack's mail catcher: a real SMTP server on loopback that keeps every mail as a file in <folder>/mail."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

from . import ports
from .process import Process
from .state import State

CATCHER = Path(__file__).with_name("mail_catcher.py")
# aiosmtpd is Debian's package, so it is Debian's Python that has it.
PYTHON = "/usr/bin/python3"
START_SECONDS = 30


class Mail:
    """The process `mail` and what it caught."""

    def __init__(self, folder: Path, state: State):
        self.folder, self.state = folder.resolve() / "mail", state
        self._stack_folder = folder.resolve()

    @property
    def process(self) -> Process:
        command = [PYTHON, str(CATCHER), str(self.state.mail_port), str(self.folder)]
        return Process(self._stack_folder, "mail", command, ready=lambda: ports.is_open(self.state.mail_port))

    @property
    def url(self) -> str:
        """What goes into VOLTLANE_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.state.mail_port}"

    def choose_port(self) -> None:
        """The port of an earlier life if it is still free; before its first start it has none."""
        self.state.mail_port = ports.pick(self.state.mail_port)

    def files(self) -> list[Path]:
        """What was caught, oldest first."""
        return sorted(self.folder.glob("*.eml"))


def read(file: Path) -> EmailMessage:
    return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)


def text_of(message: EmailMessage) -> str:
    """The mail's text part."""
    part = message.get_body(("plain",))
    return part.get_content().replace("\r\n", "\n") if part else ""


def summary(message: EmailMessage) -> str:
    """The lines that ./dev mail prints."""
    lines = [f"{name}: {message[name]}" for name in ("Date", "To", "Subject") if message[name]]
    return "\n".join([*lines, "", text_of(message).strip()])
