"""Calls that take turns between the API pods: what one pod wrote, the next call reads on another."""

import itertools
import re
from typing import Any

import httpx

SECONDS = 20
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class Pods:
    """An HTTP client without a token; subclasses are the clients that exist."""

    def __init__(self, urls: list[str]):
        self._urls = itertools.cycle(urls)
        self.token: str | None = None

    def send(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """One call, with the token where there is one, on the next pod."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = httpx.request(
            method, next(self._urls) + path, json=body, headers=headers | options.pop("headers", {}),
            timeout=SECONDS, **options,
        )  # fmt: skip
        assert answer.headers["x-request-id"]
        return answer

    def expect(self, status: int, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """The parsed body of an answer that must have this status."""
        answer = self.send(method, path, body, **options)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


def typed(value: dict, **types: type | tuple) -> dict:
    """Holds the members of an object against their JSON types: `bool` is no `int`."""
    for name, kind in types.items():
        kinds = kind if isinstance(kind, tuple) else (kind,)
        assert name in value, f"{name} is missing in {value}"
        assert type(value[name]) in kinds, f"{name} is a {type(value[name]).__name__}: {value}"
    return value


NULL = type(None)
NOT_AUTHENTICATED = {"detail": "Authentication credentials were not provided."}
REVOKED = {"detail": "Token has been revoked. Please login again.", "code": "token_revoked"}
