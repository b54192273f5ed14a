"""The shell around every page: menus, keys, dialogs, toasts, a lost connection, a session that is over."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from tests.browser.conftest import each_shape, expect_focus_kept, focused, sideways

PASSWORD = "correct horse battery"
PAGE = "/password/change/"
ASK = "htmx.ajax('GET', '/password/change/', {target: '#main', swap: 'none', source: '#main'})"
TOAST = "import('/static/js/toasts.js').then(module => module.toast('Saved'))"


@pytest.fixture
def person(transactional_db: None) -> User:
    cache.clear()
    user = User(email="mara@halden.example", first_name="Mara", last_name="Lindqvist", is_superuser=True, is_staff=True)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def shell(page: Page, sign_in: Callable[..., None], person: User) -> Page:
    """A page in the shell that needs no records."""
    sign_in(person.email, PASSWORD)
    page.goto(PAGE)
    return page


def test_the_shell_is_accessible_in_every_shape(shell: Page, axe: Callable[[], None]) -> None:
    for _shape in each_shape(shell):
        axe()
        assert sideways(shell) == 0


@pytest.mark.parametrize("opener", ["#workspace-button", "#appearance-button", "#shortcuts-button"])
def test_open_layers_are_accessible(shell: Page, axe: Callable[[], None], opener: str) -> None:
    shell.click(opener)
    expect(shell.locator("[popover]:popover-open, dialog[open]")).to_be_visible()
    axe()


def test_the_page_not_found_stands_in_the_shell_and_names_the_request(shell: Page, axe: Callable[[], None]) -> None:
    response = shell.goto("/there-is-no-such-page/")
    assert response is not None
    assert response.status == 404
    expect(shell.get_by_role("navigation", name="Main", exact=True)).to_be_visible()
    expect(shell.get_by_text(response.headers["x-request-id"])).to_be_visible()
    axe()


def test_a_menu_by_keyboard(shell: Page) -> None:
    shell.focus("#workspace-button")
    shell.keyboard.press("ArrowDown")
    expect(shell.get_by_role("menuitem", name="Administration")).to_be_focused()
    shell.keyboard.press("s")
    expect(shell.get_by_role("menuitem", name="Settings")).to_be_focused()
    shell.keyboard.press("End")
    expect(shell.get_by_role("menuitem", name="Sign out")).to_be_focused()
    shell.keyboard.press("ArrowDown")
    expect(shell.get_by_role("menuitem", name="Administration")).to_be_focused()
    shell.keyboard.press("Escape")
    expect(shell.locator("#workspace-button")).to_be_focused()
    expect(shell.locator("#workspace-button")).to_have_attribute("aria-expanded", "false")


def test_a_theme_takes_effect_at_once_and_stays(shell: Page, person: User, axe: Callable[[], None]) -> None:
    root = shell.locator("html")
    shell.click("#appearance-button")
    with shell.expect_response("**/settings/preferences/"):
        shell.get_by_role("menuitemradio", name="Dark").click()
    expect(root).to_have_attribute("data-theme", "dark")
    expect(shell.locator("#appearance-button")).to_be_focused()
    shell.reload()
    expect(root).to_have_attribute("data-theme", "dark")
    axe()
    shell.click("#appearance-button")
    expect(shell.get_by_role("menuitemradio", name="Dark")).to_be_focused()
    with shell.expect_response("**/settings/preferences/"):
        shell.get_by_role("menuitemradio", name="Compact rows").click()
    expect(root).to_have_attribute("data-density", "compact")
    person.refresh_from_db()
    assert (person.theme, person.density) == ("dark", "compact")


def test_a_choice_that_cannot_be_stored_is_taken_back(shell: Page) -> None:
    shell.route("**/settings/preferences/", lambda route: route.fulfill(status=500))
    shell.click("#appearance-button")
    shell.get_by_role("menuitemradio", name="Dark").click()
    expect(shell.locator(".toast")).to_contain_text("could not be stored")
    expect(shell.locator("html")).not_to_have_attribute("data-theme", "dark")


def test_the_language_changes_the_page_that_one_is_on(shell: Page) -> None:
    shell.click("#appearance-button")
    shell.get_by_role("menuitemradio", name="Deutsch").click()
    expect(shell.get_by_role("heading", name="Passwort ändern")).to_be_visible()
    expect(shell.locator("html")).to_have_attribute("lang", "de")


def test_signing_out_from_the_menu(shell: Page) -> None:
    shell.click("#workspace-button")
    shell.get_by_role("menuitem", name="Sign out").click()
    expect(shell.get_by_role("heading", name="Sign in")).to_be_visible()
    shell.goto(PAGE)
    expect(shell.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_help_opens_by_key_gives_focus_back_and_can_be_silenced(shell: Page) -> None:
    shell.focus("#workspace-button")
    shell.keyboard.press("?")
    expect(shell.locator("#shortcuts")).to_be_visible()
    shell.get_by_label("Single-key shortcuts").uncheck()
    shell.keyboard.press("Escape")
    expect(shell.locator("#workspace-button")).to_be_focused()
    shell.keyboard.press("?")
    expect(shell.locator("#shortcuts")).to_be_hidden()


def test_keys_are_silent_while_typing(shell: Page) -> None:
    field = shell.locator("input[type=password]").first
    field.focus()
    shell.keyboard.type("?g")
    expect(field).to_have_value("?g")
    expect(shell.locator("#shortcuts")).to_be_hidden()


def test_a_toast_is_spoken_waits_while_read_and_gives_focus_back(shell: Page) -> None:
    shell.clock.install()
    shell.focus("#workspace-button")
    shell.evaluate(TOAST)
    toast = shell.locator(".toast")
    expect(toast).to_be_visible()
    shell.clock.run_for(100)
    expect(shell.locator("#live")).to_have_text("Saved")
    toast.get_by_role("button", name="Dismiss").focus()
    shell.clock.run_for(20_000)
    expect(toast).to_be_visible()
    shell.keyboard.press("Enter")
    expect(toast).to_have_count(0)
    expect(shell.locator("#workspace-button")).to_be_focused()


def test_toasts_go_after_six_seconds_and_are_never_more_than_three(shell: Page) -> None:
    shell.clock.install()
    for _time in range(5):
        shell.evaluate(TOAST)
    expect(shell.locator(".toast")).to_have_count(3)
    shell.clock.run_for(6_100)
    expect(shell.locator(".toast")).to_have_count(0)


def test_a_failed_request_says_so_and_can_be_tried_again(shell: Page, axe: Callable[[], None]) -> None:
    shell.focus("#workspace-button")
    shell.route(f"**{PAGE}", lambda route: route.abort())
    shell.evaluate(ASK + ".catch(() => null)")
    toast = shell.locator(".toast", has_text="No connection")
    expect(toast).to_be_visible()
    assert focused(shell) == "workspace-button"
    axe()
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=204)

    shell.unroute(f"**{PAGE}")
    shell.route(f"**{PAGE}", answer)
    toast.get_by_role("button", name="Try again").click()
    expect(toast).to_have_count(0)
    shell.wait_for_timeout(200)
    assert len(asked) == 1
    expect_focus_kept(shell)


def test_an_error_of_the_server_names_its_reference(shell: Page) -> None:
    shell.route(f"**{PAGE}", lambda route: route.fulfill(status=500, headers={"X-Request-ID": "abc12345"}))
    shell.evaluate(ASK + ".catch(() => null)")
    expect(shell.locator(".toast")).to_contain_text("Reference abc12345")


def test_being_offline_is_said_in_place(shell: Page) -> None:
    expect(shell.locator("#offline")).to_be_hidden()
    shell.context.set_offline(True)
    expect(shell.locator("#offline")).to_be_visible()
    shell.context.set_offline(False)
    expect(shell.locator("#offline")).to_be_hidden()


def test_a_session_that_is_over_is_renewed_over_the_page(shell: Page, axe: Callable[[], None]) -> None:
    field = shell.locator("input[type=password]").first
    field.fill("typed before")
    shell.context.clear_cookies(name="sessionid")
    shell.evaluate(ASK + ".catch(() => null)")
    dialog = shell.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    axe()
    dialog.get_by_label("Password").fill("not the password")
    shell.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("do not match")
    dialog.get_by_label("Password").fill(PASSWORD)
    with shell.expect_response(lambda response: response.url.endswith(PAGE) and response.ok):
        shell.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(field).to_have_value("typed before")
    expect_focus_kept(shell)


def test_unsaved_work_is_not_left_without_a_question(shell: Page) -> None:
    asked: list[str] = []
    shell.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss())[1])
    shell.locator("input[type=password]").first.press_sequentially("x")
    shell.get_by_role("link", name="Cancel").click()
    shell.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert shell.url.endswith(PAGE)


def test_a_refused_form_puts_the_focus_into_the_first_bad_field(shell: Page, axe: Callable[[], None]) -> None:
    shell.get_by_role("button", name="Change password").click()
    expect(shell.locator("[data-errors]")).to_be_visible()
    expect(shell.locator("input[aria-invalid=true]").first).to_be_focused()
    axe()
