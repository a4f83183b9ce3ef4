"""The console in trouble: what was lost is told, and the page is true again by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, StorageState, expect

from evovoice.demo.cast import COLLEAGUE, CUSTOMER
from tests.web.console.looks import looked_at
from tests.web.console.stage import (
    Stage,
    add,
    both_ways,
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
from tests.web.console.truth import page_is_true

pytestmark = pytest.mark.browser


@both_ways
def test_lost_stream_is_told_and_the_page_is_true_again_afterwards_c119(
    console: Page, stage: Stage
) -> None:  # fmt: skip
    talking(console, stage)
    console.context.set_offline(True)
    look_now(console)
    console.get_by_text("Connection lost. Trying again").wait_for()
    assert button(console, "Hang up").is_visible()
    _add_elsewhere(stage)
    console.context.set_offline(False)
    button(console, "Remove", COLLEAGUE).wait_for()
    is_live(console)
    page_is_true(console, stage)


@both_ways
def test_page_is_true_though_the_service_takes_no_more_streams_c119(
    console: Page, stage: Stage
) -> None:
    """Asked to come back later, it reads every two seconds, and says so."""
    talking(console, stage)
    full = {"status": 503, "headers": {"Retry-After": "5"}}
    console.route("**/events?detail=members", lambda route: route.fulfill(**full))
    look_now(console)
    console.get_by_text("Live updates are full. Reading every 2 s.").wait_for()
    _add_elsewhere(stage)
    button(console, "Remove", COLLEAGUE).wait_for()
    page_is_true(console, stage)
    looked_at(console, "polling")
    console.unroute("**/events?detail=members")
    for _ in range(5):  # it asks for the stream again after five times
        look_now(console)
    is_live(console)
    page_is_true(console, stage)


@both_ways
def test_page_that_comes_back_after_too_long_is_true_c119(console: Page, stage: Stage) -> None:
    """What it has missed is forgotten: the service says so, and all is read again."""
    talking(console, stage)
    asked: list[str] = []

    def as_after_long(route: Route) -> None:
        asked.append(route.request.headers["last-event-id"])
        route.continue_(headers={**route.request.headers, "last-event-id": "1-1-1"})

    console.context.set_offline(True)
    look_now(console)
    console.get_by_text("Connection lost. Trying again").wait_for()
    _add_elsewhere(stage)
    console.route("**/events?detail=members", as_after_long)
    console.context.set_offline(False)
    button(console, "Remove", COLLEAGUE).wait_for()
    is_live(console)
    page_is_true(console, stage)
    assert asked


def test_page_that_was_frozen_or_slept_reads_all_again_c119(console: Page, stage: Stage) -> None:
    """What a browser does with a tab that nobody looks at, and a machine that is closed."""
    talking(console, stage)
    devtools = console.context.new_cdp_session(console)
    devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    _add_elsewhere(stage)
    until(lambda: 3 == len(stage.up()))
    devtools.send("Page.setWebLifecycleState", {"state": "active"})
    button(console, "Remove", COLLEAGUE).wait_for()
    page_is_true(console, stage)
    with console.expect_response("**/events?detail=members"):
        console.clock.set_fixed_time(datetime.now(UTC) + timedelta(minutes=1))
    is_live(console)
    page_is_true(console, stage)


def _add_elsewhere(stage: Stage) -> None:
    """By another program of the agent's."""
    members = f"/sessions/{stage.session()['id']}/conference/members"
    stage.cast.api.post(members, {"destination": COLLEAGUE})


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
    page_is_true(console, stage)
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
