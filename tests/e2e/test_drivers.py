"""What a driver may do with charge points and tags, and what belongs to somebody else."""

import asyncio
import json

import httpx

from support.chargers import Charger, instant
from support.polling import eventually

PRICES = {"price_per_kwh": "1.000", "price_per_hour": "1.00"}


def driver_of(stack, tenant, tag: str, charge_point: str):
    """A driver without a tenant to whom the tenant gave a tag, and a price at the charge point, which is public."""
    driver = stack.user()
    if tenant.call("GET", f"/api/charge-points/{charge_point}/").status_code == 404:
        tenant.charge_point(charge_point)
    tenant.post(f"/api/charge-points/{charge_point}/user-prices/", PRICES | {"email": driver.email})
    return driver, tenant.id_tag(tag, user_email=driver.email)


def listed(user) -> list[str]:
    return [row["pk"] for row in user.get("/api/charge-points/")]


async def command(user, charge_point: str, action: str, params: dict, **more) -> httpx.Response:
    body = {"action": action, "params": params} | more
    return await user.acall("POST", f"/api/charge-points/{charge_point}/command/?wait=10", json=body)


async def test_a_driver_starts_with_its_own_tags_only(stack):
    tenant = stack.tenant()
    ada, own = driver_of(stack, tenant, "ADA", "CP1")
    bob, _ = driver_of(stack, tenant, "BOB", "CP1")
    tenant.id_tag("SPARE")
    async with Charger(stack.charger_url(tenant, "CP1")) as charger:
        await charger.boot()
        await charger.await_tag("BOB")
        for tag in ("BOB", " bob ", "SPARE", "NOBODY-REGISTERED-IT"):
            got = await command(ada, "CP1", "RemoteStartTransaction", {"idTag": tag, "connectorId": 1})
            assert got.status_code == 403, f"{tag}: {got.text}"
        assert charger.commands == []
        await charger.start("BOB", instant(ago=5))
        row = await eventually("Bob's session", lambda: next(iter(bob.get("/api/sessions/?limit=1")), None))
        assert row["started_by"] is None
        assert ada.get("/api/sessions/?limit=1") == []
        # Her own tag, in any spelling; an administrator with anybody's and with nobody's.
        for user, tag in ((ada, "ADA"), (ada, " ada "), (tenant, "BOB"), (tenant, "APP-1")):
            got = await command(user, "CP1", "RemoteStartTransaction", {"idTag": tag, "connectorId": 1})
            assert got.status_code == 200, f"{tag}: {got.text}"
        sent = len(charger.commands)
        # What would be refused at the plug is not sent there.
        for change in ({"status": "Blocked"}, {"status": "Accepted", "expiry_date": "2020-01-01T00:00:00Z"}):
            assert tenant.call("PATCH", f"/api/id-tags/{own['id']}/", json=change).status_code == 200
            got = await command(ada, "CP1", "RemoteStartTransaction", {"idTag": "ADA", "connectorId": 1})
            assert got.status_code == 403
        # Neither may a driver send anything else.
        for action, params in (
            ("Reset", {"type": "Soft"}),
            ("UnlockConnector", {"connectorId": 1}),
            ("ClearCache", {}),
        ):
            assert (await command(ada, "CP1", action, params)).status_code == 403
        assert len(charger.commands) == sent


async def test_a_driver_stops_its_own_sessions_only(stack):
    tenant = stack.tenant()
    ada, _ = driver_of(stack, tenant, "ADA", "STOP")
    bob, _ = driver_of(stack, tenant, "BOB", "STOP")
    async with Charger(stack.charger_url(tenant, "STOP")) as charger:
        await charger.boot()
        await charger.await_tag("ADA")
        await charger.await_tag("BOB")
        of_ada = await charger.start("ADA", instant(ago=60))
        of_bob = await charger.start("BOB", instant(ago=60), connector=2)
        mine = await eventually("hers", lambda: next(iter(ada.get("/api/sessions/?limit=1")), None))
        his = await eventually("his", lambda: next(iter(bob.get("/api/sessions/?limit=1")), None))
        for wanted in (his["id"], mine["id"] + 10_000_000):
            got = await command(ada, "STOP", "RemoteStopTransaction", {"transactionId": wanted})
            assert (got.status_code, set(got.json())) == (400, {"transactionId"}), "his is not there for her"
        raw = await command(ada, "STOP", "RemoteStopTransaction", {"transactionId": of_ada["transactionId"]}, raw=True)
        assert raw.status_code == 403
        assert charger.commands == []
        assert (await command(ada, "STOP", "RemoteStopTransaction", {"transactionId": mine["id"]})).status_code == 200
        assert charger.commands == [("RemoteStopTransaction", {"transactionId": of_ada["transactionId"]})]
        await charger.stop(of_ada["transactionId"], instant(), 2000)
        await charger.stop(of_bob["transactionId"], instant(), 1000)
    for user, mine_only, energy in ((ada, mine, 2.0), (bob, his, 1.0)):

        def ended(user=user):
            rows = user.get("/api/sessions/")["results"]
            return rows if rows and rows[0]["Ended"] else None

        (row,) = await eventually("its end", ended)
        assert (row["id"], row["kWh"]) == (mine_only["id"], energy)
        month = user.get("/api/sessions/revenue/")["month"]
        assert month == round(row["total"] + 1e-9, 2)
    assert tenant.get("/api/sessions/")["count"] == 2
    assert ada.call("GET", f"/api/sessions/{his['id']}/").status_code == 404


