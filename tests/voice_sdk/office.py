"""The product: service and emulator, and the browsers of two agents."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Page

from evovoice.demo.cast import AGENT_EMAIL, AGENT_PASSWORD, Cast
from evovoice.demo.json_http import HttpProblem
from evovoice.emulator.audio.tones import pitch_of_telephone
from tests.emulator.outside_emulator import wait_for
from tests.web.console.stage import button


@dataclass(frozen=True, slots=True)
class Office:
    """Ann and Bob; `speakers` are the calls of telephones, as they began to speak."""

    cast: Cast
    ann: BrowserContext
    bob: BrowserContext
    speakers: list[str] = field(default_factory=list)

    def console(self, context: BrowserContext, base: str = "", email: str = AGENT_EMAIL) -> Page:
        """Signed in, and taking calls; Ann unless said otherwise."""
        page = self._signed_in(context, f"{base or self.cast.api.base}/#{email}")
        button(page, "Start taking calls").click()
        button(page, "Stop taking calls").wait_for()
        return page

    def phone(self, context: BrowserContext) -> Page:
        """The page of Ann's phone alone, signed in."""
        return self._signed_in(context, f"{self.cast.api.base}/phone#{AGENT_EMAIL}")

    def phone_again(self, context: BrowserContext) -> Page:
        """Another tab of a browser in which Ann has signed in."""
        page = context.new_page()
        page.goto(f"{self.cast.api.base}/phone")
        return page

    def call_in(self) -> None:
        """The customer calls, once the service knows that Ann is ready; her page says so before."""
        wait_for(lambda: "Ready" == self.cast.api.get("/app/presence")["agentState"])
        self.cast.call_in()

    def speaks(self, number: str) -> int:
        """Whoever is at the telephone there does, for longer than a test takes; with which tone."""
        wait_for(lambda: self._latest(number).get("status") == "in-progress")
        sid = self._latest(number)["sid"]
        self.cast.stage.post(f"/_emulator/calls/{sid}/speech", {"seconds": 600})
        self.speakers.append(sid)
        return pitch_of_telephone(len(self.speakers) - 1)

    def end_all(self) -> None:
        """Every telephone is put down."""
        for one in self.cast.stage.get("/_emulator/state")["calls"]:
            if one["status"] in {"ringing", "in-progress"} and one["direction"] == "inbound":
                with suppress(HttpProblem):  # it has ended by itself meanwhile
                    self.cast.hang_up(one["sid"])

    def _signed_in(self, context: BrowserContext, address: str) -> Page:
        page = context.new_page()
        page.goto(address)
        page.get_by_label("Password").fill(AGENT_PASSWORD)
        page.keyboard.press("Enter")
        return page

    def _latest(self, number: str) -> dict[str, Any]:
        """That telephone's call; empty before there is one."""
        found: dict[str, Any] = {}
        for one in self.cast.stage.get("/_emulator/state")["calls"]:
            if number in (one["from"], one["to"]) and not one.get("parentCallSid"):
                found = one
        return found
