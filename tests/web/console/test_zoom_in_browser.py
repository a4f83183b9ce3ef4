"""The console for eyes and hands that need it otherwise: 400 % zoom, colours of the system's own,
nothing that moves (WCAG 2.2: 1.4.1, 1.4.10, 2.3.3, 2.4.7, 2.4.11).
"""

import pytest
from playwright.sync_api import Locator, Page, expect

from evovoice.demo.cast import COLLEAGUE, CUSTOMER
from tests.browser import screenshot
from tests.web.console.axe import flaws
from tests.web.console.stage import BUSY, Stage, add, button, party, talking

pytestmark = pytest.mark.browser
ZOOMED = {"width": 320, "height": 256}  # a window of 1280 by 1024 pixels at 400 %
# Of the element with the focus: its name, whether it had it before, and how many of nine points of
# it are to be seen.
_FOCUS = """() => {
  const one = document.activeElement
  const before = (window.hadFocus ??= new Set())
  const isAgain = before.has(one)
  before.add(one)
  const box = one.getBoundingClientRect()
  const shares = [0.1, 0.5, 0.9]
  const at = shares.flatMap(x => shares.map(y =>
    document.elementFromPoint(box.left + x * box.width, box.top + y * box.height)))
  const isPart = found => found && (one.contains(found) || found.closest('label')?.contains(one))
  return {
    name: one.getAttribute('aria-label') || one.textContent.trim() || one.id || one.dataset.part,
    isOver: isAgain || one === document.body,
    seen: at.filter(isPart).length,
    over: at.filter(found => !isPart(found)).map(found => found?.outerHTML.slice(0, 80)),
  }
}"""
# What begins or ends beyond the edges of the window, and cannot be scrolled to.
_BEYOND = """() => [...document.querySelectorAll('main *, header *, evo-incoming *')]
  .filter(one => one.checkVisibility({ visibilityProperty: true }))
  .filter(one => !one.closest('.unseen, .scroll, .log, .why'))
  .filter(one => {
    const { left, right } = one.getBoundingClientRect()
    return right > innerWidth + 0.5 || left < -0.5
  })
  .map(one => one.outerHTML.slice(0, 80))
"""
_LOOK = """one => {
  const { color, backgroundColor, borderColor, outlineStyle, outlineWidth } = getComputedStyle(one)
  return { color, backgroundColor, borderColor, outlineStyle, outlineWidth }
}"""


@pytest.fixture
def console(console: Page, stage: Stage) -> Page:
    """Ann talks to three, one of whom is on hold; one was not reached."""
    talking(console, stage)
    for name in (COLLEAGUE, "Bea"):
        add(console, name)
        button(console, "Remove", name).wait_for()
    add(console, BUSY)
    expect(console.locator(".failed > li")).to_contain_text("The line is busy.")
    button(console, "Hold", COLLEAGUE).click()
    expect(party(console, COLLEAGUE)).to_contain_text("on hold")
    return console


def _focus_is_always_seen(page: Page, first: Locator) -> set[str]:
    """By Tab from that element to the end; the names of what had the focus."""
    names: set[str] = set()
    first.focus()
    for _ in range(80):
        focus = page.evaluate(_FOCUS)
        if focus["isOver"]:
            page.evaluate("hadFocus.clear()")
            return names
        assert focus["seen"] >= 3, focus
        names.add(focus["name"])
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not come to an end: {names}")


def test_at_400_percent_nothing_is_lost_and_what_has_the_focus_is_seen(console: Page) -> None:
    """With four in the call and the keypad open; the list of keys and the history the same."""
    console.set_viewport_size(ZOOMED)
    button(console, "Keypad").click()
    button(console, "Key hash").wait_for()
    screenshot(console, "zoomed")
    assert [] == console.evaluate(_BEYOND)
    assert console.evaluate("document.documentElement.scrollWidth") == ZOOMED["width"]
    assert [] == flaws(console)
    names = _focus_is_always_seen(console, console.get_by_role("link", name="Calls"))
    parties = {f"Hold {CUSTOMER}", f"Mute {COLLEAGUE}", "Remove Bea", f"Call again {BUSY}"}
    assert parties | {"Keys", "Sign out", "Keypad", "dial-field", "Key hash", "Timeline"} <= names
    for deed in ("Mute", "Hold all", "Keypad", "Leave", "End for all"):
        button(console, deed).click(trial=True)  # it can be scrolled to, and nothing is over it
    button(console, "Keys").click()
    names = _focus_is_always_seen(console, console.get_by_label("Single keys are on"))
    assert {"Close"} <= names
    assert console.locator("#help").evaluate("one => one.scrollWidth <= one.clientWidth")
    screenshot(console, "zoomed-keys")
    console.keyboard.press("Escape")
    console.get_by_role("link", name="History").click()
    console.get_by_role("row").nth(1).wait_for()
    assert [] == console.evaluate(_BEYOND)
    _focus_is_always_seen(console, console.get_by_label("Number or name"))


def test_colours_of_the_system_leave_no_state_and_no_focus_unseen(console: Page) -> None:
    """What is pressed, what cannot be, which call is in front, and where the focus is."""
    console.emulate_media(forced_colors="active")
    button(console, "Mute").focus()
    console.keyboard.press("ArrowRight")
    screenshot(console, "forced-colours")
    assert _look(button(console, "Hold", COLLEAGUE)) != _look(button(console, "Hold", "Bea"))
    blocked = console.locator('evo-dial [data-deed="consult"]')
    assert "true" == blocked.get_attribute("aria-disabled")
    assert _look(blocked)["color"] != _look(button(console, "Keypad"))["color"]
    for focused in (button(console, "Hold all"), console.locator("evo-calls [aria-current]")):
        look = _look(focused)
        assert ("solid", "2px") == (look["outlineStyle"], look["outlineWidth"])
    console.emulate_media(forced_colors="active", color_scheme="dark")
    screenshot(console, "forced-colours-dark")


def _look(one: Locator) -> dict[str, str]:
    look: dict[str, str] = one.evaluate(_LOOK)
    return look


def test_nothing_moves_for_who_wants_that(page: Page) -> None:
    """The dot of a ringing call pulses for all others."""
    page.locator("body").evaluate(
        "body => { const pulse = document.createElement('span'); pulse.className = 'pulse';"
        " body.append(pulse); }"
    )
    page.emulate_media(reduced_motion="no-preference")
    assert 1 == page.evaluate("document.getAnimations().length")
    page.emulate_media(reduced_motion="reduce")
    assert 0 == page.evaluate("document.getAnimations().length")
