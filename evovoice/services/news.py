"""Wakes the requests of this process that wait for something to happen to a session."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Event, Lock
from typing import Protocol

Wait = Callable[[float], object]


class News(Protocol):
    """Who waits for a session, and who tells that it has changed.

    Other processes tell nothing, so whoever waits also looks by itself from time to time.
    """

    def tell(self, session_id: str) -> None:
        """The session has changed, and the change is committed."""

    def listening(self, session_id: str) -> AbstractContextManager[Wait]:
        """Inside, the given function waits until told, so many seconds at most."""


class SessionNews:
    """One event for each request that waits."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[Event]] = defaultdict(set)
        self._lock = Lock()

    def tell(self, session_id: str) -> None:
        """Wake all who wait for that session."""
        with self._lock:
            events = list(self._waiting.get(session_id, ()))
        for event in events:
            event.set()

    @contextmanager
    def listening(self, session_id: str) -> Iterator[Wait]:
        """Nothing told from here on is missed, whether it comes before the wait or in it."""
        event = Event()
        with self._lock:
            self._waiting[session_id].add(event)

        def wait(seconds: float) -> None:
            event.wait(seconds)
            event.clear()

        try:
            yield wait
        finally:
            self._forget(session_id, event)

    def _forget(self, session_id: str, event: Event) -> None:
        with self._lock:
            self._waiting[session_id].discard(event)
            if not self._waiting[session_id]:
                del self._waiting[session_id]
