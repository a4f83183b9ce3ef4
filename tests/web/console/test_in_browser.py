"""The agents' console in a real browser: calls as they are played by scripted phones."""

import json

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from evovoice.demo.cast import COLLEAGUE, CUSTOMER
from tests.browser import chromium, screenshot, window
from tests.web.console.axe import flaws
from tests.web.console.stage import (
    BUSY,
    SILENT,
    Stage,
    add,
    button,
    console,
    field,
    furnished,
    page,
    party,
    sign_in,
    stage,
    talking,
    until,
)

__all__ = ["chromium", "console", "furnished", "page", "stage"]

pytestmark = pytest.mark.browser
PHONE = {"width": 320, "height": 640}


def looked_at(page: Page, name: str) -> None:
    """The page at this moment has no flaw of accessibility, light on a desk and dark on a phone."""
    desk = page.viewport_size
    assert desk
    assert [] == flaws(page), name
    screenshot(page, f"{name}-light")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert [] == flaws(page), f"{name}, dark on a phone"
    screenshot(page, f"{name}-dark-phone")
    page.set_viewport_size(desk)
    page.emulate_media(color_scheme="light")


def test_signs_in_after_a_wrong_password_and_out_again(page: Page) -> None:
    sign_in(page, "wrong")
    page.get_by_text("E-mail address or password is wrong.").wait_for()
    assert [] == flaws(page)
    screenshot(page, "sign-in")
    sign_in(page)
    page.get_by_text("This installation has no softphone library").or_(
        button(page, "Start taking calls")
    ).first.wait_for()
    looked_at(page, "empty")
    button(page, "Sign out").click()
    page.get_by_label("E-mail address").wait_for()


def test_a_ringing_call_is_announced_moves_no_focus_and_is_declined(
    console: Page, stage: Stage
) -> None:  # fmt: skip
    stage.cast.phone(stage.cast.agent_device, answer_after=60)
    field(console).focus()
    stage.call_in()
    button(console, "Decline").wait_for()
    expect(console.locator("#cried")).to_have_text(f"Incoming call: {CUSTOMER}.")
    assert "dial-field" == console.evaluate("document.activeElement.id")
    assert console.title().startswith(CUSTOMER)
    looked_at(console, "ringing")
    button(console, "Decline").click()
    button(console, "Decline").wait_for(state="hidden")


def test_adds_by_number_and_by_name_and_says_who_is_where(console: Page, stage: Stage) -> None:
    talking(console, stage)
    field(console).press_sequentially("(312) 555-0142")
    field(console).press("Enter")
    button(console, "Remove", COLLEAGUE).wait_for()
    field(console).press_sequentially("be")
    console.get_by_role("option", name="Bea").wait_for()
    field(console).press("ArrowDown")
    assert [] == flaws(console)
    screenshot(console, "directory")
    field(console).press("Enter")
    assert "Bea" == field(console).input_value()
    field(console).press("Enter")
    button(console, "Remove", "Bea").wait_for()
    expect(console.locator("#said")).to_contain_text("Bea is in the call.")
    assert ["Customer", "You", "Added", "Colleague"] == [
        one.inner_text() for one in console.locator(".party .quiet[data-part=role]").all()
    ]
    looked_at(console, "four")


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


def test_who_is_not_reached_is_told_with_the_reason_and_called_again_c106(
    console: Page, stage: Stage
) -> None:  # fmt: skip
    talking(console, stage)
    add(console, BUSY)
    failed = console.locator(".failed li")
    expect(failed).to_contain_text("The line is busy.")
    looked_at(console, "not-reached")
    stage.cast.phone(BUSY, answer_after=0)
    failed.get_by_role("button", name="Call again").click()
    button(console, "Remove", BUSY).wait_for()
    stage.cast.stage.put(f"/_emulator/phones/{BUSY}", {"outcome": "busy"})
    add(console, "911")
    console.get_by_text("Emergency numbers cannot be added to a call.").wait_for()
    add(console, SILENT)
    button(console, "Cancel", SILENT).click()
    party(console, SILENT).wait_for(state="hidden")


