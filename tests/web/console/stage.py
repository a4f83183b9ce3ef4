"""The service, the emulator and scripted phones as real processes, and a browser before them."""

import contextlib
import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from evovoice.cli import main
from evovoice.demo.cast import AGENT_EMAIL, AGENT_PASSWORD, COLLEAGUE, CUSTOMER, Cast, assemble
from evovoice.demo.processes import Processes
from tests.browser import window

BUSY, SILENT = "+13125550143", "+13125550144"
PATIENCE = 30  # seconds
expect.set_options(timeout=PATIENCE * 1000)
Session = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """Ann, whose device is a scripted phone, and her colleague Bea."""

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

    def end_all(self) -> None:
        """Nobody is left on the line."""
        for one in self.cast.api.get("/sessions/my")["sessions"]:
            if "EndSession" in one["allowed"]:
                self.cast.api._send("DELETE", f"/sessions/{one['id']}", None)
            else:  # it was not answered
                self.cast.hang_up(one["callSid"])
        until(lambda: not self.cast.api.get("/sessions/my")["sessions"])


class Unhurried(Processes):
    """A service that lets an agent add as many as the tests want to; its command line runs in this
    process, since a new one for each command would take most of the tests' time.
    """

    def command(self, *words: str) -> dict[str, Any]:
        said = io.StringIO()
        with pytest.MonkeyPatch.context() as patched, contextlib.redirect_stdout(said):
            for name, value in self._environment().items():
                patched.setenv(name, value)
            assert 0 == main([*words, "--json"])
        found: dict[str, Any] = json.loads(said.getvalue())
        return found

    def _environment(self) -> dict[str, str]:
        limits = {"EVOVOICE_ADDS_PER_MINUTE": "1000", "EVOVOICE_CALLS_AT_ONCE": "1000"}
        return {**super()._environment(), **limits}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Started once for all tests of a module."""
    processes = Unhurried(tmp_path_factory.mktemp("console"))
    try:
        cast = assemble(processes)
        (account,) = cast.api.get("/auth/status")["accountIds"]
        words = ("user", "add", "Bea", "--account", account, "--email", "bea@acme.test")
        bea = processes.command(*words, "--password", "horse correct", "--role", "User")
        cast.stage.put(f"/_emulator/phones/{BUSY}", {"outcome": "busy"})
        cast.stage.put(f"/_emulator/phones/{SILENT}", {"outcome": "answer", "answerAfter": 60})
        for address in (COLLEAGUE, CUSTOMER, f"client:{bea['identity']}"):
            cast.phone(address, answer_after=0.3)
        yield Stage(cast, f"client:{bea['identity']}")
    finally:
        processes.stop()


@pytest.fixture
def stage(furnished: Stage) -> Iterator[Stage]:
    """Ann's device answers at once; at the end nobody is left on the line."""
    furnished.cast.phone(furnished.cast.agent_device, answer_after=0)
    yield furnished
    furnished.end_all()


@pytest.fixture
def page(chromium: Browser, stage: Stage) -> Iterator[Page]:
    """The console before anybody has signed in; a refusal of the service is no script error."""
    with window(chromium, harmless="Failed to load resource") as opened:
        opened.set_default_timeout(PATIENCE * 1000)
        opened.goto(f"{stage.cast.api.base}/")
        yield opened
        opened.goto("about:blank")


@pytest.fixture
def console(page: Page) -> Page:
    """Ann has signed in, and the page is live."""
    sign_in(page)
    return page


def sign_in(page: Page, password: str = AGENT_PASSWORD) -> None:
    page.get_by_label("E-mail address").fill(AGENT_EMAIL)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    if password == AGENT_PASSWORD:
        page.get_by_text("Live", exact=True).wait_for()


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


def until(holds: Callable[[], object]) -> None:
    """Until it is so, or the test fails."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
