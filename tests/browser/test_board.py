"""The board in a real browser: four ways to move a card, every refusal, other people's changes, and no JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from core.context import in_business
from opportunities.models import Opportunity
from opportunities.services import move_opportunity, update_opportunity
from pipelines.models import Stage
from tests.browser.conftest import WIDTHS, expect_focus_kept, focused, listen
from tests.factories.people import PASSWORD, World
from tests.factories.records import make_company, make_opportunity

BOARD = "/opportunities/?layout=board"
POLL = "document.querySelector('[data-board]').dispatchEvent(new CustomEvent('board:poll'))"


@pytest.fixture
def deals(live_world: World) -> list[Opportunity]:
    """Four deals of the owner's in the first stage."""
    cache.clear()
    with in_business(live_world.business):
        company = make_company(by=live_world.owner, name="Fjordkraft Dairy")
        names = ("Brine line", "Pump station", "Flow meter", "Cold chain")
        return [make_opportunity(by=live_world.owner, company=company, name=name, amount="1000") for name in names]


@pytest.fixture
def board(page: Page, sign_in: Callable[..., None], live_world: World, deals: list[Opportunity]) -> Page:
    sign_in(live_world.owner.email)
    page.goto(BOARD)
    return page


def card(page: Page, deal: Opportunity) -> Locator:
    return page.get_by_test_id(f"kanban-card-{deal.pk}")


def lane(page: Page, key: str) -> Locator:
    return page.get_by_test_id(f"kanban-column-{key}")


def expect_in(page: Page, key: str, deal: Opportunity) -> None:
    """The card stands in the lane, and says so itself: the server put it there."""
    found = lane(page, key).get_by_test_id(f"kanban-card-{deal.pk}")
    expect(found).to_have_count(1)
    expect(found).to_have_attribute("data-lane", key)


def count(page: Page, key: str) -> Locator:
    return lane(page, key).locator("[data-lane-n]")


def stage_of(world: World, deal: Opportunity) -> str:
    with in_business(world.business):
        return Opportunity.objects.select_related("stage").get(pk=deal.pk).stage.key


def by_somebody_else(world: World, deal: Opportunity, stage: str) -> None:
    with in_business(world.business):
        move_opportunity(opportunity_id=deal.pk, stage=stage, by=world.manager)


def middle(found: Locator) -> tuple[float, float]:
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def lift(page: Page, found: Locator) -> None:
    """Press on a card and move the mouse until it is in the air."""
    x, y = middle(found)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 12, y + 6, steps=3)
    expect(page.locator(".deal--ghost")).to_have_count(1)


def test_a_mouse_drags_a_card_and_the_heads_follow(board: Page, live_world: World, deals: list[Opportunity]) -> None:
    lift(board, card(board, deals[0]))
    x, y = middle(lane(board, "discovery"))
    board.mouse.move(x, y, steps=8)
    expect(lane(board, "discovery")).to_have_attribute("data-over", "")
    board.mouse.up()
    expect_in(board, "discovery", deals[0])
    expect(board.locator(".deal--ghost")).to_have_count(0)
    expect(count(board, "new")).to_have_text("3")
    expect(count(board, "discovery")).to_have_text("1")
    expect(board.locator("#toasts")).to_contain_text("Brine line moved to Discovery")
    assert stage_of(live_world, deals[0]) == "discovery"
    # Letting go did not open the card.
    expect(board).to_have_url(re.compile(re.escape(BOARD)))


def test_undo_brings_it_back(board: Page, live_world: World, deals: list[Opportunity]) -> None:
    card(board, deals[0]).get_by_role("link", name="Brine line", exact=True).focus()
    board.keyboard.press("Shift+ArrowRight")
    expect_in(board, "discovery", deals[0])
    board.locator("#toasts").get_by_role("button", name="Undo").click()
    expect_in(board, "new", deals[0])
    expect(count(board, "new")).to_have_text("4")
    assert stage_of(live_world, deals[0]) == "new"