def test_each_party_is_held_and_muted_by_buttons_of_their_own(console: Page, stage: Stage) -> None:
    talking(console, stage)
    add(console, COLLEAGUE)
    button(console, "Remove", COLLEAGUE).wait_for()
    button(console, "Hold", COLLEAGUE).click()
    button(console, "Mute", CUSTOMER).click()
    expect(party(console, COLLEAGUE)).to_contain_text("on hold")
    expect(party(console, CUSTOMER)).to_contain_text("muted")
    assert ("Hold", True) == (
        stage.member(COLLEAGUE)["callState"], stage.member(CUSTOMER)["muted"]
    )  # fmt: skip
    button(console, "Hold", COLLEAGUE).click()
    expect(party(console, COLLEAGUE)).to_contain_text("talking")
    button(console, "Hold all").click()
    expect(button(console, "Hold all")).to_have_attribute("aria-pressed", "true")
    assert "Hold" == stage.session()["callState"]
    button(console, "Hold all").click()
    expect(button(console, "Hold all")).to_have_attribute("aria-pressed", "false")


def test_consults_swaps_brings_all_together_and_goes_back_c108(
    console: Page, stage: Stage
) -> None:  # fmt: skip
    talking(console, stage)
    field(console).fill("Bea")
    button(console, "Consult").click()
    console.get_by_text("You talk with Bea.").wait_for()
    looked_at(console, "consulting")
    button(console, "Swap").click()
    console.get_by_text("Bea is on hold.").wait_for()
    button(console, "Back to +1 202 555 0123").click()
    party(console, "Bea").wait_for(state="hidden")
    expect(party(console, CUSTOMER)).to_contain_text("talking")
    field(console).fill("Bea")
    button(console, "Consult").click()
    console.get_by_text("You talk with Bea.").wait_for()
    button(console, "All talk").click()
    button(console, "All talk").wait_for(state="hidden")
    expect(party(console, CUSTOMER)).to_contain_text("talking")


def test_a_whole_call_by_keyboard_alone(console: Page, stage: Stage) -> None:
    """Add, mute, hold, notes, hand over; a party's row by its number."""
    keys = console.keyboard
    stage.call_in()
    button(console, "Hold", CUSTOMER).wait_for()
    keys.press("a")
    keys.type("Bea")
    console.get_by_role("option", name="Bea").wait_for()
    keys.press("ArrowDown")
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    console.get_by_text("You talk with Bea.").wait_for()
    keys.press("F8")
    console.get_by_text("Muted: nobody hears you").wait_for()
    keys.press("Escape")
    keys.press("m")
    console.get_by_text("Muted: nobody hears you").wait_for(state="hidden")
    keys.press("n")
    keys.type("Bea takes over. m h l")
    expect(console.get_by_text("Saved")).to_be_visible()
    keys.press("Shift+F8")
    assert "Mute" == console.evaluate("document.activeElement.textContent")
    for _ in ("Hold all", "Keypad", "Leave"):
        keys.press("ArrowRight")
    assert "Leave" == console.evaluate("document.activeElement.textContent")
    keys.press("3")
    assert "Hold Bea" == console.evaluate("document.activeElement.getAttribute('aria-label')")
    keys.press("l")
    console.get_by_text("You have left. The others talk on.").wait_for()
    assert "Bea takes over. m h l" == stage.session()["consoleData"]


def test_single_keys_are_shown_and_can_be_switched_off(console: Page, stage: Stage) -> None:
    talking(console, stage)
    console.keyboard.press("?")
    console.get_by_text("Mute or unmute yourself").wait_for()
    assert [] == flaws(console)
    screenshot(console, "keys")
    console.get_by_label("Single keys are on").click()
    console.keyboard.press("Escape")
    console.keyboard.press("h")
    console.keyboard.press("F8")
    console.get_by_text("Muted: nobody hears you").wait_for()
    expect(button(console, "Hold all")).to_have_attribute("aria-pressed", "false")


def test_reload_loses_nothing_and_notes_are_open_past_the_end(console: Page, stage: Stage) -> None:
    talking(console, stage)
    add(console, COLLEAGUE)
    button(console, "Remove", COLLEAGUE).wait_for()
    notes = console.get_by_label("Notes on this call")
    notes.fill("About the invoice")
    console.get_by_text("Saved").wait_for()
    console.reload()
    button(console, "Remove", COLLEAGUE).wait_for()
    assert "About the invoice" == notes.input_value()
    button(console, "End for all").click()
    button(console, "Press again to end for all").click()
    console.get_by_text("The call is over:").wait_for()
    notes.fill("About the invoice, settled")
    expect(console.get_by_text("Saved")).to_be_visible()
    looked_at(console, "over")


