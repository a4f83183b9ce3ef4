"""What the console says of states that are no call: nobody there, over, silent, signed out."""

import pytest
from playwright.sync_api import Page, Route, expect

from evovoice.demo.cast import CUSTOMER
from tests.web.console.looks import looked_at
from tests.web.console.soft_phone import SoftPhone
from tests.web.console.stage import (
    Stage,
    button,
    field,
    look_now,
    sign_in,
    talking,
    until,
)

pytestmark = pytest.mark.browser


def test_without_a_call_it_says_whether_calls_are_taken_and_keys_that_there_is_none(
    console: Page,
) -> None:
    card = console.locator("evo-call .empty")
    expect(card).to_contain_text("Ready. Waiting for calls.")
    button(console, "Stop taking calls").click()
    expect(card).to_contain_text("You are not taking calls.")
    console.keyboard.press("m")
    expect(console.locator("#said")).to_contain_text("There is no call.")
    looked_at(console, "not-taking")


def test_calls_that_are_slow_to_read_are_seen_to_be_read(console: Page) -> None:
    """After a third of a second: what comes sooner is not announced by something else."""
    held: list[Route] = []
    console.route("**/sessions/my", lambda route: held.append(route), times=1)  # noqa: PLW0108
    console.reload(wait_until="commit")
    console.get_by_text("Reading your calls…").wait_for()
    delay = "getComputedStyle(document.querySelector('.awaited')).animationDelay"
    assert "0.3s" == console.evaluate(delay)
    looked_at(console, "reading")
    held.pop().continue_()
    expect(console.locator("evo-calls")).to_contain_text("Nobody is on the line.")
    console.get_by_text("Reading your calls…").wait_for(state="hidden")


def test_call_that_is_over_offers_to_save_and_to_call_back(console: Page, stage: Stage) -> None:
    talking(console, stage)
    call = stage.session()["id"]
    button(console, "Hang up").click()
    console.get_by_text("The call is over:").wait_for()
    console.get_by_label("Notes on this call").fill("Wants a refund")
    button(console, "Save").click()
    console.get_by_text("Saved").wait_for()
    until(lambda: stage.cast.api.get(f"/sessions/{call}")["consoleData"] == "Wants a refund")
    looked_at(console, "over-call-back")
    console.locator("evo-call").get_by_role("button", name=f"Call back {CUSTOMER}").click()
    expect(field(console)).to_have_value("+1 202 555 0123")


def test_stream_that_is_lost_says_how_long_nothing_was_heard_c119(
    console: Page, stage: Stage
) -> None:
    talking(console, stage)
    console.context.set_offline(True)
    look_now(console)
    expect(console.locator("evo-status")).to_contain_text("Silent for 0:")
    assert button(console, "Hang up").is_visible()
    console.context.set_offline(False)
    console.get_by_text("Silent for").wait_for(state="hidden")


def test_who_is_signed_out_in_a_call_can_mute_and_hang_up_all_the_same_c119(
    ready: SoftPhone,
) -> None:
    page = ready.page
    ready.stage.call_in()
    sid = ready.rings()
    ready.press("Answer")
    button(page, "Hold", CUSTOMER).wait_for()
    page.context.clear_cookies()
    look_now(page)
    dialog = page.locator("#sign-in")
    dialog.get_by_text("Your call goes on.").wait_for()
    dialog.get_by_role("button", name="Mute").click()
    expect(dialog.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("fake.call.isOff")
    looked_at(page, "signed-out-in-a-call")
    dialog.get_by_role("button", name="Hang up").click()
    ready.until(
        lambda: (
            not any(one["sid"] == sid and one["status"] == "in-progress" for one in ready.calls())
        )
    )
    dialog.get_by_text("Your call goes on.").wait_for(state="hidden")
    sign_in(page)


def test_ring_is_silenced_and_the_call_can_be_answered_all_the_same(ready: SoftPhone) -> None:
    ready.stage.call_in()
    ready.rings()
    assert ready.page.evaluate("fake.ringsByItself") is False
    looked_at(ready.page, "silence")
    ready.press("Silence")
    button(ready.page, "Silence").wait_for(state="hidden")
    ready.press("Answer")
    button(ready.page, "Hold", CUSTOMER).wait_for()