def test_the_keyboard_moves_cards_and_keeps_the_focus(board: Page, deals: list[Opportunity]) -> None:
    link = f"cl-{deals[1].pk}"
    board.locator(f"#{link}").focus()
    board.keyboard.press("Shift+ArrowRight")
    expect_in(board, "discovery", deals[1])
    expect(board.locator(f"#{link}")).to_be_focused()
    board.keyboard.press("Shift+ArrowLeft")
    expect_in(board, "new", deals[1])
    board.keyboard.press("ArrowDown")
    assert focused(board) in {f"cl-{deal.pk}" for deal in deals} - {link} or focused(board) == link
    board.keyboard.press("Shift+ArrowLeft")
    expect(board.locator("#live")).to_have_text("No further lane")


def test_the_menu_moves_a_card_and_gives_the_focus_back(board: Page, deals: list[Opportunity]) -> None:
    link = board.locator(f"#cl-{deals[2].pk}")
    link.focus()
    board.keyboard.press("m")
    menu = board.locator("#move-menu")
    expect(menu).to_be_visible()
    expect(menu.get_by_role("menuitemradio", name="New")).to_have_attribute("aria-checked", "true")
    menu.get_by_role("menuitemradio", name="Proposal").click()
    expect_in(board, "proposal", deals[2])
    expect(link).to_be_focused()
    # The button opens it as well, and Esc gives the focus back.
    card(board, deals[3]).hover()
    card(board, deals[3]).get_by_label("Move Cold chain").click()
    expect(menu).to_be_visible()
    board.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect_focus_kept(board)


def test_esc_cancels_a_drag(board: Page, live_world: World, deals: list[Opportunity]) -> None:
    lift(board, card(board, deals[0]))
    x, y = middle(lane(board, "proposal"))
    board.mouse.move(x, y, steps=8)
    board.keyboard.press("Escape")
    board.mouse.up()
    expect_in(board, "new", deals[0])
    expect(board.locator("#live")).to_have_text("Move cancelled")
    assert stage_of(live_world, deals[0]) == "new"


def test_a_card_dropped_on_lost_asks_why(board: Page, live_world: World, deals: list[Opportunity]) -> None:
    lift(board, card(board, deals[0]))
    x, y = middle(lane(board, "lost"))
    board.mouse.move(x, y, steps=8)
    board.mouse.up()
    dialog = board.locator("#dialog")
    expect(dialog).to_be_visible()
    expect_in(board, "new", deals[0])
    reason = dialog.get_by_label("Why was it lost?")
    expect(reason).to_be_focused()
    reason.select_option(index=1)
    dialog.get_by_role("button", name="Move").click()
    expect(dialog).to_be_hidden()
    expect(count(board, "lost")).to_have_text("1")
    assert stage_of(live_world, deals[0]) == "lost"
    expect_focus_kept(board)
    # The folded lane shows its cards on demand.
    board.locator("#lf-lost").click()
    expect(lane(board, "lost").get_by_test_id(f"kanban-card-{deals[0].pk}")).to_be_visible()


def test_a_stage_that_lacks_something_asks_for_it(board: Page, live_world: World, deals: list[Opportunity]) -> None:
    with in_business(live_world.business):
        Stage.objects.filter(key="proposal", pipeline__key="sales").update(required_fields=["expected_close_date"])
    board.locator(f"#cl-{deals[0].pk}").focus()
    board.keyboard.press("m")
    board.locator("[data-move-to=proposal]").click()
    dialog = board.locator("#dialog")
    expect(dialog).to_be_visible()
    expect_in(board, "new", deals[0])
    dialog.get_by_label("Expected close").fill("2027-01-31")
    dialog.get_by_role("button", name="Move").click()
    expect(dialog).to_be_hidden()
    expect_in(board, "proposal", deals[0])
    expect(board.locator(f"#cl-{deals[0].pk}")).to_be_focused()


