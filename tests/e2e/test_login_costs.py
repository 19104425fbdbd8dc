"""What a login costs: the same for accounts that are none, and nobody else's calls."""

import asyncio
import re
import time

import httpx

from support.logins import Client, execute

POLLED = ("login_sessions.since", "login_sessions.activity", "login_sessions.purge")
# Argon2id of PASSWORD with one pass and 8 MiB: parameters of another time.
WEAK_HASH = "$argon2id$v=19$m=8192,t=1,p=1$MBRF/yLHQ0DYc0Hj23JzPw$hvKVoz6FijbPHXxz20umC94Qq4wDGwHX3WRb97IWSww"


def test_wrong_logins_cost_the_same_for_known_and_unknown(private_stack):
    """One hash, and the same one statement about accounts, as PostgreSQL's own log says."""
    stack = private_stack(gateways=1, workers=1, apis=1)
    client = Client(stack)
    execute(stack, "alter system set log_statement = 'all'", "select pg_reload_conf()")
    costs = {}
    for name in (client.user.username, "nobody-at-all"):
        for path in ("/api/auth/login/", "/api/v1/auth/token/"):
            read, hashes = len(stack.log("postgres")), stack.metric("api-1", "voltlane_api_password_hashes_total")
            body = {"username": name, "password": "wrong-password"}
            answer = httpx.post(stack.api_url() + path, json=body, timeout=20)
            assert answer.status_code == 401
            said = re.findall(r"execute ((?:accounts|login_sessions)\.\w+)", stack.log("postgres")[read:])
            costs[name, path] = (
                [statement for statement in said if statement not in POLLED],
                stack.metric("api-1", "voltlane_api_password_hashes_total") - hashes,
            )
    assert set(map(str, costs.values())) == {str((["accounts.by_login"], 1.0))}, costs


async def test_a_flood_of_logins_starves_no_other_call(private_stack):
    stack = private_stack(gateways=1, workers=1, apis=1)
    user = Client(stack)
    access = user.open()["access"]
    ended = asyncio.Event()
    codes: list[int] = []

    async def flood(number: int) -> None:
        async with httpx.AsyncClient(base_url=stack.api_url(), timeout=60) as http:
            while not ended.is_set():
                body = {"username": f"nobody-{number}-{len(codes)}", "password": "wrong-password"}
                codes.append((await http.post("/api/auth/login/", json=body)).status_code)

    async with httpx.AsyncClient(base_url=stack.api_url(), timeout=60) as http:
        floods = [asyncio.create_task(flood(number)) for number in range(100)]
        took = []
        for _ in range(40):
            begun = time.monotonic()
            answer = await http.get("/api/v1/auth/users/me/", headers={"Authorization": f"Bearer {access}"})
            took.append(time.monotonic() - begun)
            assert answer.status_code == 200
            await asyncio.sleep(0.05)
        ended.set()
        await asyncio.gather(*floods)
    assert set(codes) <= {401, 429}, set(codes)
    assert 401 in codes and 429 in codes
    assert sorted(took)[len(took) // 2] < 0.5, sorted(took)


def test_a_password_is_hashed_anew_at_login_when_its_parameters_are_weak(stack):
    client = Client(stack)
    name = client.user.username

    def stored() -> str:
        return client.stack.sql("select password_hash from accounts where username = %s", name)[0][0]

    today = stored()
    client.stack.sql("update accounts set password_hash = %s where username = %s returning id", WEAK_HASH, name)
    assert client.log_in(password="wrong-password").status_code == 401
    assert stored() == WEAK_HASH
    client.open()
    assert stored().split("$")[:4] == today.split("$")[:4]
    assert stored() != WEAK_HASH
    client.user.log_in()
