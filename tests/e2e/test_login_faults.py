"""Login sessions while API pods die, stop and stall."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from support.logins import REVOKED, Client, execute
from support.polling import eventually


async def test_a_pod_that_dies_between_commit_and_answer(private_stack):
    """The commit is held back by a trigger; the pod is killed meanwhile; the client asks the other pod."""
    stack = private_stack(gateways=1, workers=1, apis=2)
    client = Client(stack)
    token = client.open(client_type="website")
    execute(
        stack,
        "create function dawdle() returns trigger language plpgsql as 'begin perform pg_sleep(1.5); return null; end'",
        "create constraint trigger dawdle after update of rotation on login_sessions "
        "deferrable initially deferred for each row execute function dawdle()",
    )
    lost = asyncio.create_task(asyncio.to_thread(client.refresh, token["refresh"], 1))

    def committing() -> bool:
        return bool(stack.sql("select from pg_stat_activity where wait_event = 'PgSleep'"))

    await eventually("the commit is under way", committing)
    stack.kill("api-1")
    with pytest.raises(httpx.TransportError):
        await lost
    await eventually("committed", lambda: client.row(token["session_id"], "rotation") == 1)
    execute(stack, "drop trigger dawdle on login_sessions")
    pair = client.rotated(token["refresh"], pod=2)
    assert client.row(token["session_id"], "rotation") == 1
    stack.start("api-1")
    assert client.rotated(token["refresh"], pod=1) == pair
    assert client.get("users/me/", pair["access"]).status_code == 200
    next_pair = client.rotated(pair["refresh"])
    assert next_pair != pair


async def test_the_last_use_is_written_when_a_pod_stops(private_stack):
    stack = private_stack(gateways=1, workers=1, apis=1)
    client = Client(stack)
    made = client.open()
    stack.sql("update login_sessions set last_activity = now() - interval '1 hour' returning id")
    client.get("users/me/", made["access"])
    stack.terminate("api-1")
    assert datetime.now(UTC) - client.row(made["session_id"], "last_activity") < timedelta(minutes=1)


async def test_a_pod_that_cannot_see_revocations_asks_each_time(private_stack):
    """The pod stands still while a session is revoked: its view is stale when it goes on, and nothing is served from it."""
    stack = private_stack(gateways=1, workers=1, apis=2)
    client = Client(stack)
    made = client.open()
    assert client.get("users/me/", made["access"], pod=2).status_code == 200
    stack.freeze("api-2")
    assert client.post("logout/", {"refresh": made["refresh"]}).status_code == 200
    await asyncio.sleep(2)
    stack.thaw("api-2")
    assert client.get("users/me/", made["access"], pod=2).json() == REVOKED
