"""The console with a phone in it: what it says and does with microphone, tabs, reload and keys."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from evovoice.demo.cast import COLLEAGUE, CUSTOMER
from tests.web.console.axe import flaws
from tests.web.console.looks import looked_at
from tests.web.console.soft_phone import FAKE, SoftPhone
from tests.web.console.stage import (
    BUSY,
    both_ways,
    button,
    console_window,
    field,
    is_live,
    look_now,
    open_console,
    party,
    sign_in,
    without_library,
)

pytestmark = pytest.mark.browser


def test_is_ready_only_with_a_microphone(ann: SoftPhone) -> None:
    """Refused, missing, taken: each says what to do; then it works."""
    for fault, told in (
        ("NotAllowedError", "Click the sign beside the address"),
        ("NotFoundError", "No microphone was found. Plug one in"),
        ("NotReadableError", "another program may have it"),
    ):
        ann.microphone_fails(fault)
        ann.press("Start taking calls")
        ann.page.get_by_text(told).wait_for()
        assert ann.page.evaluate("fake.device") is None
    looked_at(ann.page, "no-microphone")
    ann.microphone_fails("")
    ann.press("Start taking calls")
    ann.sees("Ready. Waiting for calls.")
    ann.until(lambda: ann.presence() == "Ready")
    looked_at(ann.page, "ready")


def test_own_mute_is_the_phones_and_outlives_devices_and_reconnecting(ready: SoftPhone) -> None:
    """At once and without the service: two talk on in a plain call. While the sound is away the
    call can be left all the same.
    """
    page = ready.page
    ready.talks()
    ready.press("Mute")
    ready.sees("Muted: nobody hears you")
    assert page.evaluate("fake.call.isOff")
    page.evaluate("fake.device.audio.emit('deviceChange', [{ deviceId: 'm1', label: 'Headset' }])")
    page.get_by_text("Headset was unplugged. The usual one is used.").wait_for()
    page.evaluate("fake.call.emit('error', { code: 53001, message: 'signalling is gone' })")
    page.evaluate("fake.call.emit('reconnecting')")
    page.get_by_text("Your audio is coming back…").wait_for()
    looked_at(page, "reconnecting")
    assert button(page, "Hang up").get_attribute("aria-disabled") is None
    page.evaluate("fake.call.emit('reconnected')")
    page.get_by_text("Your audio is coming back…").wait_for(state="hidden")
    expect(button(page, "Mute")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("fake.call.isOff")
    assert [False, False] == [one["muted"] for one in ready.stage.session()["members"]]
    expect(page.get_by_text("The call becomes a conference")).to_have_count(0)
    page.keyboard.press("m")
    expect(button(page, "Mute")).to_have_attribute("aria-pressed", "false")


@both_ways
def test_reload_in_a_call_is_warned_of_and_the_call_is_taken_back(ready: SoftPhone) -> None:
    lost = ready.talks()
    assert ready.page.evaluate("fake.options.closeProtection")
    ready.page.reload()
    ready.is_lost(lost)
    is_live(ready.page)
    button(ready.page, "Take the call back").wait_for()
    ready.sees("Your call with +1 202 555 0123 was cut off. They wait with music.")
    ready.sees("The phone in this page is off.")
    looked_at(ready.page, "cut-off")
    ready.press("Take the call back")
    ready.rings()
    expect(party(ready.page, CUSTOMER)).to_contain_text("talking")
    button(ready.page, "Hold", CUSTOMER).wait_for()


def test_phone_registers_anew_after_the_machine_has_slept_but_not_in_a_call(
    ready: SoftPhone,
) -> None:
    """What is registered may be deaf by then, and every call would be missed."""
    page = ready.page
    page.evaluate("window.before = fake.device")
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(minutes=1))
    ready.until(lambda: page.evaluate("Boolean(fake.device) && fake.device !== before"))
    ready.sees("Ready. Waiting for calls.")
    ready.talks()
    page.evaluate("window.before = fake.device")
    with page.expect_response("**/events?detail=members"):
        page.clock.set_fixed_time(datetime.now(UTC) + timedelta(minutes=5))
    is_live(page)
    assert page.evaluate("fake.device === before")
    assert button(page, "Hold", CUSTOMER).is_visible()


def test_one_of_two_tabs_has_the_phone_and_both_show_the_call(ready: SoftPhone) -> None:
    """The tab that rings is closed: the call goes on, and the other tab has it."""
    other = ready.page.context.new_page()
    other.add_init_script("window.carrier = () => {}")
    other.add_init_script(FAKE)
    without_library(other)
    open_console(other, ready.stage)
    button(other, "Use the phone here").wait_for()
    ready.stage.call_in()
    sid = ready.rings()
    expect(other.locator("evo-incoming")).to_contain_text("+1 202 555 0123 calls")
    assert not button(other, "Answer").is_visible()
    ready.press("Answer")
    for tab in (ready.page, other):
        expect(party(tab, CUSTOMER)).to_contain_text("talking")
    assert 0 == other.locator("evo-incoming .ring").count()
    button(other, "Use the phone here").click()
    other.get_by_text("A call goes on in the other tab. Hang up there first.").wait_for()
    ready.page.close()
    ready.is_lost(sid)
    button(other, "Start taking calls").wait_for()
    button(other, "Take the call back").wait_for()


def test_microphone_and_loudspeaker_are_chosen_in_a_call(ready: SoftPhone) -> None:
    """One that is muted stays so with another microphone."""
    page = ready.page
    ready.talks()
    ready.press("Mute")
    ready.press("Sound")
    page.get_by_role("combobox", name="Microphone").select_option("Headset")
    page.get_by_role("combobox", name="Loudspeaker").select_option("Headset (loudspeaker)")
    assert [] == flaws(page)
    page.keyboard.press("Escape")
    assert page.evaluate("fake.call.isOff")
    ready.sees("Muted: nobody hears you")


def test_who_is_signed_out_in_a_call_still_mutes_by_key(ready: SoftPhone) -> None:
    ready.talks()
    ready.page.context.clear_cookies()
    look_now(ready.page)
    ready.page.get_by_text("Sign in again to go on; your call is not touched.").wait_for()
    expect(ready.page.locator("evo-status")).to_contain_text("Signed out")
    expect(ready.page.locator("evo-status")).not_to_contain_text("No connection")
    ready.page.keyboard.press("F8")
    assert ready.page.evaluate("fake.call.isOff")
    sign_in(ready.page)
    ready.sees("Muted: nobody hears you")


@both_ways
def test_whole_story_by_keyboard_alone_in_two_windows(chromium: Browser, ready: SoftPhone) -> None:
    """Answer, busy with its reason, the next number, hold, remove, consult, hand over, and the
    others talk on until the end.
    """
    page, keys, stage = ready.page, ready.page.keyboard, ready.stage
    keys.press("a")
    stage.call_in()
    ready.rings()
    button(page, "Answer").wait_for()
    assert "dial-field" == page.evaluate("document.activeElement.id")
    keys.press("F2")
    button(page, "Hold", CUSTOMER).wait_for()
    _type_and_enter(page, BUSY)
    expect(page.locator(".failed li")).to_contain_text("The line is busy.")
    _type_and_enter(page, COLLEAGUE)
    button(page, "Remove", COLLEAGUE).wait_for()
    keys.press("Shift+F8")
    keys.press("h")
    expect(button(page, "Hold all")).to_have_attribute("aria-pressed", "true")
    keys.press("h")
    expect(button(page, "Hold all")).to_have_attribute("aria-pressed", "false")
    keys.press("3")
    _tab_to(page, f"Remove {COLLEAGUE}")
    keys.press("Enter")
    party(page, COLLEAGUE).wait_for(state="hidden")
    with console_window(chromium) as bea:
        bea.goto(f"{stage.cast.api.base}/")
        sign_in(bea, "horse correct", "bea@acme.test")
        _consult_and_hand_over(page, "Bea")
        page.get_by_text("You have left. The others talk on.").wait_for()
        looked_at(page, "left")
        expect(party(bea, CUSTOMER)).to_contain_text("talking")
        stage.cast.hang_up(stage.call_of(CUSTOMER)["sid"])
        bea.get_by_text("The call is over:").wait_for()


def _consult_and_hand_over(page: Page, name: str) -> None:
    page.keyboard.press("a")
    page.keyboard.type(name)
    page.get_by_role("option", name=name).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    _tab_to(page, "Consult")
    page.keyboard.press("Enter")
    page.get_by_text(f"You talk with {name}.").wait_for()
    page.keyboard.press("Escape")
    _tab_to(page, "Hand over", "Shift+Tab")
    page.keyboard.press("Enter")


def _type_and_enter(page: Page, text: str) -> None:
    field(page).clear()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def _tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """By that key to the button of that name."""
    named = (
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
    )
    for _ in range(40):
        if page.evaluate(named) == name:
            return
        page.keyboard.press(key)
    raise AssertionError(f"{name} is not reached by {key}")
