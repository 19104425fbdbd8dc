"""The REST contract as its clients see it: conventions, accounts, charge points, sessions and money."""

import json
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from support.chargers import Charger, instant, stamp
from support.polling import eventually
from support.tenants import PASSWORD, new_name

SECONDS_Z = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
MICROS_Z = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")


@pytest.fixture
def client(stack):
    with httpx.Client(base_url=stack.api_url(), timeout=20) as c:
        yield c


# Conventions --------------------------------------------------------------------------------------------------


def test_paths_with_and_without_a_trailing_slash_are_alike(stack):
    tenant = stack.tenant()
    for path in ("/api/me", "/api/charge-points", "/api/sessions", "/api/id-tags"):
        with_slash, without = tenant.call("GET", path + "/"), tenant.call("GET", path)
        assert (with_slash.status_code, without.status_code) == (200, 200)
        assert with_slash.json() == without.json()
    assert tenant.call("POST", "/api/id-tags", json={"id_tag": "NOSLASH"}).status_code == 201


def test_errors_of_authentication(stack, client):
    none = client.get("/api/me/")
    assert none.status_code == 401
    assert none.json() == {"detail": "Authentication credentials were not provided."}
    for token in ("x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."):
        bad = client.get("/api/me/", headers={"Authorization": f"Bearer {token}"})
        assert bad.status_code == 401
        assert bad.json() == {
            "detail": "Given token not valid for any token type",
            "code": "token_not_valid",
            "messages": [
                {"token_class": "AccessToken", "token_type": "access", "message": "Token is invalid or expired"}
            ],
        }
    refresh = stack.tenant().login["refresh"]
    assert client.get("/api/me/", headers={"Authorization": f"Bearer {refresh}"}).status_code == 401


def test_errors_of_methods_types_and_sizes(stack, client):
    tenant = stack.tenant()
    not_allowed = tenant.call("PATCH", "/api/me/")
    assert not_allowed.status_code == 405
    assert not_allowed.json() == {"detail": 'Method "PATCH" not allowed.'}
    assert "GET" in not_allowed.headers["Allow"]
    assert tenant.call("GET", "/api/nothing/").json() == {"detail": "Not found."}
    xml = tenant.call("POST", "/api/id-tags/", content="<a/>", headers=tenant.headers | {"Content-Type": "text/xml"})
    assert xml.status_code == 415
    assert set(xml.json()) == {"detail"}
    broken = tenant.call(
        "POST", "/api/id-tags/", content='{"id_tag":', headers=tenant.headers | {"Content-Type": "application/json"}
    )
    assert broken.status_code == 400
    charset = tenant.headers | {"Content-Type": "application/json; charset=utf-8"}
    assert tenant.call("POST", "/api/id-tags/", content='{"id_tag":"CS"}', headers=charset).status_code == 201
    large = tenant.call("POST", "/api/id-tags/", json={"id_tag": "x" * 2_000_000})
    assert large.status_code == 413
    assert set(large.json()) == {"detail"}
    missing = tenant.call("POST", "/api/id-tags/", json={})
    assert missing.status_code == 400
    assert missing.json()["id_tag"] == ["This field is required."]


def test_every_answer_has_a_request_id_and_only_the_dashboard_may_call_from_a_browser(stack, client):
    ids = {client.get(path).headers["X-Request-Id"] for path in ("/api/me/", "/api/nothing/", "/")}
    assert len(ids) == 3
    foreign = client.options(
        "/api/me/", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    )
    assert "Access-Control-Allow-Origin" not in foreign.headers


# Accounts -----------------------------------------------------------------------------------------------------


