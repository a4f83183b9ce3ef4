"""The product with sound: a call rings in Ann's console, and three others come into it.

Everybody has a tone of their own, and hears exactly the others.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from evovoice.demo.cast import (
    AGENT_EMAIL,
    AGENT_PASSWORD,
    COLLEAGUE,
    COLLEAGUE_EMAIL,
    CUSTOMER,
    Cast,
    assemble,
)
from evovoice.demo.processes import Processes
from evovoice.emulator.audio.tones import pitch_of_telephone
from tests.emulator.outside_emulator import wait_for
from tests.voice_sdk.browsers import ANN, BOB, hears, person
from tests.web.console.stage import add, button

pytestmark = pytest.mark.browser
CUSTOMERS, COLLEAGUES = (pitch_of_telephone(number) for number in range(2))


@dataclass(frozen=True, slots=True)
class Office:
    """Service and emulator, and the browsers of the two agents."""

    cast: Cast
    ann: BrowserContext
    bob: BrowserContext

    def console(self, context: BrowserContext, base: str, email: str) -> Page:
        """Signed in, and taking calls."""
        page = context.new_page()
        page.goto(f"{base}/#{email}")
        page.get_by_label("Password").fill(AGENT_PASSWORD)
        page.keyboard.press("Enter")
        button(page, "Start taking calls").click()
        button(page, "Stop taking calls").wait_for()
        return page

    def speaks(self, number: str) -> None:
        """Whoever is at the telephone there does, for longer than the test takes."""
        wait_for(lambda: self._is_talking(number))
        self.cast.stage.post(f"/_emulator/calls/{self._sid(number)}/speech", {"seconds": 600})

    def _is_talking(self, number: str) -> bool:
        return any(one["status"] == "in-progress" for one in self._calls(number))

    def _sid(self, number: str) -> str:
        return str(self._calls(number)[-1]["sid"])

    def _calls(self, number: str) -> list[dict[str, Any]]:
        calls = self.cast.stage.get("/_emulator/state")["calls"]
        return [
            one
            for one in calls
            if number in (one["from"], one["to"]) and not one.get("parentCallSid")
        ]


@pytest.fixture
def office(browsers: tuple[Browser, Browser], tmp_path: Path) -> Iterator[Office]:
    processes = Processes(tmp_path)
    with ExitStack() as stack:
        stack.callback(processes.stop)
        cast = assemble(processes)
        cast.phone(COLLEAGUE, answer_after=0)
        ann, bob = (stack.enter_context(person(browser)) for browser in browsers)
        yield Office(cast, ann, bob)


def test_everybody_hears_exactly_the_others_also_on_hold_and_once_the_agent_has_left(
    office: Office,
) -> None:
    ann = office.console(office.ann, office.cast.api.base, AGENT_EMAIL)
    bob = office.console(office.bob, office.cast.other_url, COLLEAGUE_EMAIL)
    office.cast.call_in()
    button(ann, "Answer").click()
    office.speaks(CUSTOMER)
    hears(ann, CUSTOMERS)
    add(ann, "Bob")
    button(bob, "Answer").click()
    hears(ann, CUSTOMERS, BOB)
    hears(bob, CUSTOMERS, ANN)
    add(ann, "(312) 555-0142")
    office.speaks(COLLEAGUE)
    hears(ann, CUSTOMERS, BOB, COLLEAGUES)
    hears(bob, CUSTOMERS, ANN, COLLEAGUES)
    button(ann, "Hold", CUSTOMER).click()
    hears(ann, BOB, COLLEAGUES)
    hears(bob, ANN, COLLEAGUES)
    button(ann, "Hold", CUSTOMER).click()
    hears(bob, CUSTOMERS, ANN, COLLEAGUES)
    button(ann, "Leave").click()
    hears(bob, CUSTOMERS, COLLEAGUES)
    hears(ann)
