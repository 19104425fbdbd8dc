"""Tokens and login sessions of /api/v1/auth/ on two API pods: rotation, reuse, races, revocation, keys."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from support.logins import INVALID, REVOKED, Client, part
from support.polling import eventually

GRACE_SECONDS = 10


@pytest.fixture
def client(stack) -> Client:
    return Client(stack)


def now() -> datetime:
    return datetime.now(UTC)


def test_tokens_say_what_the_contract_says(client):
    made = client.open(
        client_type="mobile", device_name="Pixel", telegram_user_id=7_000_000_000, telegram_username="ada"
    )
    assert set(made) == {"refresh", "access", "user", "session_id"}
    for name, life in (("access", 3600), ("refresh", 7 * 24 * 3600)):
        header, claims = part(made[name], 0), part(made[name], 1)
        assert header["alg"] == "HS256" and len(header["kid"]) == 16
        assert claims["token_type"] == name
        assert claims["sub"] == str(claims["user_id"]) == str(made["user"]["id"])
        assert claims["sid"] == made["session_id"]
        assert claims["exp"] - claims["iat"] == life
        assert len(claims["jti"]) == 32
    user = client.get("users/me/", made["access"]).json()
    assert user == made["user"]
    want = {
        "id": user["id"],
        "username": client.user.username,
        "email": client.user.email,
        "first_name": "Test",
        "last_name": client.user.username,
        "is_active": True,
        "is_staff": False,
        "profile": {"expired": False, "expiry_date": None},
    }
    assert {name: user[name] for name in want} == want
    kept = "device_name, telegram_user_id, telegram_username, ip_address, user_agent"
    row = client.stack.sql(f"select {kept} from login_sessions where id = %s", made["session_id"])[0]
    assert row[:4] == ("Pixel", 7_000_000_000, "ada", "127.0.0.1")
    assert row[4].startswith("python-httpx")


def test_staff_is_who_administers_a_tenant(stack):
    owner = stack.tenant()
    assert Client(stack, owner).open()["user"]["is_staff"] is True


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"username": None}, {"username"}),
        ({"password": ""}, {"password"}),
        ({"client_type": "fridge"}, {"client_type"}),
        ({"client_type": 7}, {"client_type"}),
        ({"device_name": "x" * 256}, {"device_name"}),
        ({"telegram_user_id": "many"}, {"telegram_user_id"}),
        ({"telegram_user_id": 1.5}, {"telegram_user_id"}),
        ({"telegram_username": ["ada"]}, {"telegram_username"}),
        ({"client_type": "", "telegram_user_id": 2**63}, {"client_type", "telegram_user_id"}),
    ],
)
def test_wrong_fields(client, fields, wrong):
    answer = client.log_in(**fields)
    assert answer.status_code == 400, answer.text
    assert set(answer.json()) == wrong


def test_one_session_of_each_client_type(client):
    first = client.open(client_type="telegram_bot")
    for pod in (1, 2):
        second = client.log_in(pod, client_type="telegram_bot")
        assert second.status_code == 401
        assert second.json()["detail"] == "You are already logged in on telegram bot. Please logout first."
    for kind in ("website", "mobile"):
        client.open(client_type=kind)
    client.open()
    assert client.log_in(client_type="unknown").json()["detail"].startswith("You are already logged in on unknown.")
    client.user.log_in()  # a plain login is never refused, nor does it count
    client.user.log_in()
    done = client.post("logout/", {"refresh": first["refresh"]})
    assert (done.status_code, done.json()) == (
        200,
        {"message": "Logout successful", "detail": "Session revoked and tokens blacklisted"},
    )
    client.open(pod=2, client_type="telegram_bot")


def test_an_expired_session_makes_room(client):
    first = client.open(client_type="website")
    client.stack.sql(
        "update login_sessions set expires_at = now() - interval '1 second' where id = %s returning id",
        first["session_id"],
    )
    client.open(client_type="website")


async def test_many_logins_at_once_open_one_session(client):
    async def one(pod: int) -> int:
        return (await asyncio.to_thread(client.log_in, pod, client_type="website")).status_code

    codes = await asyncio.gather(*(one(1 + n % 2) for n in range(8)))
    assert sorted(codes) == [200] + [401] * 7


def test_refusals(client):
    bad = {"detail": "No active account found with the given credentials", "code": "no_active_account"}
    assert client.log_in(password="wrong-password").json() == bad
    assert client.log_in(username="nobody-at-all").json() == bad
    for change, detail in (
        ("is_active = false", "Account deactivated"),
        ("expires_at = now() - interval '1 second'", "Account expired"),
        ("email_verified = false", "E-mail not verified"),
        ("is_approved = false", "Account not approved"),
    ):
        user = Client(client.stack)
        client.stack.sql(f"update accounts set {change} where username = %s returning id", user.user.username)
        barred = user.log_in()
        assert (barred.status_code, barred.json()["detail"]) == (403, detail)
        assert not client.stack.sql(
            "select from login_sessions s join accounts a on a.id = s.account_id where a.username = %s",
            user.user.username,
        )
    for path in ("token/refresh/", "logout/"):
        assert client.post(path, {}).json() == {"refresh": ["This field is required."]}
        for token in ("x", "a.b.c", "x" * 100_000, client.open(client_type="mobile")["access"]):
            answer = client.post(path, {"refresh": token})
            assert (answer.status_code, answer.json()) == (401, INVALID)
            client.stack.sql("update login_sessions set revoked_at = now() where managed returning id")
    assert httpx.get(client.stack.api_url() + "/api/v1/auth/sessions/").json() == {
        "detail": "Authentication credentials were not provided."
    }


def test_rotation(client):
    first = client.open(client_type="website")
    session = first["session_id"]
    before = client.row(session, "expires_at")
    client.stack.sql(
        "update login_sessions set expires_at = now() + interval '9 seconds' where id = %s returning id", session
    )
    second = client.rotated(first["refresh"], pod=2)
    assert client.row(session, "expires_at") >= before
    assert part(second["refresh"], 1)["exp"] == client.row(session, "expires_at").timestamp()
    assert second["refresh"] != first["refresh"] and second["access"] != first["access"]
    # A lost answer: the same pair, on either pod.
    assert client.rotated(first["refresh"], pod=1) == second
    assert client.rotated(first["refresh"], pod=2) == second
    assert client.row(session, "rotation") == 1
    for access in (first["access"], second["access"]):
        assert client.get("users/me/", access).status_code == 200
    # Dead for the calls that do not rotate, at once, which costs nothing within the grace.
    dead = client.plain_refresh(first["refresh"])
    assert dead.status_code == 401
    assert dead.json()["message"] == "Invalid refresh token"
    verify = client.stack.api_url() + "/api/auth/token/verify/"
    assert httpx.post(verify, json={"token": first["refresh"]}).status_code == 401
    for token in (second["refresh"], second["access"]):
        assert httpx.post(verify, json={"token": token}).status_code == 200
    # The plain refresh rotates nothing.
    for _ in range(2):
        assert client.plain_refresh(second["refresh"]).status_code == 200
    third = client.rotated(second["refresh"])
    assert client.row(session, "rotation") == 2
    # Two rotations ago is dead without any grace.
    assert client.refresh(first["refresh"]).json() == REVOKED
    assert client.refresh(third["refresh"]).json() == REVOKED


@pytest.mark.parametrize("rotating", [True, False])
async def test_later_reuse_revokes_the_session_on_every_pod(client, rotating):
    first = client.open(client_type="website")
    other = client.open(client_type="mobile")
    second = client.rotated(first["refresh"])
    client.age(first["session_id"], GRACE_SECONDS - 1.5)
    client.rotated(first["refresh"])  # still within its grace
    assert client.row(first["session_id"], "rotation") == 1
    client.age(first["session_id"], 2)
    assert client.get("users/me/", second["access"], pod=2).status_code == 200
    reused = client.refresh(first["refresh"]) if rotating else client.plain_refresh(first["refresh"])
    assert reused.status_code == 401
    assert reused.json()["code"] == ("token_revoked" if rotating else "token_not_valid")
    for access in (first["access"], second["access"]):
        assert client.get("users/me/", access).json() == REVOKED
    await eventually(  # promised is one second, on a machine with time for it
        "revoked elsewhere", lambda: client.get("users/me/", second["access"], pod=2).json() == REVOKED, seconds=2
    )
    assert client.refresh(second["refresh"], pod=2).json() == REVOKED
    assert client.get("users/me/", other["access"]).status_code == 200


async def test_two_pods_at_once_give_the_same_pair(client):
    token = client.open(client_type="website")["refresh"]
    for _ in range(5):
        pairs = await asyncio.gather(*(asyncio.to_thread(client.rotated, token, 1 + n % 2) for n in range(6)))
        assert all(pair == pairs[0] for pair in pairs)
        assert pairs[0]["refresh"] != token
        token = pairs[0]["refresh"]


def test_a_plain_logins_tokens_rotate_too(client):
    client.user.log_in()
    second = client.rotated(client.user.login["refresh"])
    assert client.plain_refresh(client.user.login["refresh"]).status_code == 401
    assert client.plain_refresh(second["refresh"]).status_code == 200
    logout = {"refresh": second["refresh"]}
    assert httpx.post(
        client.stack.api_url() + "/api/auth/logout/",
        json=logout,
        headers={"Authorization": f"Bearer {second['access']}"},
    ).json() == {"detail": "Logout successful", "success": True, "message": "Successfully logged out"}
    assert client.refresh(second["refresh"]).json() == REVOKED


def test_sessions_of_ones_own(client):
    mine = client.open(client_type="website", device_name="Laptop")
    phone = client.open(client_type="mobile")
    client.user.log_in()
    rows = client.get("sessions/", mine["access"]).json()
    assert [row["client_type"] for row in rows] == ["unknown", "mobile", "website"]
    assert [row["id"] for row in rows[1:]] == [phone["session_id"], mine["session_id"]]
    row = rows[2]
    assert set(row) >= set(
        "id client_type device_name created_at last_activity expires_at ip_address is_active".split()
    )
    assert (row["device_name"], row["ip_address"], row["is_active"], row["is_current"]) == (
        "Laptop",
        "127.0.0.1",
        True,
        True,
    )
    for name in ("created_at", "last_activity", "expires_at"):
        assert datetime.strptime(row[name], "%Y-%m-%dT%H:%M:%SZ")
    assert (
        datetime.strptime(row["expires_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
        == (part(mine["refresh"], 1)["exp"])
    )
    assert client.get(f"sessions/{phone['session_id']}/", mine["access"]).json() == rows[1] | {"is_current": False}
    stranger = Client(client.stack).open()
    for path in (f"sessions/{mine['session_id']}/", "sessions/0/", "sessions/x/", f"sessions/{10**30}/"):
        assert client.get(path, stranger["access"]).json() == {"detail": "Not found."}
        assert client.post(path + "revoke/", access=stranger["access"]).status_code == 404
    done = client.post(f"sessions/{phone['session_id']}/revoke/", access=mine["access"])
    want = {"message": "Session revoked successfully", "session_id": phone["session_id"]}
    assert (done.status_code, done.json()) == (200, want)
    assert client.post(f"sessions/{phone['session_id']}/revoke/", access=mine["access"]).json() == want
    assert client.get("users/me/", phone["access"]).json() == REVOKED
    assert client.get(f"sessions/{phone['session_id']}/", mine["access"]).json()["is_active"] is False


async def test_all_sessions_but_this_one_and_all_of_them(client):
    def opened() -> list[dict]:
        return [client.open(client_type=kind) for kind in ("website", "mobile", "telegram_bot")]

    keep, *others = opened()
    answer = client.post("sessions/revoke_all/", {"keep_current": True}, keep["access"])
    assert answer.json() == {"message": "2 session(s) revoked successfully", "revoked_count": 2}
    for other in others:
        assert client.get("users/me/", other["access"]).json() == REVOKED
        await eventually(
            "revoked elsewhere",
            lambda o=other: client.get("users/me/", o["access"], pod=2).json() == REVOKED,
            seconds=3,
        )
    assert client.get("users/me/", keep["access"]).status_code == 200
    again = client.post("sessions/revoke_all/", {"keep_current": True}, keep["access"])
    assert again.json() == {"message": "0 session(s) revoked successfully", "revoked_count": 0}
    assert client.post("sessions/revoke_all/", {"keep_current": 7}, keep["access"]).status_code == 400
    assert client.post("sessions/revoke_all/", None, keep["access"]).json()["revoked_count"] == 1
    assert client.get("users/me/", keep["access"]).json() == REVOKED

    first, second, _ = opened()
    client.stack.sql(
        "update login_sessions set expires_at = now() - interval '1 second' where id = %s returning id",
        second["session_id"],
    )
    everywhere = client.post("logout/all/", access=first["access"])
    assert everywhere.json() == {"message": "Logged out from 2 device(s)", "revoked_sessions": 2}
    # The access token of a session whose refresh token has expired ends with the others.
    for token in (first["access"], second["access"]):
        assert client.get("users/me/", token).json() == REVOKED


async def test_logging_out_ends_it_everywhere(client):
    made = client.open(pod=1, client_type="website")
    assert client.get("users/me/", made["access"], pod=2).status_code == 200
    rotated = client.rotated(made["refresh"])
    # The dead token is as good for this as the one that replaced it.
    assert client.post("logout/", {"refresh": made["refresh"]}).status_code == 200
    assert client.get("users/me/", rotated["access"]).json() == REVOKED
    await eventually("revoked", lambda: client.get("users/me/", rotated["access"], pod=2).json() == REVOKED, seconds=3)
    again = client.post("logout/", {"refresh": rotated["refresh"]})
    assert (again.status_code, again.json()) == (401, REVOKED)


async def test_last_activity_is_written_in_batches(client):
    made = client.open(client_type="website")
    session = made["session_id"]

    def used() -> datetime:
        return client.row(session, "last_activity")

    client.stack.sql(
        "update login_sessions set last_activity = now() - interval '1 hour' where id = %s returning id", session
    )
    for _ in range(20):
        assert client.get("users/me/", made["access"]).status_code == 200
    await eventually("activity", lambda: now() - used() < timedelta(seconds=30), seconds=15)
    written = used()
    for _ in range(20):
        client.get("users/me/", made["access"])
        client.get("users/me/", made["access"], pod=2)
    await asyncio.sleep(6)  # longer than a batch waits
    assert used() == written
