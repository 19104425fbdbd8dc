"""The misbehaving SMTP server of smtp_server.py, for tests."""

import subprocess
import tempfile
from email.message import EmailMessage
from pathlib import Path

from stack import mail

SERVER = Path(__file__).with_name("smtp_server.py")


class Smtp:
    """with Smtp(port, refuse={"unknown": "550 no"}, hang=True, ...) as smtp: ... smtp.mails()"""

    def __init__(self, port: int = 0, refuse: dict[str, str] | None = None, **options: object):
        self._arguments = ["--port", str(port)]
        for local, answer in (refuse or {}).items():
            self._arguments += ["--refuse", f"{local}={answer}"]
        for name, value in options.items():
            flag = "--" + name.replace("_", "-")
            self._arguments += [flag] if value is True else [flag, str(value)]

    def __enter__(self) -> "Smtp":
        self._folder = tempfile.TemporaryDirectory(prefix="voltlane-smtp-")
        self.folder = Path(self._folder.name)
        command = [mail.PYTHON, str(SERVER), str(self.folder), *self._arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        assert line, "the SMTP server did not start"
        self.port = int(line)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._folder.cleanup()

    def mails(self) -> list[EmailMessage]:
        """What it accepted, oldest first."""
        return [mail.read(file) for file in sorted(self.folder.glob("*.eml"))]

    def connections(self) -> int:
        """How many there were."""
        return len(list(self.folder.glob("connection-*")))
