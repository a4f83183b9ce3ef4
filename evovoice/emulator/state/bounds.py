"""Whole numbers that Twilio takes, and between which bounds.

A call lasts a day at most (https://www.twilio.com/en-us/blog/introducing-configurable-call-limits-
for-programmable-voice), so nothing in it lasts longer. What is out of bounds is told in an alert
and counts as if it had not been given: what Twilio does with it is not documented (?).
"""

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_CALL = 86_400  # seconds
LONGEST_RING = 600  # seconds; documented of REST's Timeout, of <Dial timeout> our reading (?)
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the greatest that count."""

    low: int
    high: int

    def __contains__(self, number: int) -> bool:
        return self.low <= number <= self.high

    def __str__(self) -> str:
        return f"{self.low} to {self.high}"


_ANY = Bounds(0, 10**_MOST_DIGITS - 1)
_SECONDS, _SOME_SECONDS = Bounds(0, LONGEST_CALL), Bounds(1, LONGEST_CALL)
# Of an attribute: https://www.twilio.com/docs/api/errors/13212 and 13216 want positive integers.
OF_ATTRIBUTES: Mapping[tuple[str, str], Bounds] = {
    ("Dial", "timeout"): Bounds(1, LONGEST_RING),
    ("Dial", "timeLimit"): _SOME_SECONDS,
    ("Conference", "maxParticipants"): Bounds(1, 250),
    ("Gather", "timeout"): _SECONDS,
    ("Gather", "numDigits"): Bounds(1, 10**_MOST_DIGITS - 1),
    ("Gather", "speechTimeout"): _SOME_SECONDS,
    ("Gather", "maxSpeechTime"): _SOME_SECONDS,
    ("Record", "timeout"): _SECONDS,
    ("Record", "maxLength"): _SOME_SECONDS,
    ("Pause", "length"): _SECONDS,
    ("Play", "loop"): _SECONDS,
    ("Say", "loop"): _SECONDS,
    ("Enqueue", "maxQueueSize"): _ANY,
}


def whole_number(text: str, bounds: Bounds = _ANY) -> int | None:
    """The number, if it is one within the bounds; nothing has more than nine digits."""
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text.lstrip("0")) <= _MOST_DIGITS):
        return None
    number = int(text.lstrip("0") or "0")
    return number if number in bounds else None


def attribute_number(verb: str, name: str, text: str) -> int | None:
    """What that attribute of a verb or noun says, if it is within its bounds."""
    return whole_number(text, OF_ATTRIBUTES.get((verb, name), _ANY))
