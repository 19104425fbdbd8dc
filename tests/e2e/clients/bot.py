"""A Telegram bot: keeps one login session per person and rotates its tokens."""

from typing import Any

import httpx

from .pods import NULL, TIME, Pods, typed


class Bot(Pods):
    def open(self, username: str, password: str, client_type: str | None = "telegram_bot", **more: Any) -> dict:
        body = {"username": username, "password": password} | more
        if client_type:
            body["client_type"] = client_type
        answer = typed(self.expect(200, "POST", "/api/v1/auth/token/", body), refresh=str, access=str, session_id=int)
        self.check_user(answer["user"])
        self.token, self.refresh, self.session = answer["access"], answer["refresh"], answer["session_id"]
        return answer

    def refused_open(self, username: str, password: str, **more: Any) -> dict:
        return self.expect(401, "POST", "/api/v1/auth/token/", {"username": username, "password": password} | more)

    def rotate(self) -> tuple[str, str]:
        """The new pair; the old refresh token is kept for tests that use it again."""
        self.dead = self.refresh
        answer = typed(
            self.expect(200, "POST", "/api/v1/auth/token/refresh/", {"refresh": self.refresh}), access=str, refresh=str
        )
        assert answer["refresh"] != self.dead
        self.token, self.refresh = answer["access"], answer["refresh"]
        return self.token, self.refresh

    def use_dead(self) -> httpx.Response:
        return self.send("POST", "/api/v1/auth/token/refresh/", {"refresh": self.dead})

    def log_out(self) -> None:
        answer = self.expect(200, "POST", "/api/v1/auth/logout/", {"refresh": self.refresh})
        assert answer == {"message": "Logout successful", "detail": "Session revoked and tokens blacklisted"}

    def log_out_everywhere(self) -> int:
        answer = typed(self.expect(200, "POST", "/api/v1/auth/logout/all/", {}), message=str, revoked_sessions=int)
        assert answer["message"] == f"Logged out from {answer['revoked_sessions']} device(s)"
        return answer["revoked_sessions"]

    def me(self) -> dict:
        return self.check_user(self.expect(200, "GET", "/api/v1/auth/users/me/"))

    def user(self, user: int) -> dict:
        return self.check_user(self.expect(200, "GET", f"/api/v1/auth/users/{user}/"))

    def users(self) -> dict:
        page = self.expect(200, "GET", "/api/v1/auth/users/")
        typed(page, count=int, next=(str, NULL), previous=(str, NULL), results=list)
        for user in page["results"]:
            self.check_user(user)
        return page

    @staticmethod
    def check_user(user: dict) -> dict:
        typed(user, id=int, username=str, email=str, first_name=str, last_name=str, is_active=bool, is_staff=bool)
        typed(user["profile"], expired=bool, expiry_date=(str, NULL))
        return user

    def sessions(self) -> list[dict]:
        rows = self.expect(200, "GET", "/api/v1/auth/sessions/")
        assert type(rows) is list
        for row in rows:
            typed(row, id=int, client_type=str, device_name=str, created_at=str, last_activity=str, expires_at=str)
            typed(row, ip_address=(str, NULL), is_active=bool)
            assert all(TIME.fullmatch(row[name]) for name in ("created_at", "last_activity", "expires_at"))
            assert self.expect(200, "GET", f"/api/v1/auth/sessions/{row['id']}/")["id"] == row["id"]
        assert [row["created_at"] for row in rows] == sorted((row["created_at"] for row in rows), reverse=True)
        return rows

    def revoke(self, session: int) -> None:
        answer = self.expect(200, "POST", f"/api/v1/auth/sessions/{session}/revoke/", {})
        assert answer == {"message": "Session revoked successfully", "session_id": session}

    def revoke_all(self, keep_current: bool) -> int:
        answer = self.expect(200, "POST", "/api/v1/auth/sessions/revoke_all/", {"keep_current": keep_current})
        assert answer["message"] == f"{answer['revoked_count']} session(s) revoked successfully"
        return typed(answer, revoked_count=int)["revoked_count"]
