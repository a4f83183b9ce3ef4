"""Values on the server's command line, read one by one, or what is wrong with them."""

import argparse
from dataclasses import replace
from pathlib import Path

from evovoice.emulator.chaos import ChaosRule, rules_from_text
from evovoice.emulator.choices import ChildRedirectReport
from evovoice.emulator.fields import Unclear
from evovoice.emulator.http.address_map import read_mapping
from evovoice.emulator.scenario import Scenario, load
from evovoice.emulator.state.account import METHODS, VoiceSettings
from evovoice.emulator.state.numbers import as_dialled

_SPEEDS = {"real": 1.0, "fast": 10.0, "stepped": 0.0}
_FASTEST = 10_000.0


def speed_value(text: str) -> float:
    """Virtual seconds per real second: a word or a number."""
    try:
        speed = _SPEEDS[text] if text in _SPEEDS else float(text)
    except ValueError:
        speed = -1.0
    if not 0 <= speed <= _FASTEST:
        raise argparse.ArgumentTypeError(f"{text!r} is not real, fast, stepped or a number")
    return speed


def scenario_value(text: str) -> Scenario:
    """A scenario file."""
    try:
        return load(Path(text))
    except Unclear as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def chaos_value(text: str) -> list[ChaosRule]:
    """Rules of chaos."""
    try:
        return rules_from_text(text)
    except Unclear as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def mapping(text: str) -> tuple[str, str]:
    """A public address and where it is delivered."""
    try:
        return read_mapping(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def api_key(text: str) -> tuple[str, str]:
    """`SK..:SECRET`."""
    sid, colon, secret = text.partition(":")
    if not (sid and colon and secret):
        raise argparse.ArgumentTypeError(f"{text!r} is not SID:SECRET")
    return sid, secret


def named_voice(text: str) -> tuple[str, VoiceSettings]:
    """A number or a TwiML App with where its calls go."""
    name, _, urls = text.partition("=")
    voice_url, _, status_callback = urls.partition(",")
    method, _, address = voice_url.rpartition(" ")
    if not name or method.upper() not in {"", *METHODS}:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=[GET ]VOICE_URL[,STATUS_URL]")
    voice = VoiceSettings(address or None, status_callback=status_callback or None)
    return as_dialled(name), replace(voice, voice_method=method.upper() or voice.voice_method)


def report(text: str) -> tuple[ChildRedirectReport, bool]:
    """Switch S2: the status, and whether a duration goes with it."""
    word, _, extra = text.partition(",")
    if word not in {"completed", "answered"} or extra not in {"", "duration"}:
        raise argparse.ArgumentTypeError(f"{text!r} is not completed|answered[,duration]")
    return ("answered" if word == "answered" else "completed"), extra == "duration"
