"""Server-sent events at /api/events/."""

import json

import httpx

from support.chargers import Charger, instant


async def test_server_sent_events_show_the_own_tenant_only_and_resume(stack):
    tenant, other = stack.tenant(), stack.tenant()
    for t in (tenant, other):
        t.id_tag("TAG123")
        t.charge_point("LIVE", "500", "250")

    async def next_event(lines) -> dict:
        event = {}
        async for line in lines:
            if line.startswith("id:"):
                event["id"] = line[3:].strip()
            elif line.startswith("event:"):
                event["event"] = line[6:].strip()
            elif line.startswith("data:"):
                event["data"] = json.loads(line[5:])
            elif not line and "event" in event:
                return event
        raise AssertionError("the stream ended")

    async with (
        httpx.AsyncClient(base_url=stack.api_url(), timeout=30) as client,
        client.stream("GET", "/api/events/", headers=tenant.headers) as stream,
    ):
        assert stream.status_code == 200
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        lines = stream.aiter_lines()
        async with Charger(stack.charger_url(other, "LIVE")) as foreign:
            await foreign.boot()
            await foreign.start("TAG123", instant(ago=5))
        async with Charger(stack.charger_url(tenant, "LIVE")) as charger:
            await charger.boot()
            start = await charger.start("TAG123", instant(ago=45))
            await charger.stop(start["transactionId"], instant(), 192)
        seen = []
        while not any(e["event"] == "session" and e["data"].get("Ended") for e in seen):
            seen.append(await next_event(lines))
    mine = tenant.get("/api/sessions/")["results"][0]["id"]
    sessions = [e["data"]["id"] for e in seen if e["event"] == "session"]
    assert set(sessions) == {mine}
    resume = tenant.headers | {"Last-Event-ID": seen[0]["id"]}
    async with (
        httpx.AsyncClient(base_url=stack.api_url(2), timeout=30) as client,
        client.stream("GET", "/api/events/", headers=resume) as stream,
    ):
        again = await next_event(stream.aiter_lines())
        assert again["event"] in ("session", "station", "command", "reset")
    bad = tenant.headers | {"Last-Event-ID": "!!"}
    async with (
        httpx.AsyncClient(base_url=stack.api_url(), timeout=30) as client,
        client.stream("GET", "/api/events/", headers=bad) as stream,
    ):
        assert (await next_event(stream.aiter_lines()))["event"] == "reset"
