"""Accounts as a tenant's administrators see and change them."""

import asyncio

import httpx
import pytest

from support.chargers import Charger, instant
from support.mailbox import Mailbox
from support.polling import eventually
from support.tenants import PASSWORD, User, new_name

USERS = "/api/v1/auth/users/"


def id_of(user: User) -> int:
    return user.login["user"]["id"]


def member_of(stack, tenant) -> User:
    """A driver who accepted the tenant's invitation."""
    guest, box = stack.user(), Mailbox(stack)
    tenant.post("/api/members/invitations/", {"email": guest.email})
    uid, token = box.link_parts(box.await_mail(guest.email))
    guest.post("/api/auth/invitations/accept/", {"uid": uid, "token": token}, status=200)
    return guest.log_in()


def change(admin: User, user: User, status: int = 200, **fields) -> dict:
    answer = admin.call("PATCH", f"{USERS}{id_of(user)}/", json=fields)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_the_list_is_the_tenants_own(stack):
    tenant, other, driver = stack.tenant(), stack.tenant(), stack.user()
    tenant.id_tag("CARD", user_email=driver.email)
    member = member_of(stack, tenant)
    page = tenant.get(USERS)
    assert [page[name] for name in ("count", "next", "previous")] == [2, None, None]
    assert [row["username"] for row in page["results"]] == [tenant.username, member.username]
    founder, row = page["results"]
    assert (founder["is_staff"], row["is_staff"], row["is_active"]) == (True, False, True)
    assert row["profile"] == {"expired": False, "expiry_date": None}
    assert isinstance(row["id"], int)
    assert row == tenant.get(f"{USERS}{row['id']}/") == member.get(f"{USERS}{row['id']}/") == member.get(f"{USERS}me/")

    def names(query: str) -> list[str]:
        return [row["username"] for row in tenant.get(f"{USERS}?limit=30&{query}")]

    assert names(f"q={member.username.upper()}") == [member.username]
    assert names("role=super_admin") == [tenant.username]
    assert names("is_active=false") == []
    assert names("is_active=True&role=user") == [member.username]
    for wrong in ("role=root", "is_active=maybe"):
        assert tenant.call("GET", f"{USERS}?{wrong}").status_code == 400
    first = tenant.get(f"{USERS}?limit=1&offset=0&q=example")
    assert first["next"] == f"{stack.api_url()}{USERS}?limit=1&offset=1&q=example"
    assert member.call("GET", USERS).status_code == 403
    for who, status in ((other, 404), (driver, 404), (tenant, 200), (member, 200)):
        assert who.call("GET", f"{USERS}{id_of(member)}/").status_code == status
    assert member.call("GET", f"{USERS}{id_of(tenant)}/").status_code == 404
    assert tenant.call("GET", f"{USERS}{id_of(driver)}/").status_code == 404
    for odd in ("0", "-1", "x", "99999999999999999999"):
        assert tenant.call("GET", f"{USERS}{odd}/").status_code == 404


def test_who_may_change_whom(stack):
    tenant, other = stack.tenant(), stack.tenant()
    member = member_of(stack, tenant)
    path = f"{USERS}{id_of(member)}/"
    for who, status in ((other, 404), (stack.user(), 404), (member, 403)):
        for method, suffix in (("PATCH", ""), ("POST", "deactivate/"), ("POST", "activate/")):
            answer = who.call(method, path + suffix, json={"is_active": False} if method == "PATCH" else None)
            assert answer.status_code == status, f"{method} {suffix}: {answer.text}"
    assert member.get(path)["is_active"] is True

    deputy = member_of(stack, tenant)
    change(tenant, deputy, role="super_admin")
    deputy.log_in()
    assert deputy.get(USERS)["count"] == 3
    for fields in ({"is_active": False}, {"role": "user"}, {"expiry_date": "2020-01-01T00:00:00Z"}):
        for who, whom in ((tenant, tenant), (deputy, deputy), (deputy, tenant)):
            refused = change(who, whom, 400, **fields)
            assert set(refused) == set(fields) and refused[next(iter(fields))][0], refused
    for wrong in ({"role": "root"}, {"is_active": "perhaps"}, {"user_type": "CUSTOMER"}, {"user_type": "unheard_of"}):
        assert set(change(tenant, member, 400, **wrong)) == set(wrong)
    assert set(change(tenant, member, 400, profile={"expiry_date": "tomorrow"})) == {"expiry_date"}
    assert set(change(tenant, member, 400, profile=[1])) == {"profile"}
    assert deputy.call("POST", f"{USERS}{id_of(tenant)}/deactivate/").status_code == 400
    assert change(deputy, member, user_type=None)["is_active"] is True


