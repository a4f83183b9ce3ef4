"""The four numbers that tune answering machine detection, with their bounds.

https://www.twilio.com/docs/voice/answering-machine-detection#optional-api-tuning-parameters
"""

from collections.abc import Callable
from dataclasses import dataclass

MODES = frozenset({"Enable", "DetectMessageEnd"})


@dataclass(frozen=True, slots=True)
class Tuning:
    """`timeout` in seconds, the others in milliseconds, with Twilio's defaults."""

    timeout: int = 30
    speech_threshold: int = 2400
    speech_end_threshold: int = 1200
    silence_timeout: int = 5000


DEFAULT_TUNING = Tuning()
# Each value: its name after `MachineDetection`, the least and the greatest allowed (21234).
_BOUNDS = {
    "timeout": ("Timeout", 3, 59),
    "speech_threshold": ("SpeechThreshold", 1000, 6000),
    "speech_end_threshold": ("SpeechEndThreshold", 500, 5000),
    "silence_timeout": ("SilenceTimeout", 2000, 10000),
}


def tuning_from(prefix: str, value_of: Callable[[str], str | None]) -> Tuning:
    """The parameters `<prefix>Timeout` and so on. Errors: ValueError, for what is out of bounds."""
    given = {}
    for field, (word, low, high) in _BOUNDS.items():
        text = (value_of(prefix + word) or "").strip()
        if not text:
            continue
        if not (text.isascii() and text.isdecimal() and low <= int(text) <= high):
            raise ValueError(f"{prefix}{word} is {text}, not a whole number of {low} to {high}")
        given[field] = int(text)
    return Tuning(**given)
