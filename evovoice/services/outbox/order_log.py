"""What the log says of orders that fail: which, why, at which attempt, and what follows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from evovoice import logs
from evovoice.carrier.port import CarrierError
from evovoice.services.outbox.attempts import Attempt
from evovoice.storage.unit_of_work import StoredOrder

_log = logs.get_logger(__name__)


@contextmanager
def about_order(stored: StoredOrder) -> Iterator[None]:
    """Inside, every line says whose order it is about."""
    order = stored.order
    with logs.about(
        session_id=stored.session_id, account_id=stored.account_id, order_id=stored.id,
        order=type(order).__name__, leg_id=getattr(order, "leg_id", None),
        call_sid=getattr(order, "call_sid", None),
    ):  # fmt: skip
        yield


def log_failure(error: CarrierError | None, attempt: int, follows: str) -> None:
    """A warning; inside of `about_order`."""
    _log.warning(
        "Order failed", attempt=attempt, error=str(error), code=error and error.code,
        status=error and error.status, follows=follows,
    )  # fmt: skip


def log_outcome(tries: int, attempt: Attempt, again_in: timedelta) -> None:
    """What the last of so many tries came to, now that it is noted; inside of `about_order`."""
    if attempt.error is not None:
        given_up = "given up"
        follows = given_up if attempt.is_final else what_follows(attempt, again_in.total_seconds())
        log_failure(attempt.error, tries, follows)
    elif tries > 1:
        _log.info("Order done", attempt=tries)


def what_follows(attempt: Attempt, seconds: float) -> str:
    """After a failure that is not the end: nothing is given twice before the carrier was asked."""
    how = "asked about" if attempt.uncertain else "repeated"
    return f"{how} in {seconds:.1f} s"
