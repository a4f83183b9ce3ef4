"""A browser process whose microphone hears one tone, and the tones that its windows hear."""

import io
import math
import struct
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from playwright.sync_api import TimeoutError as Late

from tests.browser import CHROMIUM, QUIETLY

_EAR = Path(__file__).with_name("ear.js")
_RATE = 48_000
_LOUDNESS = 12_000  # of 32,767
_FLAGS = (
    *QUIETLY,
    "--use-fake-device-for-media-stream",
    "--deny-permission-prompts",  # there is nobody to press a button: a refusal, not a wait
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
ANN, BOB = 440, 1000  # what the microphones of two browsers hear, in hertz
RINGING = (440, 480)
MICROPHONE = ["microphone"]  # the name of the permission
PATIENCE = 20_000  # milliseconds; a busy machine starts the process of sound slowly


def launch(playwright: Playwright, tone: int, folder: Path) -> Browser:
    """Everybody in this browser says that tone, in whole hertz."""
    file = folder / f"{tone}.wav"
    file.write_bytes(_wave(tone))
    microphone = f"--use-file-for-fake-audio-capture={file}"
    return playwright.chromium.launch(
        executable_path=str(CHROMIUM), args=[*_FLAGS, microphone], timeout=3 * PATIENCE
    )


@contextmanager
def person(browser: Browser, *, has_microphone: bool = True) -> Iterator[BrowserContext]:
    """Somebody's own windows, with ears and the permission to use the microphone, or without; they
    are closed at the end.
    """
    context = browser.new_context()
    if has_microphone:
        context.grant_permissions(MICROPHONE)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(path=_EAR)
    yield context
    context.close()


def hears(page: Page, *tones: int) -> None:
    """That page comes to hear those tones and no other, or the test fails."""
    try:
        page.wait_for_function("tones => hearsExactly(tones)", arg=list(tones), polling=50)
    except Late:
        pytest.fail(f"not {tones} but {page.evaluate('tonesHeard()')}")


def _wave(tone: int) -> bytes:
    """One second of it, which is played again and again without a click."""
    samples = (math.sin(2 * math.pi * tone * place / _RATE) for place in range(_RATE))
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(_RATE)
        writer.writeframes(b"".join(struct.pack("<h", int(one * _LOUDNESS)) for one in samples))
    return file.getvalue()
