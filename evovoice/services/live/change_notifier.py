"""Notifies the requests of this process that wait for a session to change."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Event, Lock
from typing import Protocol

Wait = Callable[[float], object]


class ChangeNotifier(Protocol):
    """Publishes changes of sessions within one process.

    Changes that other processes commit are not published here, so a subscriber also reads the
    session again from time to time.
    """

    def notify(self, session_id: str) -> None:
        """The session has changed, and the change is committed."""

    def subscribe(self, session_id: str) -> AbstractContextManager[Wait]:
        """In the block, the given function waits for the next change, for so many seconds."""


class InProcessNotifier:
    """One `threading.Event` for each subscriber."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[Event]] = defaultdict(set)
        self._lock = Lock()

    def notify(self, session_id: str) -> None:
        """Wake all subscribers of that session."""
        with self._lock:
            events = list(self._waiting.get(session_id, ()))
        for event in events:
            event.set()

    @contextmanager
    def subscribe(self, session_id: str) -> Iterator[Wait]:
        """No change from here on is missed, whether it comes before the wait or during it."""
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
