"""Mails from the outbox to a real SMTP server, through whatever dies on the way."""

import base64
import email.utils
import hashlib
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from stack import paths
from stack.wait import poll
from support.mailbox import Mailbox
from support.notifications import Asker
from support.people import Person, post
from support.smtp import Smtp


@pytest.fixture
def asker(stack) -> Asker:
    return Asker(stack)


def uid_of(number: int) -> str:
    return base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def token_row(stack, token: str) -> tuple:
    """(purpose, account, invitation, seconds it is good for) of a token that a mail carried."""
    query = """select purpose, account_id, invitation_id, extract(epoch from expires_at - created_at)::int
               from one_time_tokens where token_hash = %s and used_at is null"""
    rows = stack.sql(query, hashlib.sha256(token.encode()).hexdigest())
    assert len(rows) == 1, rows
    return rows[0]


def ended(asker: Asker, number: str) -> None:
    poll(f"{number} is not done", lambda: asker.state(number) == "done", 30)


def test_verification(stack, asker, mailbox):
    account, address = asker.account(email_verified=False, first_name="Jörg", last_name="Müller <b>")
    asker.mail("verify_email", account)
    mail = mailbox.await_mail(address)
    uid, token = mailbox.link_parts(mail)
    assert uid == uid_of(account)
    assert mailbox.link(mail) == f"{stack.api_url()}/api/auth/verify-email/{uid}/{token}/"
    assert token_row(stack, token)[:3] == ("verify_email", account, None)
    assert abs(token_row(stack, token)[3] - 48 * 3600) < 60
    assert mail["Subject"] == "Confirm your e-mail address"
    assert mail["From"] == "Voltlane <no-reply@voltlane.example>"
    assert mail["To"] == address
    assert mail["Auto-Submitted"] == "auto-generated"
    age = datetime.now(UTC) - email.utils.parsedate_to_datetime(mail["Date"])
    assert timedelta(minutes=-1) < age < timedelta(minutes=2)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    # Nobody knows yet whose address that is: nothing that somebody chose to write stands there.
    for text in (mailbox.text(mail), mailbox.html(mail)):
        assert mailbox.link(mail) in text
        assert "Hello," in text
        assert not any(chosen in text.replace(address, "") for chosen in ("Jörg", "Müller", "mailed"))


def test_password_reset_and_change(stack, asker, mailbox):
    account, address = asker.account()
    asker.mail("password_reset", request=asker.reset_request(address.upper()))
    uid, token = mailbox.link_parts(mailbox.await_mail(address, "Reset"))
    assert uid == uid_of(account)
    assert token_row(stack, token)[:3] == ("password_reset", account, None)
    assert abs(token_row(stack, token)[3] - 3600) < 60
    asker.mail("password_changed", account)
    assert address.split("@")[0] in mailbox.html(mailbox.await_mail(address, "changed"))


def test_hostile_names_are_shown_where_an_address_is_proven_and_escaped(asker, mailbox):
    account, address = asker.account(first_name="Jörg", last_name="Müller <b>")
    asker.mail("password_changed", account)
    mail = mailbox.await_mail(address)
    assert "Hello Jörg Müller <b>," in mailbox.text(mail)
    assert "Hello Jörg Müller &lt;b&gt;," in mailbox.html(mail)


def test_approvals(asker, mailbox):
    parent, parent_address = asker.account(first_name="Ada", last_name="Lovelace")
    applicant, address = asker.account(is_approved=False, parent_id=parent, first_name="Bob")
    asker.mail("approval_requested", parent, applicant=applicant)
    mail = mailbox.await_mail(parent_address)
    assert mail["Subject"] == "Bob asks to use your charge points"
    assert f"Bob ({address})" in mailbox.text(mail)
    granted, address = asker.account(parent_id=parent)
    asker.mail("approval_granted", granted, parent=parent)
    assert "Ada Lovelace has approved" in mailbox.text(mailbox.await_mail(address))
    refused, address = asker.account(
        is_approved=False, parent_id=parent, refused_at=datetime.now(UTC), refusal_reason="Not <ours>"
    )
    asker.mail("approval_refused", refused, parent=parent)
    mail = mailbox.await_mail(address)
    assert "Reason: Not <ours>" in mailbox.text(mail)
    assert "Reason: Not &lt;ours&gt;" in mailbox.html(mail)
    # Nobody has proven to have that address.
    unproven, address = asker.account(parent_id=parent, email_verified=False)
    ended(asker, asker.mail("approval_granted", unproven, parent=parent))
    assert mailbox.mails_to(address) == []


