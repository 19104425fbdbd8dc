"""HTTP/1.1 byte by byte: requests that no client library would send, and answers as they come."""

import json
import socket
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

SECONDS = 30


@dataclass
class Answer:
    status: int
    version: str
    headers: dict[str, str]  # names in lower case
    body: bytes = b""
    fields: list[str] = field(default_factory=list)  # names as sent, in order

    def json(self) -> Any:
        return json.loads(self.body)


class RawHttp:
    """One connection; whoever uses it says every byte."""

    def __init__(self, url: str, seconds: float = SECONDS, receive_buffer: int | None = None):
        parts = urlsplit(url)
        self.host = f"{parts.hostname}:{parts.port}"
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(seconds)
        self.socket.connect((parts.hostname, parts.port))
        self.unread = b""

    def __enter__(self) -> "RawHttp":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes | str) -> "RawHttp":
        """A server that has hung up is no failure of the test: its answer may still be there."""
        try:
            self.socket.sendall(data.encode("latin-1") if isinstance(data, str) else data)
        except ConnectionError:
            pass
        return self

    def request(self, method: str, path: str, *headers: str, body: bytes = b"") -> bytes:
        """A well-formed request, for what is meant to be odd elsewhere."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", *headers]
        if body:
            lines += [f"Content-Length: {len(body)}"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body

    def answer(self, to_head: bool = False) -> Answer | None:
        """The next answer, whole; None where the stream ended before one began."""
        head = self._until(b"\r\n\r\n")
        if head is None:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        version, status, _ = first.split(" ", 2)
        pairs = [line.split(":", 1) for line in lines if line]
        answer = Answer(int(status), version, {name.lower(): value.strip() for name, value in pairs})
        answer.fields = [name for name, _ in pairs]
        if to_head or answer.status in (204, 304) or answer.status < 200:
            return answer
        if answer.headers.get("transfer-encoding") == "chunked":
            while size := int((self._until(b"\r\n") or b"0").split(b";")[0], 16):
                answer.body += self._exactly(size)
                self._exactly(2)
            self._exactly(2)
        elif "content-length" in answer.headers:
            answer.body = self._exactly(int(answer.headers["content-length"]))
        else:
            answer.body = self._rest()
        return answer

    def ended(self) -> bool:
        """True once the server has closed its side; False where it still has something to say or waits."""
        try:
            return not self.unread and self.socket.recv(1) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False

    def _more(self) -> bool:
        try:
            piece = self.socket.recv(65536)
        except ConnectionError:
            piece = b""
        self.unread += piece
        return bool(piece)

    def _until(self, mark: bytes) -> bytes | None:
        while mark not in self.unread:
            if not self._more():
                return None
        found, _, self.unread = self.unread.partition(mark)
        return found

    def _exactly(self, size: int) -> bytes:
        while len(self.unread) < size:
            assert self._more(), f"{size - len(self.unread)} bytes of an answer are missing"
        found, self.unread = self.unread[:size], self.unread[size:]
        return found

    def _rest(self) -> bytes:
        while self._more():
            pass
        found, self.unread = self.unread, b""
        return found
