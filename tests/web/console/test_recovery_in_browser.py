"""The console in trouble: what was lost is told, and the page is true again by itself."""

import pytest
from playwright.sync_api import Browser, Page, Route, StorageState, expect

from evovoice.demo.cast import COLLEAGUE, CUSTOMER
from tests.web.console.looks import looked_at
from tests.web.console.stage import (
    Stage,
    add,
    button,
    console_window,
    is_live,
    look_now,
    open_console,
    party,
    sign_in,
    talking,
    until,
)

pytestmark = pytest.mark.browser


def test_lost_stream_is_told_and_the_page_is_true_again_afterwards_c119(
    console: Page, stage: Stage
) -> None:  # fmt: skip
    talking(console, stage)
    console.context.set_offline(True)
    look_now(console)
    console.get_by_text("Connection lost. Trying again").wait_for()
    assert button(console, "Hang up").is_visible()
    stage.cast.api.post(
        f"/sessions/{stage.session()['id']}/conference/members", {"destination": COLLEAGUE}
    )
    console.context.set_offline(False)
    button(console, "Remove", COLLEAGUE).wait_for()
    is_live(console)


def test_who_is_signed_out_signs_in_over_the_page_c119(console: Page, stage: Stage) -> None:
    talking(console, stage)
    console.context.clear_cookies()
    look_now(console)
    console.get_by_text("Sign in again to go on; your call is not touched.").wait_for()
    assert console.locator(".party").first.is_visible()
    looked_at(console, "signed-out")
    sign_in(console)
    button(console, "Hold", CUSTOMER).click()
    expect(party(console, CUSTOMER)).to_contain_text("on hold")


def test_one_press_rings_once_though_the_answer_is_lost_c119(console: Page, stage: Stage) -> None:
    """The first answer never comes: the same key is sent again."""
    talking(console, stage)
    asked: list[str | None] = []

    def lose_the_first(route: Route) -> None:
        asked.append(route.request.headers.get("idempotency-key"))
        if len(asked) > 1:
            return route.continue_()
        route.fetch()
        return route.abort()

    console.route("**/conference/members", lose_the_first)
    add(console, COLLEAGUE)
    button(console, "Remove", COLLEAGUE).wait_for()
    until(lambda: len(asked) == 2)
    assert asked[0] == asked[1] is not None
    assert 3 == len(stage.session()["members"])
    console.unroute("**/conference/members")


def test_reload_loses_nothing_and_notes_are_open_past_the_end(console: Page, stage: Stage) -> None:
    talking(console, stage)
    add(console, COLLEAGUE)
    button(console, "Remove", COLLEAGUE).wait_for()
    notes = console.get_by_label("Notes on this call")
    notes.fill("About the invoice")
    notes.blur()
    console.get_by_text("Saved").wait_for()
    console.reload()
    button(console, "Remove", COLLEAGUE).wait_for()
    assert "About the invoice" == notes.input_value()
    button(console, "End for all").click()
    button(console, "Press again to end for all").click()
    console.get_by_text("The call is over:").wait_for()
    notes.fill("About the invoice, settled")
    notes.blur()
    expect(console.get_by_text("Saved")).to_be_visible()
    looked_at(console, "over")


def test_service_that_restarts_is_told_and_loses_no_note(console: Page, stage: Stage) -> None:
    """The page shows afterwards what the service says."""
    talking(console, stage)
    add(console, COLLEAGUE)
    button(console, "Remove", COLLEAGUE).wait_for()
    notes = console.get_by_label("Notes on this call")
    with stage.processes.without_app():
        console.get_by_text("Connection lost. Trying again").wait_for()
        notes.fill("Wants a call back")
        looked_at(console, "lost")
        assert button(console, "Leave").get_attribute("aria-disabled") is None
    is_live(console)
    until(lambda: stage.session()["consoleData"] == "Wants a call back")
    shown = {one.inner_text().replace("\n", "") for one in console.locator(".party .name").all()}
    assert {one["displayName"] for one in stage.session()["members"]} == shown
    button(console, "Hold", CUSTOMER).click()
    expect(party(console, CUSTOMER)).to_contain_text("on hold")


def test_two_windows_of_one_agent_show_the_same_c99_c119(
    chromium: Browser, console: Page, stage: Stage, kept: StorageState
) -> None:
    """Whether she takes calls, what is done to the call, and its notes."""
    with console_window(chromium, kept) as other:
        open_console(other, stage)
        button(console, "Stop taking calls").click()
        button(other, "Start taking calls").click()
        button(console, "Stop taking calls").wait_for()
        stage.call_in()
        button(other, "Hold", CUSTOMER).click()
        expect(party(console, CUSTOMER)).to_contain_text("on hold")
        notes = "Notes on this call"
        console.get_by_label(notes).fill("Called twice")
        console.get_by_label(notes).blur()
        expect(other.get_by_label(notes)).to_have_value("Called twice")
        button(console, "Hang up").click()
        other.get_by_text("The call is over:").wait_for()
