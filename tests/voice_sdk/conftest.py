"""Started once for all of these tests: two browsers, and the emulator with their windows."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.emulator.outside_emulator import emulator
from tests.voice_sdk import needed
from tests.voice_sdk.application import application
from tests.voice_sdk.browsers import ANN, BOB, launch, person
from tests.voice_sdk.sdk_window import APPLICATION, KEY, SECRET
from tests.voice_sdk.stage import OURS, Stage


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
def stage(browsers: tuple[Browser, Browser]) -> Iterator[Stage]:
    with ExitStack() as open_:
        app = open_.enter_context(application())
        ours = ["--number", f"{OURS}={app.address}/in", "--answer-after", "0.2"]
        ours += ["--api-key", f"{KEY}:{SECRET}"]
        ours += ["--application", f"{APPLICATION}={app.address}/out"]
        address = open_.enter_context(emulator(*ours, judged=False))
        ann, bob = (open_.enter_context(person(browser)) for browser in browsers)
        yield Stage(address, app, ann, bob)
