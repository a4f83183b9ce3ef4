"""What the service takes from outside: the time, other threads, ids, and the carrier."""

import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from evovoice import logs
from evovoice.carrier.port import Carrier
from evovoice.services.live.change_notifier import ChangeNotifier, InProcessNotifier
from evovoice.services.outbox.order_lanes import (
    LOOKS_AT_ONCE,
    OTHERS_AT_ONCE,
    URGENT_AT_ONCE,
    ProcessEnds,
    Submit,
    Work,
)

_LOG = logs.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Externals:
    """`clock` gives the moment, `pause` waits for seconds, `submit` runs a function soon in another
    thread, `submit_urgent` in one that only urgent orders use, `submit_look` in one for questions
    to the carrier. Tests hand in their own time and their own carrier; without one it is Twilio.
    """

    clock: Callable[[], datetime]
    pause: Callable[[float], None]
    submit: Submit
    submit_urgent: Submit | None = None
    submit_look: Submit | None = None
    notifier: ChangeNotifier = field(default_factory=InProcessNotifier)
    carrier: Carrier | None = None


def real_externals() -> Externals:
    """Those of a process that serves."""
    return Externals(
        clock=_utc_now, pause=time.sleep,
        submit=_Threads("evovoice-order", OTHERS_AT_ONCE),
        submit_urgent=_Threads("evovoice-urgent-order", URGENT_AT_ONCE),
        submit_look=_Threads("evovoice-look", LOOKS_AT_ONCE),
    )  # fmt: skip


def new_id(prefix: str) -> str:
    """An id that nobody can guess."""
    return f"{prefix}-{secrets.token_hex(12)}"


class _Threads:
    """A pool made on first use, so that a fork before it takes no dead threads along."""

    def __init__(self, name: str, count: int) -> None:
        self._name, self._count = name, count
        self._pool: ThreadPoolExecutor | None = None
        self._making = Lock()

    def __call__(self, work: Work) -> object:
        with self._making:  # two at once would make two pools
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._count, thread_name_prefix=self._name)
        try:
            return self._pool.submit(_logged, work, logs.known())
        except RuntimeError as error:  # once the interpreter shuts down
            raise ProcessEnds from error


def _logged(work: Work, known: logs.Known) -> None:
    """Orders and questions that fail unexpectedly are taken up again; say so. `known`: of the
    request or task from which they follow.
    """
    with logs.about(**known):
        try:
            work()
        except Exception:
            _LOG.exception("Work in the background could not be done")


def _utc_now() -> datetime:
    return datetime.now(UTC)