def test_signup_login_me_and_profile(stack, client):
    name = new_name("Owner-Case")
    account = {"username": name, "email": f"{name}@example.com", "full_name": "Ada King Lovelace"}
    account |= {"password": PASSWORD, "password2": PASSWORD, "role": "super_admin", "phone": "+41"}
    signup = client.post("/api/auth/signup/", json=account)
    assert (signup.status_code, signup.json()) == (201, {"detail": "ok"})
    taken = client.post("/api/auth/signup/", json=account | {"username": name.upper(), "email": account["email"].upper()})
    assert taken.status_code == 400
    assert set(taken.json()) >= {"username", "email"}

    for username in (name, account["email"]):
        login = client.post("/api/auth/login/", json={"username": username, "password": PASSWORD})
        assert login.status_code == 200, login.text
        body = login.json()
        assert body["success"] is True
        assert body["message"] == "Login successful"
        assert body["role"] == "super_admin"
        assert (body["access"], body["refresh"]) == (body["access_token"], body["refresh_token"])
        assert body["user"]["username"] == name
    headers = {"Authorization": f"Bearer {body['access']}"}
    me = client.get("/api/me/", headers=headers).json()
    assert set(me) >= {"id", "email", "role", "tenant_id", "tenant_ws", "username", "full_name", "phone"}
    assert isinstance(me["id"], int) and isinstance(me["tenant_id"], int)
    assert re.fullmatch(r"ws://[^/]+/api/v16/[0-9a-f]{32}", me["tenant_ws"])
    assert (me["full_name"], me["phone"]) == ("Ada King Lovelace", "+41")

    profile = client.get("/api/auth/profile/", headers=headers).json()
    assert profile["success"] is True
    for field in (
        "id username email first_name last_name full_name birthday date_of_birth gender user_type role "
        "parent_customer_id is_approved approved_at date_joined phone phone_number"
    ).split():
        assert profile[field] == profile["user"][field]
    assert (profile["first_name"], profile["last_name"]) == ("Ada", "King Lovelace")
    put = client.put("/api/auth/profile/", headers=headers, json={"birthday": "1815-12-10", "id": 1, "role": "user"})
    assert put.status_code == 200
    assert put.json()["date_of_birth"] == "1815-12-10"
    assert put.json()["role"] == "super_admin"
    wrong = client.patch("/api/auth/profile/", headers=headers, json={"birthday": "yesterday"})
    assert wrong.status_code == 400
    assert wrong.json()["success"] is False
    assert wrong.json()["message"] == "Validation failed"
    assert wrong.json()["errors"]["birthday"] == wrong.json()["birthday"]


@pytest.mark.parametrize("password", ["MyP@ssw0rd", "Abcd@1234", "securepassword123"])
def test_passwords_that_must_pass(client, password):
    name = new_name("pass")
    account = {"username": name, "email": f"{name}@example.com", "full_name": "P W", "role": "user"}
    signup = client.post("/api/auth/signup/", json=account | {"password": password, "password2": password})
    assert signup.status_code == 201, signup.text


def test_wrong_credentials_look_alike(stack, client):
    user = stack.user()
    want = {
        "detail": "No active account found with the given credentials",
        "error": "Invalid credentials",
        "success": False,
        "message": "Invalid credentials",
        "errors": {"non_field_errors": ["Invalid username or password"]},
    }
    for username in (user.username, "nobody-at-all"):
        got = client.post("/api/auth/login/", json={"username": username, "password": "wrong-password"})
        assert (got.status_code, got.json()) == (401, want)
    bad = client.post("/api/auth/login/", json={})
    assert bad.status_code == 400
    assert bad.json()["success"] is False
    assert set(bad.json()["errors"]) == {"username", "password"}


@pytest.mark.parametrize("path", ["/api/auth/refresh/", "/api/auth/token/refresh/"])
def test_refresh(stack, client, path):
    login = stack.user().login
    for name in ("refresh", "refresh_token"):
        got = client.post(path, json={name: login["refresh"]})
        assert got.status_code == 200, got.text
        assert got.json()["success"] is True
        assert got.json()["access"] == got.json()["access_token"]
    missing = client.post(path, json={})
    assert (missing.status_code, missing.json()) == (
        400,
        {"success": False, "message": "Refresh token required", "refresh": ["This field is required."]},
    )
    for token in ("x", login["access"]):
        bad = client.post(path, json={"refresh": token})
        assert bad.status_code == 401
        assert bad.json()["code"] == "token_not_valid"
        assert bad.json()["detail"] == "Token is invalid or expired"
        assert bad.json()["message"] == "Invalid refresh token"
        assert bad.json()["success"] is False


