"""The shapes that errors may have, and no other (rest-contract "Conventions")."""

from collections.abc import Mapping
from typing import Any

SUCCESS_PATHS = {f"/api/auth/{name}/" for name in ("login", "logout", "refresh", "token/refresh", "profile")}
# 401s that the contract words itself, beside "no token" and the one below.
BAD_TOKEN = {
    "detail": "Given token not valid for any token type",
    "code": "token_not_valid",
    "messages": [{"token_class": "AccessToken", "token_type": "access", "message": "Token is invalid or expired"}],
}
NO_TOKEN = {"detail": "Authentication credentials were not provided."}
REVOKED = {"detail": "Token has been revoked. Please login again.", "code": "token_revoked"}
FORBIDDEN = {"detail": "You do not have permission to perform this action."}
NOT_FOUND = {"detail": "Not found."}
# What a database or a program says of itself and no client may read.
LEAKS = (
    "select ",
    "SELECT ",
    "insert ",
    "relation",
    "column",
    "SQLSTATE",
    "pqxx",
    "postgres",
    "exception",
    "boost",
    ".cpp",
    "/home",
)


def is_success_path(path: str) -> bool:
    return path.partition("?")[0].rstrip("/") + "/" in SUCCESS_PATHS


def check_error(status: int, headers: Mapping[str, str], body: Any, path: str) -> None:
    """The answer is an error of the contract's table and nothing else. `headers`: names in any case."""
    named = {name.lower(): value for name, value in headers.items()}
    assert status >= 400
    assert named["content-type"] == "application/json"
    assert named["x-request-id"]
    assert named["x-content-type-options"] == "nosniff"
    assert isinstance(body, dict), body
    fields = dict(body)
    if is_success_path(path):
        assert fields.pop("success") is False
        assert isinstance(fields.pop("message"), str)
    text = str(body)
    assert not [leak for leak in LEAKS if leak in text], body
    if status == 400:
        check_fields(fields, path)
    else:
        assert isinstance(fields["detail"], str)
        assert fields["detail"]
    if status == 405:
        assert named["allow"]
    if status in (429, 503):
        assert int(named["retry-after"]) > 0
    if status == 500:
        assert fields == {"detail": "Internal server error.", "request_id": named["x-request-id"]}


def check_fields(fields: dict, path: str) -> None:
    """A 400's body: lists of messages by field; on the paths with `success` the same again under `errors`."""
    if is_success_path(path):
        again = fields.pop("errors")
        assert again == fields, fields
    if set(fields) == {"detail"} and isinstance(fields["detail"], str):
        return  # a link that is used up
    assert fields
    for name, messages in fields.items():
        assert isinstance(messages, list | dict), f"{name}: {messages!r}"
        assert messages
