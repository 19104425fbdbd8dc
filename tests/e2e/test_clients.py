"""A whole life of an account with each group of clients, on two API pods that take turns."""

import asyncio

from e2e.clients.bot import Bot
from e2e.clients.campus import CampusApp
from e2e.clients.customers import Portal
from e2e.clients.dashboard import Dashboard
from e2e.clients.pods import NOT_AUTHENTICATED, REVOKED
from support.chargers import Charger, instant
from support.polling import eventually
from support.tenants import new_name

PASSWORDS = ("MyP@ssw0rd", "Abcd@1234", "securepassword123")


def pods(stack) -> list[str]:
    return [stack.api_url(1), stack.api_url(2)]


async def dead_everywhere(stack, client, path: str = "/api/me/") -> None:
    """The client's access token stops working on every pod within a second."""
    token = client.token

    def gone() -> bool:
        answers = [client.send("GET", path) for _ in pods(stack)]
        return all((answer.status_code, answer.json()) == (401, REVOKED) for answer in answers)

    await eventually("the token revoked on every pod", gone, 3)
    client.token = None
    assert client.expect(401, "GET", path) == NOT_AUTHENTICATED
    client.token = token


async def test_dashboard(stack, mailbox):
    owner, driver = Dashboard(pods(stack)), Dashboard(pods(stack))
    name, other = new_name("bura"), new_name("henok")
    owner.sign_up(name, f"{name}@example.com", "Bura Station Owner", PASSWORDS[0], "super_admin", phone="+41791234567")
    driver.sign_up(other, f"{other}@example.com", "Henok", PASSWORDS[1], "user")
    assert owner.log_in(f"{name.upper()}@example.com", PASSWORDS[0])["role"] == "super_admin"
    assert driver.log_in(other, PASSWORDS[1])["role"] == "user"
    me = owner.me()
    assert (me["username"], me["full_name"], me["phone"]) == (name, "Bura Station Owner", "+41791234567")
    assert (driver.me()["tenant_id"], driver.me()["tenant_ws"]) == (None, None)

    made = owner.add_charge_point(
        id="BURA", name="BURA", location="234", lat="46.8767", lng=7.559829, price_per_kwh=10, price_per_hour="10.000"
    )
    assert (made["lat"], made["lng"], made["price_per_kwh"]) == ("46.876700", "7.559829", "10.000")
    assert (made["connector_id"], made["status"], made["owner_username"]) == (0, "Unavailable", name)
    [listed] = owner.charge_points()
    assert listed.items() <= made.items() <= owner.charge_point("BURA").items()
    assert owner.change_charge_point("BURA", price_per_kwh="500", price_per_hour="250")["price_per_kwh"] == "500.000"
    price = owner.set_user_price("BURA", f"{other}@example.com", "0.27", "1.2")
    assert (price["price_per_kwh"], price["price_per_hour"]) == ("0.270", "1.20")
    assert owner.set_user_price("BURA", f"{other}@example.com", "0.300", "1.50", status=200)["id"] == price["id"]
    owner.expect(400, "POST", "/api/charge-points/BURA/user-prices/", {"email": "nobody@example.com"})
    assert [row["id"] for row in driver.charge_points()] == ["BURA"]
    owner.end_user_price("BURA", price["id"])
    assert driver.charge_points() == []

    owner.expect(201, "POST", "/api/id-tags/", {"id_tag": "TAG123", "user_email": f"{name}@example.com"})
    address = f"{stack.gateway_url()}/api/v16/{owner.me()['tenant_ws'].rsplit('/', 1)[1]}/BURA"
    async with Charger(address) as charger:
        await charger.boot()
        await charger.status("Preparing")
        await charger.await_tag("TAG123")
        started = await charger.start("TAG123", instant(45), meter=1000)
        await charger.stop(started["transactionId"], instant(0), 1192)
        rows = await eventually("the session ended", lambda: [r for r in owner.sessions() if r["Ended"]])
        command = await eventually("connected", lambda: _command(owner))
        await eventually("answered", lambda: owner.command_state(command)["state"] == "answered")
        assert await charger.command("RemoteStartTransaction") == {"idTag": "TAG123", "connectorId": 1}
    assert owner.latest_sessions(1) == rows[:1]
    row = owner.session(rows[0]["id"])
    assert (row["cp"], row["user"], row["kWh"], row["total"]) == ("BURA", name, 0.192, 99.125)
    assert (row["price_kwh"], row["price_hour"], row["id_tag"]) == ("500.000", "250.000", "TAG123")
    assert owner.revenue()["lifetime"] == 99.13
    assert owner.month_over_month()["this_month"]["total"] == "99.13"
    assert owner.statistics()["totals"]["preparing"] == 1
    assert driver.sessions() == []
    driver.expect(404, "GET", f"/api/sessions/{row['id']}/")
    driver.expect(403, "GET", "/api/admin/charge-points/stats/")

    owner.refresh_access()
    owner.forgot_password(f"{name}@example.com")
    owner.forgot_password("nobody@example.com")
    uid, token = await link_of(mailbox, f"{name}@example.com", "reset-password")
    owner.reset_password(uid, token, PASSWORDS[2])
    await dead_everywhere(stack, owner)
    owner.token = None
    owner.expect(401, "POST", "/api/auth/login/", {"username": name, "password": PASSWORDS[0]})
    owner.log_in(name, PASSWORDS[2])
    owner.remove_charge_point("BURA")
    assert owner.charge_points() == []
    owner.log_out()
    await dead_everywhere(stack, owner)


