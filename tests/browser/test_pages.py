"""A salesperson's day in a real browser: a lead is called and converted, its deal moved and won; and every page's shape."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from core.context import in_business
from tests.browser.conftest import THEMES, WIDTHS, sideways
from tests.factories.people import World
from tests.factories.records import make_activity, make_company, make_contact, make_lead, make_opportunity, make_task


@pytest.fixture
def sold(live_world: World) -> dict[str, Any]:
    """Some records of the owner's, with a history."""
    cache.clear()
    owner = live_world.owner
    with in_business(live_world.business):
        company = make_company(by=owner, name="Fjordkraft Dairy", website="https://fjordkraft.example", billing_city="Ålesund")
        contact = make_contact(by=owner, company=company, first_name="Ingrid", last_name="Solheim", email="ingrid@fjordkraft.example")
        deal = make_opportunity(by=owner, company=company, primary_contact=contact, name="Pasteuriser monitoring", amount="84000")
        lead = make_lead(by=owner, name="Anna Weber", company_name="Nordwind GmbH", email="anna@nordwind.example", value="12000")
        make_activity(by=owner, on=deal, kind="call", body="Budget is confirmed.", outcome="connected", duration_minutes=14)
        make_task(by=owner, on=deal, subject="Send the quote")
    return {"company": company, "contact": contact, "deal": deal, "lead": lead, "owner": owner}


def has_focus(page: Page) -> None:
    """After a swap the reader is somewhere on the page, not at its very beginning."""
    expect(page.locator(":focus")).to_have_count(1)


@pytest.fixture
def seller(page: Page, sign_in: Callable[..., None], sold: dict[str, Any]) -> Page:
    sign_in(sold["owner"].email)
    return page


def test_from_a_lead_to_a_won_deal(seller: Page, axe: Callable[[], None]) -> None:
    # Find the lead.
    seller.goto("/leads/")
    seller.locator("#f-search").fill("nordw")
    expect(seller).to_have_url(re.compile("search=nordw"))
    seller.get_by_role("link", name="Anna Weber").click()
    expect(seller.get_by_role("heading", level=1, name="Anna Weber")).to_be_visible()
    # Log a call with a follow-up, by keyboard.
    seller.keyboard.press("l")
    expect(seller.locator("#composer-text")).to_be_focused()
    seller.keyboard.type("Wants a quote for two lines.")
    seller.get_by_label("Outcome").select_option("connected")
    seller.get_by_label("Minutes").fill("12")
    seller.get_by_label("Follow up").select_option(label="In 3 days")
    seller.get_by_role("button", name="Log call").click()
    timeline = seller.locator("#timeline")
    expect(timeline.get_by_text("Wants a quote for two lines.").first).to_be_visible()
    expect(timeline.get_by_role("heading", name="Upcoming")).to_be_visible()
    expect(seller.locator("#rec-head")).to_contain_text("Follow up")
    expect(seller.locator("#composer-text")).to_have_value("")
    has_focus(seller)
    axe()
    # Convert it into a company, a contact and a deal.
    seller.get_by_role("link", name="Convert").click()
    expect(seller.get_by_label("New company: Nordwind GmbH")).to_be_checked()
    axe()
    seller.get_by_label("Name of the opportunity").fill("Two lines for Nordwind")
    seller.get_by_role("button", name="Convert").click()
    expect(seller.get_by_role("heading", level=1, name="Two lines for Nordwind")).to_be_visible()
    expect(seller.locator("#toasts")).to_contain_text("Anna Weber was converted.")
    expect(seller.locator("#timeline")).to_contain_text("Wants a quote for two lines.")
    # Move it one stage on.
    seller.get_by_role("button", name="Move to Discovery").first.click()
    expect(seller.locator("[aria-current=step]")).to_contain_text("Discovery")
    expect(seller.locator("#timeline")).to_contain_text("Stage: New → Discovery")
    # On the board it stands in its new lane.
    seller.goto("/opportunities/?layout=board")
    expect(seller.get_by_test_id("kanban-column-discovery")).to_contain_text("Two lines for Nordwind")
    seller.get_by_test_id("kanban-column-discovery").get_by_role("link", name="Two lines for Nordwind").click()
    # Win it, and think again.
    seller.locator("#do-won").click()
    expect(seller.locator("#rec-head")).to_contain_text("Closed")
    expect(seller.locator("#do-reopen")).to_be_visible()
    has_focus(seller)
    axe()
    seller.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(seller.locator("#do-won")).to_be_visible()


def test_a_loss_asks_why_in_a_dialog(seller: Page, sold: dict[str, Any], axe: Callable[[], None]) -> None:
    seller.goto(f"/opportunities/{sold['deal'].pk}/")
    seller.locator("#do-lost").click()
    dialog = seller.locator("#dialog")
    expect(dialog).to_be_visible()
    axe()
    dialog.get_by_role("button", name="Mark as lost").click()
    expect(dialog.locator("[data-errors]")).to_be_visible()
    axe()
    dialog.get_by_label("Why was it lost?").select_option(index=1)
    dialog.get_by_role("button", name="Mark as lost").click()
    expect(dialog).to_be_hidden()
    expect(seller.locator("#rec-head")).to_contain_text("Lost because")


