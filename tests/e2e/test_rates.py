"""Bounds per minute: what the defaults let pass, what they stop, and how well two pods share them."""

import itertools
import math
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import psycopg
import pytest

from stack.services import UNBOUND
from stack.wait import poll
from support.running import RunningStack
from support.tenants import PASSWORD, new_name

DEFAULTS = dict.fromkeys(UNBOUND, "")
LOGIN, SIGNUP, RESET = "/api/auth/login/", "/api/auth/signup/", "/api/auth/password/reset/"

_clients = itertools.count(1)


@pytest.fixture(scope="module")
def bounded(module_stack) -> RunningStack:
    """Two API pods with the rates that a deployment has by default, behind a proxy at this very address, so that a test
    can be as many clients as it likes."""
    return module_stack(apis=2, settings={"api": DEFAULTS | {"VOLTLANE_TRUSTED_PROXIES": "127.0.0.1"}})


class Client:
    """Somebody with an address of its own."""

    def __init__(self, running: RunningStack):
        self.running = running
        number = next(_clients)
        self.address = f"198.51.{number // 250}.{number % 250 + 1}"
        self.http = httpx.Client(timeout=30, headers={"X-Forwarded-For": self.address})

    def post(self, path: str, body: dict, api: int = 1) -> httpx.Response:
        return self.http.post(self.running.api_url(api) + path, json=body)

    def sign_up(self) -> dict:
        name = new_name("rated")
        account = {"username": name, "email": f"{name}@example.com", "full_name": "Rated", "role": "user"}
        account |= {"password": PASSWORD, "password2": PASSWORD}
        answer = self.post(SIGNUP, account)
        assert answer.status_code == 201, answer.text
        return account


@pytest.fixture
def somebody(bounded: RunningStack):
    return lambda: Client(bounded)


def throttled(answer: httpx.Response) -> int:
    """How long the answer says to wait; it must be the contract's 429 to the letter."""
    assert answer.status_code == 429, answer.text
    seconds = int(answer.headers["Retry-After"])
    plural = "" if seconds == 1 else "s"
    assert answer.json()["detail"] == f"Request was throttled. Expected available in {seconds} second{plural}."
    assert seconds >= 1
    return seconds


def until_throttled(call, most: int) -> tuple[int, httpx.Response]:
    """How often it passed before the first 429."""
    for passed in range(most):
        answer = call()
        if answer.status_code == 429:
            return passed, answer
    raise AssertionError(f"{most} calls passed")


def a_minute_with(seconds: float) -> None:
    """Returns when the calendar minute has so many seconds left: counts start anew with it."""
    poll("the minute does not end", lambda: 60 - time.time() % 60 > seconds, 61)


def test_sixty_signups_and_sixty_logins_of_one_address_pass_within_a_minute(somebody):
    client = somebody()
    begun = time.monotonic()
    accounts = [client.sign_up() for _ in range(60)]
    for account in accounts:
        answer = client.post(LOGIN, {"username": account["username"], "password": PASSWORD})
        assert answer.status_code == 200, answer.text
    assert time.monotonic() - begun < 60


def test_sixty_at_once_pass_as_well(somebody):
    client = somebody()
    credentials = {"username": client.sign_up()["username"], "password": PASSWORD}
    with ThreadPoolExecutor(60) as pool:
        answers = list(pool.map(lambda _: client.post(LOGIN, credentials), range(60)))
    assert [answer.text for answer in answers if answer.status_code != 200] == []


@pytest.mark.parametrize(
    ("path", "limit"),
    [(LOGIN, 120), ("/api/v1/auth/token/", 120), (RESET, 120), (SIGNUP, 120), ("/api/auth/register/", 120)],
)
def test_the_next_one_gets_429(somebody, path: str, limit: int):
    client = somebody()
    a_minute_with(20)
    # Empty bodies count as well: they cost a request, and no hash.
    passed, answer = until_throttled(lambda: client.post(path, {}), limit + 1)
    assert passed == limit
    throttled(answer)
    if path == LOGIN:
        assert answer.json()["success"] is False
        assert answer.json()["message"] == answer.json()["detail"]
    else:
        assert set(answer.json()) == {"detail"}
    assert somebody().post(path, {}).status_code == 400, "another address is not concerned"


