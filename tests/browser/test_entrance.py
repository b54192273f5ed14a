"""Signing in: by mouse and keyboard, with a wrong pair, without JavaScript, in every shape."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from tests.browser.conftest import each_shape, focused, sideways

PASSWORD = "correct horse battery"


@pytest.fixture
def person(transactional_db: None) -> User:
    """A platform operator needs no business, which keeps these tests to signing in alone."""
    cache.clear()
    user = User(email="mara@halden.example", first_name="Mara", last_name="Lindqvist", is_superuser=True)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.mark.parametrize("path", ["/login/", "/password/reset/", "/password/reset/sent/", "/password/reset/3-wrong/"])
def test_the_entrance_is_accessible_in_every_shape(path: str, page: Page, axe: Callable[[], None], person: User) -> None:
    page.goto(path)
    for _shape in each_shape(page):
        axe()
        assert sideways(page) == 0


def test_a_wrong_pair_gets_one_message_and_the_focus(page: Page, axe: Callable[[], None], person: User) -> None:
    seen = []
    for email in (person.email, "nobody@halden.example"):
        page.goto("/login/")
        assert focused(page) == "id_login"
        page.keyboard.type(email)
        page.get_by_label("Password", exact=True).fill("not the password")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("do not match")
        seen.append(page.get_by_role("alert").inner_text())
        expect(page.locator("#id_password")).to_be_focused()
        axe()
    assert seen[0] == seen[1]


def test_too_many_tries_are_refused_with_the_time_to_wait(page: Page, person: User) -> None:
    for _try in range(6):
        page.goto("/login/")
        page.get_by_label("E-mail", exact=True).fill(person.email)
        page.get_by_label("Password", exact=True).fill("not the password")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Wait five minutes")


def test_the_password_can_be_shown_and_hidden(page: Page, person: User) -> None:
    page.goto("/login/")
    password = page.locator("#id_password")
    password.fill("secret words")
    page.get_by_role("button", name="Show").click()
    expect(password).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide").click()
    expect(password).to_have_attribute("type", "password")
    expect(password).to_have_attribute("autocomplete", "current-password")


def test_a_new_password_by_mail(page: Page, person: User) -> None:
    page.goto("/password/reset/")
    page.get_by_label("Email", exact=False).first.fill(person.email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    (sent,) = mail.outbox
    link = next(line for line in sent.body.splitlines() if "/password/reset/" in line)
    page.goto(link)
    for field in page.locator("input[type=password]").all():
        field.fill("another horse battery")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_role("heading", name="Password saved")).to_be_visible()
    person.refresh_from_db()
    assert person.check_password("another horse battery")


def test_there_is_no_sign_up(page: Page, person: User) -> None:
    response = page.goto("/signup/")
    assert response is not None
    assert response.status == 404


def test_signing_in_works_without_javascript(browser: Browser, live_server: Any, person: User) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto("/login/")
        page.fill("#id_login", person.email)
        page.fill("#id_password", PASSWORD)
        page.click("button.btn--primary")
        assert not page.url.endswith("/login/")
        assert page.locator("[data-needs-js]").first.is_hidden()
    finally:
        context.close()
