"""Numbers go to the console that is open in the same browser: shown there, and rung once."""

import pytest
from playwright.sync_api import Page, expect

from evovoice.demo.cast import CUSTOMER
from tests.web.console.stage import button, field, is_live, party
from tests.web.dial.stage import Stage, looked_at, signed_in_before

pytestmark = pytest.mark.browser
_OWN_PAGE = (
    "<!doctype html><html lang=en><title>Ours</title><main><h1>Ours</h1>"
    '<evovoice-dial number="+1 312 555 0142" name="Bea"></evovoice-dial></main>'
    '<script type="module" src="/console/evovoice-dial.js"></script>'
)


@pytest.fixture
def console(page: Page, stage: Stage) -> Page:
    """Open and live in a tab of its own, with the phone of this browser."""
    opened = page.context.new_page()
    signed_in_before(opened, stage)
    is_live(opened)
    opened.wait_for_function("navigator.locks.query().then(({ held }) => held.length)")
    return opened


def _is_closed(window: Page) -> None:
    if not window.is_closed():
        window.wait_for_event("close")


def test_press_in_another_page_is_dialled_by_the_console_and_its_window_closes_c123(
    page: Page, stage: Stage, console: Page
) -> None:
    """The page with the button hears all the same how it goes."""
    page.goto(stage.crm.origin)
    with page.expect_popup() as opening:
        page.get_by_role("button", name="Call Bea").click()
    small = opening.value
    small.get_by_text("Shown in the open console.").wait_for()
    expect(page.locator("#last")).to_have_text("connected")
    expect(party(console, "+13125550142")).to_contain_text("talking")
    assert (1, 2) == (len(stage.calls()), stage.parties())
    looked_at(small, "dial-passed")
    button(console, "Hang up").click()
    expect(page.locator("#last")).to_have_text("left")
    _is_closed(small)


def test_press_in_a_call_adds_to_it_in_the_console_c123(
    page: Page, stage: Stage, console: Page
) -> None:
    stage.cast.call_in()
    button(console, "Hold", CUSTOMER).wait_for()
    page.goto(stage.crm.origin)
    with page.expect_popup() as opening:
        page.get_by_role("button", name="Ring the supplier").click()
    expect(page.locator("#last")).to_have_text("busy")
    expect(console.locator(".failed li")).to_contain_text("The line is busy.")
    _is_closed(opening.value)
    page.get_by_role("button", name="Call Bea").click()
    expect(page.locator("#last")).to_have_text("connected")
    assert 3 == stage.parties()


def test_telephone_link_is_filled_in_in_the_open_console_c123(
    page: Page, stage: Stage, console: Page
) -> None:
    """It is not dialled; the tab that the link has opened may go on as a console of its own."""
    page.goto(stage.crm.origin)
    page.goto(f"{stage.base}/?dial=tel%3A%2B1-312-555-0142")
    page.get_by_text("Shown in the open console").wait_for()
    looked_at(page, "passed")
    expect(field(console)).to_have_value("+1 312 555 0142")
    expect(console.locator("#said")).to_contain_text("has come from another page")
    assert (f"{stage.base}/", []) == (page.url, stage.calls())
    button(page, "Open the console here too").click()
    is_live(page)
    expect(field(page)).to_have_value("")


def test_tab_that_a_link_has_opened_closes_itself_c123(
    page: Page, stage: Stage, console: Page
) -> None:
    page.goto(stage.crm.origin)
    with page.expect_popup() as opening:
        page.evaluate(f"window.open('{stage.base}/?dial=tel%3A%2B13125550142'); undefined")
    expect(field(console)).to_have_value("+1 312 555 0142")
    _is_closed(opening.value)


def test_button_in_a_page_of_our_own_opens_no_window_beside_a_console_c123(
    page: Page, stage: Stage, console: Page
) -> None:
    page.route("**/ours", lambda route: route.fulfill(body=_OWN_PAGE, content_type="text/html"))
    page.goto(f"{stage.base}/ours")
    page.get_by_role("button", name="Call Bea").click()
    page.get_by_text("In the call").wait_for()
    expect(party(console, "+13125550142")).to_contain_text("talking")
    assert (2, 2) == (stage.parties(), len(page.context.pages))
    looked_at(page, "dial-own-origin")