def test_what_a_driver_without_a_tenant_sees(stack):
    """Public: where it was given a price. Private: where it was granted. A tag alone shows nothing."""
    tenant, ada, bob = stack.tenant(), stack.user(), stack.user()
    for name, kind in (("PUB", "public"), ("PUB-PRICED", "public"), ("PRIV", "private"), ("PRIV-GRANTED", "private")):
        tenant.charge_point(name)
        assert tenant.call("PATCH", f"/api/charge-points/{name}/", json={"access_type": kind}).status_code == 200
    tenant.id_tag("ADA", user_email=ada.email)
    assert listed(ada) == []
    for name in ("PUB-PRICED", "PRIV"):
        tenant.post(f"/api/charge-points/{name}/user-prices/", PRICES | {"email": ada.email})
    for name in ("PUB", "PRIV-GRANTED"):
        grant = tenant.post(f"/api/charge-points/{name}/grants/", {"email": ada.email})
        again = tenant.post(f"/api/charge-points/{name}/grants/", {"email": ada.email.upper()}, status=200)
        assert again == grant
        assert (grant["user"], grant["user_email"], grant["user_name"]) == (grant["id"], ada.email, ada.username)
    assert listed(ada) == ["PRIV-GRANTED", "PUB-PRICED"]
    assert listed(bob) == []
    seen = {name: ada.call("GET", f"/api/charge-points/{name}/").status_code for name in listed(tenant)}
    assert seen == {"PUB": 404, "PUB-PRICED": 200, "PRIV": 404, "PRIV-GRANTED": 200}
    start = {"action": "RemoteStartTransaction", "params": {"idTag": "ADA"}}
    for name, status in seen.items():
        for method, path in (("PATCH", ""), ("DELETE", ""), ("GET", "grants/"), ("GET", "user-prices/")):
            answer = ada.call(method, f"/api/charge-points/{name}/{path}", json={} if method == "PATCH" else None)
            assert answer.status_code == (403 if status == 200 or path else 404), f"{method} {name} {path}"
        answer = ada.call("POST", f"/api/charge-points/{name}/command/", json=start)
        assert answer.status_code == (409 if status == 200 else 404), f"{name}: not connected, or not there"
    # Turned over, each for the other reason.
    for name, kind in (("PUB", "private"), ("PRIV", "public"), ("PUB-PRICED", "private"), ("PRIV-GRANTED", "public")):
        assert tenant.call("PATCH", f"/api/charge-points/{name}/", json={"access_type": kind}).status_code == 200
    assert listed(ada) == ["PRIV", "PUB"]
    (price,) = tenant.get("/api/charge-points/PRIV/user-prices/")
    assert tenant.call("DELETE", f"/api/charge-points/PRIV/user-prices/{price['id']}/").status_code == 204
    (grant,) = tenant.get("/api/charge-points/PUB/grants/")
    assert tenant.call("DELETE", f"/api/charge-points/PUB/grants/{grant['id']}/").status_code == 204
    assert tenant.call("DELETE", f"/api/charge-points/PUB/grants/{grant['id']}/").status_code == 404
    assert listed(ada) == []
    for body in ({}, {"email": "nobody@example.com"}, {"email": stack.tenant().email}):
        refused = tenant.call("POST", "/api/charge-points/PUB/grants/", json=body)
        assert (refused.status_code, set(refused.json())) == (400, {"email"})


def test_an_id_that_two_tenants_use_is_shown_in_its_long_form(stack):
    ada, tenants = stack.user(), [stack.tenant(), stack.tenant()]
    for tenant in tenants:
        tenant.charge_point("Same")
        tenant.post("/api/charge-points/Same/user-prices/", PRICES | {"email": ada.email})
    tenants[0].charge_point("Other")
    tenants[0].post("/api/charge-points/Other/user-prices/", PRICES | {"email": ada.email})
    ids = [tenant.get("/api/me/")["tenant_id"] for tenant in tenants]
    assert listed(ada) == ["Other", f"{ids[0]}~Same", f"{ids[1]}~Same"]
    assert ada.call("GET", "/api/charge-points/Same/").status_code == 404, "which one?"
    for number in ids:
        row = ada.get(f"/api/charge-points/{number}~same/")
        assert (row["pk"], row["id"]) == (f"{number}~Same", "Same")
    assert ada.get(f"/api/charge-points/{ids[0]}~Other/")["pk"] == "Other", "nobody else's: its id will do"
    assert [tenant.get("/api/charge-points/Same/")["pk"] for tenant in tenants] == ["Same", "Same"]


