"""Keeps what anybody can cause from filling the log."""

import time
from collections.abc import Callable
from threading import Lock

_AT_ONCE = 10  # lines of one kind
_WITHIN = 60.0  # seconds


class FewLines:
    """Lets so many lines of a kind pass in a minute, and counts the others.

    There are to be few kinds, none of them made of what a stranger sends.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._began: dict[str, float] = {}
        self._seen: dict[str, int] = {}

    def left_out(self, kind: str) -> int | None:
        """How many of that kind were left out since the last that passed; None: leave out this one
        too.
        """
        now = self._clock()
        with self._lock:
            seen = self._seen.get(kind, 0)
            if now - self._began.get(kind, now - _WITHIN) >= _WITHIN:
                self._began[kind], self._seen[kind] = now, 1
                return max(0, seen - _AT_ONCE)
            self._seen[kind] = seen + 1
            return 0 if seen < _AT_ONCE else None
