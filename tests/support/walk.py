"""Walking the API by operation ids, holding every answer against its description, and remembering what was seen."""

from typing import Any
from urllib.parse import quote

import httpx

from .openapi import OpenApi, Operation, hold, shared
from .tenants import TIMEOUT_SECONDS, User

NOWHERE: dict[str, Any] = {  # path parameters that nothing has
    "pk": "no-such-charge-point",
    "id": 2**53,
    "user": 2**53,
    "name": "no_such_type",
    "uid": "MQ",
    "token": "x" * 32,
    "file": "nothing.js",
}
NO_COMMAND = "00000000-0000-4000-8000-000000000000"


class Walk:
    """Calls operations on one API pod. `seen` holds each (operation id, status) that was produced."""

    def __init__(self, base_url: str, api: OpenApi | None = None):
        self.base_url = base_url
        self.api = api or shared()
        self.operations: dict[str, Operation] = {operation.id: operation for operation in self.api.operations}
        self.seen: set[tuple[str, int]] = set()
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS)

    def __enter__(self) -> "Walk":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def described(self) -> set[tuple[str, int]]:
        return {
            (operation.id, int(status))
            for operation in self.api.operations
            for status in self.api.responses_of(operation)
        }

    def path(self, operation: str, **parameters: Any) -> str:
        """The operation's path; what is not given names nothing that exists."""
        template = self.operations[operation].path
        nothing = NOWHERE | ({"id": NO_COMMAND} if operation == "showCommand" else {})
        for name, value in (nothing | parameters).items():
            template = template.replace("{" + name + "}", quote(str(value), safe=""))
        return template

    def call(
        self,
        operation: str,
        status: int,
        user: User | None = None,
        query: str = "",
        parameters: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> httpx.Response:
        """One call that must answer with the status, in the shape that is described."""
        path = self.path(operation, **(parameters or {})) + query
        headers = (user.headers if user else {}) | (headers or {})
        method = self.operations[operation].method
        answer = self._client.request(method, self.base_url + path, headers=headers, **options)
        assert answer.status_code == status, f"{operation} ({method} {path}): {answer.status_code} {answer.text[:500]}"
        hold(answer)
        self.seen.add((operation, status))
        return answer

    def follow(self, operation: str, status: int, user: User, **headers: str) -> None:
        """The same for an endless answer, of which the head is enough."""
        url = self.base_url + self.path(operation)
        with self._client.stream("GET", url, headers=user.headers | headers) as answer:
            assert answer.status_code == status
            wrong = self.api.errors("HEAD", self.path(operation), status, answer.headers, b"")
            assert not wrong, wrong
        self.seen.add((operation, status))

    def takes_body(self, operation: str, kind: str = "application/json") -> bool:
        body = self.operations[operation].content.get("requestBody")
        return bool(body) and kind in self.api.follow(body)["content"]

    def needs_token(self, operation: str) -> bool:
        return not any(not one for one in self.operations[operation].content.get("security", [])) and (
            self.operations[operation].content.get("security") != []
        )
