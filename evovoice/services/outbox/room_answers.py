"""Calling legs that were sent into their conference while the database was away.

Kept in memory until it can be noted in their sessions: with the database away there is no other
place. A process that dies meanwhile loses them; a later look at the session finds the leg.
"""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from evovoice.carrier.port import SessionRef


@dataclass(frozen=True, slots=True)
class RoomAnswer:
    """Which session's calling leg was sent into its conference, and when."""

    ref: SessionRef
    at: datetime


class RoomAnswers:
    """Those of one process, the latest of each session."""

    def __init__(self) -> None:
        self._open: dict[SessionRef, RoomAnswer] = {}
        self._lock = Lock()

    def keep(self, answer: RoomAnswer) -> None:
        """Remember it until it is noted."""
        with self._lock:
            self._open[answer.ref] = answer

    def waiting(self) -> list[RoomAnswer]:
        """What is not noted yet."""
        with self._lock:
            return list(self._open.values())

    def forget(self, answer: RoomAnswer) -> None:
        """It is noted; a later answer of the same session stays."""
        with self._lock:
            if self._open.get(answer.ref) == answer:
                del self._open[answer.ref]
