"""The four numbers that tune answering machine detection, with their bounds.

https://www.twilio.com/docs/voice/answering-machine-detection#optional-api-tuning-parameters
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evovoice.emulator.state.bounds import Bounds, whole_number

MODES = frozenset({"Enable", "DetectMessageEnd"})


@dataclass(frozen=True, slots=True)
class Tuning:
    """`timeout` in seconds, the others in milliseconds, with Twilio's defaults."""

    timeout: int = 30
    speech_threshold: int = 2400
    speech_end_threshold: int = 1200
    silence_timeout: int = 5000


DEFAULT_TUNING = Tuning()
# The least and the greatest allowed of each value (21234).
_BOUNDS = {
    "timeout": Bounds(3, 59),
    "speech_threshold": Bounds(1000, 6000),
    "speech_end_threshold": Bounds(500, 5000),
    "silence_timeout": Bounds(2000, 10000),
}


def tuning_from(names: Sequence[str], value_of: Callable[[str], str | None]) -> Tuning:
    """The parameters of those names, in the order of the values above.

    Errors: ValueError, for what is out of bounds.
    """
    given = {}
    for name, (field, bounds) in zip(names, _BOUNDS.items(), strict=True):
        text = (value_of(name) or "").strip()
        if not text:
            continue
        number = whole_number(text, bounds)
        if number is None:
            raise ValueError(f"{name} is {text[:20]}, not a whole number of {bounds}")
        given[field] = number
    return Tuning(**given)
