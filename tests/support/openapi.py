"""Holding answers against src/api/openapi.yaml: any answer of the API to any request, whoever made it."""

import functools
import json
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

DOCUMENT = Path(__file__).resolve().parents[2] / "src" / "api" / "openapi.yaml"
METHODS = ("get", "post", "put", "patch", "delete")
MESSAGE = 400  # characters of one that are shown
# Answers that any request may get, mostly before anybody knows its route, and their names in components/responses.
OF_ANY_ROUTE = {
    400: "Invalid",
    408: "RequestTimeout",
    409: "Conflict",
    413: "TooLarge",
    415: "UnsupportedMediaType",
    429: "Throttled",
    431: "HeadersTooLarge",
    500: "InternalError",
    503: "Unavailable",
    505: "HttpVersion",
}
# Where every answer that is not 2xx says so in its members too.
SUCCESS_PATHS = {f"/api/auth/{name}" for name in ("login", "logout", "refresh", "token/refresh", "profile")}
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

formats = FormatChecker(formats=())


class Yaml12(yaml.SafeLoader):
    """What YAML 1.2 says and build.mjs reads: times are text, and only true and false are booleans."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if not tag.endswith((":timestamp", ":bool"))]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def load(text: str) -> dict:
    return yaml.load(text, Loader=Yaml12)


@formats.checks("date-time", raises=ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or ("T" in value and datetime.fromisoformat(value).tzinfo is not None)


@formats.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@formats.checks("uuid", raises=ValueError)
def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or bool(uuid.UUID(value))


@formats.checks("uri", raises=ValueError)
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str  # "GET"
    path: str  # "/api/sessions/{id}/"
    content: dict

    @property
    def id(self) -> str:
        return self.content["operationId"]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


class OpenApi:
    def __init__(self, path: Path = DOCUMENT):
        self.document = load(path.read_text())
        self.operations = [
            Operation(method.upper(), template, item[method])
            for template, item in self.document["paths"].items()
            for method in METHODS
            if method in item
        ]
        # Literal segments before {names}, from the left, as the router does it.
        self._templates = sorted(self.document["paths"], key=lambda t: [s.startswith("{") for s in t.split("/")])

    def template_of(self, path: str) -> str | None:
        """The path's template, however it ends; None: the API has no such path."""
        segments = [unquote(part) for part in path.removesuffix("/").split("/")]
        for template in self._templates:
            wanted = template.removesuffix("/").split("/")
            if len(wanted) == len(segments) and all(
                bool(have) if want.startswith("{") else want == have
                for want, have in zip(wanted, segments, strict=True)
            ):
                return template
        return None

    def operation_of(self, method: str, path: str) -> Operation | None:
        template = self.template_of(path)
        wanted = "GET" if method == "HEAD" else method
        return next((o for o in self.operations if (o.method, o.path) == (wanted, template)), None)

    def responses_of(self, operation: Operation) -> dict[str, dict]:
        """The documented answers by status ("200"), references followed."""
        return {status: self.follow(answer) for status, answer in operation.content["responses"].items()}

    def follow(self, value: dict) -> dict:
        while "$ref" in value:
            found = self.document
            for part in value["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            value = found
        return value

    def errors_in(self, schema: dict, value: object) -> list[str]:
        """What is most wrong with a value; empty: nothing."""
        found = best_match(self._validator(_Key(schema)).iter_errors(value))
        return [f"{found.json_path}: {found.message[:MESSAGE]}"] if found else []

    def errors(self, method: str, path: str, status: int, headers: Mapping[str, str], body: bytes) -> list[str]:
        """What is wrong with an answer to that request; empty: nothing. Header names in any case."""
        headers = {name.lower(): value for name, value in headers.items()}
        wrong = []
        if not REQUEST_ID.fullmatch(headers.get("x-request-id", "")):
            wrong.append("no X-Request-Id")
        if method == "OPTIONS" and status in (200, 204):
            return wrong + (["a body"] if body else [])
        described = self._described(method, path, status)
        if described is None:
            return [*wrong, f"the status {status} is not described"]
        for name, header in described.get("headers", {}).items():
            header = self.follow(header)
            value = headers.get(name.lower())
            if value is None:
                if header.get("required", False):
                    wrong.append(f"no header {name}")
                continue
            shown = int(value) if header["schema"].get("type") == "integer" and value.isdecimal() else value
            wrong += [f"header {name}: {error}" for error in self.errors_in(header["schema"], shown)]
        content = described.get("content", {})
        if method == "HEAD" or not content:
            return wrong + (["a body"] if body else [])
        sent = headers.get("content-type", "")
        kind = sent.split(";")[0].strip().lower()
        if kind not in content:
            return [*wrong, f"the content type {sent!r} is not described"]
        if kind == "application/json":
            try:
                value = json.loads(body)
            except ValueError as error:
                return [*wrong, f"no JSON: {error}"]
            wrong += self.errors_in(content[kind]["schema"], value)
        return wrong

    def _described(self, method: str, path: str, status: int) -> dict | None:
        operation = self.operation_of(method, path)
        if operation is not None:
            described = self.responses_of(operation).get(str(status))
            if described is not None:
                return described
        elif status == 404 and self.template_of(path) is None:
            return self.document["components"]["responses"]["NotFound"]
        elif status == 405 and self.template_of(path) is not None:
            return self._shared("MethodNotAllowed", path)
        return self._shared(OF_ANY_ROUTE.get(status, ""), path)

    def _shared(self, name: str, path: str) -> dict | None:
        """An answer that any path may give; some paths have one that says more."""
        shared = self.document["components"]["responses"]
        evaluated = path.removesuffix("/") in SUCCESS_PATHS
        return shared.get(f"Failed{name}" if evaluated and f"Failed{name}" in shared else name)

    @functools.cache  # noqa: B019 (one document a process)
    def _validator(self, key: "_Key") -> Draft202012Validator:
        root = {"components": self.document["components"], "allOf": [key.schema]}
        return Draft202012Validator(root, format_checker=formats)


class _Key:
    """A schema as a key: by identity, since the document lives as long as its validators."""

    def __init__(self, schema: dict):
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.schema is other.schema


@functools.cache
def shared() -> OpenApi:
    return OpenApi()


def hold(answer: httpx.Response) -> httpx.Response:
    """The answer, if it is as described; AssertionError if not. Reads it whole: no streams."""
    request = answer.request
    path = request.url.raw_path.decode().split("?")[0]
    wrong = shared().errors(request.method, path, answer.status_code, answer.headers, answer.content)
    assert not wrong, f"{request.method} {path} -> {answer.status_code} {answer.text[:500]}: " + "; ".join(wrong)
    return answer


@contextmanager
def holding_every_answer() -> Iterator[None]:
    """Meanwhile each answer of the API that httpx reads whole, for whomever, is held against the description. What is no
    API of ours has no X-Request-Id."""
    send, asend = httpx.Client.send, httpx.AsyncClient.send

    def held(answer: httpx.Response, stream: bool) -> httpx.Response:
        ours = "X-Request-Id" in answer.headers and answer.request.url.path.startswith("/api/")
        return hold(answer) if ours and not stream else answer

    def holding(self: httpx.Client, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
        return held(send(self, request, stream=stream, **options), stream)

    async def aholding(
        self: httpx.AsyncClient, request: httpx.Request, *, stream: bool = False, **options: Any
    ) -> httpx.Response:
        return held(await asend(self, request, stream=stream, **options), stream)

    httpx.Client.send, httpx.AsyncClient.send = holding, aholding
    try:
        yield
    finally:
        httpx.Client.send, httpx.AsyncClient.send = send, asend