async def test_logout_revokes_on_every_pod(stack):
    user = stack.user()
    elsewhere = user.on(stack.api_url(2))
    assert elsewhere.call("GET", "/api/me/").status_code == 200
    failed = user.call("POST", "/api/auth/logout/", json={})
    assert failed.status_code == 400
    assert failed.json()["message"] == "Logout failed"
    done = user.call("POST", "/api/auth/logout/", json={"refresh": user.login["refresh"]})
    assert done.status_code == 200
    assert done.json()["detail"] == "Logout successful"
    assert done.json()["message"] == "Successfully logged out"
    revoked = {"detail": "Token has been revoked. Please login again.", "code": "token_revoked"}
    assert user.call("GET", "/api/me/").json() == revoked
    await eventually("revoked on the other pod", lambda: elsewhere.call("GET", "/api/me/").status_code == 401, 3)
    assert elsewhere.call("GET", "/api/me/").json() == revoked
    again = user.call("POST", "/api/auth/refresh/", json={"refresh": user.login["refresh"]})
    assert again.status_code == 401


# Charge points ------------------------------------------------------------------------------------------------


def test_charge_points(stack):
    tenant = stack.tenant()
    made = tenant.call(
        "POST",
        "/api/charge-points/",
        content='{"id":"BURA","name":"BURA","location":"234","lat":46.8767,"lng":"7.559829","price_per_kwh":10,"price_per_hour":"10.0"}',
        headers=tenant.headers | {"Content-Type": "application/json"},
    )
    assert made.status_code == 201, made.text
    (row,) = tenant.get("/api/charge-points/")
    assert MICROS_Z.match(row.pop("updated"))
    want = {
        "pk": "BURA",
        "id": "BURA",
        "name": "BURA",
        "connector_id": 0,
        "status": "Unavailable",
        "price_per_kwh": "10.000",
        "price_per_hour": "10.000",
        "location": "234",
        "lat": "46.876700",
        "lng": "7.559829",
        "owner_username": tenant.username,
    }
    assert {name: row[name] for name in want} == want
    detail = tenant.get("/api/charge-points/bura/")
    assert detail["pk"] == "BURA"
    assert set(detail) >= {"plug_type", "max_power_kw", "access_type", "connectors", "connected", "vendor", "model", "firmware"}
    changed = tenant.call("PATCH", "/api/charge-points/BURA/", json={"max_power_kw": 144, "plug_type": "type2"})
    assert (changed.status_code, changed.json()["max_power_kw"], changed.json()["plug_type"]) == (200, "144.00", "type2")
    for wrong in ({"lat": 91}, {"price_per_kwh": "1.2345"}, {"price_per_kwh": -1}, {"access_type": "secret"}, {"price_per_kwh": "x"}):
        bad = tenant.call("PATCH", "/api/charge-points/BURA/", json=wrong)
        assert bad.status_code == 400, wrong
        assert set(bad.json()) == set(wrong)
    assert tenant.call("POST", "/api/charge-points/", json={"id": "bura", "name": "x"}).status_code == 400
    assert tenant.call("DELETE", "/api/charge-points/BURA/").status_code == 204
    assert tenant.get("/api/charge-points/") == []
    assert tenant.call("GET", "/api/charge-points/BURA/").status_code == 404


async def test_a_charger_that_dials_appears_by_itself_and_a_deleted_one_is_turned_away(stack):
    import websockets

    tenant = stack.tenant()
    url = stack.charger_url(tenant, "Self")
    async with Charger(url) as charger:
        await charger.boot()
        await charger.status("Charging", 2)

        def listed():
            rows = [r for r in tenant.get("/api/charge-points/") if r["status"] == "Charging"]
            return rows and rows[0]

        row = await eventually("the charger in the list", listed)
        assert (row["id"], row["connector_id"]) == ("Self", 2)
        assert tenant.call("DELETE", "/api/charge-points/Self/").status_code == 204
        await eventually("the socket closed", lambda: charger.closed.is_set())
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(url, subprotocols=["ocpp1.6"])
    assert refused.value.response.status_code == 404
    tenant.charge_point("Self")

    async def dialled():
        try:
            async with Charger(url) as charger:
                await charger.boot()
                return True
        except websockets.InvalidStatus:
            return False

    await eventually("the charger created again is let in", dialled)