def test_wrong_passwords_of_a_name_from_everywhere_in_any_spelling(somebody):
    name = new_name("victim")
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in name)
    spellings = itertools.cycle([name, name.upper(), wide])
    a_minute_with(20)
    # Wrong passwords end earlier than the rate, at login_guard's hundred a minute and pod.
    guess = {"password": "wrong"}
    passed, answer = until_throttled(lambda: somebody().post(LOGIN, guess | {"username": next(spellings)}), 121)
    assert passed == 100
    throttled(answer)


def test_a_stranger_does_not_lock_the_owner_out(somebody):
    owner, stranger = somebody(), somebody()
    name = owner.sign_up()["username"]
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in name)
    spellings = itertools.cycle([name, wide])
    guess = {"password": "wrong"}
    passed, answer = until_throttled(lambda: stranger.post(LOGIN, guess | {"username": next(spellings)}), 11)
    assert passed == 10
    throttled(answer)
    assert owner.post(LOGIN, {"username": name, "password": PASSWORD}).status_code == 200


def test_login_by_account_whatever_the_address(somebody):
    a_minute_with(30)
    # No password: nothing to guess with, but the name counts, a number too.
    passed, answer = until_throttled(lambda: somebody().post(LOGIN, {"username": 4711}), 121)
    assert passed == 120
    throttled(answer)


def test_reset_by_email_whatever_the_address_and_the_case(somebody):
    name = new_name("victim")
    spellings = itertools.cycle([f"{name}@example.com", f" {name.upper()}@Example.com"])
    a_minute_with(20)
    passed, answer = until_throttled(lambda: somebody().post(RESET, {"email": next(spellings)}), 31)
    assert passed == 30
    throttled(answer)


def test_retry_after_is_exact(somebody):
    client = somebody()
    a_minute_with(20)
    _, answer = until_throttled(lambda: client.post(SIGNUP, {}), 121)
    begun, wait = time.time(), throttled(answer)
    # This minute's 120 are all of the next minute's past: one of them is forgotten half a second into it.
    assert wait in range(math.floor(60 - begun % 60), math.ceil(60.5 - begun % 60) + 1)
    poll("still throttled", lambda: client.post(SIGNUP, {}).status_code == 400, wait + 1)
    assert time.time() - begun > wait - 2


def test_two_pods_share(bounded: RunningStack, somebody):
    client = somebody()
    a_minute_with(30)
    for _ in range(100):
        assert client.post(SIGNUP, {}, api=1).status_code == 400
    # The other pod hears of a count when it has one to exchange itself.
    shared_from, exchange = 120 // 16 + 1, 3
    for _ in range(shared_from):
        assert client.post(SIGNUP, {}, api=2).status_code == 400
    poll("the counts are not shared", lambda: used(bounded) >= 100 + shared_from, 5)
    poll("the pods do not share", lambda: client.post(SIGNUP, {}, api=2).status_code == 429, exchange)
    with psycopg.connect(bounded.database_url) as connection:
        keys = [row[0] for row in connection.execute("select key from request_rates")]
    assert all(len(key) == 32 for key in keys), "hashes only"
    assert used(bounded) <= 120 + shared_from


def used(running: RunningStack) -> int:
    """The largest sum of this minute."""
    rows = running.sql("select coalesce(max(used), 0) from request_rates where window_at = date_trunc('minute', now())")
    return int(rows[0][0])


def test_commands_and_everything_are_bounded_by_account(module_stack):
    few = {"VOLTLANE_RATE_COMMANDS_ACCOUNT": "3", "VOLTLANE_RATE_ALL_ACCOUNT": "20"}
    running = module_stack(apis=1, gateways=1, workers=1, settings={"api": UNBOUND | few})
    tenant, other = running.tenant(), running.tenant()
    a_minute_with(10)
    path, reset = "/api/charge-points/NONE/command/", {"action": "Reset", "params": {"type": "Soft"}}
    passed, answer = until_throttled(lambda: tenant.call("POST", path, json=reset), 4)
    assert passed == 3
    throttled(answer)
    assert other.call("POST", path, json=reset).status_code == 404
    passed, answer = until_throttled(lambda: tenant.call("GET", "/api/me"), 21)
    assert passed >= 15
    throttled(answer)
    assert other.call("GET", "/api/me/").status_code == 200
    assert running.metric("api-1", "voltlane_api_throttled_total") == 2


