"""What a TwiML document runs for: which verbs it may have, and what happens after it."""

from collections.abc import Callable
from dataclasses import dataclass

from evovoice.emulator.engine.grammar import VERBS

SOUNDS_ONLY = frozenset({"Play", "Say", "Pause", "Redirect"})  # R25
QUEUE_WAIT = SOUNDS_ONLY | {"Hangup", "Leave", "Gather"}
NO_DIAL = VERBS - {"Dial"}  # R14


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """`code` is for a verb outside `allowed`: it stops the document if it is an error."""

    finished: Callable[[], None]
    failed: Callable[[], None]
    allowed: frozenset[str] = VERBS
    code: int = 12200
    stops: bool = False
    in_background: bool = False  # music: its end is nothing that anybody waits for
    is_main: bool = False  # the leg's own document: has the fallback address
