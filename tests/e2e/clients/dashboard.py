"""The operator's dashboard: its own tenant, charge points, prices, commands, sessions, money."""

import re
from decimal import Decimal
from typing import Any

from .pods import NULL, TIME, Pods, typed

PRICE = re.compile(r"\d+\.\d{3}")
COORDINATE = re.compile(r"-?\d+\.\d{6}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


class Dashboard(Pods):
    def sign_up(self, username: str, email: str, full_name: str, password: str, role: str, **more: str) -> None:
        body = {"username": username, "email": email, "full_name": full_name, "role": role}
        answer = self.expect(
            201, "POST", "/api/auth/signup/", body | {"password": password, "password2": password} | more
        )
        assert answer == {"detail": "ok"}

    def log_in(self, username: str, password: str) -> dict:
        answer = self.expect(200, "POST", "/api/auth/login/", {"username": username, "password": password})
        typed(answer, refresh=str, access=str, role=str)
        self.token, self.refresh = answer["access"], answer["refresh"]
        return answer

    def refresh_access(self) -> None:
        before = self.refresh
        self.token = self.expect(200, "POST", "/api/auth/token/refresh/", {"refresh": before})["access"]
        assert self.expect(200, "POST", "/api/auth/token/refresh/", {"refresh": before})["access"]

    def log_out(self) -> None:
        answer = self.expect(200, "POST", "/api/auth/logout/", {"refresh": self.refresh})
        assert answer["message"] == "Successfully logged out"

    def me(self) -> dict:
        me = self.expect(200, "GET", "/api/me/")
        typed(me, id=int, email=str, role=str, tenant_id=(int, NULL), tenant_ws=(str, NULL), username=str)
        typed(me, full_name=str, phone=(str, NULL))
        if me["tenant_ws"]:
            assert re.fullmatch(r"wss?://[^/]+/api/v16/[0-9a-f]{32}", me["tenant_ws"])
        return me

    def forgot_password(self, email: str) -> None:
        answer = self.expect(200, "POST", "/api/auth/password/reset/", {"email": email})
        assert answer == {"detail": "Password reset e-mail sent"}

    def reset_password(self, uid: str, token: str, password: str) -> None:
        body = {"uid": uid, "token": token, "new_password": password}
        assert self.expect(200, "POST", "/api/auth/password/reset/confirm/", body) == {
            "detail": "Password has been reset"
        }
        self.expect(400, "POST", "/api/auth/password/reset/confirm/", body)

    # Charge points

    def charge_points(self) -> list[dict]:
        rows = self.expect(200, "GET", "/api/charge-points/")
        assert type(rows) is list
        assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
        for row in rows:
            self.check_charge_point(row)
        return rows

    def charge_point(self, pk: str) -> dict:
        row = self.check_charge_point(self.expect(200, "GET", f"/api/charge-points/{pk}/"))
        return typed(row, plug_type=str, max_power_kw=(str, NULL), access_type=str, connectors=list)

    def add_charge_point(self, **fields: Any) -> dict:
        return self.check_charge_point(self.expect(201, "POST", "/api/charge-points/", fields))

    def change_charge_point(self, pk: str, **fields: Any) -> dict:
        return self.check_charge_point(self.expect(200, "PATCH", f"/api/charge-points/{pk}/", fields))

    def remove_charge_point(self, pk: str) -> None:
        self.expect(204, "DELETE", f"/api/charge-points/{pk}/")
        self.expect(404, "GET", f"/api/charge-points/{pk}/")

    @staticmethod
    def check_charge_point(row: dict) -> dict:
        typed(row, pk=str, id=str, name=str, connector_id=int, status=str, updated=str, price_per_kwh=(str, NULL))
        typed(row, price_per_hour=(str, NULL), location=str, lat=(str, NULL), lng=(str, NULL), owner_username=str)
        assert row["pk"] == row["id"]
        assert MOMENT.fullmatch(row["updated"])
        assert all(row[name] is None or PRICE.fullmatch(row[name]) for name in ("price_per_kwh", "price_per_hour"))
        assert all(row[name] is None or COORDINATE.fullmatch(row[name]) for name in ("lat", "lng"))
        return row

    def set_user_price(self, pk: str, email: str, per_kwh: str, per_hour: str, status: int = 201) -> dict:
        body = {"email": email, "price_per_kwh": per_kwh, "price_per_hour": per_hour}
        price = self.expect(status, "POST", f"/api/charge-points/{pk}/user-prices/", body)
        typed(price, id=int, user=int, user_email=str, user_name=str, price_per_kwh=str, price_per_hour=str)
        assert price["user_email"] == email
        assert re.fullmatch(r"\d+\.\d{3}", price["price_per_kwh"])
        assert re.fullmatch(r"\d+\.\d{2}", price["price_per_hour"])
        assert price in self.expect(200, "GET", f"/api/charge-points/{pk}/user-prices/")
        return price

    def end_user_price(self, pk: str, price: int) -> None:
        self.expect(204, "DELETE", f"/api/charge-points/{pk}/user-prices/{price}/")
        assert self.expect(200, "GET", f"/api/charge-points/{pk}/user-prices/") == []

    def command(self, pk: str, action: str, params: dict) -> str:
        answer = self.expect(202, "POST", f"/api/charge-points/{pk}/command/", {"action": action, "params": params})
        assert answer["detail"] == "queued"
        return typed(answer, id=str)["id"]

    def command_state(self, command: str) -> dict:
        return typed(self.expect(200, "GET", f"/api/commands/{command}/"), id=str, state=str)

    # Sessions and money

    def sessions(self) -> list[dict]:
        """Page by page, along `next`."""
        rows, path = [], "/api/sessions/?limit=2&offset=0"
        while path:
            page = typed(self.expect(200, "GET", path), count=int, next=(str, NULL), previous=(str, NULL), results=list)
            rows += page["results"]
            path = page["next"] and "/api/" + page["next"].split("/api/", 1)[1]
            assert path is None or ("limit=2" in path and "offset=" in path)
        assert len(rows) == page["count"]
        assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True)
        for row in rows:
            self.check_session(row)
        return rows

    def latest_sessions(self, limit: int) -> list[dict]:
        """The bare array that a limit alone asks for."""
        rows = self.expect(200, "GET", f"/api/sessions/?limit={limit}")
        assert type(rows) is list and len(rows) <= limit
        return [self.check_session(row) for row in rows]

    @staticmethod
    def check_session(row: dict) -> dict:
        typed(row, id=int, cp=str, user=str, kWh=float, Started=str, Ended=(str, NULL), price_kwh=(str, NULL))
        typed(row, price_hour=(str, NULL), total=(float, NULL))
        assert TIME.fullmatch(row["Started"])
        return row

    def session(self, session: int) -> dict:
        row = self.check_session(self.expect(200, "GET", f"/api/sessions/{session}/"))
        typed(
            row, id_tag=str, connector_id=int, transaction_id=(int, NULL), meter_start=(int, NULL), review=(str, NULL)
        )
        typed(row, meter_stop=(int, NULL), stop_reason=(str, NULL), started_by=(str, NULL))
        for value in self.expect(200, "GET", f"/api/sessions/{session}/meter_values/"):
            typed(value, time=str, measurand=str, value=str, unit=str, phase=str, context=str)
        return row

    def revenue(self) -> dict:
        return typed(self.expect(200, "GET", "/api/sessions/revenue/"), lifetime=float, month=float, month_label=str)

    def month_over_month(self) -> dict:
        figures = typed(
            self.expect(200, "GET", "/api/sessions/revenue/mom/"), this_month=dict, last_month=dict, delta=dict
        )
        for month in ("this_month", "last_month"):
            typed(figures[month], start=str, end=str, total=str)
            assert figures[month]["start"].endswith("T00:00:00+00:00")
            assert figures[month]["end"].endswith("T23:59:59.999999+00:00")
        typed(figures["delta"], absolute=str, percent=(float, NULL), direction=str)
        this, last = (Decimal(figures[month]["total"]) for month in ("this_month", "last_month"))
        assert Decimal(figures["delta"]["absolute"]) == this - last
        return figures

    def statistics(self) -> dict:
        figures = typed(self.expect(200, "GET", "/api/admin/charge-points/stats/"), by_status=dict, totals=dict)
        names = {"available", "unavailable", "charging", "occupied", "preparing", "other"}
        assert set(figures["totals"]) == names
        assert sum(figures["totals"].values()) == sum(figures["by_status"].values())
        return figures