def _command(owner: Dashboard) -> str | None:
    """A remote start, once both pods see the charger connected."""
    body = {"action": "RemoteStartTransaction", "params": {"id_tag": "TAG123", "connector_id": 1}}
    answer = owner.send("POST", "/api/charge-points/BURA/command/", body)
    assert answer.status_code in (202, 409), answer.text
    return answer.json()["id"] if answer.status_code == 202 else None


async def link_of(mailbox, email: str, page: str) -> tuple[str, str]:
    """UID and token of the link that the newest mail to this address carries."""
    mail = await asyncio.to_thread(mailbox.await_mail, email)
    assert f"/{page}/" in mailbox.link(mail)
    return mailbox.link_parts(mail)


async def test_campus(stack, mailbox):
    app, name = CampusApp(pods(stack)), new_name("student")
    email, person = f"{name}@campus.example.com", {"first_name": "Marie", "last_name": "Curie"}
    app.register(username=name, email=email, password=PASSWORDS[2], **person)
    assert app.refused_log_in(401, name, "wrong-password")["message"] == "Invalid credentials"
    assert app.refused_log_in(403, name, PASSWORDS[2])["detail"] == "E-mail not verified"
    uid, token = await link_of(mailbox, email, "verify-email")
    assert app.expect(200, "GET", f"/api/auth/verify-email/{uid}/{token}/") == {"detail": "E-mail verified"}

    user = app.log_in(email, PASSWORDS[2])
    assert (user["is_student"], user["gender"], user["birthday"]) == (True, "female", "2001-04-30")
    assert user["student_profile"] == dict.fromkeys(user["student_profile"])
    student = {"student_id": "S-1", "gpa": "3.75", "credits_completed": 90, "graduation_date": "2027-06-30"}
    shared = {"university_id": "U-7", "major": "Physics", "academic_level": "graduate", "enrollment_year": 2021}
    changed = app.change_profile(student_profile=student, phone_number="+33 1", **shared)
    assert changed["student_profile"] == student
    assert {field: changed[field] for field in shared} == shared
    assert app.profile() == changed
    assert "academic_level" in app.refused_change(academic_level="wizard")
    assert set(app.refused_change(birthday="yesterday", enrollment_year="soon")) == {"birthday", "enrollment_year"}
    again = app.change_profile("PATCH", last_name="Skłodowska", id=1, role="super_admin", user_type="staff")
    assert (again["full_name"], again["role"], again["user_type"]) == ("Marie Skłodowska", "user", "student")
    app.refresh_access()
    assert app.profile() == again
    app.log_out()
    await dead_everywhere(stack, app)

    staff, name = CampusApp(pods(stack)), new_name("staff")
    staff.register(username=name, email=f"{name}@example.com", password=PASSWORDS[0], user_type="staff", **person)
    uid, token = await link_of(mailbox, f"{name}@example.com", "verify-email")
    staff.expect(200, "POST", "/api/auth/verify-email/", {"uid": uid, "token": token})
    assert staff.log_in(name, PASSWORDS[0])["is_staff_member"] is True


