"""Accounts in a ThingsBoard server, against one that speaks its REST API and fails on demand."""

from stack.wait import poll
from support.mailbox import Mailbox
from support.notifications import Asker
from support.tenants import new_name
from support.thingsboard import PASSWORD, USERNAME, ThingsBoard

# Only what failed: what is under way has had its error taken away.
DUE_NOW = """
update deliveries set next_at = now(), last_error = '' where state = 'due' and last_error <> '' returning 1
"""


def started(private_stack, board: ThingsBoard):
    settings = {
        "VOLTLANE_THINGSBOARD_URL": board.url,
        "VOLTLANE_THINGSBOARD_USERNAME": USERNAME,
        "VOLTLANE_THINGSBOARD_PASSWORD": PASSWORD,
    }
    return private_stack(gateways=1, workers=2, apis=1, settings={"worker": settings})


def add_account(stack, user_type: str, parent: int | None = None, approved: bool = True) -> tuple[int, str]:
    """A verified account, as registration leaves it; id and user name."""
    name = new_name("board")
    [(account,)] = stack.sql(
        "insert into accounts (username, email, first_name, last_name, role, user_type, password_hash, parent_id, "
        "is_approved) values (%s, %s, 'Ada', 'King', 'user', %s, '', %s, %s) returning id",
        name, f"{name}@example.com", user_type, parent, approved,
    )  # fmt: skip
    return account, name


def ask(stack, *accounts: int) -> None:
    """Returns when the pool has taken what was asked for."""
    asker = Asker(stack)
    numbers = [asker.ask("integration", "thingsboard", account, {}) for account in accounts]
    poll("taken from the log", lambda: all(asker.state(number) for number in numbers), 30)


def carried_out(stack) -> bool:
    """Whether nothing is due any more; what waits for its next try is due at once."""
    stack.sql(DUE_NOW)
    return stack.sql("select count(*) from deliveries where state = 'due'") == [(0,)]


def integrations(stack) -> int:
    return stack.sql("select count(*) from deliveries where kind = 'integration'")[0][0]


def ids(stack, account: int) -> tuple[str | None, str | None]:
    rows = stack.sql("select customer_id, user_id from thingsboard_entities where account_id = %s", account)
    return rows[0] if rows else (None, None)


def test_customers_and_their_users_are_kept_in_step(private_stack):
    with ThingsBoard() as board:
        stack = started(private_stack, board)
        customer, title = add_account(stack, "CUSTOMER")
        member, name = add_account(stack, "CUSTOMER_USER", parent=customer)
        waiting, _ = add_account(stack, "CUSTOMER_USER", parent=customer, approved=False)
        student, _ = add_account(stack, "student")
        ask(stack, member, customer, member, waiting, student)
        poll("everything carried out", lambda: carried_out(stack), 60)
        assert len(board.customers) == 1
        assert sorted(u["email"] for u in board.users.values()) == sorted(f"{n}@example.com" for n in (title, name))
        made = board.customer(title)
        assert (made["email"], made["additionalInfo"]) == (f"{title}@example.com", {"voltlane_account": customer})
        assert {u["customerId"]["id"] for u in board.users.values()} == {made["id"]["id"]}
        assert ids(stack, customer) == (made["id"]["id"], board.user(f"{title}@example.com")["id"]["id"])
        assert ids(stack, member) == (None, board.user(f"{name}@example.com")["id"]["id"])
        mail = Mailbox(stack).await_mail(f"{name}@example.com", "ThingsBoard")
        assert Mailbox.link(mail).startswith(f"{board.url}/api/noauth/activate?activateToken=")

        made["additionalInfo"]["homeDashboardId"] = "kept"
        stack.sql("update accounts set first_name = 'Augusta', phone = '+44' where id = %s returning 1", customer)
        stack.sql("update accounts set is_active = false where id = %s returning 1", member)
        ask(stack, customer, member)
        poll("the changes carried out", lambda: carried_out(stack), 60)
        assert board.user(f"{title}@example.com")["firstName"] == "Augusta"
        assert board.customer(title)["phone"] == "+44"
        assert board.customer(title)["additionalInfo"]["homeDashboardId"] == "kept"
        assert board.enabled == {board.user(f"{name}@example.com")["id"]["id"]: False}
        assert (len(board.customers), len(board.users)) == (1, 2)
        assert stack.admin("integrations", "resync") == "3 accounts queued\n"
        poll("queued", lambda: integrations(stack) == 5 + 2 + 3, 30)

        poll("the resync carried out", lambda: carried_out(stack), 60)
        assert (len(board.customers), len(board.users)) == (1, 2)


