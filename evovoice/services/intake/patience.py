"""Waits for a database that is away, while a caller hears the ringing tone (decision 150)."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from evovoice.storage.unit_of_work import DatabaseUnavailable

# The carrier gives a question 15 s with all its repeats, and as long again at the fallback
# address: one that is begun within the limit may itself take some seconds.
_LIMIT = timedelta(seconds=6)
_PAUSES = (0.1, 0.2, 0.4, 0.8, 1.5, 1.5, 1.5)  # seconds

T = TypeVar("T")


class Patience:
    """Asks once more where the database could not be reached. Whatever is asked so has the same
    answer when it is asked again.
    """

    def __init__(
        self, clock: Callable[[], datetime], pause: Callable[[float], None], places: int
    ) -> None:
        """`pause(seconds)` sleeps; `places`: how many wait at once, the others are not kept."""
        self._clock, self._pause = clock, pause
        self._places = threading.BoundedSemaphore(places)

    def ask(self, question: Callable[[], T]) -> T:
        """What `question` returns. Errors: its own; `DatabaseUnavailable` where that lasts."""
        until = self._clock() + _LIMIT
        try:
            return question()
        except DatabaseUnavailable:
            if not self._places.acquire(blocking=False):
                raise
        try:
            return self._ask_again(question, until)
        finally:
            self._places.release()

    def _ask_again(self, question: Callable[[], T], until: datetime) -> T:
        *pauses, last = _PAUSES
        for pause in pauses:
            self._pause(pause)
            try:
                return question()
            except DatabaseUnavailable:
                if self._clock() >= until:
                    raise
        self._pause(last)
        return question()
