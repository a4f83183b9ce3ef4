"""A background thread that repeats one piece of work until it is stopped."""

import logging
import threading
import time
from collections.abc import Callable

from evovoice import logs, metrics
from evovoice.storage.unit_of_work import DatabaseUnavailable

_log = logging.getLogger(__name__)
_FIRST_REST, _LONGEST_REST = 0.1, 5.0  # seconds after runs that failed one after the other
_LONGEST_SILENCE = 60.0  # seconds; nothing that is repeated here takes or rests as long
_LAST_RUN = 5.0  # seconds that a run gets to end when the task is stopped


class PeriodicTask:
    """`pause` gives the seconds to wait before each run; `wake` ends that wait early.

    `interval` is the least time between two runs, in seconds, so that many calls of `wake` at
    once lead to one run.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], object],
        pause: Callable[[], float],
        interval: float = 0.0,
    ) -> None:
        self._name, self._work, self._pause, self._interval = name, work, pause, interval
        self._stop, self._woken = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._last_sign = 0.0  # when a run was last begun, by the system's clock

    @property
    def is_running(self) -> bool:
        """Whether it goes on: its thread lives in this process, and is not stuck in a run."""
        is_alive = self._thread is not None and self._thread.is_alive()
        is_heard_of = time.monotonic() - self._last_sign < _LONGEST_SILENCE
        return is_alive and is_heard_of and not self._stop.is_set()

    def start(self) -> None:
        """Begin, in a thread of its own. After a fork, not before."""
        self._last_sign = time.monotonic()
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Begin the next run now."""
        self._woken.set()

    def end_soon(self) -> None:
        """Begin no run any more; nobody waits for the present one."""
        self._stop.set()
        self._woken.set()

    def stop(self) -> None:
        """Finish the present run and end the thread."""
        self.end_soon()
        if self._thread is not None:
            self._thread.join(timeout=_LAST_RUN)

    def _run(self) -> None:
        failures = 0  # since a run succeeded
        while True:
            self._woken.wait(self._pause())
            self._woken.clear()
            if self._stop.is_set():
                return
            failures = 0 if self._run_once() else failures + 1
            self._stop.wait(max(self._interval, _rest_after(failures)))

    def _run_once(self) -> bool:
        """Whether it succeeded. An exception is logged, and the next run takes place all the same,
        after a pause that grows.
        """
        self._last_sign = time.monotonic()
        try:
            with logs.about(task=self._name):
                self._work()
        except DatabaseUnavailable:
            _log.warning("%s: the database cannot be reached; it is tried again", self._name)
        except Exception:
            _log.exception("%s: a run failed", self._name)
        else:
            metrics.LAST_TURN.labels(self._name.removeprefix("evovoice-")).set_to_current_time()
            return True
        return False


def _rest_after(failures: int) -> float:
    return min(_FIRST_REST * 2.0 ** (failures - 1), _LONGEST_REST) if failures else 0.0
