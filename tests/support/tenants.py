"""Accounts as the tests use them: a user with a token, and a super_admin with a tenant of its own."""

import itertools
from typing import Any

import httpx

PASSWORD = "MyP@ssw0rd"
TIMEOUT_SECONDS = 75  # ?wait= may take 60 s

_numbers = itertools.count(1)


class User:
    """A logged-in account on one API pod. `call` blocks; `acall` is for tests that also play the charger."""

    def __init__(self, base_url: str, username: str, password: str = PASSWORD):
        self.base_url, self.username, self.password = base_url, username, password
        self.email = f"{username}@example.com"
        self.login: dict = {}

    def sign_up(self, role: str) -> "User":
        account = {"username": self.username, "email": self.email, "full_name": f"Test {self.username}"}
        account |= {"password": self.password, "password2": self.password, "role": role}
        answer = httpx.post(f"{self.base_url}/api/auth/signup/", json=account, timeout=TIMEOUT_SECONDS)
        assert answer.status_code == 201, answer.text
        return self

    def log_in(self) -> "User":
        credentials = {"username": self.username, "password": self.password}
        answer = httpx.post(f"{self.base_url}/api/auth/login/", json=credentials, timeout=TIMEOUT_SECONDS)
        assert answer.status_code == 200, answer.text
        self.login = answer.json()
        return self

    def on(self, base_url: str) -> "User":
        """The same login, used on another API pod."""
        other = type(self)(base_url, self.username, self.password)
        other.__dict__.update(self.__dict__ | {"base_url": base_url})
        return other

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.login['access']}"}

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        return httpx.request(method, self.base_url + path, **self._with_defaults(options))

    async def acall(self, method: str, path: str, **options: Any) -> httpx.Response:
        async with httpx.AsyncClient() as client:
            return await client.request(method, self.base_url + path, **self._with_defaults(options))

    def get(self, path: str) -> Any:
        """The parsed body of a GET that must succeed."""
        answer = self.call("GET", path)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 201) -> Any:
        """The parsed body of a POST that must answer with the status."""
        answer = self.call("POST", path, json=body)
        assert answer.status_code == status, f"POST {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def _with_defaults(self, options: dict) -> dict:
        return {"headers": self.headers, "timeout": TIMEOUT_SECONDS} | options


class Tenant(User):
    """A super_admin and its tenant."""

    tenant_ws: str = ""

    def open(self) -> "Tenant":
        self.sign_up("super_admin").log_in()
        self.tenant_ws = self.get("/api/me/")["tenant_ws"]
        return self

    @property
    def key(self) -> str:
        """The 32 hex digits in the address that its chargers dial."""
        return self.tenant_ws.rsplit("/", 1)[1]

    def id_tag(self, tag: str, **fields: Any) -> dict:
        return self.post("/api/id-tags/", {"id_tag": tag, "status": "Accepted"} | fields)

    def charge_point(self, name: str, per_kwh: str | None = None, per_hour: str | None = None) -> dict:
        prices = {"price_per_kwh": per_kwh, "price_per_hour": per_hour}
        return self.post("/api/charge-points/", {"id": name, "name": name} | prices)


def new_name(prefix: str) -> str:
    """A user name nobody has yet."""
    return f"{prefix}{next(_numbers)}"


def ended_row(tenant: User) -> dict | None:
    """The latest session, once it has ended."""
    rows = tenant.get("/api/sessions/")["results"]
    return rows[0] if rows and rows[0]["Ended"] else None


def open_row(tenant: User, energy: float) -> dict | None:
    """The latest session, once it shows so many kWh."""
    rows = tenant.get("/api/sessions/")["results"]
    return rows[0] if rows and rows[0]["kWh"] == energy else None
