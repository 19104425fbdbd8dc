"""What a driver may do with charge points and tags, and what belongs to somebody else."""

import asyncio
import json

import httpx

from support.chargers import Charger, instant
from support.polling import eventually


def driver_of(stack, tenant, tag: str):
    """A driver without a tenant to whom the tenant gave a tag."""
    driver = stack.user()
    return driver, tenant.id_tag(tag, user_email=driver.email)


async def command(user, charge_point: str, action: str, params: dict, **more) -> httpx.Response:
    body = {"action": action, "params": params} | more
    return await user.acall("POST", f"/api/charge-points/{charge_point}/command/?wait=10", json=body)


async def test_nobody_starts_with_somebody_elses_tag(stack):
    tenant = stack.tenant()
    ada, _ = driver_of(stack, tenant, "ADA")
    bob, _ = driver_of(stack, tenant, "BOB")
    tenant.id_tag("SPARE")
    async with Charger(stack.charger_url(tenant, "CP1")) as charger:
        await charger.boot()
        await charger.await_tag("BOB")
        await eventually("the charger", lambda: ada.call("GET", "/api/charge-points/CP1/").status_code == 200)
        for tag in ("BOB", " bob ", "SPARE"):
            got = await command(ada, "CP1", "RemoteStartTransaction", {"idTag": tag, "connectorId": 1})
            assert got.status_code == 403, f"{tag}: {got.text}"
        assert charger.commands == []
        await charger.start("BOB", instant(ago=5))
        row = await eventually("Bob's session", lambda: next(iter(bob.get("/api/sessions/?limit=1")), None))
        assert row["started_by"] is None
        assert ada.get("/api/sessions/?limit=1") == []
        # Her own tag, one that nobody registered, and an administrator with anybody's.
        for user, tag in ((ada, "ADA"), (ada, "APP-1"), (tenant, "BOB")):
            got = await command(user, "CP1", "RemoteStartTransaction", {"idTag": tag, "connectorId": 1})
            assert got.status_code == 200, f"{tag}: {got.text}"


async def test_a_session_that_has_ended_stops_nothing(stack):
    """A charger without a clock numbers its transactions from 1 again."""
    tenant = stack.tenant()
    ada, _ = driver_of(stack, tenant, "ADA")
    async with Charger(stack.charger_url(tenant, "CP2")) as charger:
        await charger.boot()
        await charger.await_tag("ADA")
        start = await charger.start("ADA", instant(ago=60))
        open_row = await eventually("her session", lambda: next(iter(ada.get("/api/sessions/?limit=1")), None))
        params = {"transactionId": open_row["id"]}
        assert (await command(ada, "CP2", "RemoteStopTransaction", params)).status_code == 200
        await charger.stop(start["transactionId"], instant(), 100)
        await eventually("its end", lambda: ada.get("/api/sessions/?limit=1")[0]["Ended"])
        sent = len(charger.commands)
        for user in (ada, tenant):
            got = await command(user, "CP2", "RemoteStopTransaction", params)
            assert (got.status_code, set(got.json())) == (400, {"transactionId"}), got.text
        own = {"transactionId": start["transactionId"]}
        assert (await command(ada, "CP2", "RemoteStopTransaction", own, raw=True)).status_code == 403
        assert len(charger.commands) == sent
        assert (await command(tenant, "CP2", "RemoteStopTransaction", own, raw=True)).status_code == 200


def test_a_blocked_tag_grants_nothing(stack):
    tenant = stack.tenant()
    tenant.charge_point("CP3")
    ada, tag = driver_of(stack, tenant, "ADA")
    assert ada.call("GET", "/api/charge-points/CP3/").status_code == 200
    for change in ({"status": "Blocked"}, {"status": "Accepted", "expiry_date": "2020-01-01T00:00:00Z"}):
        assert tenant.call("PATCH", f"/api/id-tags/{tag['id']}/", json=change).status_code == 200
        assert ada.get("/api/charge-points/") == []
        body = {"action": "RemoteStartTransaction", "params": {"idTag": "ADA"}}
        assert ada.call("POST", "/api/charge-points/CP3/command/", json=body).status_code == 404


def test_no_tenant_takes_over_anothers_pk(stack):
    honest, hostile = stack.tenant(), stack.tenant()
    honest.charge_point("CP4")
    hostile.charge_point("CP4")
    refused = hostile.call("POST", "/api/charge-points/", json={"id": f"{honest.get('/api/me/')['tenant_id']}~CP4"})
    assert (refused.status_code, set(refused.json())) == (400, {"id"})


def test_a_user_name_that_is_somebodys_address_is_taken(client, stack):
    bob = stack.user()
    account = {"full_name": "Eve", "password": "MyP@ssw0rd", "password2": "MyP@ssw0rd", "role": "user"}
    names = {"username": bob.email.upper(), "email": "eve@example.com"}
    refused = client.post("/api/auth/signup/", json=account | names)
    assert (refused.status_code, set(refused.json())) == (400, {"username"})
    own = "eve-own@example.com"
    assert client.post("/api/auth/signup/", json=account | {"username": own, "email": own}).status_code == 201
    assert bob.log_in().login["success"]


