"""The service, the emulator and scripted phones as real processes, and a browser before them."""

import contextlib
import io
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, StorageState, expect

from evovoice.cli import main
from evovoice.demo.cast import (
    AGENT_EMAIL,
    AGENT_PASSWORD,
    COLLEAGUE,
    CUSTOMER,
    OUR_NUMBER,
    Cast,
    assemble,
)
from evovoice.demo.json_http import JsonHttp
from evovoice.demo.processes import Processes
from evovoice.emulator.choices import JoinAt
from tests.browser import window

BUSY, SILENT = "+13125550143", "+13125550144"
SWITCHED_OFF, VOICEMAIL = "+13125550146", "+13125550147"
PATIENCE = 30  # seconds
expect.set_options(timeout=PATIENCE * 1000)
Session = dict[str, Any]
# once under each value of S1: whoever is added is a leg dialled by REST, which joins a conference
both_ways = pytest.mark.parametrize("furnished", ["answer", "ringing"], indirect=True)
_LIBRARY = "*/console/sdk/*"
# whoever runs the tests may end without a word; its servers have process groups of their own
_ENDS_WITH_US = (
    "import ctypes, os, sys; getattr(ctypes.CDLL(None), 'prctl', id)(1, 15);"
    " os.execv(sys.executable, [sys.executable, '-m', 'evovoice', *sys.argv[1:]])"
)


class Unhurried(Processes):
    """A service that lets an agent add as many as the tests want to; its command line runs in this
    process, since a new one for each command would take most of the tests' time. The servers end
    with this process, however that ends (Linux). `join_at`: when a leg dialled by REST joins its
    conference (S1).
    """

    def __init__(self, folder: Path, join_at: JoinAt = "answer") -> None:
        super().__init__(folder)
        self._join_at = join_at

    def command(self, *words: str) -> dict[str, Any]:
        said = io.StringIO()
        with pytest.MonkeyPatch.context() as patched, contextlib.redirect_stdout(said):
            for name, value in self._environment().items():
                patched.setenv(name, value)
            assert 0 == main([*words, "--json"])
        found: dict[str, Any] = json.loads(said.getvalue())
        return found

    @contextmanager
    def without_app(self) -> Iterator[None]:
        """The service is away meanwhile, and comes back where it was."""
        app = self._running.pop()
        app.terminate()
        app.wait(PATIENCE)
        try:
            yield
        finally:
            self.start_app()

    def _start(self, name: str, words: Sequence[str], server: JsonHttp, path: str) -> None:
        more = ["--join-at", self._join_at] if name == "emulator" else []
        super()._start(name, [*words, *more], server, path)

    def _program(self) -> list[str]:
        return [sys.executable, "-c", _ENDS_WITH_US]

    def _environment(self) -> dict[str, str]:
        limits = {"EVOVOICE_ADDS_PER_MINUTE": "1000", "EVOVOICE_CALLS_AT_ONCE": "1000"}
        return {**super()._environment(), **limits}


@dataclass(frozen=True, slots=True)
class Stage:
    """Ann, whose device is a scripted phone, and her colleague Bea."""

    processes: Unhurried
    cast: Cast
    bea_device: str

    def call_in(self) -> str:
        """The customer calls; the SID of their call."""
        return self.cast.call_in()

    def session(self) -> Session:
        """The one call of Ann's that goes on."""
        (found,) = self.cast.api.get("/sessions/my")["sessions"]
        return dict(found)

    def member(self, name: str) -> dict[str, Any]:
        (found,) = [one for one in self.session()["members"] if one["displayName"] == name]
        return dict(found)

    def up(self) -> list[dict[str, Any]]:
        """The calls at the carrier that are not over."""
        calls = self.cast.stage.get("/_emulator/state")["calls"]
        return [one for one in calls if one["status"] in {"queued", "ringing", "in-progress"}]

    def call_of(self, address: str) -> dict[str, Any]:
        """That phone's call at the carrier, whichever side has placed it."""
        (found,) = [one for one in self.up() if address == _at(one)]
        return dict(found)

    def picks_up(self, address: str) -> None:
        """Whoever is at that phone, as soon as it rings."""
        until(lambda: self.call_of(address)["status"] == "ringing")
        self.cast.stage.post(f"/_emulator/calls/{self.call_of(address)['sid']}/answer", {})

    def hangs_up(self, address: str) -> None:
        """Whoever is at that phone does."""
        self.cast.hang_up(self.call_of(address)["sid"])

    def phone(self, address: str, outcome: str, after: float | None = None) -> None:
        """How whoever is called there answers from now on, after so many seconds of ringing."""
        character = {"outcome": outcome, "answerAfter": after}
        self.cast.stage.put(f"/_emulator/phones/{address}", character)

    def nobody_picks_up(self) -> None:
        """Whoever rings has rung for as long as the service lets them."""
        self.cast.stage.post("/_emulator/time", {"advance": 90})

    def begin(self) -> None:
        """Ann takes calls, and her device answers at once."""
        ready = {"agentState": "Ready", "deviceRegistered": True}
        self.cast.api._send("PATCH", "/app/presence", ready)
        self.cast.phone(self.cast.agent_device, answer_after=0)

    def end_all(self) -> None:
        """Nobody is left on the line."""
        for one in self.cast.api.get("/sessions/my")["sessions"]:
            if "EndSession" in one["allowed"]:
                self.cast.api._send("DELETE", f"/sessions/{one['id']}", None)
            else:  # it was not answered
                self.cast.hang_up(one["callSid"])
        until(lambda: not self.cast.api.get("/sessions/my")["sessions"])


