"""Started once for all of these tests: two browsers, the emulator, the product."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from evovoice.demo.cast import COLLEAGUE, Cast, assemble
from tests.emulator.outside_emulator import emulator
from tests.voice_sdk import needed
from tests.voice_sdk.application import application
from tests.voice_sdk.browsers import ANN, BOB, launch, person
from tests.voice_sdk.office import Office
from tests.voice_sdk.sdk_window import APPLICATION, KEY, SECRET
from tests.voice_sdk.stage import OURS, Stage
from tests.web.console.stage import Unhurried


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    needed.require()
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browsers(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Browser, Browser]]:
    """Whoever opens a window in the first says `ANN`, in the second `BOB`."""
    folder = tmp_path_factory.mktemp("tones")
    with ExitStack() as open_:
        ann, bob = (launch(playwright, tone, folder) for tone in (ANN, BOB))
        open_.callback(ann.close)
        open_.callback(bob.close)
        yield ann, bob


@pytest.fixture(scope="package")
def lasting_stage(browsers: tuple[Browser, Browser]) -> Iterator[Stage]:
    with ExitStack() as open_:
        app = open_.enter_context(application())
        ours = ["--number", f"{OURS}={app.address}/in", "--answer-after", "0.2"]
        ours += ["--api-key", f"{KEY}:{SECRET}"]
        ours += ["--application", f"{APPLICATION}={app.address}/out"]
        address = open_.enter_context(emulator(*ours, judged=False))
        ann, bob = (open_.enter_context(person(browser)) for browser in browsers)
        yield Stage(address, app, ann, bob)


@pytest.fixture
def stage(lasting_stage: Stage) -> Iterator[Stage]:
    """A test that failed leaves no window open, which would ring in the next one."""
    yield lasting_stage
    lasting_stage.end_all()


@pytest.fixture(scope="package")
def cast(
    browsers: tuple[Browser, Browser],  # noqa: ARG001 - without them it would be in vain
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Cast, list[str]]]:
    """The product, and which telephones have spoken in it so far."""
    processes = Unhurried(tmp_path_factory.mktemp("product"))
    try:
        found = assemble(processes)
        found.phone(COLLEAGUE, answer_after=0)
        yield found, []
    finally:
        processes.stop()


@pytest.fixture
def office(cast: tuple[Cast, list[str]], browsers: tuple[Browser, Browser]) -> Iterator[Office]:
    with ExitStack() as open_:
        ann, bob = (open_.enter_context(person(browser)) for browser in browsers)
        office = Office(cast[0], ann, bob, cast[1])
        yield office
        office.end_all()
