"""The REST contract: signup, login, tokens, profile."""

import re

import pytest

from support.polling import eventually
from support.tenants import PASSWORD, new_name


def test_signup_login_me_and_profile(stack, client):
    name = new_name("Owner-Case")
    account = {"username": name, "email": f"{name}@example.com", "full_name": "Ada King Lovelace"}
    account |= {"password": PASSWORD, "password2": PASSWORD, "role": "super_admin", "phone": "+41"}
    signup = client.post("/api/auth/signup/", json=account)
    assert (signup.status_code, signup.json()) == (201, {"detail": "ok"})
    taken = client.post(
        "/api/auth/signup/", json=account | {"username": name.upper(), "email": account["email"].upper()}
    )
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
    want = {"success": False, "message": "Refresh token required", "refresh": ["This field is required."]}
    assert missing.status_code == 400
    assert {name: missing.json()[name] for name in want} == want
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