@pytest.mark.parametrize(
    "fields",
    [{"is_active": False}, {"role": "super_admin"}, {"profile": {"expiry_date": "2020-01-01T00:00:00Z"}}],
    ids=str,
)
async def test_what_changes_rights_stops_tokens_on_every_pod(stack, fields):
    tenant = await asyncio.to_thread(stack.tenant)
    member = await asyncio.to_thread(member_of, stack, tenant)
    elsewhere = member.on(stack.api_url(2))
    assert elsewhere.call("GET", "/api/me/").status_code == 200
    change(tenant, member, **fields)
    assert member.call("GET", "/api/me/").status_code == 401
    await eventually("dead on the other pod", lambda: elsewhere.call("GET", "/api/me/").status_code == 401, 2)
    refresh = member.call("POST", "/api/auth/refresh/", json={"refresh": member.login["refresh"]})
    assert refresh.status_code == 401


def test_deactivated_and_expired_accounts_say_so_at_login(stack):
    tenant = stack.tenant()
    member = member_of(stack, tenant)
    credentials = {"username": member.username, "password": PASSWORD}

    def barred() -> str:
        answer = httpx.post(f"{stack.api_url()}/api/auth/login/", json=credentials, timeout=20)
        assert answer.status_code == 403, answer.text
        return answer.json()["detail"]

    row = tenant.post(f"{USERS}{id_of(member)}/deactivate/", status=200)
    assert row["is_active"] is False
    assert barred() == "Account deactivated"
    assert tenant.post(f"{USERS}{id_of(member)}/activate/", status=200)["is_active"] is True
    member.log_in()
    row = change(tenant, member, expiry_date="2020-01-01T00:00:00Z")
    assert row["profile"] == {"expired": True, "expiry_date": "2020-01-01T00:00:00Z"}
    assert barred() == "Account expired"
    assert change(tenant, member, profile={"expiry_date": None})["profile"] == {"expired": False, "expiry_date": None}
    member.log_in()


async def test_a_deactivated_account_does_not_charge(stack):
    tenant = await asyncio.to_thread(stack.tenant)
    member = await asyncio.to_thread(member_of, stack, tenant)
    tenant.id_tag("CARD", user_email=member.email)
    tenant.id_tag("SPARE")
    path = f"{USERS}{id_of(member)}/"

    async with Charger(stack.charger_url(tenant, "GATE")) as charger:
        await charger.boot()

        async def becomes(status: str) -> None:
            async def shown() -> bool:
                answer = await charger.expect("Authorize", {"idTag": "CARD"})
                return answer["idTagInfo"]["status"] == status

            await eventually(f"CARD {status}", shown)

        await becomes("Accepted")
        running = await charger.start("CARD", instant(ago=30))
        assert running["idTagInfo"]["status"] == "Accepted"
        tenant.post(path + "deactivate/", status=200)
        await becomes("Blocked")
        assert (await charger.start("CARD", instant(), connector=2))["idTagInfo"]["status"] == "Blocked"
        assert next(t for t in tenant.get("/api/id-tags/") if t["id_tag"] == "CARD")["status"] == "Accepted"
        # What runs may end, and is billed to the account as before.
        await charger.stop(running["transactionId"], instant(), 100)
        tenant.post(path + "activate/", status=200)
        await becomes("Accepted")
        change(tenant, member, expiry_date="2020-01-01T00:00:00Z")
        await becomes("Expired")
        change(tenant, member, expiry_date="2999-01-01T00:00:00Z")
        await becomes("Accepted")
        answer = await charger.expect("Authorize", {"idTag": "CARD"})
        assert answer["idTagInfo"]["expiryDate"].startswith("2999-01-01T00:00:00")
        await charger.await_tag("SPARE")


def test_the_first_super_admin_comes_from_the_admin_tool(stack, monkeypatch):
    name = new_name("operator")
    monkeypatch.setenv("FIRST_PASSWORD", PASSWORD)
    options = ["--username", name, "--email", f"{name}@example.com", "--full-name", "First Admin"]
    stack.admin("user", "create", *options, "--role", "super_admin", "--password-env", "FIRST_PASSWORD")
    first = User(stack.api_url(), name).log_in()
    page = first.get(USERS)
    assert [(row["username"], row["is_staff"]) for row in page["results"]] == [(name, True)]
