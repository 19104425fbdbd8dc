"""The API's own pages in a real browser, used as somebody does who has never seen them."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from selenium.webdriver.remote.webelement import WebElement

from support.browser import Browser, chromium
from support.chargers import Charger
from support.tenants import PASSWORD, Tenant, new_name

PAGES = "/api/v1/schema/"


class SwaggerUi:
    """The page, operation by operation."""

    def __init__(self, browser: Browser, base_url: str):
        self.browser, self.base_url = browser, base_url
        browser.open(f"{base_url}{PAGES}swagger-ui/")

    def opened(self, operation: str) -> WebElement:
        """The operation's block, unfolded."""
        block = f".opblock[id$='-{operation}']"
        if "is-open" not in self.browser.find(block).get_attribute("class"):
            self.browser.click(f"{block} .opblock-summary-control")
        self.browser.find(f"{block}.is-open .execute")
        return self.browser.find(block)

    def execute(self, operation: str, body: dict | None = None, **parameters: str) -> tuple[int, str]:
        """(status, body) as the page shows them after "Execute"."""
        block = self.opened(operation)
        for name, value in parameters.items():
            self.browser.write(f"tr[data-param-name='{name}'] input", value, block)
        if body is not None:
            self.browser.write("textarea.body-param__text", json.dumps(body), block)
        if block.find_elements("css selector", ".btn-clear"):  # what an earlier call was answered
            self.browser.click(".btn-clear", block)
        self.browser.click(".execute", block)
        status = self.browser.find(".live-responses-table tr.response .response-col_status", block)
        self.browser.wait("no status", lambda: status.text.split()[:1])
        shown = self.browser.find(".live-responses-table tr.response .response-col_description", block)
        return int(status.text.split()[0]), shown.text

    def authorize(self, token: str) -> None:
        self.browser.click(".auth-wrapper .authorize")
        self.browser.write(".modal-ux .auth-container input", token)
        self.browser.click(".modal-ux .authorize.button")
        self.browser.find(".modal-ux h6")
        self.browser.click(".modal-ux .btn-done")
        self.browser.find(".auth-wrapper .authorize.locked")


@pytest.fixture
def browser():
    with chromium() as browser:
        yield browser


def first_steps(browser: Browser, stack, folder: Path) -> tuple[SwaggerUi, Tenant, str]:
    """Signs up, logs in and authorises, with nothing but the page."""
    page = SwaggerUi(browser, stack.api_url())
    name = new_name("visitor")
    form = {"username": name, "email": f"{name}@example.com", "full_name": "New Visitor", "role": "super_admin"}
    status, shown = page.execute("signUp", form | {"password": PASSWORD, "password2": PASSWORD})
    assert (status, '"detail": "ok"' in shown) == (201, True), shown
    status, shown = page.execute("logIn", {"username": name, "password": PASSWORD})
    assert status == 200, shown
    token = re.search(r'"access": "([\w.-]+)"', shown)
    assert token, shown
    page.authorize(token[1])
    status, shown = page.execute("listChargePoints")
    assert status == 200, shown
    browser.screenshot(str(folder / "authorized.png"))
    owner = Tenant(stack.api_url(), name).log_in()
    owner.tenant_ws = owner.get("/api/me/")["tenant_ws"]
    return page, owner, token[1]


async def test_sign_up_log_in_authorize_list_and_command(stack, browser, tmp_path):
    page, owner, token = await asyncio.to_thread(first_steps, browser, stack, tmp_path)
    async with Charger(stack.charger_url(owner, "VISIT")) as charger:
        await charger.boot()

        def command() -> None:
            browser.wait("no charger", lambda: "VISIT" in page.execute("listChargePoints")[1])
            body = {"action": "RemoteStartTransaction", "params": {"idTag": "TAG123", "connectorId": 1}}
            status, shown = page.execute("giveCommand", body, pk="VISIT", wait="20")
            assert status == 200, shown
            assert '"state": "answered"' in shown
            assert '"status": "Accepted"' in shown

        await asyncio.to_thread(command)
        assert charger.commands == [("RemoteStartTransaction", {"idTag": "TAG123", "connectorId": 1})]

    def look_around() -> None:
        browser.screenshot(str(tmp_path / "swagger-ui.png"))
        # The token outlives a reload, and an address leads to an operation.
        browser.open(f"{stack.api_url()}{PAGES}swagger-ui/#/Accounts/me")
        browser.driver.refresh()
        assert owner.username in page.execute("me")[1]
        assert token in browser.driver.execute_script("return localStorage.getItem('authorized')")
        assert browser.complaints() == []
        assert browser.requests_elsewhere(stack.api_url()) == []

    await asyncio.to_thread(look_around)


def test_redoc_shows_every_operation(stack, browser, tmp_path):
    browser.open(f"{stack.api_url()}{PAGES}redoc/")
    browser.find("//h1[contains(., 'Voltlane')]")
    browser.wait("no operations", lambda: len(browser.driver.find_elements("css selector", "[data-section-id]")) > 80)
    browser.screenshot(str(tmp_path / "redoc.png"))
    # It finds no example by itself for an answer that is a page or an array.
    assert [said for said in browser.complaints() if "OpenAPI Sampler" not in said] == []
    assert browser.requests_elsewhere(stack.api_url()) == []