def test_invitation_of_somebody_without_an_account(stack, asker, mailbox):
    tenant = asker.tenant("Ladepark Süd")
    inviter, _ = asker.account(tenant_id=tenant)
    address = f"stranger{tenant}@example.com"
    invitation = asker.invitation(tenant, inviter, address)
    asker.mail("invitation", invitation=invitation)
    mail = mailbox.await_mail(address)
    assert mail["Subject"] == "You are invited to Ladepark Süd"
    uid, token = mailbox.link_parts(mail)
    assert uid == uid_of(invitation)
    assert token_row(stack, token)[:3] == ("invitation", None, invitation)
    assert abs(token_row(stack, token)[3] - 7 * 86400) < 60


def test_what_needs_no_mail_is_done_without_one(stack, asker, mailbox):
    tenant = asker.tenant("T")
    verified, address = asker.account(tenant_id=tenant)
    inactive, dead_address = asker.account(is_active=False)
    gone = {"revoked_at": datetime.now(UTC)}
    revoked = asker.invitation(tenant, verified, "revoked@example.com", **gone)
    over = asker.invitation(tenant, verified, "over@example.com", expires_at=datetime.now(UTC) - timedelta(hours=1))
    asked = [
        asker.mail("verify_email", verified),
        asker.mail("verify_email", 999_999_999),
        asker.mail("password_reset", request=asker.reset_request("nobody@example.com")),
        asker.mail("password_reset", request=asker.reset_request(dead_address)),
        asker.mail("password_reset", request=999_999_999),
        asker.mail("password_reset"),
        asker.mail("invitation", invitation=revoked),
        asker.mail("invitation", invitation=over),
        asker.mail("approval_refused", verified, parent=verified),
        asker.ask("integration", "thingsboard", verified, {}),
    ]
    for number in asked:
        ended(asker, number)
    for nobody in (address, dead_address, "nobody@example.com", "revoked@example.com", "over@example.com"):
        assert mailbox.mails_to(nobody) == []
    assert stack.sql("select count(*) from one_time_tokens where account_id in (%s, %s)", verified, inactive) == [(0,)]


def test_what_nobody_knows_is_put_aside(stack, asker, mailbox):
    asker.raw("0/0", "no JSON")
    strange = asker.ask("mail", "newsletter", None, {})
    stranger = asker.ask("fax", "verify_email", None, {})
    account, address = asker.account(email_verified=False)
    asker.mail("verify_email", account)
    mailbox.await_mail(address)

    def reasons() -> list[str]:
        letters = [record.value for record in stack.records("ocpp.dead-letter")]
        return [letter["reason"] for letter in letters if letter["topic"] == "csms.notifications"]

    poll("three dead letters", lambda: len([r for r in reasons() if r.startswith("notify: ")]) >= 3, 15)
    assert asker.state(strange) is None
    assert asker.state(stranger) is None


def test_each_mail_goes_out_once_though_two_workers_send(stack, asker, mailbox):
    accounts = [asker.account(email_verified=False) for _ in range(40)]
    asked = [asker.mail("verify_email", account) for account, _ in accounts]
    for number in asked:
        ended(asker, number)
    for _, address in accounts:
        assert len(mailbox.mails_to(address)) == 1, address
    assert stack.sql("select max(attempts) from deliveries where id = any(%s::uuid[])", asked) == [(1,)]


