"""Lists in a real browser: search, sort, filters and back, with and without JavaScript, in every shape."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from core.context import in_business
from tests.browser.conftest import each_shape, expect_focus_kept, sideways
from tests.browser.test_board import BOARD, log_in
from tests.factories.people import World
from tests.factories.records import make_company, make_lead, make_opportunity


@pytest.fixture
def seller(live_world: World) -> User:
    """A salesperson with four deals and a lead."""
    cache.clear()
    with in_business(live_world.business):
        company = make_company(by=live_world.owner, name="Fjordkraft Dairy")
        for name in ("Brine line", "Pump station", "Flow meter", "Cold chain"):
            make_opportunity(by=live_world.owner, company=company, name=name, amount="1000")
        make_lead(by=live_world.owner, name="Anna Weber")
    return live_world.owner


@pytest.fixture
def desk(page: Page, sign_in: Callable[..., None], seller: User) -> Page:
    sign_in(seller.email)
    return page


def test_a_list_is_searched_sorted_and_left_by_back(desk: Page) -> None:
    desk.goto("/opportunities/")
    desk.locator("#f-search").press_sequentially("pump stat", delay=20)
    expect(desk).to_have_url(re.compile(r"search=pump(\+|%20)stat"))
    expect(desk.locator("tbody tr")).to_have_count(1)
    expect(desk.locator("#f-search")).to_be_focused()
    expect(desk.locator("#f-search")).to_have_value("pump stat")
    desk.locator("#f-search").fill("")
    expect(desk.locator("tbody tr")).to_have_count(4)
    desk.locator("#s-name").press("Enter")
    expect(desk.locator("th[aria-sort=ascending]")).to_contain_text("Name")
    expect(desk.locator("#s-name")).to_be_focused()
    desk.locator("#s-amount").click(modifiers=["Shift"])
    expect(desk).to_have_url(re.compile("sort=name,amount"))
    desk.go_back()
    expect(desk).to_have_url(re.compile("sort=name$"))


def test_filters_are_set_in_the_dialog_and_taken_off_by_their_chips(desk: Page, axe: Callable[[], None]) -> None:
    desk.goto("/opportunities/")
    desk.keyboard.press("f")
    dialog = desk.locator("#dialog")
    expect(dialog).to_be_visible()
    axe()
    dialog.get_by_label("Won").check()
    dialog.get_by_label("Stage: how").select_option("is none of")
    dialog.get_by_label("Amount: at least").fill("500")
    dialog.get_by_role("button", name="Show").click()
    expect(dialog).to_be_hidden()
    expect(desk).to_have_url(re.compile(r"amount_min=500&stage_not=won$"))
    expect(desk.locator("#chips")).to_contain_text("Stage is not Won")
    expect(desk.locator("#filter-open")).to_be_focused()
    desk.get_by_role("link", name="Remove filter: Stage").click()
    expect(desk.locator("#chips")).not_to_contain_text("Stage is not")
    expect(desk.locator("#chips")).to_contain_text("Amount at least 500")
    expect_focus_kept(desk)


@pytest.mark.parametrize(
    "address", [BOARD, "/opportunities/?stage_not=won&amount_min=1", "/leads/", "/opportunities/filter/", "/companies/"]
)
def test_lists_and_boards_fit_every_shape_and_break_no_rule(desk: Page, axe: Callable[[], None], address: str) -> None:
    desk.goto(address)
    for shape in each_shape(desk):
        assert sideways(desk) == 0, shape
        axe()


def test_without_javascript_lists_work_by_links_and_forms(browser: Browser, live_server: Any, seller: User) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    log_in(page, seller.email)
    page.goto("/opportunities/?sort=name")
    page.get_by_role("link", name="Filter", exact=True).click()
    page.get_by_label("Amount: at least").fill("2000")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"/opportunities/\?amount_min=2000&sort=name$"))
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    page.get_by_role("link", name="Remove filter: Amount").click()
    expect(page.locator("tbody tr")).to_have_count(4)
    context.close()
