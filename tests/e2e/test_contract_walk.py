"""Every route, every status that its description names: each is produced once, and its answer held against
src/api/openapi.yaml. What is described and never produced fails, but for the short list of UNPRODUCED."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from stack.services import UNBOUND
from stack.wait import poll
from support.campus import operator_of
from support.chargers import Charger, instant
from support.mailbox import Mailbox
from support.tenants import PASSWORD, Tenant, User, new_name
from support.walk import Walk
from support.walk_bodies import EXAMPLES, LOOKS_FIRST, PRICES, account, charge, outage_bodies, registration

# (status, operations or None for all): why no test of this kind produces it.
UNPRODUCED: list[tuple[int, set[str] | None, str]] = [
    (500, None, "a bug; its shape is that of errors_test.cpp"),
    (409, {"acceptInvitation"}, "two acceptances of one link in the same millisecond"),
    (503, {"describe", "swaggerUi", "redoc", "staticFile"}, "needs neither database nor broker"),
    (503, {"rotateTokens", "logOutByRefreshToken"}, "asks for a token of its own kind, as its 503 elsewhere"),
]


@pytest.fixture(scope="module")
def seen() -> set[tuple[str, int]]:
    """What the tests of this file produced together."""
    return set()


@pytest.fixture
def walk(stack, seen):
    with Walk(stack.api_url()) as walk:
        yield walk
        seen |= walk.seen


def test_what_every_route_refuses_alike(walk, stack):
    owner, driver, gone = operator_of(stack), stack.user(), stack.user()
    gone.call("POST", "/api/auth/logout/", json={"refresh": gone.login["refresh"]})
    nonsense = {"Authorization": "Bearer nonsense"}
    for operation, status in sorted(walk.described):
        content = walk.operations[operation].content
        if status == 401 and walk.needs_token(operation):
            walk.call(operation, 401)
            walk.call(operation, 401, headers=nonsense)
            walk.call(operation, 401, user=gone)
        if status == 403 and walk.needs_token(operation) and operation not in LOOKS_FIRST:
            walk.call(operation, 403, user=driver)
        if status == 415:
            walk.call(operation, 415, user=owner, content=b"<a/>", headers={"Content-Type": "text/xml"})
        if status == 413:
            walk.call(operation, 413, user=owner, content=b"x" * 1_100_000)
        if status == 400 and not (content.get("requestBody") and not walk.takes_body(operation)):
            for body in (b'{"a":', b"[]", b"\xff"):
                walk.call(operation, 400, user=owner, content=body)
        if status == 404:
            walk.call(operation, 404, user=owner, json=EXAMPLES.get(operation))
    for path in walk.api.document["paths"]:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            if walk.api.operation_of(method, path) is None:
                answer = owner.call(method, path.replace("{", "").replace("}", ""))
                assert answer.status_code == 405, path


def test_accounts(walk, stack, mailbox):
    name = new_name("walker")
    walk.call("signUp", 201, json=account(name))
    walk.call("signUp", 400, json={})
    walk.call("logIn", 200, json={"username": name, "password": PASSWORD})
    walk.call("logIn", 401, json={"username": name, "password": "wrong-password"})
    user = User(stack.api_url(), name).log_in()
    refresh = user.login["refresh"]
    for operation in ("refresh", "refreshToken"):
        walk.call(operation, 200, json={"refresh": refresh})
        walk.call(operation, 200, json={"refresh_token": refresh})
        walk.call(operation, 400, json={})
        walk.call(operation, 401, json={"refresh": "nonsense"})
    for token in (refresh, user.login["access"]):
        walk.call("verifyToken", 200, json={"token": token})
    walk.call("verifyToken", 401, json={"token": "nonsense"})
    walk.call("me", 200, user)
    walk.call("showProfile", 200, user)
    walk.call("replaceProfile", 200, user, json={"full_name": "Test Person"})
    walk.call("changeProfile", 200, user, json={"birthday": "2000-02-29"})
    walk.call("changeProfile", 400, user, json={"birthday": "2001-02-29"})
    walk.call("logOut", 400, user, json={"refresh": "nonsense"})
    walk.call("logOut", 200, user, json={"refresh": refresh})

    person = new_name("walker")
    walk.call("registerAccount", 201, json=registration(person))
    walk.call("registerAccount", 400, json=registration(person))
    walk.call("logIn", 403, json={"username": person, "password": PASSWORD})
    walk.call("obtainTokens", 403, json={"username": person, "password": PASSWORD})
    walk.call("resendVerification", 200, json={"email": f"{person}@example.com"})
    uid, token = mailbox.link_parts(mailbox.await_mail(f"{person}@example.com"))
    link = {"uid": uid, "token": token}
    verify_all(walk, mailbox, person)

    walk.call("resetPassword", 200, json={"email": f"{person}@example.com"})
    walk.call("resetPassword", 200, json={"email": "nobody@example.com"})
    uid, token = mailbox.link_parts(mailbox.await_mail(f"{person}@example.com", "assword"))
    change = {"uid": uid, "token": token, "new_password": "another-Passw0rd"}
    walk.call("confirmPasswordReset", 200, json=change)
    walk.call("confirmPasswordReset", 400, json=change)
    assert link["uid"]


def verify_all(walk: Walk, mailbox: Mailbox, person: str) -> None:
    """The three ways to verify an e-mail, the first for this person."""
    uid, token = mailbox.link_parts(mailbox.mails_to(f"{person}@example.com")[-1])
    walk.call("verifyEmail", 200, parameters={"uid": uid, "token": token})
    walk.call("verifyEmail", 400, parameters={"uid": uid, "token": token})
    for operation in ("verifyEmailByPost", "verifyEmailByBody"):
        other = new_name("walker")
        walk.call("registerAccount", 201, json=registration(other))
        uid, token = mailbox.link_parts(mailbox.await_mail(f"{other}@example.com"))
        link = {"uid": uid, "token": token}
        sent = {"json": link} if operation == "verifyEmailByBody" else {"parameters": link}
        walk.call(operation, 200, **sent)
        walk.call(operation, 400, **sent)


def test_approvals(walk, stack, mailbox):
    parent = stack.tenant()
    child = new_name("child")
    fields = {"user_type": "CUSTOMER_USER", "parent_customer_id": parent.get("/api/me/")["id"]}
    made = walk.call("registerAccount", 201, json=registration(child, **fields)).json()
    waiting = walk.call("listApprovals", 200, parent).json()
    assert [row["id"] for row in waiting] == [made["id"]]
    walk.call("listApprovals", 400, parent, query="?state=nonsense")
    walk.call("listApprovals", 403, stack.user())
    who = {"user": made["id"]}
    walk.call("decideApproval", 403, stack.user(), parameters=who, json={"approve": True})
    walk.call("decideApproval", 400, parent, parameters=who, json={})
    walk.call("decideApproval", 200, parent, parameters=who, json={"approve": False, "reason": "Who are you?"})
    walk.call("decideApproval", 200, parent, parameters=who, json={"approve": True})


def test_login_sessions(walk, stack):
    user = stack.user()
    credentials = {"username": user.username, "password": PASSWORD, "client_type": "mobile"}
    first = walk.call("obtainTokens", 200, json=credentials).json()
    walk.call("obtainTokens", 401, json=credentials)
    walk.call("obtainTokens", 401, json=credentials | {"password": "wrong-password"})
    walk.call("obtainTokens", 400, json=credentials | {"client_type": "fridge"})
    pair = walk.call("rotateTokens", 200, json={"refresh": first["refresh"]}).json()
    walk.call("rotateTokens", 401, json={"refresh": "nonsense"})
    walk.call("rotateTokens", 400, json={})
    walk.call("showOwnUser", 200, user)
    sessions = walk.call("listLoginSessions", 200, user).json()
    assert first["session_id"] in [row["id"] for row in sessions]
    walk.call("showLoginSession", 200, user, parameters={"id": first["session_id"]})
    walk.call("logOutByRefreshToken", 401, json={"refresh": "nonsense"})
    walk.call("logOutByRefreshToken", 200, json={"refresh": pair["refresh"]})
    second = walk.call("obtainTokens", 200, json=credentials).json()
    walk.call("revokeLoginSession", 200, user, parameters={"id": second["session_id"]})
    walk.call("revokeLoginSessions", 400, user, json={"keep_current": "perhaps"})
    walk.call("revokeLoginSessions", 200, user, json={"keep_current": True})
    walk.call("logOutEverywhere", 200, user)


def test_users_members_and_invitations(walk, stack, mailbox):
    owner, guest = stack.tenant(), stack.user()
    email = f"{new_name('member')}@example.com"
    first = walk.call("invite", 201, owner, json={"email": email}).json()
    walk.call("invite", 400, owner, json={"email": "nonsense"})
    uid, token = mailbox.link_parts(mailbox.await_mail(email))
    walk.call("acceptInvitation", 400, json={"uid": uid, "token": token})
    fields = {"username": new_name("member"), "password": PASSWORD, "confirm_password": PASSWORD}
    fields |= {"first_name": "New", "last_name": "Member", "uid": uid, "token": token}
    member = walk.call("acceptInvitation", 201, json=fields).json()["user"]
    walk.call("invite", 201, owner, json={"email": guest.email})
    walk.call("invite", 200, owner, json={"email": guest.email})
    uid, token = mailbox.link_parts(mailbox.await_mail(guest.email))
    walk.call("acceptInvitation", 401, json={"uid": uid, "token": token}, headers={"Authorization": "Bearer nonsense"})
    walk.call("acceptInvitation", 200, guest, json={"uid": uid, "token": token})
    open_one = walk.call("invite", 201, owner, json={"email": f"{new_name('late')}@example.com"}).json()
    for query in ("", "?limit=5"):
        walk.call("listInvitations", 200, owner, query=query)
        walk.call("listMembers", 200, owner, query=query)
        walk.call("listUsers", 200, owner, query=query)
    walk.call("revokeInvitation", 204, owner, parameters={"id": open_one["id"]})
    walk.call("revokeInvitation", 404, owner, parameters={"id": first["id"]})
    walk.call("listUsers", 400, owner, query="?role=king")

    one = {"id": member["id"]}
    walk.call("showUser", 200, owner, parameters=one)
    walk.call("changeUser", 200, owner, parameters=one, json={"profile": {"expiry_date": "2040-01-01T00:00:00Z"}})
    walk.call("changeUser", 400, owner, parameters=one, json={"is_active": "perhaps"})
    walk.call("deactivateUser", 200, owner, parameters=one)
    walk.call("activateUser", 200, owner, parameters=one)
    guest.log_in()
    me = {"id": guest.get("/api/me/")["id"]}
    for operation in ("changeUser", "deactivateUser", "activateUser"):
        walk.call(operation, 403, guest, parameters=me, json={})
    walk.call("deactivateUser", 400, owner, parameters={"id": owner.get("/api/me/")["id"]})
    walk.call("removeMember", 400, owner, parameters={"id": owner.get("/api/me/")["id"]})
    walk.call("removeMember", 204, owner, parameters=one)


def test_user_types(walk, stack):
    owner = operator_of(stack)
    name = new_name("Walker")
    fields = [{"name": "shoe_size", "kind": "integer", "min": 20, "max": 60}, {"name": "colour", "kind": "string"}]
    one = {"name": name}
    walk.call("declareUserType", 201, owner, json={"name": name, "fields": fields})
    walk.call("declareUserType", 400, owner, json={"name": "a b"})
    assert name in [row["name"] for row in walk.call("listUserTypes", 200, owner).json()]
    walk.call("showUserType", 200, owner, parameters=one)
    walk.call("replaceUserType", 200, owner, parameters=one, json={"fields": fields[:1]})
    walk.call("changeUserType", 200, owner, parameters=one, json={"fields": fields})
    walk.call("changeUserType", 400, owner, parameters=one, json={"fields": [{"name": "x", "kind": "magic"}]})
    for operation in ("replaceUserType", "changeUserType", "deleteUserType"):
        walk.call(operation, 409, owner, parameters={"name": "CUSTOMER"}, json={"fields": fields})
    before = walk.call("listSharedFields", 200, owner).json()
    walk.call("replaceSharedFields", 400, owner, json={"fields": "none"})
    own = [field for field in before["fields"] if field["source"] == "api"]
    walk.call("replaceSharedFields", 200, owner, json={"fields": own})
    walk.call("deleteUserType", 204, owner, parameters=one)


def test_charge_points_and_prices(walk, stack):
    owner, driver = stack.tenant(), stack.user()
    walk.call("createChargePoint", 201, owner, json={"id": "WALK", "access_type": "public"})
    walk.call("createChargePoint", 400, owner, json={"id": "WALK"})
    here = {"pk": "WALK"}
    walk.call("listChargePoints", 200, owner)
    walk.call("showChargePoint", 200, owner, parameters=here)
    walk.call("changeChargePoint", 200, owner, parameters=here, json={"name": "Walk", "lat": "46.876700"})
    walk.call("changeChargePoint", 400, owner, parameters=here, json={"lat": "north"})
    walk.call("countStatuses", 200, owner)

    price = {"email": driver.email} | PRICES
    made = walk.call("setUserPrice", 201, owner, parameters=here, json=price).json()
    walk.call("setUserPrice", 200, owner, parameters=here, json=price)
    walk.call("setUserPrice", 400, owner, parameters=here, json=price | {"email": "nobody@example.com"})
    walk.call("listUserPrices", 200, owner, parameters=here)
    seen_as = {"pk": driver.get("/api/charge-points/")[0]["pk"]}
    for operation in ("changeChargePoint", "deleteChargePoint"):
        walk.call(operation, 403, driver, parameters=seen_as, json={})
    walk.call("giveCommand", 403, driver, parameters=seen_as, json={"action": "ClearCache"})
    walk.call("endUserPrice", 204, owner, parameters=here | {"id": made["id"]})

    of_type = {"user_type": "CUSTOMER_USER"} | PRICES
    made = walk.call("setTypePrice", 201, owner, parameters=here, json=of_type).json()
    walk.call("setTypePrice", 200, owner, parameters=here, json=of_type)
    walk.call("setTypePrice", 400, owner, parameters=here, json=of_type | {"user_type": "none"})
    walk.call("listTypePrices", 200, owner, parameters=here)
    walk.call("endTypePrice", 204, owner, parameters=here | {"id": made["id"]})

    made = walk.call("addGrant", 201, owner, parameters=here, json={"email": driver.email}).json()
    walk.call("addGrant", 200, owner, parameters=here, json={"email": driver.email})
    walk.call("addGrant", 400, owner, parameters=here, json={"email": "nobody@example.com"})
    walk.call("listGrants", 200, owner, parameters=here)
    walk.call("removeGrant", 204, owner, parameters=here | {"id": made["id"]})
    walk.call("giveCommand", 409, owner, parameters=here, json={"action": "ClearCache"})
    walk.call("deleteChargePoint", 204, owner, parameters=here)


def test_id_tags(walk, stack):
    owner = stack.tenant()
    made = walk.call("createIdTag", 201, owner, json={"id_tag": "WALK1", "status": "Accepted"}).json()
    walk.call("createIdTag", 400, owner, json={"id_tag": "WALK1"})
    one = {"id": made["id"]}
    walk.call("showIdTag", 200, owner, parameters=one)
    walk.call("changeIdTag", 200, owner, parameters=one, json={"status": "Blocked"})
    walk.call("changeIdTag", 400, owner, parameters=one, json={"status": "Blue"})
    csv = "id_tag,status\r\nWALK2,Accepted\r\nWALK3,Blue\r\n"
    report = walk.call("importIdTags", 200, owner, content=csv, headers={"Content-Type": "text/csv"}).json()
    assert (report["created"], [error["line"] for error in report["errors"]]) == (1, [3])
    walk.call("importIdTags", 400, owner, content="name\r\nx\r\n", headers={"Content-Type": "text/csv"})
    for query in ("", "?limit=1", "?offset=0", "?cursor="):
        walk.call("listIdTags", 200, owner, query=query)
    walk.call("listIdTags", 400, owner, query="?cursor=nonsense")
    assert "WALK2" in walk.call("exportIdTags", 200, owner).text
    walk.call("deleteIdTag", 204, owner, parameters=one)


async def test_commands_and_sessions(walk, stack):
    owner, driver = stack.tenant(), stack.user()
    owner.charge_point("WALK", "0.500", "1.200")
    owner.id_tag("WALKTAG", user_email=driver.email)
    here = {"pk": "WALK"}

    def rows(user: User) -> list[dict]:
        return walk.call("listSessions", 200, user).json()["results"]

    def while_open() -> None:
        given = walk.call("giveCommand", 202, owner, parameters=here, json={"action": "ClearCache"}).json()
        waited = {"query": "?wait=20", "parameters": here, "json": {"action": "ClearCache"}}
        walk.call("giveCommand", 200, owner, **waited)
        walk.call("giveCommand", 400, owner, parameters=here, json={"action": "Fly"})
        walk.call("showCommand", 200, owner, parameters={"id": given["id"]})
        for query in ("", "?limit=1", "?offset=0"):
            walk.call("listCommands", 200, owner, query=query)
        walk.call("listCommands", 400, owner, query="?cursor=nonsense")
        one = {"id": poll("no session", lambda: rows(owner), 30)[0]["id"]}
        walk.call("showSession", 200, owner, parameters=one)
        poll("no meter values", lambda: walk.call("listMeterValues", 200, owner, parameters=one).json(), 30)
        walk.call("reviewSession", 409, owner, parameters=one, json={"action": "accept"})
        for operation in ("closeSession", "reviewSession"):
            walk.call(operation, 403, driver, parameters=one, json={"action": "accept"})
        walk.call("closeSession", 200, owner, parameters=one)
        walk.call("closeSession", 409, owner, parameters=one)

    def when_ended() -> None:
        one = {"id": rows(owner)[0]["id"]}
        walk.call("reviewSession", 400, owner, parameters=one, json={"action": "guess"})
        walk.call("reviewSession", 200, owner, parameters=one, json={"energy_wh": 2500})
        for query in ("?limit=5", "?cursor=", "?ordering=-total&status=ended&q=walk", "?from=2020-01-01&to=2040-01-01"):
            walk.call("listSessions", 200, owner, query=query)
        walk.call("listSessions", 400, owner, query="?from=yesterday")
        walk.call("exportSessions", 400, owner, query="?status=lost")
        assert "WALKTAG" in walk.call("exportSessions", 200, owner).text
        walk.call("revenue", 200, owner)
        walk.call("revenueMonthOverMonth", 200, owner)
        walk.follow("followEvents", 200, owner)

    await charge(stack, owner, while_open, when_ended)


def test_the_description(walk):
    for operation in ("describe", "swaggerUi", "redoc", "staticFile"):
        file = {"parameters": {"file": "pages.css"}}
        answer = walk.call(operation, 200, **file)
        walk.call(operation, 304, headers={"If-None-Match": answer.headers["ETag"]}, **file)


async def test_what_comes_too_often_or_finds_nothing_at_home(private_stack, seen):
    """The first API pod lets five calls a minute pass; the second one loses its workers, then its database."""
    few = UNBOUND | {"VOLTLANE_RATE_ALL": "5"}
    stack = private_stack(gateways=1, workers=1, apis=2, settings={"api-1": few})
    owner = Tenant(stack.api_url(2), new_name("owner")).open()
    owner.charge_point("WALK")
    owner.id_tag("WALKTAG")
    with Walk(stack.api_url(2)) as walk:
        async with Charger(stack.charger_url(owner, "WALK")) as charger:
            await charger.boot()
            await charger.await_tag("WALKTAG")
            await charger.start("WALKTAG", instant(ago=60))
            await asyncio.to_thread(lambda: decide_without_workers(walk, stack, owner))
        await asyncio.to_thread(lambda: walk_without_database(walk, stack, owner))
        seen |= walk.seen
    with Walk(stack.api_url(1)) as walk:
        await asyncio.to_thread(lambda: walk_too_often(walk))
        seen |= walk.seen


def decide_without_workers(walk: Walk, stack, owner: Tenant) -> None:
    one = {"id": poll("no session", lambda: owner.get("/api/sessions/")["results"], 30)[0]["id"]}
    stack.freeze("worker-1")
    walk.call("closeSession", 202, owner, parameters=one)
    stack.thaw("worker-1")
    poll("still open", lambda: owner.get(f"/api/sessions/{one['id']}/")["Ended"], 30)
    stack.freeze("worker-1")
    walk.call("reviewSession", 202, owner, parameters=one, json={"energy_wh": 1})
    stack.thaw("worker-1")


def walk_without_database(walk: Walk, stack, owner: Tenant) -> None:
    """Every call that needs the database, at the same time: each of them waits for it."""
    stack.kill("postgres")
    bodies = outage_bodies(owner)
    csv = {"content": "id_tag\r\nX\r\n", "headers": {"Content-Type": "text/csv"}}

    def ask(operation: str) -> None:
        options = csv if operation == "importIdTags" else {"json": bodies.get(operation, EXAMPLES.get(operation, {}))}
        walk.call(operation, 503, owner if walk.needs_token(operation) else None, **options)

    excused = {one for status, operations, _ in UNPRODUCED if status == 503 for one in operations}
    asked = [one for one, status in sorted(walk.described) if status == 503 and one not in excused]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(ask, asked))


def walk_too_often(walk: Walk) -> None:
    for operation, status in sorted(walk.described):
        if status == 429:
            poll("never throttled", lambda: throttles(walk), 60)
            walk.call(operation, 429)


def throttles(walk: Walk) -> bool:
    return walk._client.get(walk.base_url + "/api/me/").status_code == 429


def test_every_described_status_was_produced(walk, seen):
    missing = sorted(walk.described - seen)
    excused = {
        (operation, status)
        for status, operations, _ in UNPRODUCED
        for operation in walk.operations
        if operations is None or operation in operations
    }
    assert [one for one in missing if one not in excused] == []
    idle = sorted(excused & seen)
    assert idle == [], "no exception any more"
