"""Login and password reset do the same work whether or not there is such an account: one hash, one row, one record.
How long they take is for `./dev bench login` to show."""

import re
import time
from collections import Counter
from collections.abc import Callable

import httpx
import psycopg
import pytest

from stack.wait import poll
from support.running import RunningStack
from support.tenants import PASSWORD, User, new_name

LOGIN, TOKEN, RESET = "/api/auth/login/", "/api/v1/auth/token/", "/api/auth/password/reset/"
WRONG = "not the password"
EXECUTED = re.compile(r"^voltlane-api\|.*?execute ([\w.]+):", re.MULTILINE)
IDLE_SECONDS = 3  # longer than anything the pod does by itself twice


class Watched:
    """A stack whose PostgreSQL says what the API pod asks of it."""

    def __init__(self, running: RunningStack):
        self.running = running
        with psycopg.connect(running.database_url, autocommit=True) as connection:
            connection.execute("alter system set log_statement = 'all'")
            connection.execute("alter system set log_line_prefix = '%a|'")
            connection.execute("select pg_reload_conf()")
        poll("nothing is logged", lambda: "voltlane-worker|" in running.log("postgres"), 15)
        begun = len(running.log("postgres"))
        time.sleep(IDLE_SECONDS)  # what a pod does that nobody calls cannot be waited for
        self.idle = set(EXECUTED.findall(running.log("postgres")[begun:]))

    def hashes(self) -> float:
        return self.running.metric("api-1", "voltlane_api_password_hashes_total")

    def work(self, call: Callable[[], httpx.Response]) -> tuple[httpx.Response, Counter, float]:
        """The answer, the statements it took by name, and its hashes."""
        hashes, begun = self.hashes(), len(self.running.log("postgres"))
        answer = call()
        done = Counter(EXECUTED.findall(self.running.log("postgres")[begun:]))
        return answer, Counter({name: n for name, n in done.items() if name not in self.idle}), self.hashes() - hashes


@pytest.fixture(scope="module")
def watched(module_stack) -> Watched:
    return Watched(module_stack(gateways=1, workers=1, apis=1))


@pytest.fixture
def somebody(watched: Watched) -> User:
    return User(watched.running.api_url(), new_name("somebody")).sign_up("user")


def shown(answer: httpx.Response) -> tuple:
    """All that a client sees, but for what differs between any two answers."""
    changing = {"date", "x-request-id"}
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in changing)
    return answer.status_code, answer.content, headers


def names_of(watched: Watched, user: User) -> dict[str, str]:
    """Names to log in with, by what is behind them."""
    names = {"a user": user.username, "its e-mail": user.email, "in capitals": user.username.upper()}
    names |= {"nobody": new_name("nobody"), "no e-mail": f"{new_name('nobody')}@example.com", "neither": "no body!"}
    for what, change in (
        ("deactivated", "is_active = false"),
        ("not verified", "email_verified = false"),
        ("expired", "expires_at = now() - interval '1 day'"),
    ):
        barred = User(user.base_url, new_name("barred")).sign_up("user")
        query = f"update accounts set {change} where username = %s returning id"
        assert watched.running.sql(query, barred.username)
        names[what] = barred.username
    return names


@pytest.mark.parametrize("path", [LOGIN, TOKEN])
def test_a_login_that_fails_is_one_statement_and_one_hash(watched: Watched, somebody: User, path: str):
    url = watched.running.api_url() + path
    seen = {}
    for what, name in names_of(watched, somebody).items():
        answer, statements, hashes = watched.work(
            lambda name=name: httpx.post(url, json={"username": name, "password": WRONG}, timeout=30)
        )
        assert answer.status_code == 401, f"{what}: {answer.text}"
        assert (sum(statements.values()), hashes) == (1, 1), f"{what}: {statements}, {hashes} hashes"
        seen[what] = (shown(answer), statements)
    assert all(one == seen["a user"] for one in seen.values()), seen
    assert httpx.post(url, json={"username": somebody.username, "password": PASSWORD}, timeout=30).status_code == 200


def test_a_reset_is_one_row_and_one_record(watched: Watched, somebody: User):
    running = watched.running
    barred = User(somebody.base_url, new_name("barred")).sign_up("user")
    running.sql("update accounts set is_active = false where username = %s returning id", barred.username)
    nobody = f"{new_name('nobody')}@example.com"
    seen, before = [], len(running.records("csms.notifications"))
    emails = (somebody.email, nobody, barred.email, somebody.email.upper())
    for email in emails:
        answer, statements, hashes = watched.work(
            lambda email=email: httpx.post(running.api_url() + RESET, json={"email": email}, timeout=30)
        )
        assert (answer.status_code, hashes) == (200, 0)
        # Both are written in one transaction, by one statement each; neither looks for the account.
        assert sum(statements.values()) == 2
        assert not [name for name in statements if "account" in name]
        seen.append((shown(answer), statements))
        rows = running.sql("select count(*) from reset_requests where lower(email) = lower(%s)", email)
        assert rows[0][0] == emails[: emails.index(email) + 1].count(email) + (email == emails[3])
    assert all(one == seen[0] for one in seen)

    def written() -> list:
        records = running.records("csms.notifications")[before:]
        return records if len(records) >= len(emails) else []

    records = [str(record.value) for record in poll("the records are not written", written, 20)]
    asked = [record for record in records if "password_reset" in record]
    assert len(asked) == len(emails)
    assert not [record for record in asked if "example.com" in record.lower()]
