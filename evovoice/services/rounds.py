"""A thread that does the same work again and again, until it is stopped."""

import logging
import threading
from collections.abc import Callable

from evovoice.storage.unit_of_work import DatabaseUnavailable

_log = logging.getLogger(__name__)
_LAST_ROUND = 5.0  # seconds that the round at work gets to end


class Rounds:
    """`pause` tells before each round how many seconds to wait, unless somebody wakes us.

    `breath` in seconds follows each round whoever wakes, so that many wakings make one round.
    """

    def __init__(
        self, name: str, work: Callable[[], object], pause: Callable[[], float], breath: float = 0.0
    ) -> None:
        self._name, self._work, self._pause, self._breath = name, work, pause, breath
        self._stop, self._woken = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, in a thread of its own. After a fork, not before."""
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Do not wait for the next round's time."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the present round and end."""
        self._stop.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(timeout=_LAST_ROUND)

    def _run(self) -> None:
        while True:
            self._woken.wait(self._pause())
            self._woken.clear()
            if self._stop.is_set():
                return
            self._safely()
            self._stop.wait(self._breath)

    def _safely(self) -> None:
        """A round that fails is logged and the next one tried: this thread never dies."""
        try:
            self._work()
        except DatabaseUnavailable:
            _log.warning("%s: the database cannot be reached; it is tried again", self._name)
        except Exception:
            _log.exception("%s: a round failed", self._name)
