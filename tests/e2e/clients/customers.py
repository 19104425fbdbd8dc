"""A portal of customers: a CUSTOMER registers and owns a tenant, a CUSTOMER_USER waits for its approval."""

from typing import Any

from .pods import NULL, Pods, typed


class Portal(Pods):
    def register(self, username: str, email: str, password: str, **fields: Any) -> dict:
        body = {"username": username, "email": email, "password": password, "confirm_password": password}
        body |= {"first_name": "Grace", "last_name": "Hopper", "birthday": "1906-12-09", "gender": "f"} | fields
        answer = self.expect(201, "POST", "/api/auth/register/", body)
        assert {name: answer[name] for name in body if "password" not in name} == {
            name: value for name, value in body.items() if "password" not in name
        }
        assert "password" not in answer and "confirm_password" not in answer
        return answer

    def refused(self, field: str, **body: Any) -> list[str]:
        answer = self.expect(400, "POST", "/api/auth/register/", body)
        assert field in answer, answer
        return answer[field]

    def verify(self, uid: str, token: str, by_post: bool = False) -> None:
        done = {"detail": "E-mail verified"}
        if by_post:
            assert self.expect(200, "POST", "/api/auth/verify-email/", {"uid": uid, "token": token}) == done
        else:
            assert self.expect(200, "GET", f"/api/auth/verify-email/{uid}/{token}/") == done
        self.expect(400, "GET", f"/api/auth/verify-email/{uid}/{token}/")

    def log_in(self, username: str, password: str) -> dict:
        answer = self.expect(200, "POST", "/api/auth/login/", {"username": username, "password": password})
        self.token = answer["access"]
        return typed(answer["user"], id=int, user_type=(str, NULL), parent_customer_id=(int, NULL), role=str)

    def barred(self, username: str, password: str) -> str:
        return self.expect(403, "POST", "/api/auth/login/", {"username": username, "password": password})["detail"]

    def good(self, token: str) -> bool:
        answer = self.send("POST", "/api/auth/token/verify/", {"token": token})
        assert (answer.status_code, answer.json() if answer.status_code == 200 else {}) in ((200, {}), (401, {}))
        return answer.status_code == 200

    def me(self) -> dict:
        return typed(
            self.expect(200, "GET", "/api/me/"), id=int, role=str, tenant_id=(int, NULL), tenant_ws=(str, NULL)
        )

    def queue(self) -> list[dict]:
        return self.expect(200, "GET", "/api/auth/approvals/")

    def decide(self, user: int, approve: bool, **more: str) -> None:
        self.expect(200, "POST", f"/api/auth/approvals/{user}/", {"approve": approve} | more)
