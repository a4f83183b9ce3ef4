"""/phone in a real browser against service and emulator; only the carrier's library is a double."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, Page

from evovoice.demo.cast import (
    AGENT_EMAIL,
    AGENT_PASSWORD,
    COLLEAGUE,
    CUSTOMER,
    Cast,
    assemble,
)
from evovoice.demo.processes import Processes
from tests.browser import chromium, screenshot, window

__all__ = ["chromium"]

pytestmark = pytest.mark.browser
FAKE = Path(__file__).with_name("fake_sdk.js").read_text()
PATIENCE = 20  # seconds
NO_SDK = "**/console/sdk/**"
T = TypeVar("T")


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """Service and emulator; Ann's device rings until the test acts, the colleague answers soon."""
    processes = Processes(tmp_path_factory.mktemp("phone"))
    try:
        cast = assemble(processes)
        cast.stage.put(f"/_emulator/phones/{cast.agent_device}", {"outcome": "silent"})
        cast.phone(COLLEAGUE, answer_after=1)
        yield cast
    finally:
        processes.stop()


class Ann:
    """The page as she sees it, and her device at the emulator."""

    def __init__(self, page: Page, cast: Cast) -> None:
        self.page, self.cast = page, cast
        page.expose_function("carrier", self._act)
        page.add_init_script(FAKE)
        page.route(NO_SDK, lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.goto(f"{cast.api.base}/phone#{AGENT_EMAIL}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def sees(self, text: str) -> None:
        self.page.get_by_text(text, exact=True).locator("visible=true").first.wait_for()

    def sign_in(self, password: str = AGENT_PASSWORD) -> None:
        self.page.get_by_label("Password").fill(password)
        self.press("Sign in")

    def rings(self) -> str:
        """Her device at the emulator rings by now, and the library says so; the leg's SID."""
        leg = self.until(lambda: self._leg("ringing"))
        self.page.evaluate("([sid, from]) => fake.ring(sid, from)", [leg["sid"], leg["from"]])
        return str(leg["sid"])

    def is_hung_up(self, sid: str) -> None:
        """The carrier has ended the leg, and the library says so."""
        self.until(lambda: not self._is_up(sid))
        self.page.evaluate("fake.end()")

    def until(self, found: Callable[[], T]) -> T:
        deadline = time.monotonic() + PATIENCE
        while not (one := found()):
            assert time.monotonic() < deadline, "it did not happen"
            self.page.wait_for_timeout(50)  # what the page asks of us is answered meanwhile
        return one

    def calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.cast.stage.get("/_emulator/state")["calls"]
        return found

    def sessions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.cast.api.get("/sessions/my")["sessions"]
        return found

    def _leg(self, status: str) -> dict[str, Any] | None:
        legs = [one for one in self.calls() if one["to"] == self.cast.agent_device]
        return next((one for one in legs if one["status"] == status), None)

    def _is_up(self, sid: str) -> bool:
        return any(one["sid"] == sid and one["status"] == "in-progress" for one in self.calls())

    def _act(self, act: str, sid: str, more: dict[str, Any] | None = None) -> None:
        self.cast.stage.post(f"/_emulator/calls/{sid}/{act}", more or {})


@pytest.fixture
def ann(chromium: Browser, cast: Cast) -> Iterator[Ann]:
    """Her window; an answer that refuses is no script error."""
    with window(chromium, harmless="Failed to load resource") as page:
        yield Ann(page, cast)


def test_agent_takes_calls_dials_and_takes_a_call_back_in_a_page(ann: Ann) -> None:
    """Each step is seen by the carrier and by the service, not by the page alone."""
    _sign_in_and_start(ann)
    _answer_mute_and_leave(ann)
    _dial_by_keyboard(ann)
    _be_cut_off_and_come_back(ann)
    _decline(ann)
    ann.press("Stop taking calls")
    ann.sees("You are not taking calls.")
    ann.until(lambda: ann.cast.api.get("/app/presence")["agentState"] == "NotReady")


def _sign_in_and_start(ann: Ann) -> None:
    """A wrong password and a refused microphone are told where they matter."""
    ann.page.get_by_label("E-mail address").wait_for()
    screenshot(ann.page, "phone-1-entry")
    assert AGENT_EMAIL == ann.page.get_by_label("E-mail address").input_value()
    ann.sign_in("wrong")
    ann.until(lambda: ann.page.locator("#entryProblem").inner_text())
    ann.sign_in()
    ann.sees("You are not taking calls.")
    ann.page.evaluate("sessionStorage.setItem('microphone', 'refused')")
    ann.press("Start taking calls")
    ann.until(lambda: "may not use your microphone" in ann.page.locator("#status").inner_text())
    screenshot(ann.page, "phone-2-refused")
    ann.page.evaluate("sessionStorage.clear()")
    ann.press("Start taking calls")
    ann.sees("Ready. Waiting for calls.")
    presence = ann.until(lambda: ann.cast.api.get("/app/presence")["agentState"] == "Ready")
    assert presence
    screenshot(ann.page, "phone-3-ready")


def _answer_mute_and_leave(ann: Ann) -> None:
    """The incoming call does not move the focus; hanging up is leaving, so nobody waits."""
    ann.page.get_by_label("Number, or name").focus()
    ann.cast.call_in()
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


def _dial_by_keyboard(ann: Ann) -> None:
    """The own phone answers by itself, and then whom she calls rings."""
    ann.page.get_by_label("Number, or name").fill(COLLEAGUE)
    ann.page.keyboard.press("Enter")
    sid = ann.rings()
    ann.sees(f"You talk with {COLLEAGUE}")
    ann.press("Hang up")
    ann.is_hung_up(sid)
    ann.until(lambda: not ann.sessions())


def _be_cut_off_and_come_back(ann: Ann) -> None:
    """A page that is loaded again hangs up its leg, and that is no leaving (E2)."""
    ann.cast.call_in()
    lost = ann.rings()
    ann.press("Answer")
    ann.sees(f"You talk with {CUSTOMER}")
    ann.page.reload()
    ann._act("hangup", lost)  # as the library does when its page goes
    ann.sees(f"Your call with {CUSTOMER} was cut off. They wait with music.")
    screenshot(ann.page, "phone-6-cut-off")
    ann.press("Take the call back")
    sid = ann.rings()
    ann.sees(f"You talk with {CUSTOMER}")
    ann.until(lambda: ["Connected"] == [one["callState"] for one in ann.sessions()])
    ann.press("Hang up")
    ann.is_hung_up(sid)
    ann.until(lambda: not ann.sessions())


def _decline(ann: Ann) -> None:
    ann.sees("Ready. Waiting for calls.")
    ann.cast.call_in()
    ann.rings()
    ann.press("Decline")
    ann.until(lambda: ann.page.locator("#incoming").is_hidden())
    ann.until(lambda: not ann.sessions())


def test_page_is_usable_at_320_pixels_dark_and_without_the_library(
    chromium: Browser, cast: Cast
) -> None:
    """It says what is missing and how to get it, and nothing scrolls sideways."""
    with window(chromium, harmless="Failed to load resource") as page:
        page.set_viewport_size({"width": 320, "height": 700})
        page.emulate_media(color_scheme="dark")
        page.route(NO_SDK, lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.goto(f"{cast.api.base}/phone#{AGENT_EMAIL}")
        page.get_by_label("Password").fill(AGENT_PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_text("This installation has no softphone library").wait_for()
        screenshot(page, "phone-7-narrow")
        assert 320 == page.evaluate("document.documentElement.scrollWidth")


def test_two_tabs_of_one_browser_have_one_phone(ann: Ann) -> None:
    """The other tab says so, and takes it over by a press."""
    ann.sign_in()
    ann.sees("You are not taking calls.")
    other = ann.page.context.new_page()
    other.add_init_script("window.carrier = () => {}")
    other.add_init_script(FAKE)
    other.route(NO_SDK, lambda route: route.fulfill(body="", content_type="text/javascript"))
    other.goto(f"{ann.cast.api.base}/phone")
    other.get_by_text("Your phone is in another tab of this browser.").locator(
        "visible=true"
    ).first.wait_for()
    other.get_by_role("button", name="Use the phone here").click()
    other.get_by_role("button", name="Start taking calls").wait_for()
    ann.sees("Your phone is in another tab of this browser.")
    other.close()
    ann.page.get_by_role("button", name="Start taking calls").wait_for()
