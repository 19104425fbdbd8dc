"""Prices that are given to a user type."""

from support.campus import campus as campus
from support.campus import member_of, refused
from support.campus import types_file as types_file
from support.chargers import Charger, instant
from support.polling import eventually
from support.tenants import User

PRICES = {"price_per_kwh": "0.270", "price_per_hour": "1.20"}


def price_of(user: User) -> tuple | None:
    rows = user.get("/api/sessions/?limit=1")
    return (rows[0]["price_kwh"], rows[0]["price_hour"]) if rows else None


async def test_a_types_price_is_used_where_the_user_has_none(campus):
    tenant = campus.tenant()
    point = "/api/charge-points/CAMPUS/"
    tenant.charge_point("CAMPUS", "500", "250")
    student = member_of(campus, "student")
    member = member_of(campus, "CUSTOMER_USER", parent_customer_id=tenant.get("/api/me/")["id"])
    for user, tag in ((student, "STUDENT"), (member, "MEMBER")):
        tenant.id_tag(tag, user_email=user.email)

    made = tenant.post(point + "type-prices/", {"user_type": "student", "price_per_kwh": 0.1, "price_per_hour": 0})
    again = tenant.post(point + "type-prices/", {"user_type": "student"} | PRICES, status=200)
    assert again == {"id": made["id"], "user_type": "student"} | PRICES
    tenant.post(point + "type-prices/", {"user_type": "CUSTOMER_USER", "price_per_kwh": "2", "price_per_hour": "1"})
    tenant.post(point + "type-prices/", {"user_type": "CUSTOMER", "price_per_kwh": "3", "price_per_hour": "1"})
    assert [p["user_type"] for p in tenant.get(point + "type-prices/")] == ["student", "CUSTOMER_USER", "CUSTOMER"]
    assert tenant.get(point + "user-prices/") == []
    for body, field in (
        ({"user_type": "astronaut"} | PRICES, "user_type"),
        ({"user_type": "Student"} | PRICES, "user_type"),
        (PRICES, "user_type"),
        ({"user_type": "student", "price_per_kwh": "0.1"}, "price_per_hour"),
        ({"user_type": "student"} | PRICES | {"price_per_hour": "1.205"}, "price_per_hour"),
        ({"user_type": "student"} | PRICES | {"price_per_kwh": "-1"}, "price_per_kwh"),
    ):
        refused(tenant.call("POST", point + "type-prices/", json=body), field)
    stranger = campus.tenant()
    assert stranger.call("GET", point + "type-prices/").status_code == 404
    assert student.call("GET", point + "type-prices/").status_code == 403

    async with Charger(campus.charger_url(tenant, "CAMPUS")) as charger:
        await charger.boot()
        await charger.await_tag("STUDENT")
        await charger.await_tag("MEMBER")
        # Its own tag, before and after the student gets a price of its own.
        at = instant(ago=3600)
        start = await charger.start("STUDENT", at)
        await eventually("the type's price", lambda: price_of(student) == ("0.270", "1.200"))
        tenant.post(point + "type-prices/", {"user_type": "student"} | PRICES | {"price_per_kwh": "9"}, status=200)
        await charger.stop(start["transactionId"], instant(), 2000)
        row = await eventually(
            "its end", lambda: next((r for r in student.get("/api/sessions/?limit=1") if r["Ended"]), None)
        )
        assert (row["price_kwh"], row["price_hour"]) == ("0.270", "1.200")
        own = tenant.post(point + "user-prices/", {"email": student.email} | PRICES | {"price_per_kwh": "0.111"})
        at = instant(ago=60)
        start = await charger.start("STUDENT", at)
        await eventually("the user's price", lambda: price_of(student) == ("0.111", "1.200"))
        await charger.stop(start["transactionId"], instant(), 10)

        # A command's session is priced for the account that gave it, whoever has the tag.
        for user, tag, price in ((member, "MEMBER", ("2.000", "1.000")), (tenant, "STUDENT", ("3.000", "1.000"))):
            command = {"action": "RemoteStartTransaction", "params": {"idTag": tag, "connectorId": 1}}
            given = await user.acall("POST", point + "command/?wait=10", json=command)
            assert given.status_code == 200, given.text
            start = await charger.start(tag, instant(ago=5))
            row = await eventually(
                f"the session of {user.username}",
                lambda user=user: next(
                    (r for r in tenant.get("/api/sessions/?limit=1") if r["started_by"] == user.username), None
                ),
            )
            assert (row["price_kwh"], row["price_hour"]) == price
            await charger.stop(start["transactionId"], instant(), 10)

        # Without either, the charge point's own.
        assert tenant.call("DELETE", f"{point}user-prices/{own['id']}/").status_code == 204
        assert tenant.call("DELETE", f"{point}user-prices/{made['id']}/").status_code == 404
        assert tenant.call("DELETE", f"{point}type-prices/{made['id']}/").status_code == 204
        start = await charger.start("STUDENT", instant(ago=2))
        await eventually("the charge point's price", lambda: price_of(student) == ("500.000", "250.000"))
        await charger.stop(start["transactionId"], instant(), 10)


async def test_a_change_of_type_reaches_the_next_start(campus):
    """The directory carries an account's type, so it has to hear of the change."""
    tenant = campus.tenant()
    point = "/api/charge-points/CHANGES/"
    tenant.charge_point("CHANGES", "1", "1")
    member = member_of(campus, "CUSTOMER_USER", parent_customer_id=tenant.get("/api/me/")["id"])
    tenant.id_tag("MEMBER", user_email=member.email)
    for user_type, per_kwh in (("CUSTOMER_USER", "2"), ("staff", "7")):
        tenant.post(point + "type-prices/", {"user_type": user_type} | PRICES | {"price_per_kwh": per_kwh})
    async with Charger(campus.charger_url(tenant, "CHANGES")) as charger:
        await charger.boot()
        await charger.await_tag("MEMBER")

        async def price_of_a_start() -> str:
            before = member.get("/api/sessions/")["count"]
            start = await charger.start("MEMBER", instant(ago=2), meter=before)
            await eventually("the session", lambda: member.get("/api/sessions/")["count"] > before)
            await charger.stop(start["transactionId"], instant(), before + 10)
            return member.get("/api/sessions/?limit=1")[0]["price_kwh"]

        assert await price_of_a_start() == "2.000"
        account = member.get("/api/me/")["id"]
        changed = tenant.call("PATCH", f"/api/v1/auth/users/{account}/", json={"user_type": "staff"})
        assert changed.status_code == 200, changed.text
        member.log_in()  # a change of rights ends its login sessions

        async def priced_as_staff() -> bool:
            return await price_of_a_start() == "7.000"

        await eventually("the price of staff", priced_as_staff)