async def test_a_strangers_price_breaks_no_members_charge_point(stack, mailbox):
    tenant, stranger, ada = stack.tenant(), stack.tenant(), stack.user()
    for owner in (tenant, stranger):
        owner.charge_point("Same")
    stranger.post("/api/charge-points/Same/user-prices/", PRICES | {"email": ada.email})
    stranger.id_tag("ADA", user_email=ada.email)
    tenant.post("/api/members/invitations/", {"email": ada.email})
    uid, token = mailbox.link_parts(await asyncio.to_thread(mailbox.await_mail, ada.email))
    ada.post("/api/auth/invitations/accept/", {"uid": uid, "token": token}, status=200)
    ada.log_in()
    own, other = (owner.get("/api/me/")["tenant_id"] for owner in (tenant, stranger))
    assert listed(ada) == ["Same", f"{other}~Same"]
    tenant.call("PATCH", "/api/charge-points/Same/", json={"location": "HERE"})
    for pk in ("Same", "same", f"{own}~Same"):
        row = ada.get(f"/api/charge-points/{pk}/")
        assert (row["pk"], row["location"]) == ("Same", "HERE")
    assert ada.get(f"/api/charge-points/{other}~Same/")["pk"] == f"{other}~Same"
    tenant.id_tag("ADA", user_email=ada.email)
    start = {"idTag": "ADA", "connectorId": 1}
    async with Charger(stack.charger_url(tenant, "Same")) as charger:
        await charger.boot()
        await charger.await_tag("ADA")
        assert (await command(ada, "Same", "RemoteStartTransaction", start)).status_code == 200
        assert len(charger.commands) == 1
        elsewhere = await command(ada, f"{other}~Same", "RemoteStartTransaction", start)
        assert elsewhere.status_code == 409, "the stranger's is not connected"


async def test_a_member_uses_all_of_its_own_tenant_and_what_it_was_given_elsewhere(stack, mailbox):
    tenant, other, ada = stack.tenant(), stack.tenant(), stack.user()
    other.charge_point("ABROAD")
    other.charge_point("ABROAD-2")
    other.post("/api/charge-points/ABROAD/user-prices/", PRICES | {"email": ada.email})
    other.id_tag("ABROAD", user_email=ada.email)
    tenant.charge_point("HOME")
    tenant.charge_point("HOME-PRIVATE")
    tenant.call("PATCH", "/api/charge-points/HOME-PRIVATE/", json={"access_type": "private"})
    tenant.post("/api/members/invitations/", {"email": ada.email})
    uid, token = mailbox.link_parts(await asyncio.to_thread(mailbox.await_mail, ada.email))
    ada.post("/api/auth/invitations/accept/", {"uid": uid, "token": token}, status=200)
    ada.log_in()
    assert listed(ada) == ["ABROAD", "HOME", "HOME-PRIVATE"]
    tenant.id_tag("HOME", user_email=ada.email)
    async with (
        Charger(stack.charger_url(tenant, "HOME-PRIVATE")) as home,
        Charger(stack.charger_url(other, "ABROAD")) as abroad,
    ):
        for charger, name, own, foreign in (
            (home, "HOME-PRIVATE", "HOME", "ABROAD"),
            (abroad, "ABROAD", "ABROAD", "HOME"),
        ):
            await charger.boot()
            await charger.await_tag(own)
            start = {"idTag": foreign, "connectorId": 1}
            assert (await command(ada, name, "RemoteStartTransaction", start)).status_code == 403, (
                "a tag is of one tenant"
            )
            assert (await command(ada, name, "RemoteStartTransaction", start | {"idTag": own})).status_code == 200
            await charger.start(own, instant(ago=5))
    rows = await eventually("both", lambda: (rows := ada.get("/api/sessions/?limit=5")) and len(rows) == 2 and rows)
    assert {row["cp"] for row in rows} == {"HOME-PRIVATE", "ABROAD"}
    assert [row["cp"] for row in tenant.get("/api/sessions/?limit=5")] == ["HOME-PRIVATE"]


async def test_a_session_that_has_ended_stops_nothing(stack):
    """A charger without a clock numbers its transactions from 1 again."""
    tenant = stack.tenant()
    ada, _ = driver_of(stack, tenant, "ADA", "CP2")
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
    tenant = stack.tenant()
    other, _ = driver_of(stack, tenant, "OTHER", "BUSY")
    async with Charger(stack.charger_url(tenant, "BUSY")) as charger:
        await charger.boot()
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