def test_a_refused_recipient_is_given_up_and_holds_up_nobody(private_stack):
    stack = private_stack(gateways=1, workers=1, apis=1)
    asker = Asker(stack)
    stack.terminate("mail")
    with Smtp(
        stack.stack.state.mail_port, refuse={"unknown": "550 5.1.1 No such user", "full": "452 4.2.2 Full"}
    ) as smtp:
        never, _ = asker.account(email="unknown@example.com", email_verified=False)
        later, _ = asker.account(email="full@example.com", email_verified=False)
        account, address = asker.account(email_verified=False)
        dead, put_off, good = (asker.mail("verify_email", a) for a in (never, later, account))
        ended(asker, good)
        poll("given up", lambda: asker.state(dead) == "dead", 15)
        poll("put off", lambda: (asker.delivery(put_off) or {}).get("last_error"), 15)
        row = asker.delivery(put_off)
        assert (row["state"], row["attempts"]) == ("due", 1)
        assert row["last_error"] == "RCPT: 452 4.2.2 Full"
        assert timedelta(seconds=15) < row["next_at"] - datetime.now(UTC) < timedelta(seconds=37)
        assert [m["To"] for m in smtp.mails()] == [address]

        def dead_letter() -> dict | None:
            letters = [record.value for record in stack.records("ocpp.dead-letter")]
            return letters[0] if letters else None

        letter = poll("a dead letter", dead_letter, 15)
        assert letter["reason"] == "notify: RCPT: 550 5.1.1 No such user"
        assert letter["topic"] == "csms.notifications"
        assert json.loads(letter["value"])["id"] == dead
        assert stack.metric("worker-1", "voltlane_notify_dead_total") == 1

        # A day after it was asked for, the next failure is the last.
        stack.sql("update deliveries set asked_at = asked_at - interval '25 hours' where id = %s returning 1", put_off)
        asker.due_now(put_off)
        poll("given up", lambda: asker.state(put_off) == "dead", 15)
    stack.start("mail")


def test_nothing_is_lost_while_the_server_is_away_or_breaks_off(private_stack):
    stack = private_stack(gateways=1, workers=1, apis=1)
    asker, mailbox = Asker(stack), Mailbox(stack)
    port = stack.stack.state.mail_port
    stack.terminate("mail")
    account, address = asker.account(email_verified=False)
    number = asker.mail("verify_email", account)
    poll("no server", lambda: (asker.delivery(number) or {}).get("last_error", "").startswith("connect: "), 15)
    with Smtp(port, break_off=True):
        asker.due_now(number)
        poll("broken off", lambda: asker.delivery(number)["attempts"] == 2 and asker.delivery(number)["last_error"], 15)
    stack.start("mail")
    asker.due_now(number)
    uid, _ = mailbox.link_parts(mailbox.await_mail(address))
    assert uid == uid_of(account)
    ended(asker, number)
    assert len(mailbox.mails_to(address)) == 1


def test_a_worker_that_dies_while_it_sends_loses_no_mail(private_stack):
    stack = private_stack(gateways=1, workers=2, apis=1, settings={"worker": {"VOLTLANE_SMTP_SECONDS": "3"}})
    asker, mailbox = Asker(stack), Mailbox(stack)
    account, address = asker.account(email_verified=False)
    stack.terminate("mail")
    stack.terminate("worker-2")
    with Smtp(stack.stack.state.mail_port, hang=True) as smtp:
        number = asker.mail("verify_email", account)
        poll("the dialogue has begun", lambda: smtp.connections() > 0, 20)
        stack.kill("worker-1")
    assert asker.delivery(number)["state"] == "due"
    stack.start("mail")
    stack.start("worker-2")
    mail = mailbox.await_mail(address, seconds=60)  # once the lease of the dead one is over
    ended(asker, number)
    assert mail["Message-ID"] == f"<{number}@voltlane.example>"


def test_a_database_outage_in_the_middle_sends_nothing_twice(private_stack):
    stack = private_stack(gateways=1, workers=1, apis=1)
    asker, mailbox = Asker(stack), Mailbox(stack)
    stack.terminate("mail")
    account, address = asker.account(email_verified=False)
    with Smtp(stack.stack.state.mail_port, delay=3) as smtp:
        number = asker.mail("verify_email", account)
        poll("the dialogue has begun", lambda: smtp.connections() > 0, 20)
        stack.kill("postgres")
        poll("it was accepted", lambda: f"mail {number} (verify_email) was accepted" in stack.log("worker-1"), 20)
        assert len(smtp.mails()) == 1
        assert smtp.mails()[0]["To"] == address
    stack.start("mail")
    stack.start("postgres")
    ended(asker, number)
    mailbox.expect_none(address)
    # And what is asked for afterwards goes out.
    asker.mail("password_changed", account)
    mailbox.await_mail(address, "changed", seconds=60)


