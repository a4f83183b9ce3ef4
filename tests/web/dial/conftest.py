"""One service for the tests of a module; each test has a window of its own, with its pop-ups."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from evovoice.demo.cast import COLLEAGUE, assemble
from tests.browser import chromium, window
from tests.web.console.stage import PATIENCE, until
from tests.web.dial.stage import SUPPLIER, ForOnePage, Stage, served

__all__ = ["chromium"]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Started once for all tests here."""
    processes = ForOnePage(tmp_path_factory.mktemp("dial"))
    with served() as crm, served() as stranger:
        processes.allowed = crm.origin
        try:
            cast = assemble(processes)
            for address in (COLLEAGUE, cast.agent_device):
                cast.phone(address, answer_after=0)
            cast.stage.put(f"/_emulator/phones/{SUPPLIER}", {"outcome": "busy"})
            yield Stage(cast, crm, stranger)
        finally:
            processes.stop()


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