async def test_user_prices(stack):
    tenant, driver = stack.tenant(), stack.user()
    tenant.charge_point("PRICE", "500", "250")
    tenant.id_tag("DRIVER", user_email=driver.email)
    body = {"email": driver.email, "price_per_kwh": "0.270", "price_per_hour": "1.20"}
    made = tenant.post("/api/charge-points/PRICE/user-prices/", body)
    assert made["user_email"] == driver.email
    assert (made["price_per_kwh"], made["price_per_hour"]) == ("0.270", "1.20")
    assert isinstance(made["user"], int)
    again = tenant.post("/api/charge-points/PRICE/user-prices/", body | {"price_per_kwh": 0.5}, status=200)
    assert again["price_per_kwh"] == "0.500"
    assert [p["price_per_kwh"] for p in tenant.get("/api/charge-points/PRICE/user-prices/")] == ["0.500"]
    unknown = tenant.call("POST", "/api/charge-points/PRICE/user-prices/", json=body | {"email": "no@example.com"})
    assert unknown.status_code == 400 and set(unknown.json()) == {"email"}
    async with Charger(stack.charger_url(tenant, "PRICE")) as charger:
        await charger.boot()
        await eventually(
            "the tag at the gateway", lambda: accepted(charger, "DRIVER")
        )
        at = instant(ago=3600)
        start = await charger.start("DRIVER", at)
        await charger.stop(start["transactionId"], at + timedelta(hours=1), 2000)
    row = await eventually("the session", lambda: ended_row(tenant))
    assert (row["price_kwh"], row["price_hour"], row["total"]) == ("0.500", "1.200", 2.2)
    assert row["user"] == driver.username
    (own,) = driver.get("/api/sessions/")["results"]
    assert own["id"] == row["id"]
    assert tenant.call("DELETE", f"/api/charge-points/PRICE/user-prices/{again['id']}/").status_code == 204
    assert tenant.get("/api/charge-points/PRICE/user-prices/") == []


async def accepted(charger: Charger, tag: str) -> bool:
    answer = await charger.expect("Authorize", {"idTag": tag})
    return answer["idTagInfo"]["status"] == "Accepted"


def ended_row(tenant) -> dict | None:
    rows = tenant.get("/api/sessions/")["results"]
    return rows[0] if rows and rows[0]["Ended"] else None


# Tags ---------------------------------------------------------------------------------------------------------


async def test_tags_decide_who_charges(stack):
    tenant = stack.tenant()
    tag = tenant.id_tag("Known Tag")
    tenant.id_tag("BLOCKED", status="Blocked")
    tenant.id_tag("OLD", expiry_date="2020-01-01T00:00:00Z")
    tenant.id_tag("CHILD", parent_id_tag="FAMILY")
    async with Charger(stack.charger_url(tenant, "TAGS")) as charger:
        await charger.boot()
        await eventually("the tag at the gateway", lambda: accepted(charger, " known tag "))

        async def status(name: str) -> dict:
            return (await charger.expect("Authorize", {"idTag": name}))["idTagInfo"]

        assert (await status("BLOCKED"))["status"] == "Blocked"
        assert (await status("OLD"))["status"] == "Expired"
        assert (await status("NOBODY"))["status"] == "Invalid"
        assert (await status("CHILD")) == {"status": "Accepted", "parentIdTag": "FAMILY"}
        patched = tenant.call("PATCH", f"/api/id-tags/{tag['id']}/", json={"status": "Blocked"})
        assert patched.status_code == 200

        async def blocked():
            return (await status("KNOWN TAG"))["status"] == "Blocked"

        await eventually("the change at the gateway", blocked, 5)
        start = await charger.start("NOBODY", instant(ago=5))
        assert start["idTagInfo"]["status"] == "Invalid"
        assert start["transactionId"] > 0


# Sessions and money -------------------------------------------------------------------------------------------


async def many_sessions(stack, count: int):
    tenant = stack.tenant()
    tenant.id_tag("TAG123")
    tenant.charge_point("MANY", "10", "0")
    async with Charger(stack.charger_url(tenant, "MANY")) as charger:
        await charger.boot()
        for number in range(count):
            at = instant(ago=600 * (count - number))
            start = await charger.start("TAG123", at, meter=number * 1000)
            await charger.stop(start["transactionId"], at + timedelta(seconds=60), number * 1000 + 1000)
    await eventually("all sessions", lambda: tenant.get("/api/sessions/")["count"] == count, 30)
    return tenant


