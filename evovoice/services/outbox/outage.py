"""What a process remembers of the time in which the database was away, until it is back.

Calling legs that were answered without it, and when it failed last: reports that came meanwhile
may be lost for good, so every live session is looked at afterwards. A process that dies loses it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from evovoice.carrier.port import SessionRef


@dataclass(frozen=True, slots=True)
class RoomAnswer:
    """Which session's calling leg was sent into its conference, and when."""

    ref: SessionRef
    at: datetime


class Outage:
    """Of one process; any of its threads may speak to it."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._answers: dict[SessionRef, RoomAnswer] = {}
        self._failed_at: datetime | None = None
        self._lock = Lock()

    def note_failure(self) -> None:
        """The database did not answer just now."""
        with self._lock:
            self._failed_at = self._clock()

    @property
    def failed_at(self) -> datetime | None:
        """When it failed last; None where nothing came of that or it was made up for."""
        with self._lock:
            return self._failed_at

    def make_up(self, failed_at: datetime) -> None:
        """Everything is done that follows from a failure then; a later one stays."""
        with self._lock:
            if self._failed_at == failed_at:
                self._failed_at = None

    def keep(self, answer: RoomAnswer) -> None:
        """Remember it until it is noted in its session."""
        with self._lock:
            self._answers[answer.ref] = answer

    def answers(self) -> list[RoomAnswer]:
        """What is not noted yet, the latest of each session."""
        with self._lock:
            return list(self._answers.values())

    def forget(self, answer: RoomAnswer) -> None:
        """It is noted; a later answer of the same session stays."""
        with self._lock:
            if self._answers.get(answer.ref) == answer:
                del self._answers[answer.ref]