def test_places_a_call_from_the_own_device_and_finds_it_in_the_history_c100(console: Page) -> None:
    add(console, COLLEAGUE)
    expect(party(console, COLLEAGUE)).to_contain_text("talking")
    button(console, "Hang up").click()
    console.get_by_text("The call is over:").wait_for()
    console.get_by_role("link", name="History").click()
    console.get_by_label("Number or name").fill("312 555 0142")
    console.keyboard.press("Enter")
    row = console.get_by_role("row").filter(has_text=COLLEAGUE).first
    expect(row).to_contain_text("Outgoing, talked")
    looked_at(console, "history")
    row.get_by_role("button", name="Call back").click()
    assert "+1 312 555 0142" == field(console).input_value()
    console.go_back()
    row.wait_for()


def test_lost_stream_is_told_and_the_page_is_true_again_afterwards_c119(
    console: Page, stage: Stage
) -> None:  # fmt: skip
    talking(console, stage)
    console.context.set_offline(True)
    console.evaluate("window.dispatchEvent(new Event('online'))")  # look now, not in 40 s
    console.get_by_text("Connection lost. Trying again").wait_for()
    assert button(console, "Hang up").is_visible()
    stage.cast.api.post(
        f"/sessions/{stage.session()['id']}/conference/members", {"destination": COLLEAGUE}
    )
    console.context.set_offline(False)
    button(console, "Remove", COLLEAGUE).wait_for()
    console.get_by_text("Live", exact=True).wait_for()


def test_who_is_signed_out_signs_in_over_the_page_c119(console: Page, stage: Stage) -> None:
    talking(console, stage)
    console.context.clear_cookies()
    button(console, "Hold", CUSTOMER).click()
    console.get_by_text("Sign in again to go on; your call is not touched.").wait_for()
    assert console.locator(".party").first.is_visible()
    sign_in(console)
    button(console, "Hold", CUSTOMER).click()
    expect(party(console, CUSTOMER)).to_contain_text("on hold")


def test_ready_or_not_is_told_to_the_service_and_to_every_page_c99(
    chromium: Browser, console: Page, stage: Stage
) -> None:  # fmt: skip
    """The library of the phone may be there or not: without it the service alone is told."""
    if not console.get_by_text("No sound in this page").is_visible():
        pytest.skip("the phone in the page decides it; see the tests of the phone")
    with window(chromium, harmless="Failed to load resource") as other:
        other.goto(f"{stage.cast.api.base}/")
        sign_in(other)
        button(console, "Stop taking calls").click()
        button(other, "Start taking calls").click()
        button(console, "Stop taking calls").wait_for()
        other.goto("about:blank")


def test_hostile_names_stay_text_and_nothing_breaks_the_policy(
    console: Page, stage: Stage
) -> None:  # fmt: skip
    """A breach of the policy is a script error, which fails every test here."""
    hostile = "<img src=x onerror=document.title='owned'>"
    stage.cast.stage.post("/_emulator/calls", {"from": hostile, "to": "+14155550100"})
    button(console, "Hold all").wait_for()
    notes = console.get_by_label("Notes on this call")
    notes.fill(hostile)
    console.get_by_text("Saved").wait_for()
    assert hostile == stage.session()["consoleData"] == notes.input_value()
    assert "owned" not in console.title()
    assert 0 == console.locator("main img").count()


def test_page_is_small_and_soon_there(console: Page, stage: Stage) -> None:
    """All of it but the phone's library: at most 100 kB as sent, usable within a second."""
    talking(console, stage)
    console.reload()
    button(console, "Hold", CUSTOMER).wait_for()
    timing = json.loads(
        console.evaluate(
            "JSON.stringify({at: performance.now(), all: performance.getEntriesByType('resource')"
            ".filter(one => /console/.test(one.name)).map(one => one.encodedBodySize)})"
        )
    )
    assert 20 < len(timing["all"])
    assert sum(timing["all"]) < 100_000
    assert timing["at"] < 5000  # the bar is 1000 on a machine of its own


def test_keys_go_at_once_to_the_party_who_was_added_last_c112(console: Page, stage: Stage) -> None:
    """By press, by key and pasted; shown as they went."""
    talking(console, stage)
    console.keyboard.press("d")
    pad = console.locator("evo-keypad")
    pad.get_by_text("Keys go to +1 202 555 0123.").wait_for()
    pad.get_by_role("button", name="Key 4").click()
    console.keyboard.press("2")
    pad.get_by_role("button", name="Key hash").click()
    pad.get_by_text("Sent: 42#").wait_for()
    looked_at(console, "keypad")
    console.keyboard.press("Escape")
    pad.wait_for(state="hidden")
