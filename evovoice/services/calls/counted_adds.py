"""Counts adds by what they are answered with."""

from collections.abc import Iterator
from contextlib import contextmanager

from evovoice import metrics
from evovoice.carrier.port import CarrierBusy, CarrierError, CarrierRefused
from evovoice.domain.errors import (
    CallSessionError,
    ConferenceFull,
    NotYourCall,
    TooManyPendingMembers,
)
from evovoice.services.errors import (
    BadDestination,
    BadFromNumber,
    RateLimited,
    Refusal,
    RefusedBefore,
    TooManyCalls,
)
from evovoice.storage.unit_of_work import DatabaseUnavailable

_BAD = {"InvalidDestination", "UnknownAgent", "InvalidFromNumber"}  # of those that have a code
# the first that fits
_OUTCOMES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    ((RateLimited, TooManyCalls, ConferenceFull, TooManyPendingMembers, CarrierBusy), "limit"),
    (CarrierRefused, "carrier_refused"),
    (CarrierError, "carrier_away"),
    (DatabaseUnavailable, "database_away"),
    (NotYourCall, "not_allowed"),
    (CallSessionError, "call_state"),
    (Refusal, "not_allowed"),
)


@contextmanager
def counted_add() -> Iterator[None]:
    """Count the add that is answered inside: ordered, or why not."""
    try:
        yield
    except Exception as error:
        metrics.ADDS.labels(_outcome(error)).inc()
        raise
    metrics.ADDS.labels("ordered").inc()


def _outcome(error: Exception) -> str:
    if isinstance(error, BadDestination | BadFromNumber | RefusedBefore) and error.code in _BAD:
        return "bad_destination"
    return next((word for kind, word in _OUTCOMES if isinstance(error, kind)), "error")
