"""How long lists, figures and exports take with a million sessions in one tenant: `./dev bench lists`.

Fills a tenant by SQL, asks one API pod over HTTP and prints p50 and p99 of each call; keeps them in
bench/results/lists.md. Numbers are reported, never asserted.
"""

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from stack import demo, paths, ports, procfs
from stack.errors import Failure
from stack.scratch import Scratch
from stack.services import UNBOUND
from stack.stack import Stack
from stack.state import State

SESSIONS, CHARGE_POINTS, DRIVERS, MONTHS, COMMANDS = 1_000_000, 200, 5_000, 24, 200_000
OPEN = 300  # the newest ones are still going on
CALLS, WARM_UP = 100, 5  # of each kind
USER, PASSWORD = "lists", "MyP@ssw0rd"
REPORT = paths.ROOT / "bench" / "results" / "lists.md"

# Rows first, indexes afterwards: six times as fast.
FILL = """
create temporary table kept as
    select indexname, indexdef from pg_indexes where tablename = 'sessions' and indexname <> 'sessions_pkey';
do $$ declare i record; begin for i in select * from kept loop execute 'drop index ' || i.indexname; end loop; end $$;
insert into charge_points (tenant_id, canonical_id, identity, name, status)
    select {tenant}, 'cp' || n, 'CP' || n, 'CP' || n, (array['Available', 'Charging', 'Unavailable'])[1 + n % 3]
      from generate_series(1, {charge_points}) n;
insert into accounts (username, email, role, password_hash)
    select 'rider' || n, 'rider' || n || '@example.com', 'user', '' from generate_series(1, {drivers}) n;
insert into id_tags (tenant_id, id_tag, id_tag_folded, account_id)
    select {tenant}, 'TAG' || substring(a.username from 6), 'tag' || substring(a.username from 6), a.id
      from accounts a where a.username like 'rider%';
insert into sessions (tenant_id, charge_point_id, transaction_key, identity_hash, connector_id, id_tag, id_tag_folded,
                      account_id, state, started_at, start_received_at, ended_at, energy_wh, price_per_kwh,
                      price_per_hour, total, review, meter_start_mwh, meter_stop_mwh)
    select {tenant}, c.id, n::text, md5(n::text), 1, 'TAG' || d.k, 'tag' || d.k,
           case when d.k % 10 = 0 then null else a.id end,
           case when n > {sessions} - {open} then 'open' when n % 200 = 0 then 'superseded' else 'stopped' end,
           t.at, t.at, case when n > {sessions} - {open} then null else t.at + interval '50 minutes' end,
           n * 7 % 50000, 0.3, 1,
           case when n > {sessions} - {open} or n % 100 = 0 then null else (n * 7 % 50000) * 0.0003 + 0.833 end,
           case when n % 100 = 0 and n <= {sessions} - {open} then 'meter_reset' else '' end, 0, 0
      from generate_series(1, {sessions}) n
     cross join lateral (select 1 + (n::bigint * 7919) % {drivers} as k) d
     cross join lateral (select date_trunc('second', now()) - interval '{months} months' * (1 - n / {sessions}.0)
                                 as at) t
      join accounts a on a.username = 'rider' || d.k
      join charge_points c on c.tenant_id = {tenant} and c.canonical_id = 'cp' || 1 + (n::bigint * 104729) % {charge_points}
     order by n;
do $$ declare i record; begin for i in select * from kept loop execute i.indexdef; end loop; end $$;
insert into commands (id, tenant_id, charge_point_id, account_id, action, params, state, created_at, deadline, ended_at)
    select md5('command' || n)::uuid, {tenant}, (select min(id) from charge_points where tenant_id = {tenant}),
           (select founder from tenants where id = {tenant}), 'ClearCache', '{{}}', 'answered', t.at, t.at, t.at
      from generate_series(1, {commands}) n cross join lateral (select now() - n * interval '10 s' as at) t;
insert into session_rollups (tenant_id, day, account_id, shard, sessions, energy_wh, total)
    select tenant_id, (started_at at time zone 'UTC')::date, coalesce(owner_id, 0), 0, count(*), sum(energy_wh),
           sum(coalesce(total, 0))
      from sessions where state <> 'open' and review = '' group by 1, 2, 3;
select recount_sessions();
"""


@dataclass
class Api:
    """One kept-alive connection, as a dashboard has it."""

    url: str
    token: str = ""
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=120)

    def get(self, path: str) -> bytes:
        self.connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise Failure(f"GET {path} answers {answer.status}: {body[:200]!r}")
        return body

    def json(self, path: str) -> dict:
        return json.loads(self.get(path))


def run() -> dict:
    """Everything; the figures by call."""
    with Scratch("lists") as scratch:
        state = State(empty=True)
        state.api_port, state.gateway_port = ports.pick(), ports.pick()
        stack = Stack(scratch.folder, state, durable=False, settings={"api": UNBOUND})
        stack.up()
        api = Api(state.api_urls[0])
        _sign_up(state, api)
        print(f"filling a tenant with {SESSIONS:,} sessions ...", flush=True)
        begun = time.monotonic()
        _fill(stack)
        filled = time.monotonic() - begun
        print(f"filled in {filled:.0f} s", flush=True)
        figures = {"filled_seconds": round(filled, 1), "calls": _measure(stack, api), "export": _export(stack, api)}
        stack.down()
    _write(figures)
    return figures


def _sign_up(state: State, api: Api) -> None:
    client = demo.Api(state.api_urls[0])
    account = {"username": USER, "email": f"{USER}@example.com", "full_name": "Lists", "role": "super_admin"}
    client.call("POST", "/api/auth/signup/", account | {"password": PASSWORD, "password2": PASSWORD})
    credentials = {"username": USER, "password": PASSWORD}
    api.token = client.call("POST", "/api/auth/login/", credentials)[1]["access"]


def _fill(stack: Stack) -> None:
    tenant = stack.postgres.psql("select max(id) from tenants")
    sizes = {"sessions": SESSIONS, "charge_points": CHARGE_POINTS, "drivers": DRIVERS}
    sizes |= {"months": MONTHS, "open": OPEN, "commands": COMMANDS}
    stack.postgres.psql(FILL.format(tenant=tenant, **sizes))
    stack.postgres.psql("vacuum analyze")


def _measure(stack: Stack, api: Api) -> list[dict]:
    month = f"from={_day(300)}&to={_day(270)}"
    deep = _cursor_behind(api, "/api/sessions/?limit=200", 1_500)  # 300,000 rows in
    newest = api.json("/api/sessions/?limit=1")[0]["id"]
    calls = {
        "first page": "/api/sessions/",
        "first page, 200 bare rows": "/api/sessions/?limit=200",
        "page 10,001 by cursor": f"/api/sessions/?cursor={deep}",
        "page 10,001 by offset": "/api/sessions/?limit=30&offset=300000",
        "last page by offset": f"/api/sessions/?limit=30&offset={SESSIONS - 30}",
        "cp": "/api/sessions/?cp=cp17",
        "user (account)": "/api/sessions/?user=rider1234",
        "user (tag without account)": "/api/sessions/?user=tag1230",
        "from, to: a month": f"/api/sessions/?{month}",
        "from, to: a year": f"/api/sessions/?from={_day(500)}&to={_day(135)}",
        "cp, from, to": f"/api/sessions/?cp=CP17&{month}",
        "status=open": "/api/sessions/?status=open",
        "status=ended": "/api/sessions/?status=ended",
        "status=superseded": "/api/sessions/?status=superseded",
        "status=review": "/api/sessions/?status=review",
        "q: one user": "/api/sessions/?q=rider123",
        "q: one charge point": "/api/sessions/?q=cp17",
        "q: all": "/api/sessions/?q=tag",
        "ordering=Started": "/api/sessions/?ordering=Started",
        "ordering=-Ended": "/api/sessions/?ordering=-Ended",
        "ordering=-kWh": "/api/sessions/?ordering=-kWh",
        "ordering=-total": "/api/sessions/?ordering=-total",
        "ordering=-total, offset 300,000": "/api/sessions/?ordering=-total&offset=300000",
        "cp, ordering=-total": "/api/sessions/?cp=cp17&ordering=-total",
        "from, to: a month, ordering=-total": f"/api/sessions/?{month}&ordering=-total",
        "detail": f"/api/sessions/{newest - 5000}/",
        "revenue": "/api/sessions/revenue/",
        "revenue, month over month": "/api/sessions/revenue/mom/",
        "statistics": "/api/admin/charge-points/stats/",
        "charge points": "/api/charge-points/",
        "commands": "/api/commands/",
        "commands, offset 100,000": "/api/commands/?offset=100000",
        "id tags, first page": "/api/id-tags/?limit=30&offset=0",
        "id tags, all": "/api/id-tags/",
    }
    return [_time(name, path, api.get) for name, path in calls.items()]


def _day(ago: int) -> str:
    return datetime.fromtimestamp(time.time() - ago * 86400, UTC).strftime("%Y-%m-%d")


def _cursor_behind(api: Api, path: str, pages: int) -> str:
    cursor = ""
    for _ in range(pages):
        api.connection.request("GET", f"{path}&cursor={cursor}", headers={"Authorization": f"Bearer {api.token}"})
        answer = api.connection.getresponse()
        answer.read()
        cursor = answer.headers["Link"].partition("cursor=")[2].partition(">")[0].partition("&")[0]
    return cursor


def _time(name: str, path: str, get: Callable[[str], bytes]) -> dict:
    for _ in range(WARM_UP):
        body = get(path)
    took = []
    for _ in range(CALLS):
        begun = time.perf_counter()
        get(path)
        took.append((time.perf_counter() - begun) * 1000)
    took.sort()
    figures = {"call": name, "p50": took[len(took) // 2], "p99": took[int(len(took) * 0.99) - 1], "bytes": len(body)}
    print(f"{name:<40} p50 {figures['p50']:>8.2f} ms   p99 {figures['p99']:>8.2f} ms", flush=True)
    return figures


def _export(stack: Stack, api: Api) -> dict:
    """All sessions as CSV: rows and bytes a second, and how much the pod grew meanwhile."""
    pid = stack.process("api-1").pid() or 0
    before, begun, size, rows, peak = procfs.resident_bytes(pid), time.monotonic(), 0, 0, 0
    api.connection.request("GET", "/api/sessions/export.csv", headers={"Authorization": f"Bearer {api.token}"})
    answer = api.connection.getresponse()
    while piece := answer.read1(1 << 20):
        size += len(piece)
        rows += piece.count(b"\n")
        peak = max(peak, procfs.resident_bytes(pid))
    seconds = time.monotonic() - begun
    figures = {"rows": rows - 1, "seconds": round(seconds, 1), "rows_per_second": round(rows / seconds)}
    figures |= {"megabytes": round(size / 1e6, 1), "grown_megabytes": round((peak - before) / 1e6, 1)}
    print(f"export   {json.dumps(figures)}", flush=True)
    return figures


def _write(figures: dict) -> None:
    lines = [
        "# Lists with a million sessions in one tenant",
        "",
        f"{SESSIONS:,} sessions over {MONTHS} months, {CHARGE_POINTS} charge points, {DRIVERS:,} drivers, {OPEN} open "
        f"sessions, {COMMANDS:,} commands; one API pod, one client on one connection, {CALLS} calls each, warm; all "
        "processes on the same machine. Made by `./dev bench lists`.",
        "",
        "| call | p50 ms | p99 ms | bytes |",
        "| --- | ---: | ---: | ---: |",
    ]
    lines += [f"| {c['call']} | {c['p50']:.2f} | {c['p99']:.2f} | {c['bytes']} |" for c in figures["calls"]]
    e = figures["export"]
    lines += [
        "",
        f"Export of all of them as CSV: {e['rows']:,} rows, {e['megabytes']} MB in {e['seconds']} s "
        f"({e['rows_per_second']:,} rows a second); the pod grew by {e['grown_megabytes']} MB.",
        "",
    ]
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text("\n".join(lines))
