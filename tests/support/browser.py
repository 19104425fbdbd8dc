"""A real browser: Debian's Chromium without a window, watched for what it asks for and complains about."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
WAIT_SECONDS = 60  # for a page to show something; two cores may be busy
ARGUMENTS = [
    "--headless=new",
    "--window-size=1300,1600",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


class Browser:
    """A browser that asks by CSS selectors and XPath, and waits for what is not there yet."""

    def __init__(self, driver: webdriver.Chrome):
        self.driver = driver
        self._asked: list[str] = []
        self._complaints: list[str] = []

    def open(self, url: str) -> None:
        self.driver.get(url)

    def find(self, selector: str, inside: WebElement | None = None) -> WebElement:
        """The first visible element; waits for it."""
        by = By.XPATH if selector.startswith((".", "/")) and "//" in selector[:3] else By.CSS_SELECTOR

        def shown() -> WebElement | None:
            return next((e for e in (inside or self.driver).find_elements(by, selector) if e.is_displayed()), None)

        return self.wait(f"no {selector}", shown)

    def click(self, selector: str, inside: WebElement | None = None) -> None:
        """Clicks once the element takes it: pages move while they are built."""

        def clicked() -> bool:
            element = self.find(selector, inside)
            self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
            element.click()
            return True

        self.wait(f"{selector} takes no click", clicked)

    def write(self, selector: str, text: str, inside: WebElement | None = None) -> None:
        """Puts text in place of what a field holds, as typing does."""
        element = self.find(selector, inside)
        self.driver.execute_script(
            "const [field, text] = arguments;"
            "const type = field.tagName === 'TEXTAREA' ? HTMLTextAreaElement : HTMLInputElement;"
            "Object.getOwnPropertyDescriptor(type.prototype, 'value').set.call(field, text);"
            "field.dispatchEvent(new Event('input', {bubbles: true}));",
            element,
            text,
        )
        self.wait(f"{selector} holds other text", lambda: self.find(selector, inside).get_property("value") == text)

    def wait(self, otherwise: str, condition: Callable[[], Any], seconds: float = WAIT_SECONDS) -> Any:
        """What the condition gives once that is true; an element that vanishes meanwhile is looked for again."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if found := condition():
                    return found
                reason = ""
            except WebDriverException as error:
                reason = error.msg or type(error).__name__
            assert time.monotonic() < deadline, f"{otherwise} {reason} {self.complaints()}"
            time.sleep(0.1)

    def screenshot(self, file: str) -> None:
        self.driver.save_screenshot(file)

    def requests(self) -> list[str]:
        """The addresses of all requests since the start, data: and blob: among them."""
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self._asked.append(message["params"]["request"]["url"])
        return self._asked

    def requests_elsewhere(self, url: str) -> list[str]:
        """Those that went to another host or port."""
        own = urlsplit(url).netloc
        return [asked for asked in self.requests() if urlsplit(asked).netloc != own and not asked.startswith("data:")]

    def complaints(self) -> list[str]:
        """What the console said, violations of the content security policy among it."""
        self._complaints += [f"{entry['level']}: {entry['message']}" for entry in self.driver.get_log("browser")]
        return self._complaints


@contextmanager
def chromium() -> Iterator[Browser]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ARGUMENTS + (["--no-sandbox"] if os.geteuid() == 0 else []):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        driver.set_page_load_timeout(WAIT_SECONDS)
        yield Browser(driver)
    finally:
        driver.quit()
