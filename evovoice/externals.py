"""What the service takes from outside: the time, other threads, ids, and the carrier."""

import logging
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from evovoice.carrier.port import Carrier
from evovoice.services.live.change_notifier import ChangeNotifier, InProcessNotifier

_ORDER_THREADS = 32  # orders at once that no request waits for


@dataclass(frozen=True, slots=True)
class Externals:
    """`clock` gives the moment, `pause` waits for seconds, `submit` runs a function soon in another
    thread. Tests hand in their own time and their own carrier; without one it is Twilio.
    """

    clock: Callable[[], datetime]
    pause: Callable[[float], None]
    submit: Callable[[Callable[[], object]], object]
    notifier: ChangeNotifier = field(default_factory=InProcessNotifier)
    carrier: Carrier | None = None


def real_externals() -> Externals:
    """Those of a process that serves."""
    return Externals(clock=_utc_now, pause=time.sleep, submit=_OrderThreads())


def new_id(prefix: str) -> str:
    """An id that nobody can guess."""
    return f"{prefix}-{secrets.token_hex(12)}"


class _OrderThreads:
    """A pool made on first use, so that a fork before it takes no dead threads along."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None

    def __call__(self, work: Callable[[], object]) -> object:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_ORDER_THREADS, thread_name_prefix="evovoice-order")
        return self._pool.submit(_logged, work)


def _logged(work: Callable[[], object]) -> None:
    """An order that fails unexpectedly stays leased and is taken up again; say so."""
    try:
        work()
    except Exception:
        logging.getLogger(__name__).exception("An order could not be carried out")


def _utc_now() -> datetime:
    return datetime.now(UTC)
