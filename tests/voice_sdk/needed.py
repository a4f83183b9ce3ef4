"""What these tests cannot do without; CI has to have it, elsewhere they are skipped."""

import os

import pytest

from evovoice.emulator.audio.process import is_installed
from evovoice.web.console.sdk_lock import FOLDER, SCRIPT, is_fetched, locked
from tests.browser import CHROMIUM

SDK = FOLDER / SCRIPT


def require() -> None:
    """A failure or a skip with a sentence that says what to do, unless all of it is there."""
    missing = _missing()
    if missing and os.environ.get("CI") == "true":
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)


def _missing() -> str:
    if not CHROMIUM.exists():
        return f"{CHROMIUM} is missing: apt-get install chromium"
    if not is_fetched(locked()):
        return "The Voice SDK is missing: python -m evovoice.web.console.fetch_sdk"
    if not is_installed():
        return "The emulator's sound is missing: pip install 'evovoice[audio]'"
    return ""
