"""What the phone in the page tells of its sound: the microphone, the line, and where it rings."""

import pytest
from playwright.sync_api import Page, expect

from evovoice.demo.cast import CUSTOMER
from tests.web.console.axe import flaws
from tests.web.console.looks import PHONE, looked_at
from tests.web.console.soft_phone import SoftPhone
from tests.web.console.stage import button, party
from tests.web.console.truth import page_is_true

pytestmark = pytest.mark.browser
TALKS = "You are talking, and you are muted: nobody hears you."
POOR = "Poor line (your side). A cable or another place may help."


def test_who_talks_while_muted_is_told_and_not_once_unmuted(ready: SoftPhone) -> None:
    """Silence is not told; no sound leaves the page for it, and it does not unmute."""
    page = ready.page
    ready.talks()
    page.evaluate("fake.hears(0)")
    ready.press("Mute")
    ready.sees("Muted: nobody hears you")
    expect(page.get_by_text(TALKS)).to_have_count(0)
    page.evaluate("fake.loudness.gain.value = 0.5")
    page.locator("evo-call").get_by_text(TALKS).wait_for()
    expect(page.locator("#cried")).to_have_text(TALKS)
    looked_at(page, "talks-muted")
    _is_seen_on_a_phone(page, TALKS)
    assert page.evaluate("fake.call.isOff")
    ready.press("Mute")
    page.locator("evo-call").get_by_text(TALKS).wait_for(state="hidden")
    assert not page.evaluate("fake.call.isOff")
    assert "ended" == page.evaluate("fake.microphone.getTracks()[0].readyState")  # let go


def _is_seen_on_a_phone(page: Page, text: str) -> None:
    """Without scrolling, and above the bar of buttons."""
    desk = page.viewport_size
    assert desk
    page.set_viewport_size(PHONE)
    sentence = page.locator("evo-call").get_by_text(text).bounding_box()
    bar = page.locator("evo-call .controls").bounding_box()
    assert sentence
    assert bar
    assert 0 <= sentence["y"] < sentence["y"] + sentence["height"] <= bar["y"]
    page.set_viewport_size(desk)


def test_level_of_the_microphone_is_shown_and_ends_with_the_call(ready: SoftPhone) -> None:
    page = ready.page
    sid = ready.talks()
    ready.press("Sound")
    meter = page.get_by_label("Your microphone")
    page.evaluate("fake.call.emit('volume', 0.6, 0)")
    expect(meter).to_have_js_property("value", 0.6)
    assert [] == flaws(page)
    page.keyboard.press("Escape")
    ready.press("Hang up")
    ready.is_hung_up(sid)
    ready.sees("Ready. Waiting for calls.")
    ready.press("Sound")
    expect(meter).to_have_js_property("value", 0)


def test_poor_line_is_told_while_it_is_poor_and_not_to_who_is_muted(ready: SoftPhone) -> None:
    """That nobody speaks is no poor line."""
    page = ready.page
    ready.talks()
    page.evaluate("fake.call.emit('warning', 'constant-audio-input-level')")
    page.evaluate("fake.call.emit('warning', 'high-jitter')")
    ready.sees(POOR)
    looked_at(page, "poor-line")
    ready.press("Mute")
    page.get_by_text(POOR).wait_for(state="hidden")
    ready.press("Mute")
    ready.sees(POOR)
    page.evaluate("fake.call.emit('warning-cleared', 'high-jitter')")
    page.get_by_text(POOR).wait_for(state="hidden")


def test_loudspeaker_that_is_chosen_rings_too_and_lost_microphone_is_told(
    ready: SoftPhone,
) -> None:
    """What was unplugged is chosen no more: the next call has the usual one."""
    page = ready.page
    ready.press("Sound")
    page.get_by_role("combobox", name="Loudspeaker").select_option("Headset (loudspeaker)")
    page.get_by_role("combobox", name="Microphone").select_option("Headset")
    page.keyboard.press("Escape")
    ready.until(lambda: page.evaluate("fake.ringer") == "s1")
    page.evaluate("fake.device.audio.emit('deviceChange', [{ deviceId: 'm1', label: 'Headset' }])")
    page.get_by_text("Headset was unplugged. The usual one is used.").wait_for()
    ready.talks()
    assert {"audio": True} == page.evaluate("fake.call.constraints")


def test_call_that_is_answered_elsewhere_stops_ringing_here_and_is_shown(
    ready: SoftPhone,
) -> None:
    """By a desk telephone of the same agent: the page steers that call and has no sound."""
    page = ready.page
    ready.stage.call_in()
    sid = ready.rings()
    button(page, "Answer").wait_for()
    ready.is_answered_elsewhere(sid)
    button(page, "Answer").wait_for(state="hidden")
    expect(party(page, CUSTOMER)).to_contain_text("talking")
    page_is_true(page, ready.stage)
    looked_at(page, "answered-elsewhere")
    button(page, "Mute").click()
    _is_muted_at_the_service(page, ready)


def _is_muted_at_the_service(page: Page, ready: SoftPhone) -> None:
    expect(button(page, "Mute")).to_have_attribute("aria-pressed", "true")
    page_is_true(page, ready.stage)
    assert ready.stage.member("Ann")["muted"]