async def test_the_list_of_sessions_pages_as_its_clients_expect(stack):
    tenant = await many_sessions(stack, 35)
    first = tenant.get("/api/sessions/")
    base = stack.api_url()
    assert first["count"] == 35
    assert first["next"] == f"{base}/api/sessions/?limit=30&offset=30"
    assert first["previous"] is None
    assert len(first["results"]) == 30
    ids = [row["id"] for row in first["results"]]
    assert ids == sorted(ids, reverse=True)
    second = tenant.get("/api/sessions/?limit=30&offset=30")
    assert (len(second["results"]), second["next"]) == (5, None)
    assert second["previous"] == f"{base}/api/sessions/?limit=30&offset=0"
    bare = tenant.get("/api/sessions/?limit=3")
    assert [row["id"] for row in bare] == ids[:3]
    assert len(tenant.get("/api/sessions/?limit=1000")) == 35
    assert tenant.get("/api/sessions/?limit=0")["count"] == 35
    assert tenant.get("/api/sessions/?limit=x&offset=-5")["results"][0]["id"] == ids[0]
    row = first["results"][0]
    assert SECONDS_Z.match(row["Started"]) and SECONDS_Z.match(row["Ended"])
    assert isinstance(row["id"], int)
    text = tenant.call("GET", "/api/sessions/?limit=1").text
    assert '"kWh":1.0' in text.replace(" ", "")
    assert '"total":10.0' in text.replace(" ", "")

    revenue = tenant.get("/api/sessions/revenue/")
    assert revenue["lifetime"] == 350.0
    assert re.fullmatch(r"[A-Z][a-z]+ \d{4}", revenue["month_label"])
    mom = tenant.get("/api/sessions/revenue/mom/")
    total = sum(float(mom[m]["total"]) for m in ("this_month", "last_month"))
    assert total == 350.0
    now = datetime.now(UTC)
    assert mom["this_month"]["start"] == now.strftime("%Y-%m-01T00:00:00+00:00")
    assert mom["this_month"]["end"].endswith("T23:59:59.999999+00:00")
    assert re.fullmatch(r"-?\d+\.\d\d", mom["delta"]["absolute"])
    assert mom["delta"]["direction"] in ("up", "down", "flat")


async def test_admin_stats(stack):
    tenant = stack.tenant()
    tenant.charge_point("ONE")
    tenant.charge_point("TWO")
    async with Charger(stack.charger_url(tenant, "ONE")) as charger:
        await charger.boot()
        await charger.status("Preparing")
        want = {
            "by_status": {"Preparing": 1, "Unavailable": 1},
            "totals": {"available": 0, "unavailable": 1, "charging": 0, "occupied": 0, "preparing": 1, "other": 0},
        }
        await eventually("the stats", lambda: tenant.get("/api/admin/charge-points/stats/") == want)
    forbidden = stack.user().call("GET", "/api/admin/charge-points/stats/")
    assert forbidden.status_code == 403
    assert forbidden.json() == {"detail": "You do not have permission to perform this action."}


async def test_an_implausible_session_waits_for_a_person(stack):
    tenant = stack.tenant()
    tenant.id_tag("TAG123")
    tenant.charge_point("ODD", "500", "250")
    async with Charger(stack.charger_url(tenant, "ODD")) as charger:
        await charger.boot()
        at = instant(ago=45)
        start = await charger.start("TAG123", at, meter=5000)
        await charger.stop(start["transactionId"], at + timedelta(seconds=45), 100)
        row = await eventually("the session", lambda: ended_row(tenant))
        assert (row["total"], tenant.get("/api/sessions/revenue/")["lifetime"]) == (None, 0.0)
        assert row["review"]
        assert [r["id"] for r in tenant.get("/api/sessions/?review=true")["results"]] == [row["id"]]
        for wrong in ({}, {"energy_wh": -1}, {"energy_wh": "much"}):
            assert tenant.call("POST", f"/api/sessions/{row['id']}/review/", json=wrong).status_code == 400, wrong
        decided = tenant.call("POST", f"/api/sessions/{row['id']}/review/", json={"energy_wh": 192})
        assert decided.status_code in (200, 202), decided.text
        await eventually("the decision", lambda: ended_row(tenant)["total"] == 99.125)
        assert tenant.get("/api/sessions/?review=true")["results"] == []
        assert tenant.get("/api/sessions/revenue/")["lifetime"] == 99.13


