"""What reads cost the database: never more than two statements, whatever the page size."""

import subprocess
import time

import httpx
import psycopg
import pytest

from stack import paths
from support.lists import fill
from support.tenants import PASSWORD

CALLS = 12  # in quick succession: what happens now and then happens less often than that
BACKGROUND_SECONDS = 3  # the rarest of what pods poll is asked twice a second
MOST = 2
NOT_READS = {"/api/events/"}  # a stream


def routes() -> list[tuple[str, str]]:
    """Path and access level of every GET."""
    described = subprocess.run(
        [str(paths.bin_dir() / "voltlane-api"), "--describe-routes"], capture_output=True, text=True, check=True
    )
    rows = [line.split("\t") for line in described.stdout.splitlines()]
    return [(row[1], row[2]) for row in rows if row[0] == "GET" and row[1] not in NOT_READS]


@pytest.fixture(scope="module")
def owner(shared_stack):
    shared_stack.execute("create extension if not exists pg_stat_statements")
    tenant = shared_stack.tenant()
    fill(shared_stack, tenant, 300, drivers=[shared_stack.user().username])
    for number in range(40):
        tenant.id_tag(f"S{number}")
    me = tenant.get("/api/me/")
    shared_stack.execute(
        "insert into commands (id, tenant_id, charge_point_id, account_id, action, params, state, created_at, deadline, "
        "ended_at) select gen_random_uuid(), %s, (select min(id) from charge_points where tenant_id = %s), %s, 'Reset', "
        "'{}', 'answered', now(), now(), now() from generate_series(1, 60)",
        me["tenant_id"],
        me["tenant_id"],
        me["id"],
    )
    for _ in range(3):
        tenant.call("POST", "/api/v1/auth/token/", json={"username": tenant.username, "password": PASSWORD})
    return tenant


def value_for(owner, path: str, name: str) -> str:
    """Something that is there, for what stands in braces."""
    if name == "pk":
        return "ALPHA"
    lists = {
        "/api/sessions/": "/api/sessions/?limit=1",
        "/api/id-tags/": "/api/id-tags/",
        "/api/commands/": "/api/commands/?limit=1",
    }
    for prefix, listing in lists.items():
        if path.startswith(prefix):
            return str(owner.get(listing)[0]["id"])
    if "/users/" in path:
        return str(owner.get("/api/me/")["id"])
    return "1"


def background(database) -> set[str]:
    """What the processes ask by themselves, many times a second."""
    database.execute("select pg_stat_statements_reset()")
    time.sleep(BACKGROUND_SECONDS)
    return {row[0] for row in database.execute("select query from pg_stat_statements").fetchall()}


def statements(database, client, path: str, ignored: set[str]) -> dict[str, int]:
    """Each statement that a call runs, and how often."""
    client.get(path)  # who calls is known now, and kept for two seconds
    database.execute("select pg_stat_statements_reset()")
    for _ in range(CALLS):
        answer = client.get(path)
        assert answer.status_code < 500, f"{path}: {answer.text}"
    rows = database.execute("select query, calls from pg_stat_statements where calls >= %s", (CALLS,)).fetchall()
    return {query: calls // CALLS for query, calls in rows if query not in ignored}


def test_reads_take_two_statements_at_most(owner, shared_stack):
    found = routes()
    assert len(found) > 15
    sizes = ("", "?limit=1", "?limit=200&offset=0")
    filters = ("?cp=alpha&q=a&user=x&from=2020-01-01&to=2030-01-01&status=ended&ordering=-total",)
    wrong, counted = {}, 0
    with (
        httpx.Client(base_url=owner.base_url, headers=owner.headers, timeout=60) as client,
        psycopg.connect(shared_stack.database_url, autocommit=True) as database,
    ):
        ignored = background(database)
        for pattern, access in found:
            path = pattern
            while "{" in path:
                name = path[path.index("{") + 1 : path.index("}")]
                path = path.replace("{" + name + "}", value_for(owner, path, name), 1)
            queries = sizes if access != "public" and "{" not in pattern else ("",)
            for query in queries + (filters if pattern == "/api/sessions/" else ()):
                ran = statements(database, client, path + query, ignored)
                counted += sum(ran.values())
                if sum(ran.values()) > MOST:
                    wrong[path + query] = ran
    assert wrong == {}
    assert counted > len(found) / 2, "statements are counted at all"
