"""What TwiML or REST orders for a leg: status callbacks, machine detection, a recording."""

from dataclasses import dataclass

from evovoice.emulator.state.tuning import DEFAULT_TUNING, Tuning


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where status callbacks go, and which of them."""

    url: str
    method: str
    events: frozenset[str]


@dataclass(frozen=True, slots=True)
class Detection:
    """Where the result goes; `to_the_end` waits for the beep (DetectMessageEnd)."""

    url: str | None
    method: str = "POST"
    to_the_end: bool = False
    holds_up: bool = False  # the document waits for the result (/Calls without AsyncAmd)
    tuning: Tuning = DEFAULT_TUNING


@dataclass(frozen=True, slots=True)
class RecordOrder:
    """`Record=true` of REST: the leg is recorded from its answer to its end."""

    target: Subscription | None
    channels: int
    track: str
