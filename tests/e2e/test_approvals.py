"""What a parent customer decides about its CUSTOMER_USERs, and what they hear of it."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from support.people import account, child, customer
from support.tenants import User


def in_queue(owner: User, state: str = "pending") -> list[int]:
    return [row["id"] for row in owner.get(f"/api/auth/approvals/?state={state}")]


def test_a_customer_user_is_approved(stack, mailbox):
    parent, owner = customer(stack, mailbox)
    person = child(stack, parent).register()
    assert in_queue(owner) == [person.id]
    assert owner.get("/api/auth/approvals/")[0]["email_verified"] is False
    person.verify(mailbox)
    assert "Grace Hopper" in mailbox.text(mailbox.await_mail(parent.email))
    assert person.barred()["detail"] == "Account not approved"
    row = owner.get("/api/auth/approvals/")[0]
    assert row | {"date_joined": ""} == {
        "id": person.id,
        "username": person.name,
        "email": person.email,
        "first_name": "Grace",
        "last_name": "Hopper",
        "full_name": "Grace Hopper",
        "date_joined": "",
        "email_verified": True,
        "state": "pending",
        "decided_at": None,
        "reason": "",
    }

    answer = owner.post(f"/api/auth/approvals/{person.id}/", {"approve": True}, 200)
    assert answer["state"] == "approved"
    mailbox.await_mail(person.email)
    assert (in_queue(owner), in_queue(owner, "approved")) == ([], [person.id])
    again = owner.post(f"/api/auth/approvals/{person.id}/", {"approve": True}, 200)
    assert again == answer
    mailbox.expect_none(person.email)

    owner.charge_point = owner.post("/api/charge-points/", {"id": "BURA", "name": "BURA"})
    member = person.log_in()
    me = member.get("/api/me/")
    assert (me["role"], me["tenant_id"]) == ("user", owner.get("/api/me/")["tenant_id"])
    assert [point["id"] for point in member.get("/api/charge-points/")] == ["BURA"]
    profile = member.get("/api/auth/profile/")
    assert (profile["is_approved"], profile["parent_customer_id"]) == (True, parent.id)
    assert profile["approved_at"] == answer["decided_at"]
    # Approved is approved: a member is removed, not refused.
    assert set(owner.post(f"/api/auth/approvals/{person.id}/", {"approve": False}, 400)) == {"approve"}
    assert member.get("/api/me/")["tenant_id"] == me["tenant_id"]


def test_approved_before_the_mail_was_read(stack, mailbox):
    parent, owner = customer(stack, mailbox)
    person = child(stack, parent).register()
    owner.post(f"/api/auth/approvals/{person.id}/", {"approve": True}, 200)
    assert person.barred()["detail"] == "E-mail not verified"
    assert account(stack, person, "tenant_id") == (None,)
    link = None
    while link is None:
        mail = mailbox.await_mail(person.email)
        link = mail if "/verify-email/" in mailbox.text(mail) else None
    uid, token = mailbox.link_parts(link)
    assert httpx.get(stack.api_url(2) + f"/api/auth/verify-email/{uid}/{token}/").status_code == 200
    assert person.log_in().get("/api/me/")["tenant_id"] == owner.get("/api/me/")["tenant_id"]
    mailbox.expect_none(parent.email)


def test_refused_with_a_reason_and_approved_after_all(stack, mailbox):
    parent, owner = customer(stack, mailbox)
    person = child(stack, parent).register().verify(mailbox)
    mailbox.await_mail(parent.email)
    reason = 'We do not know <b>you</b>, "Grace" & co'
    answer = owner.post(f"/api/auth/approvals/{person.id}/", {"approve": False, "reason": reason}, 200)
    assert (answer["state"], answer["reason"]) == ("refused", reason)
    mail = mailbox.await_mail(person.email)
    assert reason in mailbox.text(mail)
    assert "<b>you" not in mailbox.html(mail)
    barred = person.barred()
    assert (barred["detail"], barred["refusal_reason"]) == ("Account not approved", reason)
    assert (in_queue(owner), in_queue(owner, "refused")) == ([], [person.id])
    owner.post(f"/api/auth/approvals/{person.id}/", {"approve": False, "reason": "another"}, 200)
    mailbox.expect_none(person.email)
    assert person.barred()["refusal_reason"] == reason

    owner.post(f"/api/auth/approvals/{person.id}/", {"approve": True}, 200)
    mailbox.await_mail(person.email)
    assert person.log_in().get("/api/me/")["tenant_id"] is not None
    assert account(stack, person, "refused_at, refusal_reason") == (None, "")


def test_whose_queue_it_is(stack, mailbox):
    parent, owner = customer(stack, mailbox)
    _, stranger = customer(stack, mailbox)
    person = child(stack, parent).register()
    assert stranger.get("/api/auth/approvals/") == []
    for who in (person.id, parent.id, 999_999_999):
        answer = stranger.call("POST", f"/api/auth/approvals/{who}/", json={"approve": True})
        assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})
    for odd in ("x", "1.5", "-1", "99999999999999999999", "%00"):
        assert owner.call("POST", f"/api/auth/approvals/{odd}/", json={"approve": True}).status_code == 404
    for wrong in ({}, {"approve": None}, {"approve": "yes"}, {"approve": 1}, {"approve": [True]}):
        answer = owner.call("POST", f"/api/auth/approvals/{person.id}/", json=wrong)
        assert (answer.status_code, set(answer.json())) == (400, {"approve"})
    for reason in ("x" * 501, ["x"], {"a": 1}):
        body = {"approve": False, "reason": reason}
        answer = owner.call("POST", f"/api/auth/approvals/{person.id}/", json=body)
        assert (answer.status_code, set(answer.json())) == (400, {"reason"})
    assert owner.call("GET", "/api/auth/approvals/?state=odd").status_code == 400
    driver = stack.user()
    for method, path in (("GET", "/api/auth/approvals/"), ("POST", f"/api/auth/approvals/{person.id}/")):
        answer = driver.call(method, path, json={"approve": True})
        assert (answer.status_code, answer.json()["detail"]) == (
            403,
            "You do not have permission to perform this action.",
        )
        assert httpx.request(method, stack.api_url(1) + path).status_code == 401
    assert account(stack, person, "is_approved, refused_at") == (False, None)


def test_decided_both_ways_at_once(stack, mailbox):
    parent, owner = customer(stack, mailbox)
    person = child(stack, parent).register().verify(mailbox)
    mailbox.await_mail(parent.email)

    def decide(n: int) -> int:
        on = owner.on(stack.api_url(1 + n % 2))
        return on.call("POST", f"/api/auth/approvals/{person.id}/", json={"approve": n % 3 > 0}).status_code

    with ThreadPoolExecutor(6) as many:
        statuses = list(many.map(decide, range(6)))
    assert set(statuses) <= {200, 400}
    assert account(stack, person, "is_approved, refused_at, tenant_id is not null") == (True, None, True)
    told = [mail for mail in stack.sql("select template from deliveries where account_id = %s", person.id)]
    assert len([mail for mail in told if mail == ("approval_granted",)]) <= 1


def test_verified_and_approved_at_once(stack, mailbox):
    parent, owner = customer(stack, mailbox)
    for _ in range(5):
        person = child(stack, parent).register()
        uid, token = mailbox.link_parts(mailbox.await_mail(person.email))
        with ThreadPoolExecutor(2) as two:
            verified = two.submit(httpx.get, stack.api_url(1) + f"/api/auth/verify-email/{uid}/{token}/")
            approved = two.submit(
                owner.on(stack.api_url(2)).post, f"/api/auth/approvals/{person.id}/", {"approve": True}, 200
            )
            assert verified.result().status_code == 200
            assert approved.result()["state"] == "approved"
        assert account(stack, person, "tenant_id is not null") == (True,)
