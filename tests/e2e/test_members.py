"""Members of a tenant: invited by mail, accepted, removed."""

import asyncio

import httpx

from support.chargers import Charger
from support.polling import eventually
from support.tenants import PASSWORD, User, new_name

INVITATIONS = "/api/members/invitations/"
ACCEPT = "/api/auth/invitations/accept/"
BAD_LINK = {"token": ["The link is invalid, has expired, or was used already."]}


def invited(tenant, mailbox, email: str, status: int = 201) -> dict[str, str]:
    """The uid and token that the mail carried."""
    tenant.post(INVITATIONS, {"email": email}, status=status)
    uid, token = mailbox.link_parts(mailbox.await_mail(email))
    return {"uid": uid, "token": token}


def accept(stack, body: dict, headers: dict | None = None) -> httpx.Response:
    return httpx.post(stack.api_url() + ACCEPT, json=body, headers=headers, timeout=20)


def new_account(name: str) -> dict:
    names = {"username": name, "first_name": "Gu", "last_name": "Est"}
    return names | {"password": PASSWORD, "confirm_password": PASSWORD}


def test_a_driver_becomes_a_member(stack, mailbox):
    tenant, guest = stack.tenant(), stack.user()
    tenant.charge_point("OURS")
    assert guest.get("/api/charge-points/") == []
    link = invited(tenant, mailbox, guest.email.upper())
    (row,) = tenant.get(INVITATIONS)["results"]
    assert (row["email"], row["invited_by"], row["expired"]) == (guest.email.upper(), tenant.username, False)
    assert "token" not in row

    stranger = stack.user()
    refused = accept(stack, link, stranger.headers)
    assert (refused.status_code, set(refused.json())) == (400, {"non_field_errors"})
    assert accept(stack, link, {"Authorization": "Bearer nonsense"}).status_code == 401
    done = accept(stack, link, guest.headers)
    assert done.status_code == 200, done.text
    assert done.json()["tenant_id"] == tenant.get("/api/me/")["tenant_id"]
    assert done.json()["user"]["username"] == guest.username
    assert guest.call("GET", "/api/me/").status_code == 401, "rights changed: log in again"
    guest.log_in()
    me, profile = guest.get("/api/me/"), guest.get("/api/auth/profile/")
    assert (me["role"], me["tenant_id"]) == ("user", done.json()["tenant_id"])
    assert (profile["user_type"], profile["is_approved"]) == ("CUSTOMER_USER", True)
    assert profile["parent_customer_id"] == tenant.login["user"]["id"]
    assert profile["approved_at"]
    assert [cp["id"] for cp in guest.get("/api/charge-points/")] == ["OURS"]
    assert tenant.get(INVITATIONS)["count"] == 0
    assert accept(stack, link, guest.headers).json() == BAD_LINK, "single use"
    again = tenant.call("POST", INVITATIONS, json={"email": guest.email})
    assert (again.status_code, set(again.json())) == (400, {"email"})

    other = stack.tenant()
    elsewhere = accept(stack, invited(other, mailbox, guest.email), guest.headers)
    assert (elsewhere.status_code, set(elsewhere.json())) == (400, {"non_field_errors"})
    assert guest.get("/api/me/")["tenant_id"] == me["tenant_id"]


def test_somebody_new_becomes_a_member(stack, mailbox):
    tenant, name = stack.tenant(), new_name("guest")
    email = f"{name}@example.com"
    link = invited(tenant, mailbox, email)
    nothing = accept(stack, link)
    assert (nothing.status_code, set(nothing.json())) == (400, {"username", "password", "confirm_password"})
    for wrong, field in (
        ({"username": tenant.username}, "username"),
        ({"password": "short", "confirm_password": "short"}, "password"),
        ({"confirm_password": "another-one"}, "confirm_password"),
        ({"uid": "MQ"}, "token"),
        ({"token": "x" * 43}, "token"),
        ({"uid": "?"}, "token"),
    ):
        refused = accept(stack, link | new_account(name) | wrong)
        assert (refused.status_code, set(refused.json())) == (400, {field}), refused.text
    # A stale token in the header does not matter to somebody new.
    done = accept(stack, link | new_account(name), {"Authorization": "Bearer old"})
    assert done.status_code == 201, done.text
    user = done.json()["user"]
    assert (user["email"], user["is_active"], user["is_staff"]) == (email, True, False)
    assert accept(stack, link | new_account(new_name("late"))).json() == BAD_LINK
    guest = User(stack.api_url(), name).log_in()
    assert guest.get("/api/me/")["tenant_id"] == tenant.get("/api/me/")["tenant_id"]
    assert [row["username"] for row in tenant.get("/api/members/")["results"]] == [tenant.username, name]


