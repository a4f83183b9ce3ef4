"""How a response that goes on leaves its request's thread, where the server can send it further."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

# of a request's environ: what `LongResponse` is handed to; missing where a server cannot
HAND_OVER = "evovoice.hand_over"


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is to be sent for so many seconds, unless the response is woken."""

    seconds: float


class Question(Enum):
    """What only a thread that may wait for the database finds out."""

    IS_LET_IN = 1  # whether the client may still be sent anything


Step = bytes | Wait | Question
Answer = bool | None  # None: nobody can tell right now


class LongResponse(Protocol):
    """What one client is sent after the beginning, step by step.

    Whoever sends it asks for the next step once the last one is done: all is written, the time is
    over or the response was woken, or the question is answered.
    """

    def next_step(self, answer: Answer = None) -> Step | None:
        """What is to be done now, None: it is over. `answer`: to the question that came last."""

    def answer(self) -> Answer:
        """The answer to the question; it may take seconds."""

    def wake_by(self, wake: Callable[[], None]) -> None:
        """From now on call `wake` whenever something has happened; it never blocks."""

    def leave(self) -> None:
        """Free the place, once, at the end; it may take seconds."""


HandOver = Callable[[LongResponse], None]
