"""Password reset: the mail's link, the rules for the new password, what ends with the old one."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from support.notifications import age_tokens
from support.polling import eventually
from support.tenants import PASSWORD, User

NEW = "Tr1cky-horse-42"
SENT = (200, {"detail": "Password reset e-mail sent"})
BAD_LINK = (400, {"token": ["The link is invalid, has expired, or was used already."]})
DONE = (200, {"detail": "Password has been reset"})


def ask(stack, email, api: int = 1) -> tuple[int, dict]:
    return answered(httpx.post(f"{stack.api_url(api)}/api/auth/password/reset/", json={"email": email}, timeout=30))


def confirm(stack, uid, token, password=NEW, api: int = 1) -> tuple[int, dict]:
    body = {"uid": uid, "token": token, "new_password": password}
    return answered(httpx.post(f"{stack.api_url(api)}/api/auth/password/reset/confirm/", json=body, timeout=60))


def answered(answer: httpx.Response) -> tuple[int, dict]:
    return answer.status_code, answer.json()


def link_for(stack, mailbox, user: User) -> tuple[str, str]:
    assert ask(stack, user.email) == SENT
    return mailbox.link_parts(mailbox.await_mail(user.email))


def log_in(stack, user: User, password: str) -> int:
    body = {"username": user.username, "password": password}
    return httpx.post(f"{stack.api_url(1)}/api/auth/login/", json=body, timeout=30).status_code


async def test_a_new_password_ends_all_sessions(stack, mailbox):
    user = stack.user()
    elsewhere = user.on(stack.api_url(2)).log_in()
    assert ask(stack, user.email.upper()) == SENT
    mail = mailbox.await_mail(user.email)
    link = mailbox.link(mail)
    assert "/reset-password/" in link
    uid, token = mailbox.link_parts(mail)
    assert stack.sql("select count(*) from one_time_tokens where token_hash = %s", token) == [(0,)]
    hashed = hashlib.sha256(token.encode()).hexdigest()
    assert stack.sql("select count(*) from one_time_tokens where token_hash = %s", hashed) == [(1,)]

    assert confirm(stack, uid, token) == DONE
    # On the pod that answered at once, on the others within a second.
    assert user.call("GET", "/api/me/").json()["code"] == "token_revoked"
    await eventually("revoked on the other pod", lambda: elsewhere.call("GET", "/api/me/").status_code == 401, 3)
    refresh = httpx.post(f"{stack.api_url(1)}/api/auth/refresh/", json={"refresh": user.login["refresh"]})
    assert refresh.status_code == 401
    assert (log_in(stack, user, PASSWORD), log_in(stack, user, NEW)) == (401, 200)
    assert "password" in mailbox.await_mail(user.email)["Subject"].lower()
    assert confirm(stack, uid, token, "An0ther-horse") == BAD_LINK
    assert log_in(stack, user, NEW) == 200


def test_the_same_answer_for_nobody(stack, mailbox):
    user = stack.user()
    assert ask(stack, "nobody-at-all@example.com") == ask(stack, user.email) == SENT
    mailbox.await_mail(user.email)
    mailbox.expect_none("nobody-at-all@example.com", 0.5)
    # One row and one record each, and the record names neither.
    emails = ("nobody-at-all@example.com", user.email)
    rows = stack.sql("select email, count(*) from reset_requests where email = any(%s) group by 1", list(emails))
    assert sorted(rows) == sorted((email, 1) for email in emails)
    # The payloads' text: other tests of this stack write what is no JSON.
    records = [r.payload or "" for r in stack.records("csms.notifications") if "password_reset" in (r.payload or "")]
    assert records and not any("example.com" in text for text in records)


def test_a_refused_password_does_not_use_up_the_link(stack, mailbox):
    user = stack.user()
    uid, token = link_for(stack, mailbox, user)
    for weak, message in [
        ("short", "This password is too short. It must contain at least 8 characters."),
        ("Password123", "This password is too common."),
        ("90817263544536", "This password is entirely numeric."),
        (user.username + "x", "The password is too similar to the username."),
        ("x" * 129, "This password is too long. It may have at most 128 characters."),
    ]:
        status, body = confirm(stack, uid, token, weak)
        assert (status, set(body)) == (400, {"new_password"})
        assert message in body["new_password"]
    assert user.call("GET", "/api/me/").status_code == 200
    assert confirm(stack, uid, token, "MyP@ssw0rd2") == DONE


def test_links_that_are_none(stack, mailbox):
    user, other = stack.user(), stack.user()
    uid, token = link_for(stack, mailbox, user)
    other_uid, other_token = link_for(stack, mailbox, other)
    for wrong in [
        (other_uid, token),
        (uid, other_token),
        (uid, token[:-1]),
        (uid, token + "A"),
        (uid, "A" * 250),
        ("0", token),
        ("!!", token),
        ("LTE", token),  # -1
        ("OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ", token),
    ]:
        assert confirm(stack, *wrong) == BAD_LINK, wrong
    for body in ({}, {"uid": uid}, {"uid": uid, "token": token}, {"uid": [], "token": {}, "new_password": 1.5e3}):
        answer = httpx.post(f"{stack.api_url(1)}/api/auth/password/reset/confirm/", json=body)
        assert answer.status_code == 400
        assert set(answer.json()) <= {"uid", "token", "new_password"}
    stack.sql(
        "update one_time_tokens set expires_at = now() where account_id = %s returning 1", user.login["user"]["id"]
    )
    assert confirm(stack, uid, token) == BAD_LINK
    # A verification's token is none for passwords.
    hashed = hashlib.sha256(b"verify").hexdigest()
    stack.sql(
        "insert into one_time_tokens (token_hash, purpose, account_id, expires_at) "
        "values (%s, 'verify_email', %s, now() + interval '1 h') returning 1",
        hashed,
        user.login["user"]["id"],
    )
    assert confirm(stack, uid, "verify") == BAD_LINK
    assert log_in(stack, user, PASSWORD) == 200


def test_the_newest_link_ends_the_older_ones(stack, mailbox):
    user = stack.user()
    first = link_for(stack, mailbox, user)
    assert ask(stack, user.email) == SENT  # too soon for another mail, which the answer does not say
    mailbox.expect_none(user.email)
    age_tokens(stack, user.get("/api/me/")["id"])
    second = link_for(stack, mailbox, user)
    assert first != second
    assert confirm(stack, *second) == DONE
    assert confirm(stack, *first, "An0ther-horse") == BAD_LINK


def test_a_link_used_twice_at_once_works_once(stack, mailbox):
    user = stack.user()
    uid, token = link_for(stack, mailbox, user)

    def attempt(n: int) -> tuple[int, dict]:
        return confirm(stack, uid, token, f"Tr1cky-horse-{n}", 1 + n % 2)

    with ThreadPoolExecutor(6) as many:
        answers = list(many.map(attempt, range(6)))
    assert answers.count(DONE) == 1
    assert answers.count(BAD_LINK) == 5
    winner = answers.index(DONE)
    assert [log_in(stack, user, f"Tr1cky-horse-{n}") for n in range(6)].count(200) == 1
    assert log_in(stack, user, f"Tr1cky-horse-{winner}") == 200


def test_a_deactivated_account_gets_no_new_password(stack, mailbox):
    user = stack.user()
    uid, token = link_for(stack, mailbox, user)
    stack.sql("update accounts set is_active = false where username = %s returning 1", user.username)
    assert confirm(stack, uid, token) == BAD_LINK
    assert ask(stack, user.email) == SENT
    mailbox.expect_none(user.email)


@pytest.mark.parametrize(
    "email",
    ["", "x", "a@b", None, [], {}, "a@example.com\r\nBcc: b@example.com", "x" * 255 + "@example.com", "a\0@b.ch"],
)
def test_what_is_no_email(stack, email):
    status, body = ask(stack, email)
    assert (status, set(body)) == (400, {"email"})