def test_accounts_of_other_tenants_are_not_revealed(stack):
    tenant, other = stack.tenant(), stack.tenant()
    tenant.charge_point("CP5")
    prices = {"price_per_kwh": "1.000", "price_per_hour": "1.00"}
    for email in (other.email, "nobody@example.com"):
        tag = tenant.call("POST", "/api/id-tags/", json={"id_tag": "X", "user_email": email})
        assert (tag.status_code, tag.json()) == (400, {"user_email": ["No user has this e-mail address."]})
        price = tenant.call("POST", "/api/charge-points/CP5/user-prices/", json=prices | {"email": email})
        assert (price.status_code, price.json()) == (400, {"email": ["No user has this e-mail address."]})


def test_text_that_is_no_utf8_breaks_nothing(client, stack):
    tenant = stack.tenant()
    credentials = {"username": tenant.username, "password": tenant.password}
    odd = client.post("/api/auth/login/", json=credentials, headers={b"User-Agent": b"app\xff\xfe"})
    assert odd.status_code == 200, odd.text
    for cp in ("%ff", "%00", "a%2Fb"):
        assert tenant.get(f"/api/sessions/?cp={cp}&limit=5") == [], cp
    typed = tenant.call(
        "POST", "/api/id-tags/", content=b"{}", headers=tenant.headers | {b"Content-Type": b"text/\xff"}
    )
    assert typed.status_code == 415
    assert typed.json()["detail"]
    assert len(tenant.get("/api/sessions/?limit=99999999999999999999")) == 0
    for name in ("refresh", "refresh_token"):
        long = client.post("/api/auth/refresh/", json={name: "x" * 3000})
        assert (long.status_code, long.json()["success"]) == (401, False)
    names = tenant.call("PATCH", "/api/auth/profile/", json={"full_name": "x" * 151 + " y"})
    assert (names.status_code, set(names.json()) >= {"full_name"}) == (400, True)


async def test_a_stream_ends_with_its_accounts_rights_and_one_account_takes_few(stack):
    tenant = stack.tenant()
    async with httpx.AsyncClient(base_url=stack.api_url(), timeout=30) as client:
        streams = [
            await client.send(client.build_request("GET", "/api/events/", headers=tenant.headers), stream=True)
            for _ in range(20)
        ]
        assert {s.status_code for s in streams} == {200}
        more = await client.get("/api/events/", headers=tenant.headers)
        assert more.status_code == 503
        assert int(more.headers["Retry-After"]) > 0
        account = tenant.login["user"]["id"]
        stack.sql("update accounts set is_active = false where id = %s returning id", account)

        async def read_to_end(stream: httpx.Response) -> None:
            async for _ in stream.aiter_bytes():
                pass

        async with asyncio.timeout(15):
            await asyncio.gather(*(read_to_end(s) for s in streams))
        for stream in streams:
            await stream.aclose()


def test_guessing_is_slowed_down_alike_for_known_and_unknown_names(client, stack):
    bob = stack.user()
    for name in (bob.username, "nobody-guessed"):
        guess = {"username": name, "password": "wrong"}
        answers = [client.post("/api/auth/login/", json=guess) for _ in range(11)]
        assert [a.status_code for a in answers] == [401] * 10 + [429]
        wait = int(answers[-1].headers["Retry-After"])
        assert 0 < wait <= 60
        assert f"available in {wait} second" in answers[-1].json()["detail"]
        assert answers[-1].json()["success"] is False
    ada = stack.user()
    for _ in range(60):
        ada.log_in()


async def test_command_events_spell_the_charge_point_as_the_list_does(stack):
    tenant = stack.tenant()
    async with Charger(stack.charger_url(tenant, "Mixed-Case")) as charger:
        await charger.boot()
        async with (
            httpx.AsyncClient(base_url=stack.api_url(), timeout=30) as client,
            client.stream("GET", "/api/events/", headers=tenant.headers) as stream,
        ):
            assert (await command(tenant, "mixed-case", "ClearCache", {})).status_code == 200
            async with asyncio.timeout(15):
                lines = stream.aiter_lines()
                while await anext(lines) != "event: command":
                    pass
                event = json.loads((await anext(lines)).removeprefix("data: "))
        assert event["charge_point"] == "Mixed-Case"


async def test_an_account_gives_120_commands_a_minute(stack):
    tenant, other = stack.tenant(), stack.user()
    async with Charger(stack.charger_url(tenant, "BUSY")) as charger:
        await charger.boot()
        tenant.id_tag("OTHER", user_email=other.email)
        for n in range(120):
            got = await command(tenant, "BUSY", "ClearCache", {})
            assert got.status_code == 200, f"{n}: {got.text}"
        more = await command(tenant, "BUSY", "ClearCache", {})
        assert more.status_code == 429
        wait = int(more.headers["Retry-After"])
        assert 0 < wait <= 60
        assert f"available in {wait} second" in more.json()["detail"]
        assert tenant.get("/api/commands/")["count"] == 120, "nothing is written for what is refused"
        assert len(charger.commands) == 120
        got = await command(other, "BUSY", "RemoteStartTransaction", {"idTag": "OTHER"})
        assert got.status_code == 200, got.text
