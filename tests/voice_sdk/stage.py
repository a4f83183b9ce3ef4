"""The emulator, an application that it asks, and the windows of two browsers."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext

from evovoice.emulator.audio.tones import pitch_of_telephone
from tests.emulator.outside_emulator import ask, wait_for
from tests.voice_sdk.application import Application
from tests.voice_sdk.sdk_window import SdkWindow

OURS, CUSTOMER, COLLEAGUE = "+15550001111", "+15559998888", "+15552223333"


@dataclass(frozen=True, slots=True)
class Stage:
    """The emulator, the application that it asks, and the windows of two browsers."""

    emulator: str
    app: Application
    ann: BrowserContext
    bob: BrowserContext
    speakers: list[str] = field(default_factory=list)  # telephones, as they begin to speak

    def window(self, context: BrowserContext) -> SdkWindow:
        """With the SDK, which has done nothing yet."""
        return SdkWindow(context, self.app.page, self.emulator)

    def control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        return ask(method, f"{self.emulator}/_emulator{path}", body)

    def state(self) -> dict[str, Any]:
        return self.control("GET", "/state")

    def call_in(self) -> str:
        """The customer calls our number; their call."""
        call = self.control("POST", "/calls", {"from": CUSTOMER, "to": OURS})
        return str(call["callSid"])

    def phone(self, number: str, **character: object) -> None:
        """How the telephone there behaves from now on."""
        self.control("PUT", f"/phones/{number}", character)

    def acts(self, number: str, deed: str) -> None:
        """Whoever is at the telephone there answers or hangs up."""
        wait_for(lambda: any(one["to"] == number for one in self.state()["calls"]))
        self.control("POST", f"/calls/{self.call(number)['sid']}/{deed}")

    def speaks(self, sid: str) -> int:
        """Whoever is at the telephone of that call does, for a long time; with which tone."""
        self.control("POST", f"/calls/{sid}/speech", {"seconds": 600})
        self.speakers.append(sid)
        return pitch_of_telephone(len(self.speakers) - 1)

    def call(self, to: str) -> dict[str, Any]:
        """The latest one there."""
        found: dict[str, Any] = [one for one in self.state()["calls"] if one["to"] == to][-1]
        return found

    def ends(self, sid: str) -> str:
        """Waits for the end of that call; how it ended."""
        over = {"completed", "busy", "failed", "no-answer", "canceled"}
        wait_for(lambda: self._status(sid) in over)
        return self._status(sid)

    def pages(self, *identities: str) -> list[str]:
        """The names of the pages that are registered, of these identities or all."""
        devices = self.state()["devices"]
        return [one["name"] for one in devices if one["identity"] in (identities or ("ann", "bob"))]

    def frames(self) -> list[str]:
        """The types of the messages that passed between the emulator and all pages."""
        return [one["type"] for one in self.control("GET", "/log")["signalling"]]

    def _status(self, sid: str) -> str:
        (found,) = [one["status"] for one in self.state()["calls"] if one["sid"] == sid]
        return str(found)