def test_invitations_are_renewed_and_taken_back(stack, mailbox):
    tenant, other, name = stack.tenant(), stack.tenant(), new_name("guest")
    email = f"{name}@example.com"
    first = invited(tenant, mailbox, email)
    second = invited(tenant, mailbox, email, status=200)
    assert first["uid"] == second["uid"] and first["token"] != second["token"]
    (row,) = tenant.get(INVITATIONS)["results"]
    path = f"{INVITATIONS}{row['id']}/"
    assert other.get(INVITATIONS)["count"] == 0
    assert other.call("DELETE", path).status_code == 404
    assert tenant.call("DELETE", path).status_code == 204
    assert tenant.call("DELETE", path).status_code == 404
    for link in (first, second):
        assert accept(stack, link | new_account(name)).json() == BAD_LINK
    third = invited(tenant, mailbox, email)
    stack.sql("update invitations set expires_at = now() where tenant_id = %s and email = %s returning id",
              tenant.get("/api/me/")["tenant_id"], email)  # fmt: skip
    assert accept(stack, third | new_account(name)).json() == BAD_LINK
    fourth = invited(tenant, mailbox, email, status=200)
    assert accept(stack, fourth | new_account(name)).status_code == 201
    for wrong in ({}, {"email": "nonsense"}, {"email": None}):
        assert set(tenant.call("POST", INVITATIONS, json=wrong).json()) == {"email"}
    member = User(stack.api_url(), name).log_in()
    for method, where in (("GET", INVITATIONS), ("POST", INVITATIONS), ("GET", "/api/members/")):
        body = {"email": "x@example.com"} if method == "POST" else None
        assert member.call(method, where, json=body).status_code == 403


def test_a_tenant_sends_200_invitations_a_day(stack, mailbox):
    tenant = stack.tenant()
    first = tenant.post(INVITATIONS, {"email": f"{new_name('guest')}@example.com"})
    stack.execute("update invitations set mails = 200 where id = %s", first["id"])
    assert tenant.call("DELETE", f"{INVITATIONS}{first['id']}/").status_code == 204
    refused = tenant.call("POST", INVITATIONS, json={"email": f"{new_name('guest')}@example.com"})
    assert refused.status_code == 400
    assert "within a day" in refused.json()["non_field_errors"][0]
    stack.execute("update invitations set mailed_at = now() - interval '1 day' where id = %s", first["id"])
    tenant.post(INVITATIONS, {"email": f"{new_name('guest')}@example.com"})


def test_other_tenants_members_are_not_revealed_by_inviting(stack, mailbox):
    tenant, other = stack.tenant(), stack.tenant()
    link = invited(tenant, mailbox, other.email)
    refused = accept(stack, link, other.headers)
    assert (refused.status_code, set(refused.json())) == (400, {"non_field_errors"})
    taken = accept(stack, link | new_account(new_name("double")))
    assert (taken.status_code, set(taken.json())) == (400, {"email"})


async def test_who_is_removed_is_nobodys_driver_again(stack, mailbox):
    tenant, other, guest = stack.tenant(), stack.tenant(), stack.user()
    tenant.charge_point("OURS", "10", "10")
    link = await asyncio.to_thread(invited, tenant, mailbox, guest.email)
    assert accept(stack, link, guest.headers).status_code == 200
    guest.log_in()
    tenant.id_tag("CARD", user_email=guest.email)
    prices = {"email": guest.email, "price_per_kwh": "1.000", "price_per_hour": "1.00"}
    tenant.post("/api/charge-points/OURS/user-prices/", prices)
    tenant.post("/api/charge-points/OURS/grants/", {"email": guest.email})
    path = f"/api/members/{guest.login['user']['id']}/"
    async with Charger(stack.charger_url(tenant, "OURS")) as charger:
        await charger.boot()
        await charger.await_tag("CARD")
        assert other.call("DELETE", path).status_code == 404
        assert guest.call("DELETE", path).status_code == 403
        own = tenant.call("DELETE", f"/api/members/{tenant.login['user']['id']}/")
        assert (own.status_code, set(own.json())) == (400, {"non_field_errors"})
        assert tenant.call("DELETE", path).status_code == 204
        assert tenant.call("DELETE", path).status_code == 404

        async def blocked() -> bool:
            answer = await charger.expect("Authorize", {"idTag": "CARD"})
            return answer["idTagInfo"]["status"] == "Blocked"

        await eventually("CARD blocked", blocked)
    assert guest.call("GET", "/api/me/").status_code == 401
    guest.log_in()
    me = guest.get("/api/me/")
    assert (me["tenant_id"], me["tenant_ws"], me["role"]) == (None, None, "user")
    assert guest.get("/api/charge-points/") == []
    assert tenant.get("/api/charge-points/OURS/user-prices/") == tenant.get("/api/charge-points/OURS/grants/") == []
    (tag,) = tenant.get("/api/id-tags/")
    assert (tag["status"], tag["user_email"]) == ("Blocked", None)
    assert [row["username"] for row in tenant.get("/api/members/")["results"]] == [tenant.username]
    assert (
        accept(stack, await asyncio.to_thread(invited, other, mailbox, guest.email), guest.headers).status_code == 200
    )