def test_a_slow_server_does_not_hold_integrations_up(private_stack):
    stack = private_stack(gateways=1, workers=1, apis=1)
    asker = Asker(stack)
    stack.terminate("mail")
    with Smtp(stack.stack.state.mail_port, hang=True) as smtp:
        accounts = [asker.account(email_verified=False)[0] for _ in range(8)]
        for account in accounts:
            asker.mail("verify_email", account)
        poll("all threads hang", lambda: smtp.connections() == 4, 20)
        ended(asker, asker.ask("integration", "thingsboard", accounts[0], {}))
        assert smtp.connections() == 4
        stack.terminate("worker-1")  # an orderly stop does not wait for the server


def test_no_log_has_a_token_of_a_mail(private_stack):
    loud = {"VOLTLANE_LOG_LEVEL": "debug"}
    settings = {kind: loud for kind in ("gateway", "worker", "api")}
    stack = private_stack(gateways=1, workers=1, apis=1, settings=settings)
    mailbox = Mailbox(stack)
    person = Person(stack).register()
    links = [mailbox.await_mail(person.email)]
    uid, token = mailbox.link_parts(links[0])
    assert httpx.head(mailbox.link(links[0])).status_code == 200
    assert httpx.get(f"{stack.api_url()}/api/auth/verify-emial/{uid}/{token}/").status_code == 404  # mistyped
    assert httpx.get(mailbox.link(links[0])).status_code == 200
    assert post(stack, "password/reset", {"email": person.email}).status_code == 200
    links.append(mailbox.await_mail(person.email, "Reset"))
    uid, token = mailbox.link_parts(links[1])
    change = {"uid": uid, "token": token, "new_password": "Tr1cky-horse-42"}
    assert post(stack, "password/reset/confirm", change).status_code == 200
    for name in ("gateway-1", "worker-1", "api-1"):
        log = stack.log(name)
        assert not any(mailbox.link_parts(link)[1] in log for link in links), name
    # So it was asked and at the level that says everything.
    assert "GET /api/auth/verify-email/<uid>/<token>/ 200" in stack.log("api-1")
    assert "GET (no route) 404" in stack.log("api-1")


def test_without_a_server_mails_wait_and_then_are_given_up(private_stack):
    stack = private_stack(gateways=1, workers=1, apis=1, settings={"worker": {"VOLTLANE_SMTP_URL": ""}})
    asker = Asker(stack)
    account, _ = asker.account(email_verified=False)
    number = asker.mail("verify_email", account)
    ended(asker, asker.ask("integration", "thingsboard", account, {}))
    poll("taken over", lambda: asker.state(number) == "due", 15)
    assert stack.metric("worker-1", "voltlane_mail_enabled") == 0
    assert "no SMTP server is configured" in stack.log("worker-1")
    poll("the gauge", lambda: stack.metrics("worker-1").get('voltlane_notify_waiting{kind="mail"}') == 1, 15)
    stack.sql(
        "update deliveries set asked_at = now() - interval '25 hours', next_at = now() - interval '2 hours' "
        "where id = %s returning 1",
        number,
    )
    stack.terminate("worker-1")
    stack.start("worker-1")  # looks at once, then every minute
    poll("given up", lambda: asker.state(number) == "dead", 15)
    poll("a dead letter", lambda: stack.records("ocpp.dead-letter"), 15)


def test_templates_that_are_wrong_stop_the_start(tmp_path):
    folder = tmp_path / "mail"
    shutil.copytree(paths.ROOT / "templates" / "mail", folder)
    (folder / "verify_email.txt").write_text("Subject: x\n\n{{link}} {{secret}}\n")
    command = [str(paths.bin_dir() / "voltlane-worker"), "--database-url", "postgresql://u:p@127.0.0.1:1/d"]
    command += ["--smtp-url", "smtp://127.0.0.1:1", "--mail-from", "a@b.example", "--mail-templates", str(folder)]
    without = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert without.returncode == 2
    assert "--public-api-url" in without.stderr
    command += ["--public-api-url", "http://127.0.0.1:8000"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert done.returncode == 1
    assert "verify_email.txt has an unknown placeholder {{secret}}" in done.stderr
