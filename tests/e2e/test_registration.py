"""Registration and the verification of e-mails, with the mails as they arrive."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from stack.wait import poll
from support.notifications import age_tokens
from support.people import Person, account, child, post
from support.tenants import PASSWORD, new_name


def test_a_customer_registers_verifies_and_owns_a_tenant(stack, mailbox):
    person = Person(stack)
    answer = person.send()
    assert answer.status_code == 201, answer.text
    body = answer.json()
    person.id = body["id"]
    sent = {name: value for name, value in person.form.items() if "password" not in name}
    assert {name: body[name] for name in sent} == sent
    assert body["parent_customer_id"] is None
    assert "password" not in answer.text
    assert person.barred()["detail"] == "E-mail not verified"
    assert account(stack, person, "tenant_id, email_verified, is_approved, approved_at") == (None, False, True, None)

    mail = mailbox.await_mail(person.email)
    link = mailbox.link(mail)
    assert urlsplit(link).path.startswith("/api/auth/verify-email/")
    uid, token = mailbox.link_parts(mail)
    path = f"/api/auth/verify-email/{uid}/{token}/"
    # What looks at links before people do changes nothing.
    assert httpx.head(stack.api_url(1) + path).status_code == 200
    assert person.barred()["detail"] == "E-mail not verified"
    answer = httpx.get(stack.api_url(2) + path)
    assert (answer.status_code, answer.json()) == (200, {"detail": "E-mail verified"})
    for again in (httpx.get(stack.api_url(1) + path), post(stack, "verify-email", {"uid": uid, "token": token})):
        assert again.status_code == 400
        assert again.json() == {"token": ["The link is invalid, has expired, or was used already."]}
    assert httpx.head(stack.api_url(1) + path).status_code == 400

    user = person.log_in()
    me = user.get("/api/me/")
    assert (me["role"], isinstance(me["tenant_id"], int)) == ("super_admin", True)
    assert len(me["tenant_ws"].rsplit("/", 1)[1]) == 32
    assert stack.sql("select founder from tenants where id = %s", me["tenant_id"]) == [(person.id,)]
    profile = user.get("/api/auth/profile/")
    assert (profile["is_approved"], profile["approved_at"], profile["user_type"]) == (True, None, "CUSTOMER")


def test_verification_by_post(stack, mailbox):
    first, second = Person(stack).register(), Person(stack).register()
    uid, token = mailbox.link_parts(mailbox.await_mail(first.email))
    answer = post(stack, "verify-email", {"uid": uid, "token": token})
    assert (answer.status_code, answer.json()) == (200, {"detail": "E-mail verified"})
    uid, token = mailbox.link_parts(mailbox.await_mail(second.email))
    assert httpx.post(stack.api_url(1) + f"/api/auth/verify-email/{uid}/{token}").status_code == 200
    assert post(stack, "verify-email", {}).json() == {
        "uid": ["This field is required."],
        "token": ["This field is required."],
    }


def test_links_that_are_none(stack, mailbox):
    person, other = Person(stack).register(), Person(stack).register()
    uid, token = mailbox.link_parts(mailbox.await_mail(person.email))
    other_uid, _ = mailbox.link_parts(mailbox.await_mail(other.email))
    bad = {"token": ["The link is invalid, has expired, or was used already."]}
    for wrong_uid, wrong_token in [
        (other_uid, token),
        (uid, token[:-1]),
        (uid, token + "A"),
        (uid, token.swapcase()),
        (uid, "%00"),
        ("%00", token),
        ("..%2F..", token),
        ("42", token),
        ("A" * 5000, token),
        (uid, "A" * 5000),
        ("'%20or%201=1--", token),
        ("%ff%fe", token),
    ]:
        answer = httpx.get(stack.api_url(1) + f"/api/auth/verify-email/{wrong_uid}/{wrong_token}/")
        assert answer.status_code in (400, 404), (wrong_uid, answer.text)
        assert answer.json() in (bad, {"detail": "Not found."}), (wrong_uid, answer.text)
    for body in ({"uid": 1, "token": token}, {"uid": uid, "token": [token]}, {"uid": None, "token": {}}):
        assert post(stack, "verify-email", body).status_code == 400
    stack.sql(
        "update one_time_tokens set expires_at = now() - interval '1 s' where account_id = %s returning 1", person.id
    )
    stale = httpx.get(stack.api_url(1) + f"/api/auth/verify-email/{uid}/{token}/")
    assert (stale.status_code, stale.json()) == (400, bad)
    assert person.barred()["detail"] == "E-mail not verified"


def test_another_mail_for_the_asking(stack, mailbox):
    person = Person(stack).register()
    first = mailbox.link_parts(mailbox.await_mail(person.email))
    post(stack, "verify-email/resend", {"email": person.email})  # too soon for another
    mailbox.expect_none(person.email)
    age_tokens(stack, person.id)
    answers = [
        post(stack, "verify-email/resend", {"email": email}) for email in (person.email.upper(), "no@example.com")
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, '{"detail":"Verification e-mail sent"}')}
    second = mailbox.link_parts(mailbox.await_mail(person.email))
    assert first != second
    assert httpx.get(stack.api_url(1) + "/api/auth/verify-email/{}/{}/".format(*second)).status_code == 200
    # The older link went with it; a verified account gets no more.
    assert httpx.get(stack.api_url(1) + "/api/auth/verify-email/{}/{}/".format(*first)).status_code == 400
    post(stack, "verify-email/resend", {"email": person.email})
    mailbox.expect_none(person.email)
    for wrong in ({}, {"email": ""}, {"email": "x"}, {"email": None}, {"email": ["a@example.com"]}):
        assert set(post(stack, "verify-email/resend", wrong).json()) == {"email"}


def test_a_link_used_twice_at_once_founds_one_tenant(stack, mailbox):
    person = Person(stack).register()
    uid, token = mailbox.link_parts(mailbox.await_mail(person.email))
    paths = [stack.api_url(1 + n % 2) + f"/api/auth/verify-email/{uid}/{token}/" for n in range(8)]
    with ThreadPoolExecutor(8) as many:
        statuses = sorted(answer.status_code for answer in many.map(httpx.get, paths))
    assert statuses == [200] + [400] * 7
    assert stack.sql("select count(*) from tenants where founder = %s", person.id) == [(1,)]


def test_names_taken_in_any_spelling(stack):
    person = Person(stack, new_name("Ünïqué")).register()
    person_mail = {"email": f"{new_name('free')}@example.com"}
    for same in (person.name.upper(), person.name.lower(), person.email.upper()):
        answer = Person(stack, username=same, **person_mail).send()
        assert answer.status_code == 400, same
        assert answer.json() == {"username": ["A user with that username already exists."]}
    # A letter and its dots apart are no user name, so nobody hides behind them.
    assert set(Person(stack, username=person.name.replace("Ü", "U\u0308"), **person_mail).send().json()) == {"username"}
    other = Person(stack).register()
    answer = Person(stack, email=other.email.upper()).send()
    assert (answer.status_code, answer.json()) == (400, {"email": ["A user with that email already exists."]})
    # Neither may be the other of somebody else's: login takes both.
    assert set(Person(stack, username=other.email.upper()).send().json()) == {"username"}
    signup = {"username": other.name.upper(), "email": f"{new_name('free')}@example.com", "full_name": "A B"}
    signup |= {"password": PASSWORD, "password2": PASSWORD, "role": "user"}
    assert set(post(stack, "signup", signup).json()) == {"username"}


def test_one_name_registered_many_times_at_once(stack):
    name = new_name("race")
    people = [Person(stack, name if n % 2 else name.upper(), api=1 + n % 2) for n in range(8)]
    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(Person.send, people))
    assert sorted(answer.status_code for answer in answers) == [201] + [400] * 7
    for answer in answers:
        if answer.status_code == 400:
            assert set(answer.json()) == {"username", "email"}
    assert stack.sql("select count(*) from accounts where lower(username) = %s", name) == [(1,)]


def test_crossed_names_at_once(stack):
    for _ in range(5):
        a, b = f"{new_name('cross')}@example.com", f"{new_name('cross')}@example.com"
        people = [Person(stack, username=a, email=b), Person(stack, api=2, username=b.upper(), email=a.upper())]
        with ThreadPoolExecutor(2) as two:
            statuses = sorted(answer.status_code for answer in two.map(Person.send, people))
        assert statuses == [201, 400]


def test_parents(stack, mailbox):
    parent = Person(stack).register()
    other = child(stack, parent).register()
    wrong = [(999_999_999, "Invalid pk"), (other.id, "Invalid pk"), ("x", "A valid integer"), (None, "required")]
    for value, message in wrong:
        answer = child(stack, parent).send(parent_customer_id=value)
        assert (answer.status_code, set(answer.json())) == (400, {"parent_customer_id"}), value
        assert message in answer.json()["parent_customer_id"][0]
    answer = Person(stack).send(parent_customer_id=parent.id)
    assert (answer.status_code, set(answer.json())) == (400, {"parent_customer_id"})
    owner = stack.tenant()
    assert child(stack, parent).send(parent_customer_id=owner.get("/api/me/")["id"]).status_code == 201
    assert stack.user().get("/api/auth/profile/")["parent_customer_id"] is None


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("password", "password123", "This password is too common."),
        ("password", "Short1!", "This password is too short. It must contain at least 8 characters."),
        ("password", "90817263544536", "This password is entirely numeric."),
        ("password", "x" * 129, "This password is too long. It may have at most 128 characters."),
        ("password", "GraceHopper", None),
        ("first_name", "x" * 151, None),
        ("birthday", "1906-13-09", None),
        ("birthday", "9/12/1906", None),
        ("gender", "x" * 65, None),
        ("user_type", "customer", '"customer" is not a valid choice.'),
        ("user_type", "x" * 10_000, None),
        ("username", "with blank", None),
        ("username", "zero\u200bwidth", None),
        ("username", "", "This field may not be blank."),
        ("username", None, "This field may not be null."),
        ("username", ["a"], "Not a valid string."),
        ("email", "a@b", "Enter a valid email address."),
        ("email", "a@example.com\r\nBcc: b@example.com", "Enter a valid email address."),
        ("email", "a@example.com>", "Enter a valid email address."),
        ("email", "x" * 250 + "@example.com", None),
    ],
)
def test_what_is_refused(stack, field, value, message):
    changes = {field: value}
    if field == "password":
        changes["confirm_password"] = value
        changes["last_name"] = "GraceHoppe"
    answer = Person(stack).send(**changes)
    assert answer.status_code == 400, answer.text
    assert set(answer.json()) == {field}
    if message:
        assert message in answer.json()[field]


def test_confirmation_and_presence(stack):
    answer = Person(stack).send(confirm_password=PASSWORD + "x")
    assert (answer.status_code, set(answer.json())) == (400, {"confirm_password"})
    answer = post(stack, "register", {})
    assert (answer.status_code, set(answer.json())) == (400, {"username", "email", "password", "confirm_password"})
    least = {key: value for key, value in Person(stack).form.items() if key in answer.json()}
    made = post(stack, "register", least).json()
    assert (made["user_type"], made["first_name"], made["birthday"]) == ("CUSTOMER", "", None)
    for body in (b"[]", b"{", b'"x"', b"\xff\xfe", b'{"username":' * 40):
        answer = httpx.post(
            f"{stack.api_url(1)}/api/auth/register/", content=body, headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, set(answer.json())) == (400, {"non_field_errors"})
    # What is no business of the caller's is ignored.
    person = Person(stack, id=1, role="super_admin", is_approved=True, email_verified=True, tenant_id=1, is_staff=True)
    person.register()
    assert person.barred()["detail"] == "E-mail not verified"


@pytest.mark.parametrize("password", ["MyP@ssw0rd", "Abcd@1234", "securepassword123"])
def test_passwords_that_must_pass(stack, password):
    assert Person(stack).send(password=password, confirm_password=password).status_code == 201


def test_a_pod_killed_while_it_registers_leaves_all_or_nothing(private_stack):
    stack = private_stack(gateways=1, workers=1, apis=2)
    people = [Person(stack, api=1) for _ in range(12)]

    def attempt(person: Person) -> int:
        try:
            return person.send().status_code
        except httpx.HTTPError:
            return 0

    with ThreadPoolExecutor(12) as many:
        running = [many.submit(attempt, person) for person in people]
        next(answer for answer in running if answer.result() == 201)
        stack.kill("api-1")
        statuses = [answer.result() for answer in running]
    for person, status in zip(people, statuses, strict=True):
        rows = stack.sql("select id from accounts where username = %s", person.name)
        assert len(rows) == 1 or status != 201
        again = Person(stack, person.name, api=2).send()
        assert again.status_code == (400 if rows else 201)
    asked = "select count(distinct account_id) from deliveries where template = 'verify_email'"
    poll("a mail for every account", lambda: stack.sql(asked) == stack.sql("select count(*) from accounts"), 30)


def test_a_deployment_that_makes_its_tenants_itself(private_stack):
    stack = private_stack(gateways=1, workers=1, apis=1, settings={"api": {"VOLTLANE_OPEN_TENANTS": "false"}})
    assert set(Person(stack).send().json()) == {"user_type"}
    name = new_name("closed")
    signup = {"username": name, "email": f"{name}@example.com", "full_name": "A B", "role": "super_admin"}
    signup |= {"password": PASSWORD, "password2": PASSWORD}
    assert set(post(stack, "signup", signup).json()) == {"role"}
    assert post(stack, "signup", signup | {"role": "user"}).status_code == 201
