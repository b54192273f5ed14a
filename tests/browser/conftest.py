"""A real browser against a running server: what every browser test starts with, and what fails each of them.

A script's error and a message of the content security policy fail any test, whatever it looks at.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.chromium import LAUNCH_ARGUMENTS, executable

# Playwright's own loop runs in the thread in which tests ask the database; Django would take that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Desk, icon rail, phone: the three shapes of the shell.
WIDTHS = {"desk": (1440, 900), "rail": (1000, 800), "phone": (390, 844)}
THEMES = ("light", "dark")
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
expect.set_options(timeout=5_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; conftest.py above leaves these tests out where there is none."""
    path = executable()
    assert path, "These tests need Chromium (Debian: apt-get install chromium), and this run requires them."
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=LAUNCH_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def faults() -> list[str]:
    """What went wrong in any page of the test; must be empty at its end."""
    return []


def listen(page: Page, faults: list[str]) -> None:
    """Collect script errors and policy messages of a page into `faults`."""

    def heard(message: ConsoleMessage) -> None:
        text = message.text
        if "Content Security Policy" in text or "Content-Security-Policy" in text:
            faults.append(f"policy: {text}")

    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("console", heard)


@pytest.fixture
def context(browser: Browser, live_server: Any, faults: list[str]) -> Iterator[BrowserContext]:
    """A fresh profile at desk size; relative addresses lead to the live server."""
    width, height = WIDTHS["desk"]
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": height}, locale="en-GB", timezone_id="Europe/Berlin"
    )
    context.on("page", lambda page: listen(page, faults))
    yield context
    context.close()
    assert faults == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that fails the test on a script error or a policy message."""
    return context.new_page()


@pytest.fixture
def axe(page: Page) -> Callable[[], None]:
    """`axe()` fails when the page breaks a rule of WCAG 2.2 AA or a best practice, naming rule and element."""

    def check() -> None:
        # A colour on its way from one theme to the other is not the colour that a reader sees.
        page.evaluate("Promise.allSettled(document.getAnimations().filter((a) => a instanceof CSSTransition).map((a) => a.finished))")
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_RULES}}).response["violations"]
        assert [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]] == []

    return check


@pytest.fixture
def sign_in(page: Page) -> Callable[..., None]:
    """`sign_in(email)` goes through the real login form and waits until the shell is there."""

    def through_the_form(email: str, password: str = "correct horse battery") -> None:
        page.goto("/login/")
        page.get_by_label("E-mail", exact=True).fill(email)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("meta[name=signed-in]")).to_be_attached()

    return through_the_form


def each_shape(page: Page) -> Iterator[str]:
    """Show the page in every width and theme, one after the other; yields a name for messages and pictures."""
    for width_name, (width, height) in WIDTHS.items():
        for theme in THEMES:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            yield f"{width_name}-{theme}"


def sideways(page: Page) -> int:
    """How many pixels the page scrolls sideways: zero, at every width."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def focused(page: Page) -> str:
    """The id of the element that has the focus, else its tag."""
    return str(page.evaluate("document.activeElement.id || document.activeElement.tagName"))


def expect_focus_kept(page: Page) -> None:
    """After a swap the focus is somewhere: it is given back as soon as htmx has settled."""
    expect(page.locator(":focus")).to_have_count(1)