def test_a_stage_that_lacks_something_asks_for_it(seller: Page, sold: dict[str, Any], live_world: World) -> None:
    with in_business(live_world.business):
        deal = sold["deal"]
        deal.stage.pipeline.stages.filter(key="discovery").update(required_fields=["expected_close_date"])
    seller.goto(f"/opportunities/{deal.pk}/")
    expect(seller.locator(".guide")).to_contain_text("not filled in")
    seller.get_by_role("button", name="Move to Discovery").last.click()
    dialog = seller.locator("#dialog")
    dialog.get_by_label("Expected close").fill("2031-05-01")
    dialog.get_by_role("button", name="Move").click()
    expect(seller.locator("[aria-current=step]")).to_contain_text("Discovery")
    expect(seller.locator("#rec-head")).to_contain_text("1 May 2031")


def test_a_task_is_ticked_and_opened_again(seller: Page) -> None:
    seller.goto("/tasks/")
    seller.get_by_role("button", name="Done: Send the quote").click()
    expect(seller.locator("#toasts")).to_contain_text("Done: Send the quote")
    expect(seller.locator("#timeline")).to_contain_text("Nothing to do")
    seller.keyboard.press("Control+z")
    expect(seller.get_by_role("button", name="Done: Send the quote")).to_be_visible()


def test_a_company_is_picked_by_typing(seller: Page) -> None:
    seller.goto("/opportunities/new/")
    seller.get_by_label("Name", exact=True).fill("Cheese hall sensors")
    seller.get_by_role("combobox", name="Company").press_sequentially("fjord")
    seller.get_by_role("option", name="Fjordkraft Dairy").click()
    seller.get_by_label("Amount").fill("22,500.50")
    seller.get_by_role("button", name="Create").click()
    expect(seller.get_by_role("heading", level=1, name="Cheese hall sensors")).to_be_visible()
    expect(seller.locator("#rec-head")).to_contain_text("€22,500.50")


def test_deleting_is_taken_back_from_the_toast(seller: Page, sold: dict[str, Any]) -> None:
    seller.goto(f"/companies/{sold['company'].pk}/")
    seller.locator("#record-more").click()
    seller.get_by_role("menuitem", name="Move to the trash").click()
    expect(seller).to_have_url(re.compile("/companies/$"))
    seller.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(seller.get_by_role("heading", level=1, name="Fjordkraft Dairy")).to_be_visible()


def test_what_was_typed_stays_when_it_is_refused(seller: Page, sold: dict[str, Any]) -> None:
    seller.goto(f"/opportunities/{sold['deal'].pk}/?compose=call")
    seller.locator("#composer-text").fill(" ")
    seller.get_by_label("Minutes").fill("7")
    seller.get_by_role("button", name="Log call").click()
    expect(seller.locator("#composer [data-errors]")).to_be_visible()
    expect(seller.get_by_label("Minutes")).to_have_value("7")
    expect(seller.locator("#timeline")).to_contain_text("Budget is confirmed.")


PAGES = [
    "/",
    "/tasks/",
    "/settings/",
    "/leads/",
    "/leads/new/",
    "/leads/trash/",
    "/leads/{lead}/",
    "/leads/{lead}/edit/",
    "/leads/{lead}/convert/",
    "/leads/{lead}/status/",
    "/companies/",
    "/companies/{company}/",
    "/companies/{company}/edit/",
    "/contacts/",
    "/contacts/{contact}/",
    "/contacts/{contact}/edit/",
    "/opportunities/",
    "/opportunities/?layout=board",
    "/opportunities/new/",
    "/opportunities/{deal}/",
    "/opportunities/{deal}/?compose=task",
    "/opportunities/{deal}/?tab=history",
    "/opportunities/{deal}/edit/",
    "/opportunities/{deal}/lost/",
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("theme", THEMES)
def test_every_page_is_accessible_at_a_desk_and_on_a_phone(seller: Page, sold: dict[str, Any], axe: Callable[[], None], theme: Any) -> None:
    ids = {name: record.pk for name, record in sold.items()}
    # The theme is set before a page is loaded: Chromium leaves some colours behind when it changes under an open page.
    seller.emulate_media(color_scheme=theme, reduced_motion="reduce")
    for address in PAGES:
        for shape in ("desk", "phone"):
            width, height = WIDTHS[shape]
            seller.set_viewport_size({"width": width, "height": height})
            if shape == "desk":
                seller.goto(address.format(**ids))
            axe()
            assert sideways(seller) == 0, f"{address} {shape}"
