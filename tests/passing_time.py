"""News for tests whose time is a dial: whoever waits lets time pass."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from evovoice.services.live.change_notifier import Wait


class PassingTime:
    """Nobody is woken; `pause` moves the dial by so many seconds."""

    def __init__(self, pause: Callable[[float], None]) -> None:
        self._pause = pause

    def notify(self, session_id: str) -> None:
        """Nobody sleeps who could be woken."""

    @contextmanager
    def subscribe(self, session_id: str) -> Iterator[Wait]:
        """The wait is the passing of time itself."""
        del session_id
        yield self._pause
