"""Whether the carrier can be reached at all, as far as this process knows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from evovoice.carrier.port import AccountRejected, CarrierError, CarrierUnreachable, OutcomeUnknown

_KNOWN_FOR = timedelta(seconds=10)  # then an order is repeated as usual, to see whether it is back


class CarrierAvailability:
    """Learns from every attempt at an order. While no connection can be made, nobody who waits need
    wait for repeats; the first answer of the carrier, whatever it says, ends that.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._no_connection_at: datetime | None = None

    def is_away(self) -> bool:
        """Whether no connection could be made a few seconds ago, and nothing was heard since."""
        failed_at = self._no_connection_at
        return failed_at is not None and self._clock() - failed_at < _KNOWN_FOR

    @contextmanager
    def learning(self) -> Iterator[None]:
        """Learn from the request that is made inside."""
        try:
            yield
        except CarrierError as error:
            self._note(error)
            raise
        self._no_connection_at = None

    def _note(self, error: CarrierError) -> None:
        """A request that was sent and got no usable answer says nothing."""
        if isinstance(error, OutcomeUnknown):
            return
        is_away = isinstance(error, CarrierUnreachable) and not isinstance(error, AccountRejected)
        self._no_connection_at = self._clock() if is_away else None
