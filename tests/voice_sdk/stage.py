"""The emulator, an application that it asks, and the windows of two browsers."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError

from playwright.sync_api import BrowserContext

from evovoice.emulator.audio.tones import pitch_of_telephone
from tests.emulator.outside_emulator import ask, sdk, wait_for
from tests.voice_sdk.application import Application
from tests.voice_sdk.browsers import ANN, hears
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

    def talks_with_bob(self, ann: SdkWindow) -> SdkWindow:
        """Ann calls Bob, who answers in a window of his own and hears her."""
        bob = self.window(self.bob).ready("bob")
        self.app.answer("/out", "<Dial><Client>bob</Client></Dial>")
        ann.dial()
        bob.sees("incoming")
        bob.does("call.accept()")
        hears(bob.page, ANN)
        return bob

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

    def end_all(self) -> None:
        """No window is open, and every telephone that has called is put down."""
        for page in (*self.ann.pages, *self.bob.pages):
            page.close()
        for one in self.state()["calls"]:
            if one["status"] in {"ringing", "in-progress"} and one["from"] == CUSTOMER:
                with suppress(HTTPError):  # it has ended by itself meanwhile
                    self.control("POST", f"/calls/{one['sid']}/hangup")
        wait_for(lambda: not self.pages())

    def tells(self, window: SdkWindow, content: str) -> None:
        """The application sends a message to that window's call; what was sent before has come."""
        call = sdk(self.emulator).calls(window.does("call.parameters.CallSid"))
        call.user_defined_messages.create(content=content)
        assert content == window.sees("messageReceived")

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