def _at(call: dict[str, Any]) -> str:
    """Which phone that leg is at: one to our number is the caller's, any other whom it rings."""
    phone = "from" if call["to"] == OUR_NUMBER else "to"
    return str(call[phone])


def furnish(processes: Unhurried) -> Stage:
    """Both servers run, and the phones are told how to behave."""
    cast = assemble(processes)
    (account,) = cast.api.get("/auth/status")["accountIds"]
    words = ("user", "add", "Bea", "--account", account, "--email", "bea@acme.test")
    bea = processes.command(*words, "--password", "horse correct", "--role", "User")
    stage = Stage(processes, cast, f"client:{bea['identity']}")
    stage.phone(BUSY, "busy")
    stage.phone(SILENT, "silent")
    stage.phone(SWITCHED_OFF, "unreachable")
    stage.phone(VOICEMAIL, "voicemail", 0.5)
    for address in (COLLEAGUE, CUSTOMER, stage.bea_device):
        cast.phone(address, answer_after=0)
    return stage


def sign_in_once(browser: Browser, stage: Stage) -> StorageState:
    """What a browser keeps in which Ann has signed in."""
    context = browser.new_context()
    try:
        body = {"provider": "credentials", "userName": AGENT_EMAIL, "password": AGENT_PASSWORD}
        answer = context.request.post(f"{stage.cast.api.base}/auth/credentials", data=body)
        assert answer.ok
        return context.storage_state()
    finally:
        context.close()


@contextmanager
def console_window(browser: Browser, kept: StorageState | None = None) -> Iterator[Page]:
    """A window without the phone's library, whether that was fetched here or not; a refusal of the
    service is no script error.
    """
    with window(browser, harmless="Failed to load resource", kept=kept) as opened:
        opened.set_default_timeout(PATIENCE * 1000)
        without_library(opened)
        yield opened


def without_library(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setBlockedURLs", {"urls": [_LIBRARY]})


def open_console(page: Page, stage: Stage) -> None:
    """Where Ann has signed in already."""
    page.goto(f"{stage.cast.api.base}/")
    is_live(page)


def is_live(page: Page) -> None:
    page.get_by_text("Live", exact=True).wait_for()


def look_now(page: Page) -> None:
    """Whether the stream is there still, which the page would see within 40 s."""
    page.evaluate("window.dispatchEvent(new Event('online'))")


def sign_in(page: Page, password: str = AGENT_PASSWORD, email: str = AGENT_EMAIL) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    if password != "wrong":
        is_live(page)


def talking(page: Page, stage: Stage) -> None:
    """The customer calls and Ann's device answers."""
    stage.call_in()
    button(page, "Hold", CUSTOMER).wait_for()


def button(page: Page, deed: str, name: str = "") -> Locator:
    return page.get_by_role("button", name=f"{deed} {name}".strip(), exact=True)


def field(page: Page) -> Locator:
    """Where a name or number is typed."""
    return page.get_by_role("combobox", name="Name or number")


def party(page: Page, name: str) -> Locator:
    """The row of that party."""
    return page.locator(".parties > li").filter(has=page.locator(".name", has_text=name))


def add(page: Page, destination: str) -> None:
    """Typed and sent by Enter."""
    field(page).fill(destination)
    field(page).press("Enter")


def joins(page: Page, name: str) -> None:
    """Added by that name or number, they answer."""
    add(page, name)
    button(page, "Remove", name).wait_for()


def until(holds: Callable[[], object], otherwise: Callable[[], object] | None = None) -> None:
    """Until it is so, or the test fails and says what `otherwise` gives.

    A session, a call or a value of one that is not there yet (`KeyError`, `ValueError`) is waited
    for as well: notes, for one, are in no session before they are stored.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        is_late = time.monotonic() > deadline
        try:
            if holds():
                return
        except (KeyError, ValueError):
            if is_late:
                raise
        else:
            assert not is_late, otherwise() if otherwise else "it did not happen"
        time.sleep(0.02)