def test_a_stale_card_goes_where_it_really_is(board: Page, live_world: World, deals: list[Opportunity]) -> None:
    by_somebody_else(live_world, deals[0], "negotiation")
    board.locator(f"#cl-{deals[0].pk}").focus()
    board.keyboard.press("Shift+ArrowRight")
    expect_in(board, "negotiation", deals[0])
    expect(board.locator("#toasts")).to_contain_text(f"{live_world.manager.name} changed it at")
    expect(board.locator(f"#cl-{deals[0].pk}")).to_be_focused()


def test_a_card_that_may_not_be_changed_any_more_goes_back(board: Page, live_world: World, deals: list[Opportunity]) -> None:
    with in_business(live_world.business):
        role = live_world.owner.role
        assert role is not None
        role.permissions.remove(*role.permissions.filter(codename="change_opportunity"))
    board.locator(f"#cl-{deals[0].pk}").focus()
    board.keyboard.press("Shift+ArrowRight")
    expect(board.locator("#toasts .toast")).to_have_attribute("data-tone", "red")
    expect_in(board, "new", deals[0])
    assert stage_of(live_world, deals[0]) == "new"


@pytest.mark.parametrize("status", [404, 500, 0])
def test_without_a_good_answer_the_card_goes_back(board: Page, live_world: World, deals: list[Opportunity], status: int) -> None:
    def answer(route: Route) -> None:
        if status:
            route.fulfill(status=status, body="")
        else:
            route.abort()

    board.route("**/move/", answer)
    board.locator(f"#cl-{deals[0].pk}").focus()
    board.keyboard.press("Shift+ArrowRight")
    expect(board.locator("#toasts .toast")).to_have_attribute("data-tone", "red")
    expect_in(board, "new", deals[0])
    expect(board.locator(f"#cl-{deals[0].pk}")).to_be_focused()
    assert stage_of(live_world, deals[0]) == "new"


def test_other_peoples_moves_appear_and_the_focus_stays(board: Page, live_world: World, deals: list[Opportunity]) -> None:
    link = board.locator(f"#cl-{deals[1].pk}")
    link.focus()
    by_somebody_else(live_world, deals[1], "proposal")
    # By itself, within five seconds.
    expect(lane(board, "proposal").get_by_test_id(f"kanban-card-{deals[1].pk}")).to_have_count(1, timeout=9_000)
    expect(link).to_be_focused()
    expect(count(board, "proposal")).to_have_text("1")
    with board.expect_response("**/opportunities/board/**") as quiet:
        board.evaluate(POLL)
    assert quiet.value.status == 304


def test_nothing_is_taken_out_of_the_readers_hand(board: Page, live_world: World, deals: list[Opportunity]) -> None:
    lift(board, card(board, deals[0]))
    by_somebody_else(live_world, deals[1], "proposal")
    with board.expect_response("**/opportunities/board/**") as answer:
        board.evaluate(POLL)
    assert answer.value.status == 200
    expect(board.locator(".deal--ghost")).to_have_count(1)
    expect(lane(board, "new").get_by_test_id(f"kanban-card-{deals[1].pk}")).to_have_count(1)
    board.keyboard.press("Escape")
    board.mouse.up()
    # What was left out then comes with the next question.
    board.evaluate(POLL)
    expect_in(board, "proposal", deals[1])


def test_a_new_card_of_somebody_else_appears(board: Page, live_world: World, deals: list[Opportunity]) -> None:
    with in_business(live_world.business):
        fresh = make_opportunity(by=live_world.owner, name="Just made")
    board.evaluate(POLL)
    expect(card(board, fresh)).to_be_visible()
    with in_business(live_world.business):
        update_opportunity(opportunity_id=fresh.pk, by=live_world.manager, values={"owner": live_world.colleague})
    board.evaluate(POLL)
    expect(card(board, fresh)).to_have_count(0)