def test_strangers_emails_and_invitations_are_bounded_by_account(module_stack):
    few = {"VOLTLANE_RATE_LOOKUPS_ACCOUNT": "4", "VOLTLANE_RATE_INVITATIONS_ACCOUNT": "3"}
    running = module_stack(apis=1, gateways=1, workers=1, settings={"api": UNBOUND | few})
    tenant, other, driver = running.tenant(), running.tenant(), running.user()
    own = tenant.login["user"]["email"]
    a_minute_with(20)

    def create(email: str, by=tenant) -> int:
        return by.call("POST", "/api/id-tags/", json={"id_tag": new_name("t"), "user_email": email}).status_code

    assert [create(driver.email), create("nobody@example.com")] == [201, 400]
    strangers = [driver.email, "a@example.com", "A@example.com", "b@example.com", "c@example.com", own]
    file = "id_tag,user_email\r\n" + "".join(f"{new_name('t')},{email}\r\n" for email in strangers)
    headers = tenant.headers | {"Content-Type": "text/csv"}
    answer = httpx.post(running.api_url() + "/api/id-tags/import/", content=file, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    report = answer.json()
    # Two were left, one e-mail counts once, members do not count.
    assert report["created"] == 2
    messages = {error["line"]: error["message"] for error in report["errors"]}
    assert messages[3] == messages[4] == "No user has this e-mail address."
    assert messages[5] == messages[6]
    assert "try again in a minute" in messages[5]
    assert create(driver.email) == 429
    tag = {"id_tag": new_name("t")}
    assert tenant.call("POST", "/api/id-tags/", json=tag).status_code == 201, "nobody is looked up"
    assert create(driver.email, other) == 201, "another account is not concerned"

    guests = (f"{new_name('guest')}@example.com" for _ in itertools.count())
    invite = "/api/members/invitations/"
    passed, answer = until_throttled(lambda: tenant.call("POST", invite, json={"email": next(guests)}), 4)
    assert passed == 3
    throttled(answer)
    assert other.call("POST", invite, json={"email": next(guests)}).status_code == 201


def test_pods_go_on_counting_without_the_database(module_stack):
    running = module_stack(apis=1, gateways=1, workers=1, settings={"api": DEFAULTS})
    running.kill("postgres")
    a_minute_with(20)
    with closing(httpx.Client(timeout=30)) as client:
        passed, answer = until_throttled(lambda: client.post(running.api_url() + SIGNUP, json={}), 121)
    assert passed == 120
    throttled(answer)
    poll("no failure is counted", lambda: running.metric("api-1", "voltlane_api_rate_share_failures_total") > 0, 20)
    assert "counts of requests are not shared" in running.log("api-1")


def test_forwarded_fields_of_strangers_are_ignored(stack: RunningStack):
    tenant = stack.tenant()
    forged = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    answer = tenant.call("GET", "/api/sessions/?offset=0&limit=1", headers=tenant.headers | forged)
    assert "evil" not in answer.text
    assert "Strict-Transport-Security" not in answer.headers


def test_forwarded_fields_of_the_proxy_are_believed(bounded: RunningStack, somebody):
    client = somebody()
    account = client.sign_up()
    answer = client.post(LOGIN, {"username": account["username"], "password": PASSWORD})
    rows = bounded.sql("select host(ip_address::inet) from login_sessions order by id desc limit 1")
    assert rows == [(client.address,)]
    headers = {"Authorization": f"Bearer {answer.json()['access']}", "X-Forwarded-Host": "csms.example"}
    headers |= {"X-Forwarded-Proto": "https"}
    answer = client.http.get(bounded.api_url() + "/api/sessions/", headers=headers)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
