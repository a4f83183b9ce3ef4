"""/phone in a real browser against service and emulator; only the carrier's library is a double."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from evovoice.demo.cast import AGENT_EMAIL, AGENT_PASSWORD, COLLEAGUE, CUSTOMER
from tests.browser import screenshot, window
from tests.web.console.soft_phone import FAKE, SoftPhone
from tests.web.console.stage import Stage, without_library

pytestmark = pytest.mark.browser


@pytest.fixture
def ann(chromium: Browser, stage: Stage) -> Iterator[SoftPhone]:
    """Her window; an answer that refuses is no script error."""
    with window(chromium, harmless="Failed to load resource") as page:
        phone = SoftPhone(page, stage)
        page.goto(f"{stage.cast.api.base}/phone#{AGENT_EMAIL}")
        yield phone


def _sign_in(page: Page, password: str = AGENT_PASSWORD) -> None:
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def test_agent_takes_calls_dials_and_takes_a_call_back_in_a_page(ann: SoftPhone) -> None:
    """Each step is seen by the carrier and by the service, not by the page alone."""
    _sign_in_and_start(ann)
    _answer_mute_and_leave(ann)
    _dial_by_keyboard(ann)
    _be_cut_off_and_come_back(ann)
    _decline(ann)
    ann.press("Stop taking calls")
    ann.sees("You are not taking calls.")
    ann.until(lambda: ann.presence() == "NotReady")


def _sign_in_and_start(ann: SoftPhone) -> None:
    """A wrong password and a refused microphone are told where they matter."""
    ann.page.get_by_label("E-mail address").wait_for()
    screenshot(ann.page, "phone-1-entry")
    assert AGENT_EMAIL == ann.page.get_by_label("E-mail address").input_value()
    _sign_in(ann.page, "wrong")
    ann.until(lambda: ann.page.locator("#entryProblem").inner_text())
    _sign_in(ann.page)
    ann.sees("You are not taking calls.")
    ann.microphone_fails("NotAllowedError")
    ann.press("Start taking calls")
    ann.until(lambda: "may not use your microphone" in ann.page.locator("#status").inner_text())
    screenshot(ann.page, "phone-2-refused")
    ann.microphone_fails("")
    ann.press("Start taking calls")
    ann.sees("Ready. Waiting for calls.")
    ann.until(lambda: ann.presence() == "Ready")
    screenshot(ann.page, "phone-3-ready")


def _answer_mute_and_leave(ann: SoftPhone) -> None:
    """The incoming call does not move the focus; hanging up is leaving, so nobody waits."""
    ann.page.get_by_label("Number, or name").focus()
    ann.stage.call_in()
    sid = ann.rings()
    ann.sees(f"{CUSTOMER} calls")
    assert "destination" == ann.page.evaluate("document.activeElement.name")
    ann.until(lambda: ann.page.locator("#cried").inner_text())
    screenshot(ann.page, "phone-4-incoming")
    ann.press("Answer")
    ann.sees(f"You talk with {CUSTOMER}")
    ann.press("Mute")
    ann.sees("Muted: nobody hears you")
    assert ann.page.evaluate("fake.call.isOff")
    ann.press("Keypad")
    ann.page.get_by_role("button", name="Key star").click()
    ann.page.keyboard.type("7#")
    assert "*7#" == ann.page.locator("#digits").inner_text()
    screenshot(ann.page, "phone-5-call")
    ann.press("Hang up")
    ann.is_hung_up(sid)
    ann.sees("Ready. Waiting for calls.")
    ann.until(lambda: not ann.sessions())


def _dial_by_keyboard(ann: SoftPhone) -> None:
    """The own phone answers by itself, and then whom she calls rings."""
    ann.page.get_by_label("Number, or name").fill(COLLEAGUE)
    ann.page.keyboard.press("Enter")
    sid = ann.rings()
    ann.sees(f"You talk with {COLLEAGUE}")
    ann.press("Hang up")
    ann.is_hung_up(sid)
    ann.until(lambda: not ann.sessions())


def _be_cut_off_and_come_back(ann: SoftPhone) -> None:
    """A page that is loaded again hangs up its leg, and that is no leaving (E2)."""
    ann.stage.call_in()
    lost = ann.rings()
    ann.press("Answer")
    ann.sees(f"You talk with {CUSTOMER}")
    ann.page.reload()
    ann.is_lost(lost)
    ann.sees(f"Your call with {CUSTOMER} was cut off. They wait with music.")
    screenshot(ann.page, "phone-6-cut-off")
    ann.press("Take the call back")
    sid = ann.rings()
    ann.sees(f"You talk with {CUSTOMER}")
    ann.until(lambda: ["Connected"] == [one["callState"] for one in ann.sessions()])
    ann.press("Hang up")
    ann.is_hung_up(sid)
    ann.until(lambda: not ann.sessions())


def _decline(ann: SoftPhone) -> None:
    ann.sees("Ready. Waiting for calls.")
    ann.stage.call_in()
    ann.rings()
    ann.press("Decline")
    ann.until(lambda: ann.page.locator("#incoming").is_hidden())
    ann.until(lambda: not ann.sessions())


def test_page_is_usable_at_320_pixels_dark_and_without_the_library(
    chromium: Browser, stage: Stage
) -> None:
    """It says what is missing and how to get it, and nothing scrolls sideways."""
    with window(chromium, harmless="Failed to load resource") as page:
        page.set_viewport_size({"width": 320, "height": 700})
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        without_library(page)
        page.goto(f"{stage.cast.api.base}/phone#{AGENT_EMAIL}")
        _sign_in(page)
        page.get_by_text("This installation has no softphone library").wait_for()
        screenshot(page, "phone-7-narrow")
        assert 320 == page.evaluate("document.documentElement.scrollWidth")


def test_two_tabs_of_one_browser_have_one_phone(ann: SoftPhone) -> None:
    """The other tab says so, and takes it over by a press."""
    _sign_in(ann.page)
    ann.sees("You are not taking calls.")
    other = ann.page.context.new_page()
    other.add_init_script("window.carrier = () => {}")
    other.add_init_script(FAKE)
    without_library(other)
    other.goto(f"{ann.stage.cast.api.base}/phone")
    other.get_by_text("Your phone is in another tab of this browser.").locator(
        "visible=true"
    ).first.wait_for()
    other.get_by_role("button", name="Use the phone here").click()
    other.get_by_role("button", name="Start taking calls").wait_for()
    ann.sees("Your phone is in another tab of this browser.")
    other.close()
    ann.page.get_by_role("button", name="Start taking calls").wait_for()