async def test_customers(stack, mailbox):
    portal, guest, names = Portal(pods(stack)), Portal(pods(stack)), [new_name("customer"), new_name("member")]
    emails = [f"{name}@example.com" for name in names]
    customer = portal.register(names[0], emails[0], PASSWORDS[0], user_type="CUSTOMER")
    assert portal.barred(names[0], PASSWORDS[0]) == "E-mail not verified"
    portal.verify(*await link_of(mailbox, emails[0], "verify-email"))
    user = portal.log_in(names[0], PASSWORDS[0])
    assert (user["role"], user["user_type"], user["is_approved"]) == ("super_admin", "CUSTOMER", True)
    assert user["approved_at"] is None
    tenant = portal.me()
    assert tenant["tenant_ws"] and tenant["id"] == user["id"]

    body = {"username": names[1], "email": emails[1], "password": PASSWORDS[1], "confirm_password": PASSWORDS[1]}
    body |= {"first_name": "A", "last_name": "B", "birthday": "2000-01-01", "gender": "x", "user_type": "CUSTOMER_USER"}
    assert guest.refused("parent_customer_id", **body, parent_customer_id=10**12)
    assert guest.refused("parent_customer_id", **(body | {"user_type": "CUSTOMER"}), parent_customer_id=user["id"])
    assert guest.refused("username", **(body | {"username": names[0].upper()}), parent_customer_id=user["id"])
    guest.register(names[1], emails[1], PASSWORDS[1], user_type="CUSTOMER_USER", parent_customer_id=user["id"])
    assert guest.barred(names[1], PASSWORDS[1]) == "E-mail not verified"
    guest.verify(*await link_of(mailbox, emails[1], "verify-email"), by_post=True)
    assert guest.barred(names[1], PASSWORDS[1]) == "Account not approved"
    waiting = portal.queue()
    assert [row["username"] for row in waiting] == [names[1]]
    portal.decide(waiting[0]["id"], False, reason="Who are you?")
    assert guest.barred(names[1], PASSWORDS[1]) == "Account not approved"
    portal.decide(waiting[0]["id"], True)
    assert portal.queue() == []
    member = guest.log_in(names[1], PASSWORDS[1])
    assert (member["role"], member["parent_customer_id"], member["is_approved"]) == ("user", user["id"], True)
    assert guest.me()["tenant_id"] == tenant["tenant_id"]
    portal.expect(201, "POST", "/api/charge-points/", {"id": "HOME", "name": "HOME"})
    assert [row["id"] for row in guest.expect(200, "GET", "/api/charge-points/")] == ["HOME"]
    guest.expect(403, "POST", "/api/charge-points/", {"id": "MINE", "name": "MINE"})

    assert guest.good(guest.token)
    admin = Bot(pods(stack))
    admin.token = portal.token
    expiry = {"profile": {"expiry_date": "2020-01-01T00:00:00Z"}}
    admin.expect(200, "PATCH", f"/api/v1/auth/users/{member['id']}/", expiry)
    await dead_everywhere(stack, guest)
    assert not guest.good(guest.token)
    assert guest.barred(names[1], PASSWORDS[1]) == "Account expired"
    admin.expect(200, "PATCH", f"/api/v1/auth/users/{member['id']}/", {"profile": {"expiry_date": None}})
    guest.token = None
    guest.log_in(names[1], PASSWORDS[1])
    admin.expect(200, "PATCH", f"/api/v1/auth/users/{member['id']}/", {"is_active": False})
    assert guest.barred(names[1], PASSWORDS[1]) == "Account deactivated"
    assert customer["user_type"] == "CUSTOMER"


async def test_bot(stack):
    bot, web, name = Bot(pods(stack)), Bot(pods(stack)), new_name("telegram")
    Dashboard(pods(stack)).sign_up(name, f"{name}@example.com", "Tele Gram", PASSWORDS[0], "user")
    bot.open(name, PASSWORDS[0], telegram_user_id=7_000_000_001, telegram_username="telly", device_name="Bot")
    refused = bot.refused_open(name, PASSWORDS[0], client_type="telegram_bot")
    assert refused["detail"] == "You are already logged in on telegram bot. Please logout first."
    web.open(f"{name}@example.com", PASSWORDS[0], client_type="website")
    me = bot.me()
    assert (me["username"], me["is_active"], me["is_staff"]) == (name, True, False)
    assert me["profile"] == {"expired": False, "expiry_date": None}
    assert bot.user(me["id"]) == me
    bot.expect(404, "GET", "/api/v1/auth/users/1000000000/")
    bot.expect(403, "GET", "/api/v1/auth/users/")
    rows = bot.sessions()
    assert [(row["id"], row["client_type"]) for row in rows] == [
        (web.session, "website"),
        (bot.session, "telegram_bot"),
    ]
    assert rows[1]["device_name"] == "Bot" and all(row["is_active"] for row in rows)

    pair = bot.rotate()
    lost = bot.use_dead()
    assert (lost.status_code, lost.json()["refresh"], lost.json()["access"]) == (200, pair[1], pair[0])
    bot.rotate()
    stack.sql(
        "update login_sessions set rotated_at = rotated_at - interval '11 seconds' where id = %s returning id",
        bot.session,
    )
    assert bot.use_dead().status_code == 401
    await dead_everywhere(stack, bot, "/api/v1/auth/users/me/")
    bot.token = None
    bot.open(name, PASSWORDS[0])
    web.revoke(bot.session)
    await dead_everywhere(stack, bot, "/api/v1/auth/users/me/")
    bot.token = None
    bot.open(name, PASSWORDS[0])
    assert web.revoke_all(keep_current=True) == 1
    await dead_everywhere(stack, bot, "/api/v1/auth/users/me/")
    bot.token = None
    bot.open(name, PASSWORDS[0], client_type="mobile")
    assert bot.log_out_everywhere() == 2
    await dead_everywhere(stack, web, "/api/v1/auth/users/me/")
    web.token = None
    web.open(name, PASSWORDS[0], client_type=None)
    assert web.sessions()[0]["client_type"] == "unknown"
    web.log_out()
    await dead_everywhere(stack, web, "/api/v1/auth/users/me/")
