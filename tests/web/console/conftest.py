"""One service, one emulator and one browser for all tests of the console and of the phone's page;
each test has a window of its own, in which nothing is left of another.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser import started
from tests.web.console.stage import (
    Stage,
    Unhurried,
    console_window,
    furnish,
    open_console,
    sign_in_once,
)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with started() as browser:
        yield browser


@pytest.fixture(scope="package")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    processes = Unhurried(tmp_path_factory.mktemp("console"))
    try:
        yield furnish(processes)
    finally:
        processes.stop()


@pytest.fixture(scope="package")
def kept(chromium: Browser, furnished: Stage) -> StorageState:
    """What a browser has kept in which Ann has signed in."""
    return sign_in_once(chromium, furnished)


@pytest.fixture
def stage(furnished: Stage) -> Iterator[Stage]:
    """Ann takes calls, and her device answers at once; at the end nobody is left on the line."""
    furnished.begin()
    yield furnished
    furnished.end_all()


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
