"""One service for all tests here; each test has a window of its own, with its pop-ups."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from evovoice.demo.cast import COLLEAGUE, assemble
from evovoice.emulator.choices import JoinAt
from tests.browser import chromium, window
from tests.web.console.stage import PATIENCE, until
from tests.web.dial.stage import SUPPLIER, ForOnePage, Stage, served

__all__ = ["chromium"]


@pytest.fixture(scope="package")
def stage_by(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[JoinAt], Stage]]:
    """The stage with that value of S1, started where it is asked for first."""
    with served() as crm, served() as stranger, ExitStack() as ends:

        @cache
        def started(join_at: JoinAt) -> Stage:
            processes = ForOnePage(tmp_path_factory.mktemp(f"dial-{join_at}"), join_at)
            processes.allowed = crm.origin
            ends.callback(processes.stop)
            cast = assemble(processes)
            for address in (COLLEAGUE, cast.agent_device):
                cast.phone(address, answer_after=0)
            cast.stage.put(f"/_emulator/phones/{SUPPLIER}", {"outcome": "busy"})
            return Stage(cast, crm, stranger)

        yield started


@pytest.fixture
def stage(stage_by: Callable[[JoinAt], Stage], request: pytest.FixtureRequest) -> Stage:
    """By the value of S1 that a test names; without one the emulator's own."""
    stage = stage_by(getattr(request, "param", "answer"))
    stage.begin()
    return stage


@pytest.fixture
def page(chromium: Browser, stage: Stage) -> Iterator[Page]:
    """A window whose pop-ups count too; at its end nobody is left on the line."""
    harmless = ("Failed to load resource", "Access to script", "Access to fetch")
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(harmless):
            faults.append(message.text)

    with window(chromium, harmless="") as opened:
        opened.context.set_default_timeout(PATIENCE * 1000)
        opened.context.on("console", note)
        opened.context.on("weberror", lambda error: faults.append(str(error.error)))
        yield opened
        for one in opened.context.pages:
            one.goto("about:blank")
    assert [] == faults
    for call in stage.calls():
        stage.cast.api._send("DELETE", f"/sessions/{call['id']}", None)
    until(lambda: not stage.calls())