async def test_an_operator_closes_a_session_and_a_real_stop_later_changes_nothing_of_it(stack):
    tenant = stack.tenant()
    tenant.id_tag("TAG123")
    tenant.charge_point("CLOSE", "500", "250")
    async with Charger(stack.charger_url(tenant, "CLOSE")) as charger:
        await charger.boot()
        at = instant(ago=45)
        start = await charger.start("TAG123", at)
        await charger.meter(start["transactionId"], at + timedelta(seconds=45), 192)
        row = await eventually("the session", lambda: open_row(tenant, 0.192))
        closed = tenant.call("POST", f"/api/sessions/{row['id']}/close/", json={})
        assert closed.status_code in (200, 202), closed.text
        got = await eventually("closed", lambda: ended_row(tenant))
        assert (got["Ended"], got["total"]) == (stamp(at + timedelta(seconds=45)), 99.125)
        await charger.stop(start["transactionId"], instant(), 900)
        await charger.expect("Heartbeat", {})
    assert ended_row(tenant)["total"] == 99.125
    driver = stack.user()
    assert driver.call("POST", f"/api/sessions/{row['id']}/close/", json={}).status_code in (403, 404)


def open_row(tenant, energy: float) -> dict | None:
    rows = tenant.get("/api/sessions/")["results"]
    return rows[0] if rows and rows[0]["kWh"] == energy else None


# Live events --------------------------------------------------------------------------------------------------


async def test_server_sent_events_show_the_own_tenant_only_and_resume(stack):
    tenant, other = stack.tenant(), stack.tenant()
    for t in (tenant, other):
        t.id_tag("TAG123")
        t.charge_point("LIVE", "500", "250")

    async def next_event(lines) -> dict:
        event = {}
        async for line in lines:
            if line.startswith("id:"):
                event["id"] = line[3:].strip()
            elif line.startswith("event:"):
                event["event"] = line[6:].strip()
            elif line.startswith("data:"):
                event["data"] = json.loads(line[5:])
            elif not line and "event" in event:
                return event
        raise AssertionError("the stream ended")

    async with (
        httpx.AsyncClient(base_url=stack.api_url(), timeout=30) as client,
        client.stream("GET", "/api/events/", headers=tenant.headers) as stream,
    ):
        assert stream.status_code == 200
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        lines = stream.aiter_lines()
        async with Charger(stack.charger_url(other, "LIVE")) as foreign:
            await foreign.boot()
            await foreign.start("TAG123", instant(ago=5))
        async with Charger(stack.charger_url(tenant, "LIVE")) as charger:
            await charger.boot()
            start = await charger.start("TAG123", instant(ago=45))
            await charger.stop(start["transactionId"], instant(), 192)
        seen = []
        while not any(e["event"] == "session" and e["data"].get("Ended") for e in seen):
            seen.append(await next_event(lines))
    mine = tenant.get("/api/sessions/")["results"][0]["id"]
    sessions = [e["data"]["id"] for e in seen if e["event"] == "session"]
    assert set(sessions) == {mine}
    resume = tenant.headers | {"Last-Event-ID": seen[0]["id"]}
    async with (
        httpx.AsyncClient(base_url=stack.api_url(2), timeout=30) as client,
        client.stream("GET", "/api/events/", headers=resume) as stream,
    ):
        again = await next_event(stream.aiter_lines())
        assert again["event"] in ("session", "station", "command", "reset")
    bad = tenant.headers | {"Last-Event-ID": "!!"}
    async with (
        httpx.AsyncClient(base_url=stack.api_url(), timeout=30) as client,
        client.stream("GET", "/api/events/", headers=bad) as stream,
    ):
        assert (await next_event(stream.aiter_lines()))["event"] == "reset"
