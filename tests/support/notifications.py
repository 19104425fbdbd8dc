"""Asking for mails as the API does, by a row of the outbox, and the rows that such mails speak of."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import psycopg

from .running import RunningStack
from .tenants import new_name


def age_tokens(running: RunningStack, account: int) -> None:
    """What was mailed to the account was mailed a minute earlier, so that it gets the next mail of a kind."""
    query = (
        "update one_time_tokens set created_at = created_at - interval '61 seconds' where account_id = %s returning 1"
    )
    assert running.sql(query, account)


class Asker:
    """Writes into a stack's database what the API would write."""

    def __init__(self, running: RunningStack):
        self.running = running

    def account(self, **columns) -> tuple[int, str]:
        """(id, e-mail) of a new account; columns of `accounts` besides."""
        name = new_name("mailed")
        row = {"username": name, "email": f"{name}@example.com", "role": "user", "password_hash": ""} | columns
        return self._insert("accounts", row), row["email"]

    def tenant(self, name: str) -> int:
        return self._insert("tenants", {"name": name, "url_key": uuid.uuid4().hex})

    def invitation(self, tenant: int, inviter: int, email: str, **columns) -> int:
        row = {"tenant_id": tenant, "invited_by": inviter, "email": email}
        row |= {"expires_at": datetime.now(UTC) + timedelta(days=30)} | columns
        return self._insert("invitations", row)

    def reset_request(self, email: str) -> int:
        return self._insert("reset_requests", {"email": email})

    def mail(self, template: str, account: int | None = None, **ids: int) -> str:
        """Asks for a mail; returns the notification's id."""
        return self.ask("mail", template, account, ids)

    def ask(self, kind: str, template: str, account: int | None, ids: dict, ago: timedelta = timedelta()) -> str:
        number = str(uuid.uuid4())
        at = (datetime.now(UTC) - ago).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        value = {"v": 1, "id": number, "kind": kind, "template": template, "ids": ids, "at": at}
        if account is not None:
            value["account"] = account
        self.raw(f"0/{account or 0}", json.dumps(value))
        return number

    def raw(self, key: str, value: str) -> None:
        """Any record of csms.notifications."""
        self._execute(
            "insert into outbox (shard, topic, key, version, value) values (0, 'csms.notifications', %s, 1, %s)",
            (key, value.encode()),
        )

    def delivery(self, number: str) -> dict | None:
        """The row of one notification."""
        query = "select state, attempts, last_error, next_at from deliveries where id = %s"
        rows = self.running.sql(query, number)
        return dict(zip(("state", "attempts", "last_error", "next_at"), rows[0], strict=True)) if rows else None

    def state(self, number: str) -> str | None:
        row = self.delivery(number)
        return row["state"] if row else None

    def due_now(self, number: str) -> None:
        """Ends the pause after a failure."""
        self._execute("update deliveries set next_at = now() where id = %s", (number,))

    def _insert(self, table: str, row: dict) -> int:
        places = ", ".join(["%s"] * len(row))
        query = f"insert into {table} ({', '.join(row)}) values ({places}) returning id"
        return self._execute(query, tuple(row.values()))[0][0]

    def _execute(self, query: str, parameters: tuple) -> list[tuple]:
        with psycopg.connect(self.running.database_url) as connection:
            cursor = connection.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []
