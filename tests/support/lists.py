"""Sessions by the thousand, written by SQL as the pool would have written them, and clients that page through lists."""

import csv
import io
from typing import Any

FILL = """
insert into sessions (tenant_id, charge_point_id, transaction_key, identity_hash, connector_id, id_tag, id_tag_folded,
                      account_id, state, started_at, start_received_at, ended_at, energy_wh, price_per_kwh,
                      price_per_hour, total, review)
select %(tenant)s, c.id, n::text, md5(%(tenant)s || ' ' || n), 1, u.tag, lower(u.tag), a.id, s.state, t.at, t.at,
       case when s.state <> 'open' then t.at + n %% 90 * interval '1 minute' end, n * 37 %% 1000, 500, 250,
       case when s.state <> 'open' and s.review = '' then n * 53 %% 700 + 0.125 end, s.review
  from generate_series(1, %(count)s) n
 cross join lateral (select now() at time zone 'UTC' as now) z
 cross join lateral (select date_trunc('second', now()) - (%(count)s - n) * interval '12 hours'
                            - n %% 7 * interval '5 hours' as at) t
 cross join lateral (select case when n > %(count)s - 9 then 'open' when n %% 20 = 1 then 'superseded'
                                 when n %% 20 = 2 then 'abandoned' when n %% 20 = 3 then 'closed' else 'stopped' end
                            as state,
                            case when n %% 10 = 1 and n <= %(count)s - 9 then 'meter_reset' else '' end as review) s
 cross join lateral (select (%(drivers)s::text[])[1 + n %% (1 + cardinality(%(drivers)s::text[]))] as name) d
 cross join lateral (select coalesce('Tag-' || d.name, 'Nobody-' || n %% 12) as tag) u
  left join accounts a on a.username = d.name
  join charge_points c on c.tenant_id = %(tenant)s
                      and c.canonical_id = (%(points)s::text[])[1 + n %% cardinality(%(points)s::text[])]
 order by n
"""
ROWS = """
select s.id, c.identity, coalesce(a.username, s.id_tag), s.energy_wh, s.started_at, s.ended_at, s.total, s.state,
       s.review, s.id_tag
  from sessions s join charge_points c on c.id = s.charge_point_id left join accounts a on a.id = s.account_id
 where s.tenant_id = %s order by s.id
"""


def fill(
    stack: Any, tenant: Any, count: int, drivers: list[str] | None = None, points=("ALPHA", "BETA", "GAMMA")
) -> list:
    """So many sessions of the tenant, twelve hours apart until now and not quite in the order of their ids; the rows as
    the list shows them, by id, with `state`, `review` and `id_tag` besides."""
    for point in points:
        tenant.charge_point(point)
    tenant_id = tenant.get("/api/me/")["tenant_id"]
    parameters = {"tenant": tenant_id, "count": count, "drivers": drivers or [], "points": [p.lower() for p in points]}
    stack.execute(FILL, parameters)
    recount(stack)
    names = ("id", "cp", "user", "kWh", "Started", "Ended", "total", "state", "review", "id_tag")
    rows = [dict(zip(names, row, strict=True)) for row in stack.sql(ROWS, tenant_id)]
    for row in rows:
        row["kWh"] /= 1000
        row["total"] = None if row["total"] is None else float(row["total"])
        for name in ("Started", "Ended"):
            row[name] = row[name] and row[name].strftime("%Y-%m-%dT%H:%M:%SZ")
    return rows


def recount(stack: Any) -> None:
    stack.execute("select recount_sessions()")


def follow(user: Any, path: str) -> list[dict]:
    """All rows of a bare list by its Link headers."""
    rows: list[dict] = []
    while path:
        answer = user.call("GET", path)
        assert answer.status_code == 200, answer.text
        rows += answer.json()
        following = answer.links.get("next", {}).get("url", "")
        assert not following or answer.json(), "an empty page leads nowhere"
        path = following.removeprefix(user.base_url)
    return rows


def ids(rows: list[dict]) -> list[int]:
    return [row["id"] for row in rows]


def parse_csv(text: str) -> list[dict[str, str]]:
    """The rows by column, with every apostrophe that a spreadsheet would show."""
    return list(csv.DictReader(io.StringIO(text, newline="")))
