"""A phone in a page: the carrier's library is a double, its calls are those of the emulator."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Page

from evovoice.demo.cast import CUSTOMER
from tests.web.console.stage import (
    PATIENCE,
    Stage,
    button,
    without_library,
)

FAKE = Path(__file__).with_name("fake_sdk.js").read_text()
T = TypeVar("T")


class SoftPhone:
    """Ann's device; the page is one that has not been opened yet."""

    def __init__(self, page: Page, stage: Stage) -> None:
        self.page, self.stage = page, stage
        stage.cast.stage.put(f"/_emulator/phones/{stage.cast.agent_device}", {"outcome": "silent"})
        page.expose_function("carrier", self._act)
        page.add_init_script(FAKE)
        without_library(page)

    def press(self, name: str) -> None:
        button(self.page, name).click()

    def sees(self, text: str) -> None:
        self.page.get_by_text(text, exact=True).locator("visible=true").first.wait_for()

    def microphone_fails(self, name: str) -> None:
        """With that exception, whenever it is asked for; an empty one: it does not."""
        self.page.evaluate("name => sessionStorage.setItem('microphone', name)", name)

    def rings(self) -> str:
        """The device rings at the emulator by now, and the library says so; the leg's SID."""
        leg = self.until(lambda: self._leg("ringing"))
        self.page.evaluate("([sid, from]) => fake.ring(sid, from)", [leg["sid"], leg["from"]])
        return str(leg["sid"])

    def talks(self) -> str:
        """The customer has called and she has answered; the SID of her leg."""
        self.stage.call_in()
        sid = self.rings()
        self.press("Answer")
        button(self.page, "Hold", CUSTOMER).wait_for()
        return sid

    def is_answered_elsewhere(self, sid: str) -> None:
        """Another device of hers has the leg, and the library says so."""
        self._act("answer", sid)
        self.page.evaluate("fake.call.emit('cancel')")

    def is_hung_up(self, sid: str) -> None:
        """The carrier has ended the leg, and the library says so."""
        self.until(lambda: not self._is_up(sid))
        self.page.evaluate("fake.end()")

    def is_lost(self, sid: str) -> None:
        """The library hangs up as its page goes."""
        self._act("hangup", sid)

    def until(self, found: Callable[[], T]) -> T:
        deadline = time.monotonic() + PATIENCE
        while not (one := found()):
            assert time.monotonic() < deadline, "it did not happen"
            self.page.wait_for_timeout(20)  # what the page asks of us is answered meanwhile
        return one

    def calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.stage.cast.stage.get("/_emulator/state")["calls"]
        return found

    def sessions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.stage.cast.api.get("/sessions/my")["sessions"]
        return found

    def presence(self) -> str:
        return str(self.stage.cast.api.get("/app/presence")["agentState"])

    def _leg(self, status: str) -> dict[str, Any] | None:
        legs = [one for one in self.calls() if one["to"] == self.stage.cast.agent_device]
        return next((one for one in legs if one["status"] == status), None)

    def _is_up(self, sid: str) -> bool:
        return any(one["sid"] == sid and one["status"] == "in-progress" for one in self.calls())

    def _act(self, act: str, sid: str, more: dict[str, Any] | None = None) -> None:
        self.stage.cast.stage.post(f"/_emulator/calls/{sid}/{act}", more or {})