def test_a_server_in_trouble_delays_and_loses_nothing(private_stack):
    with ThingsBoard() as board:
        stack = started(private_stack, board)
        faults = {"": 503}
        board.fail = lambda method, path: faults.get("")
        customer, title = add_account(stack, "CUSTOMER")
        ask(stack, customer)
        poll("tried while it fails", lambda: board_tries(stack) >= 1, 30)
        assert board.customers == {}
        [(error,)] = stack.sql("select last_error from deliveries where last_error <> ''")
        assert "503" in error

        # The answers to both creations are lost, then a token is forgotten in the middle.
        lost: set[str] = set()

        def lose_once(method: str, path: str) -> str | None:
            if method == "POST" and path.startswith(("/api/customer", "/api/user?")) and path not in lost:
                lost.add(path)
                return "lose"
            return None

        board.fail = lose_once
        poll("the customer made", lambda: carried_out(stack) or None, 90)
        assert len(lost) == 2
        assert (len(board.customers), len(board.users)) == (1, 1)
        assert ids(stack, customer) == (
            board.customer(title)["id"]["id"],
            board.user(f"{title}@example.com")["id"]["id"],
        )

        def forget_in_the_middle(method: str, path: str) -> None:
            if (method, path.split("?")[0]) == ("GET", f"/api/customer/{board.customer(title)['id']['id']}"):
                board.fail = lambda *_: None
                board.forget_tokens()

        board.fail = forget_in_the_middle
        ask(stack, customer)
        poll("carried out with a new token", lambda: carried_out(stack), 60)
        assert (len(board.customers), len(board.users)) == (1, 1)


def board_tries(stack) -> int:
    [(tries,)] = stack.sql("select coalesce(max(attempts), 0) from deliveries where last_error <> ''")
    return tries


def test_a_hanging_server_holds_no_mail_and_no_stop(private_stack):
    with ThingsBoard() as board:
        stack = started(private_stack, board)
        board.fail = lambda method, path: "hang"
        accounts = [add_account(stack, "CUSTOMER")[0] for _ in range(6)]
        ask(stack, *accounts)
        poll("it was asked", lambda: stack.sql("select count(*) from deliveries where attempts > 0")[0][0] >= 2, 30)
        stack.kill("worker-1")
        board.fail = lambda method, path: None
        board.resumed.set()
        stack.start("worker-1")
        # What the killed worker had claimed waits for its lease; others may not be tried twice at the same time.
        poll("all carried out by both", lambda: carried_out(stack), 120)
        assert len(board.customers) == len(accounts)
        assert len(board.users) == len(accounts)


def test_a_foreign_customer_of_the_same_title_is_not_taken(private_stack):
    with ThingsBoard() as board:
        stack = started(private_stack, board)
        customer, title = add_account(stack, "CUSTOMER")
        status, made = board._save_customer({"title": title, "email": "somebody@example.com"})
        assert status == 200
        ask(stack, customer)
        poll("given up", lambda: stack.sql("select 1 from deliveries where state = 'dead'"), 60)
        [(error,)] = stack.sql("select last_error from deliveries where state = 'dead'")
        assert "another customer" in error
        assert board.customer(title) == made
        assert board.users == {}
        dead = poll("in the dead letter", lambda: [r for r in stack.records("ocpp.dead-letter") if title in str(r)], 30)
        assert len(dead) == 1
