"""Debian's Chromium, for the tests of our pages; any script error on a page fails its test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, StorageState, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE = 10_000  # milliseconds
QUIETLY = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def started() -> Iterator[Browser]:
    """A browser, closed at the end; CI has to have it, elsewhere the test is skipped without it.

    It ends with this process, however that ends: Playwright's driver hears that its input is
    closed, and Chromium that the driver's pipe is.
    """
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing")
        pytest.skip(f"{CHROMIUM} is missing")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIETLY)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One for all tests of a module; each opens windows of its own."""
    with started() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A window that fails the test on any script error."""
    with window(chromium) as opened:
        yield opened


@contextmanager
def window(
    browser: Browser, harmless: str | None = None, kept: StorageState | None = None
) -> Iterator[Page]:
    """A window of its own; `harmless`: how messages begin that are no script errors; `kept`: what
    a browser has kept from before, such as who has signed in.
    """
    context = browser.new_context(
        viewport={"width": 1440, "height": 1000}, storage_state=kept, reduced_motion="reduce"
    )
    try:
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE)
        faults = _faults_of(opened, harmless)
        yield opened
    finally:
        context.close()
    assert [] == faults


def _faults_of(page: Page, harmless: str | None) -> list[str]:
    """What goes wrong in the page from now on."""
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        is_harmless = harmless is not None and message.text.startswith(harmless)
        if message.type == "error" and not is_harmless:
            faults.append(message.text)

    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", note)
    return faults


def screenshot(page: Page, name: str) -> None:
    """Kept where SCREENSHOTS says, if it says anything."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
