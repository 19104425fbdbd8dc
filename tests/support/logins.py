"""Clients of /api/v1/auth/ as the tests use them."""

import base64
import json

import httpx
import psycopg

from .tenants import PASSWORD, User, new_name

REVOKED = {"detail": "Token has been revoked. Please login again.", "code": "token_revoked"}
INVALID = {"detail": "Token is invalid or expired", "code": "token_not_valid"}


class Client:
    """One account's calls below /api/v1/auth/, each on the pod of choice."""

    def __init__(self, stack, user: User | None = None):
        self.stack = stack
        self.user = user or User(stack.api_url(), new_name("driver")).sign_up("user")

    def post(self, path: str, body: dict | None = None, access: str | None = None, pod: int = 1, **options):
        headers = {"Authorization": f"Bearer {access}"} if access else {}
        url = f"{self.stack.api_url(pod)}/api/v1/auth/{path}"
        return httpx.post(url, json=body, headers=headers | options.pop("headers", {}), timeout=20, **options)

    def get(self, path: str, access: str, pod: int = 1) -> httpx.Response:
        url = f"{self.stack.api_url(pod)}/api/v1/auth/{path}"
        return httpx.get(url, headers={"Authorization": f"Bearer {access}"}, timeout=20)

    def log_in(self, pod: int = 1, **fields) -> httpx.Response:
        body = {"username": self.user.username, "password": PASSWORD} | fields
        return self.post("token/", body, pod=pod)

    def open(self, pod: int = 1, **fields) -> dict:
        answer = self.log_in(pod, **fields)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refresh(self, token: str, pod: int = 1) -> httpx.Response:
        return self.post("token/refresh/", {"refresh": token}, pod=pod)

    def rotated(self, token: str, pod: int = 1) -> dict:
        answer = self.refresh(token, pod)
        assert answer.status_code == 200, answer.text
        assert set(answer.json()) == {"access", "refresh"}
        return answer.json()

    def plain_refresh(self, token: str, pod: int = 1) -> httpx.Response:
        return httpx.post(f"{self.stack.api_url(pod)}/api/auth/refresh/", json={"refresh": token}, timeout=20)

    def age(self, session: int, seconds: float) -> None:
        """Moves the session's last rotation into the past."""
        statement = "update login_sessions set rotated_at = rotated_at - make_interval(secs => %s) where id = %s"
        self.stack.sql(statement + " returning id", seconds, session)

    def row(self, session: int, column: str):
        return self.stack.sql(f"select {column} from login_sessions where id = %s", session)[0][0]


def part(token: str, number: int) -> dict:
    text = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def execute(stack, *statements: str) -> None:
    """Statements that answer nothing, each by itself."""
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
