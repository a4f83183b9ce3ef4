"""One service, one emulator and one browser for all tests of the console and of the phone's page;
each test has a window of its own, in which nothing is left of another. A second pair of servers
serves the tests that run under both values of S1.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from playwright.sync_api import Browser, Page, StorageState

from evovoice.emulator.choices import JoinAt
from tests.browser import started
from tests.web.console.soft_phone import SoftPhone
from tests.web.console.stage import (
    Stage,
    Unhurried,
    console_window,
    furnish,
    open_console,
    sign_in_once,
    talking,
)

Furnished = tuple[Stage, StorageState]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with started() as browser:
        yield browser


@pytest.fixture(scope="package")
def furnished_by(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[JoinAt], Furnished]]:
    """The stage with that value of S1, started where it is asked for first, and what a browser
    has kept in which Ann has signed in there.
    """
    with ExitStack() as ends:

        @cache
        def furnished(join_at: JoinAt) -> Furnished:
            processes = Unhurried(tmp_path_factory.mktemp(f"console-{join_at}"), join_at)
            ends.callback(processes.stop)
            stage = furnish(processes)
            return stage, sign_in_once(chromium, stage)

        yield furnished


@pytest.fixture
def furnished(
    furnished_by: Callable[[JoinAt], Furnished], request: pytest.FixtureRequest
) -> Furnished:
    """By the value of S1 that `both_ways` gives; without that the emulator's own."""
    join_at: JoinAt = getattr(request, "param", "answer")
    return furnished_by(join_at)


@pytest.fixture
def kept(furnished: Furnished) -> StorageState:
    """What a browser has kept in which Ann has signed in."""
    return furnished[1]


@pytest.fixture
def stage(furnished: Furnished) -> Iterator[Stage]:
    """Ann takes calls, and her device answers at once; at the end nobody is left on the line."""
    stage, _ = furnished
    stage.begin()
    yield stage
    stage.end_all()


@pytest.fixture
def page(chromium: Browser, stage: Stage) -> Iterator[Page]:
    """The console before anybody has signed in."""
    with console_window(chromium) as opened:
        opened.goto(f"{stage.cast.api.base}/")
        yield opened


@pytest.fixture
def console(chromium: Browser, stage: Stage, kept: StorageState) -> Iterator[Page]:
    """Ann has signed in, and the page is live."""
    with console_window(chromium, kept) as opened:
        open_console(opened, stage)
        yield opened


@pytest.fixture
def in_call(console: Page, stage: Stage) -> Page:
    """The console while Ann talks to the customer."""
    talking(console, stage)
    return console


@pytest.fixture
def ann(chromium: Browser, stage: Stage, kept: StorageState) -> Iterator[SoftPhone]:
    """Signed in, with a phone in her page that is off."""
    with console_window(chromium, kept) as page:
        phone = SoftPhone(page, stage)
        open_console(page, stage)
        yield phone


@pytest.fixture
def ready(ann: SoftPhone) -> SoftPhone:
    ann.press("Start taking calls")
    ann.sees("Ready. Waiting for calls.")
    return ann