def test_more_cards_come_on_demand_and_the_focus_stays(page: Page, sign_in: Callable[..., None], live_world: World) -> None:
    cache.clear()
    with in_business(live_world.business):
        company = make_company(by=live_world.owner)
        for _number in range(23):
            make_opportunity(by=live_world.owner, company=company)
    sign_in(live_world.owner.email)
    page.goto(BOARD)
    expect(page.locator("#ll-new .deal")).to_have_count(20)
    page.locator("#lmb-new").press("Enter")
    expect(page.locator("#ll-new .deal")).to_have_count(23)
    expect_focus_kept(page)


def test_a_reader_has_nothing_to_lift(page: Page, sign_in: Callable[..., None], live_world: World, deals: list[Opportunity]) -> None:
    sign_in(live_world.reader.email)
    page.goto(BOARD)
    expect(card(page, deals[0])).to_be_visible()
    expect(page.locator(".deal__move")).to_have_count(0)
    x, y = middle(card(page, deals[0]))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 20, steps=4)
    expect(page.locator(".deal--ghost")).to_have_count(0)
    page.mouse.up()


def test_a_card_body_is_capped_and_scrolls_inside(board: Page, deals: list[Opportunity]) -> None:
    body = card(board, deals[0]).locator(".deal__body")
    styles = body.evaluate("element => [getComputedStyle(element).maxHeight, getComputedStyle(element).overflowY]")
    assert styles == ["300px", "auto"]


# ------------------------------------------------------------------------------------------------------- touch, no JavaScript


@pytest.fixture
def phone(browser: Browser, live_server: Any, faults: list[str]) -> Iterator[BrowserContext]:
    width, height = WIDTHS["phone"]
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": height}, has_touch=True, is_mobile=True, locale="en-GB"
    )
    context.on("page", lambda page: listen(page, faults))
    yield context
    context.close()
    assert faults == []


def log_in(page: Page, email: str) -> None:
    page.goto("/login/")
    page.get_by_label("E-mail", exact=True).fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("h1")).to_be_visible()


def test_a_finger_lifts_a_card_after_a_while_and_drags_it(phone: BrowserContext, live_world: World, deals: list[Opportunity]) -> None:
    page = phone.new_page()
    log_in(page, live_world.owner.email)
    page.goto(BOARD)
    touch = phone.new_cdp_session(page)
    x, y = middle(card(page, deals[0]))

    def finger(kind: str, *points: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": px, "y": py} for px, py in points]})

    # Moving at once is scrolling.
    finger("touchStart", (x, y))
    finger("touchMove", (x, y - 40))
    finger("touchEnd")
    expect(page.locator(".deal--ghost")).to_have_count(0)
    finger("touchStart", (x, y))
    expect(page.locator(".deal--ghost")).to_have_count(1)
    # To the edge, where the board scrolls along until the next lane lies under the finger.
    for step in range(1, 30):
        finger("touchMove", (min(380.0, x + step * 12), y))
    expect(lane(page, "discovery")).to_have_attribute("data-over", "")
    finger("touchEnd")
    expect(page.locator("#toasts")).to_contain_text("Brine line moved to")
    expect(page.locator(".deal--ghost")).to_have_count(0)
    assert stage_of(live_world, deals[0]) != "new"


def test_without_javascript_cards_move_by_a_form(browser: Browser, live_server: Any, live_world: World, deals: list[Opportunity]) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    log_in(page, live_world.owner.email)
    page.goto(BOARD)
    card(page, deals[0]).get_by_label("Move Brine line").click(force=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Move Brine line")
    page.get_by_label("Lost").check()
    page.get_by_role("button", name="Move").click()
    page.get_by_label("Why was it lost?").select_option(index=1)
    page.get_by_role("button", name="Move").click()
    expect(page.locator("#toasts")).to_contain_text("Brine line moved to Lost")
    assert stage_of(live_world, deals[0]) == "lost"
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    assert stage_of(live_world, deals[0]) == "new"
    context.close()
