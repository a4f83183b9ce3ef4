"""Where work is done that no request waits for: so many orders at once, urgent ones apart, and so
many questions to the carrier (decision 56).
"""

from collections.abc import Callable
from threading import Lock

URGENT_AT_ONCE = 16
OTHERS_AT_ONCE = 32
# Sessions that a process asks about at the same time. One takes two or three requests of 100 to
# 200 ms, and each live session is due once a minute: enough for some hundreds of them.
LOOKS_AT_ONCE = 12

Work = Callable[[], object]
Submit = Callable[[Work], object]


class ProcessEnds(Exception):
    """From `Submit`: its threads take nothing more. What was begun comes to its end."""


class Lane:
    """Runs so many pieces of work at once, in the threads of `submit`, and none that would wait.

    Whoever waits in a queue holds a lease that runs out meanwhile.
    """

    def __init__(self, submit: Submit, places: int) -> None:
        self._submit = submit
        self._places = places
        self._taken = 0
        self._lock = Lock()

    @property
    def room(self) -> int:
        """How many could be begun now."""
        with self._lock:
            return self._places - self._taken

    def begin(self, work: Work) -> bool:
        """Have it done soon; False where every place is taken, or the process is about to end and
        its threads take nothing more. Then nothing is done.
        """
        with self._lock:
            if self._taken >= self._places:
                return False
            self._taken += 1
        try:
            self._submit(lambda: self._run(work))
        except ProcessEnds:
            self._leave()
            return False
        return True

    def _run(self, work: Work) -> None:
        try:
            work()
        finally:
            self._leave()

    def _leave(self) -> None:
        with self._lock:
            self._taken -= 1
