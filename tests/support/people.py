"""People who register and verify their e-mails with the mails they got."""

import httpx

from .tenants import PASSWORD, User, new_name


class Person:
    """Somebody who registers, on one API pod; the same on another by `on`."""

    def __init__(self, stack, name: str | None = None, api: int = 1, **fields):
        self.stack, self.api = stack, api
        self.name = name or new_name("person")
        self.email = f"{self.name}@example.com"
        self.form = {
            "username": self.name,
            "email": self.email,
            "password": PASSWORD,
            "confirm_password": PASSWORD,
            "first_name": "Grace",
            "last_name": "Hopper",
            "birthday": "1906-12-09",
            "gender": "f",
            "user_type": "CUSTOMER",
        } | fields
        self.id = 0

    def send(self, **changes) -> httpx.Response:
        return post(self.stack, "register", self.form | changes, self.api)

    def register(self) -> "Person":
        answer = self.send()
        assert answer.status_code == 201, answer.text
        self.id = answer.json()["id"]
        return self

    def verify(self, mailbox) -> "Person":
        uid, token = mailbox.link_parts(mailbox.await_mail(self.email))
        answer = httpx.get(self.stack.api_url(self.api) + f"/api/auth/verify-email/{uid}/{token}/")
        assert (answer.status_code, answer.json()) == (200, {"detail": "E-mail verified"})
        return self

    def log_in(self) -> User:
        user = User(self.stack.api_url(self.api), self.name).log_in()
        user.email = self.email
        return user

    def barred(self) -> dict:
        answer = post(self.stack, "login", {"username": self.name, "password": PASSWORD}, self.api)
        assert answer.status_code == 403, answer.text
        return answer.json()


def post(stack, path: str, body, api: int = 1, **options) -> httpx.Response:
    return httpx.post(f"{stack.api_url(api)}/api/auth/{path}/", json=body, timeout=60, **options)


def child(stack, parent: Person, **fields) -> Person:
    return Person(stack, new_name("child"), user_type="CUSTOMER_USER", parent_customer_id=parent.id, **fields)


def customer(stack, mailbox) -> tuple[Person, User]:
    person = Person(stack, new_name("customer")).register().verify(mailbox)
    return person, person.log_in()


def account(stack, person: Person, columns: str) -> tuple:
    return stack.sql(f"select {columns} from accounts where id = %s", person.id)[0]
