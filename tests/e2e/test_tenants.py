"""No route, event or topic key shows or touches another tenant's object: route by route, from the route table."""

import re
import subprocess

import httpx
import pytest
import websockets

from stack import paths
from support.chargers import Charger, instant
from support.polling import eventually
from support.tenants import PASSWORD, new_name

SECRET_NAME = "Vault-of-A"


def route_table() -> list[tuple[str, str, bool]]:
    """(method, pattern, needs a token) of every route the API serves, from the program itself."""
    done = subprocess.run(
        [str(paths.bin_dir() / "voltlane-api"), "--describe-routes"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines() if line]
    assert rows, "the API has no routes"
    return [(row[0], row[1], row[2] != "public") for row in rows]


ROUTES = route_table() if (paths.bin_dir() / "voltlane-api").exists() else []
WITH_TOKEN = [(method, pattern) for method, pattern, token in ROUTES if token]
STREAMS = {"/api/events/"}  # never end by themselves; test_rest_contract.py listens to them as two tenants
ANSWERING = [(method, pattern) for method, pattern in WITH_TOKEN if pattern not in STREAMS]


async def furnished_tenant(stack):
    """A tenant that owns one of everything, and the ids to ask for."""
    tenant = stack.tenant()
    tenant.charge_point("TWIN", "500", "250")
    tenant.call("PATCH", "/api/charge-points/TWIN/", json={"name": SECRET_NAME, "location": SECRET_NAME})
    driver = stack.user()
    price = tenant.post(
        "/api/charge-points/TWIN/user-prices/",
        {"email": driver.email, "price_per_kwh": "0.270", "price_per_hour": "1.20"},
    )
    grant = tenant.post("/api/charge-points/TWIN/grants/", {"email": driver.email})
    invitation = tenant.post("/api/members/invitations/", {"email": "guest-of-a@example.com"})
    for_type = tenant.post(
        "/api/charge-points/TWIN/type-prices/",
        {"user_type": "CUSTOMER_USER", "price_per_kwh": "0.270", "price_per_hour": "1.20"},
    )
    applicant = apply_to(stack, tenant)
    tag = tenant.id_tag("TAG-OF-A")
    async with Charger(stack.charger_url(tenant, "TWIN")) as charger:
        await charger.boot()
        await charger.await_tag("TAG-OF-A")
        start = await charger.start("TAG-OF-A", instant(ago=45))
        got = await tenant.acall(
            "POST", "/api/charge-points/TWIN/command/?wait=10", json={"action": "ClearCache", "params": {}}
        )
        command = got.json()["id"]
        await charger.stop(start["transactionId"], instant(), 192)

    def ended():
        rows = tenant.get("/api/sessions/")["results"]
        return rows and rows[0]["Ended"] and rows[0]

    session = await eventually("the session", ended)
    # The collection in front of a path parameter, to what A owns there.
    return tenant, {
        "charge-points": "TWIN",
        "user-prices": str(price["id"]),
        "type-prices": str(for_type["id"]),
        "approvals": str(applicant),
        "auth/sessions": str(tenant.get("/api/v1/auth/sessions/")[0]["id"]),
        "commands": command,
        "sessions": str(session["id"]),
        "id-tags": str(tag["id"]),
        "grants": str(grant["id"]),
        "invitations": str(invitation["id"]),
        "members": str(tenant.login["user"]["id"]),
        "users": str(tenant.login["user"]["id"]),
    }


def apply_to(stack, tenant) -> int:
    """The id of somebody who registered as the tenant's customer user and waits for its approval."""
    name = new_name("applicant")
    account = {"username": name, "email": f"{name}@example.com", "first_name": SECRET_NAME, "last_name": "Lee"}
    account |= {"password": PASSWORD, "confirm_password": PASSWORD, "user_type": "CUSTOMER_USER"}
    account |= {"birthday": "1990-01-01", "gender": "x", "parent_customer_id": tenant.login["user"]["id"]}
    made = httpx.post(f"{stack.api_url()}/api/auth/register/", json=account, timeout=20)
    assert made.status_code == 201, made.text
    return made.json()["id"]


def filled(pattern: str, owned: dict[str, str]) -> str:
    """The pattern with every {parameter} replaced by A's object of the collection in front of it."""
    parts = pattern.strip("/").split("/")
    for at, part in enumerate(parts):
        if re.fullmatch(r"\{.*\}", part):
            parts[at] = owned.get("/".join(parts[at - 2 : at])) or owned.get(parts[at - 1], "1")
    return "/" + "/".join(parts) + "/"


@pytest.fixture(scope="module")
def twins():
    return {}


async def both(stack, twins):
    if not twins:
        twins["a"], twins["owned"] = await furnished_tenant(stack)
        twins["b"] = stack.tenant()
        twins["driver"] = stack.user()
    return twins["a"], twins["b"], twins["driver"], twins["owned"]


def picture(tenant, owned) -> list:
    """Everything of A that another tenant could have changed."""
    return [
        tenant.get("/api/charge-points/TWIN/") | {"updated": None, "connected": None},
        tenant.get("/api/charge-points/TWIN/user-prices/"),
        tenant.get("/api/id-tags/"),
        tenant.get("/api/sessions/")["results"],
        tenant.get("/api/commands/")["results"],
        tenant.get("/api/me/"),
        tenant.get("/api/charge-points/TWIN/grants/"),
        tenant.get("/api/members/invitations/"),
        tenant.get("/api/v1/auth/users/"),
        tenant.get("/api/charge-points/TWIN/type-prices/"),
        tenant.get("/api/auth/approvals/"),
        [row["id"] for row in tenant.get("/api/v1/auth/sessions/")],
    ]


@pytest.mark.parametrize(("method", "pattern"), ANSWERING, ids=str)
async def test_another_tenants_objects_do_not_exist(stack, twins, method, pattern):
    owner, stranger, driver, owned = await both(stack, twins)
    before = picture(owner, owned)
    path = filled(pattern, owned)
    addressed = "{" in pattern
    body = {"status": "Blocked", "name": "stolen"}
    if pattern.endswith("/review/"):
        body = {"energy_wh": 1}
    if pattern.endswith("/command/"):
        body = {"action": "ClearCache", "params": {}}
    if "/approvals/" in pattern:
        body = {"approve": True}
    for other in (stranger, driver):
        other.log_in()  # the walk passes all ways to log out
        answer = other.call(method, path, json=body if method in ("POST", "PUT", "PATCH") else None)
        assert answer.status_code < 500 and answer.status_code != 401, f"{method} {path}: {answer.text}"
        for secret in (SECRET_NAME, "TAG-OF-A", owner.username, owner.key):
            assert secret not in answer.text, f"{method} {path} shows {secret}"
        if addressed:
            assert answer.status_code in (403, 404, 405), f"{method} {path}: {answer.status_code} {answer.text}"
    assert picture(owner, owned) == before


async def test_no_route_with_a_token_answers_without_one(stack):
    api = stack.api_url()
    for method, pattern in WITH_TOKEN:
        path = filled(pattern, {})
        answer = httpx.request(method, api + path, timeout=20)
        assert answer.status_code == 401, f"{method} {path}: {answer.status_code}"
        assert answer.json()["detail"] == "Authentication credentials were not provided."


async def test_chargers_of_the_same_name_are_two_chargers(stack):
    a, b = stack.tenant(), stack.tenant()
    for tenant in (a, b):
        tenant.id_tag("SAME")
        tenant.charge_point("NAME", "10", "10")
    async with (
        Charger(stack.charger_url(a, "NAME")) as of_a,
        Charger(stack.charger_url(b, "NAME", gateway=2)) as of_b,
    ):
        await of_a.boot()
        await of_b.boot()
        await of_a.await_tag("SAME")
        await of_b.await_tag("SAME")
        at = instant(ago=60)
        start_a, start_b = await of_a.start("SAME", at), await of_b.start("SAME", at)
        assert start_a["transactionId"] != start_b["transactionId"]
        got = await a.acall(
            "POST", "/api/charge-points/NAME/command/?wait=10", json={"action": "ClearCache", "params": {}}
        )
        assert got.status_code == 200
        assert of_a.commands and not of_b.commands
        # B stops A's transaction: answered, and nothing of A's changes.
        await of_b.stop(start_a["transactionId"], instant(), 5000)
        await of_a.stop(start_a["transactionId"], at.replace(), 100)

    def sessions_of(tenant):
        rows = tenant.get("/api/sessions/")["results"]
        return rows if rows and all(row["Ended"] for row in rows) else None

    (row,) = await eventually("A's session", lambda: sessions_of(a))
    assert row["kWh"] == 0.1
    for other in b.get("/api/sessions/")["results"]:
        assert other["id"] != row["id"]


async def test_a_tenants_key_opens_no_other_tenants_door(stack):
    tenant = stack.tenant()
    url = stack.charger_url(tenant, "DOOR").replace(tenant.key, "0" * 32)
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(url, subprotocols=["ocpp1.6"])
    assert refused.value.response.status_code == 404
