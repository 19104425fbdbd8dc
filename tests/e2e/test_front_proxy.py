"""deploy/proxy.conf in nginx: what clients say about themselves does not pass it."""

import asyncio
import re
import shutil
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from stack import paths, ports
from stack.wait import poll
from support.chargers import Charger
from support.running import RunningStack
from support.tenants import PASSWORD

DEPLOY = paths.ROOT / "deploy"
FORGED = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "Forwarded": "for=203.0.113.7;proto=https;host=evil.example",
}


@dataclass
class Front:
    """A pod of each kind behind the proxy, which they trust."""

    running: RunningStack
    address: str  # host:port of the proxy


def configuration(folder: Path, port: int, running: RunningStack) -> str:
    """deploy/proxy.conf for one pod of each kind and for nginx as anybody."""
    gateway = running.gateway_url().removeprefix("ws://")
    api = running.api_url().removeprefix("http://")
    text = (DEPLOY / "proxy.conf").read_text()
    text = re.sub(r"server gateway-1:\d+ ", f"server {gateway} ", text)
    text = re.sub(r"server api-1:\d+ ", f"server {api} ", text)
    text = re.sub(r" *server (gateway|api)-2:.*\n", "", text)
    text = text.replace("listen 8000;", f"listen 127.0.0.1:{port};")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    return text.replace("http {", f"http {{\n{temporary}", 1)


@pytest.fixture(scope="module")
def front(module_stack, tmp_path_factory):
    running = module_stack(apis=1, gateways=1, workers=1, settings={"api": {"VOLTLANE_TRUSTED_PROXIES": "127.0.0.1"}})
    folder, port = tmp_path_factory.mktemp("nginx"), ports.pick()
    (folder / "nginx.conf").write_text(configuration(folder, port, running))
    shutil.copy(DEPLOY / "proxy-headers.conf", folder)
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    directives = f"daemon off; master_process off; pid {folder}/pid; error_log stderr;"
    process = subprocess.Popen([nginx, "-p", folder, "-c", folder / "nginx.conf", "-g", directives])
    try:
        poll("nginx does not listen", lambda: ports.is_open(port) or process.poll() is not None, 10)
        assert process.poll() is None
        yield Front(running, f"127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)


def test_the_client_is_who_the_proxy_says(front: Front):
    user = front.running.user()
    with closing(httpx.Client(base_url=f"http://{front.address}", headers=FORGED, timeout=30)) as client:
        answer = client.post("/api/auth/login/", json={"username": user.username, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        address = "select host(ip_address::inet) from login_sessions order by id desc limit 1"
        assert front.running.sql(address) == [("127.0.0.1",)]
        assert "Strict-Transport-Security" not in answer.headers


def test_links_lead_to_where_the_client_called(front: Front):
    tenant = front.running.tenant()
    for tag in ("one", "two"):
        assert tenant.call("POST", "/api/id-tags/", json={"id_tag": tag}).status_code == 201
    url = f"http://{front.address}/api/id-tags/?offset=0&limit=1"
    answer = httpx.get(url, headers=tenant.headers | FORGED, timeout=30)
    assert answer.json()["next"].startswith(f"http://{front.address}/api/"), answer.text


def test_events_pass(front: Front):
    tenant = front.running.tenant()
    url = f"http://{front.address}/api/events/"
    with httpx.stream("GET", url, headers=tenant.headers | FORGED, timeout=30) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert "Strict-Transport-Security" not in answer.headers


async def test_chargers_pass(front: Front):
    tenant = front.running.tenant()
    async with asyncio.timeout(20), Charger(f"ws://{front.address}/api/v16/{tenant.key}/BEHIND") as charger:
        await charger.boot()


def test_every_location_sends_what_the_proxy_says():
    """nginx inherits proxy_set_header only where a level has none of its own."""
    text = (DEPLOY / "proxy.conf").read_text()
    locations = [body for body in re.findall(r"location [^{]*\{(.*?)\n {8}\}", text, re.S) if "proxy_pass" in body]
    assert len(locations) == text.count("proxy_pass ")
    for body in locations:
        assert "include proxy-headers.conf;" in body, body
    sent = dict(re.findall(r"^proxy_set_header (\S+) (\S+);$", (DEPLOY / "proxy-headers.conf").read_text(), re.M))
    assert sent["X-Forwarded-For"] == "$remote_addr"
    assert set(sent) == {"Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"}
