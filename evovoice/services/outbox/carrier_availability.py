"""Whether the carrier can be reached at all, as far as this process knows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from evovoice import logs
from evovoice.carrier.port import (
    AccountRejected,
    Carrier,
    CarrierError,
    CarrierUnreachable,
    Unanswered,
)

_log = logs.get_logger(__name__)
_FAILURES = CarrierUnreachable | Unanswered
_KNOWN_FOR = timedelta(seconds=20)  # longer than the probe's longest pause and one time-out
_AT_ONCE = timedelta(seconds=1)  # who is refused a connection so soon loses no time by trying
_UNANSWERED, _SPAN = 3, timedelta(seconds=3)  # one lost answer is nothing, nor many at one moment
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=10)
_NO_CONNECTION, _NO_ANSWER = "no connection can be made", "requests are not answered"


@dataclass(frozen=True, slots=True)
class _Failures:
    """Requests that failed in a row, without any answer of the carrier in between."""

    since: datetime
    last: datetime
    unanswered: int = 0
    is_away: bool = False
    takes_time: bool = False  # whoever tries waits for it, or does not know what came of it


class CarrierAvailability:
    """Learns from every request to the carrier. While none reaches it, nobody who waits need wait
    for repeats; the first answer of the carrier, whatever it says, ends that.

    Any thread may speak to it.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures: _Failures | None = None

    def is_away(self) -> bool:
        """Whether requests failed until a few seconds ago, and nothing was heard since."""
        failures = self._failures
        if failures is None or not failures.is_away:
            return False
        return self._clock() - failures.last < _KNOWN_FOR

    def may_be_tried(self) -> bool:
        """Whether somebody who waits may send their request: while the carrier is away, only where
        that fails at once, and surely before anything was sent.
        """
        failures = self._failures
        return failures is None or not (failures.takes_time and self.is_away())

    def is_sought(self) -> bool:
        """Whether it was away when it was last heard of, however long ago that is."""
        failures = self._failures
        return failures is not None and failures.is_away

    @contextmanager
    def learning(self) -> Iterator[None]:
        """Learn from the request that is made inside."""
        began = self._clock()
        try:
            yield
        except CarrierError as error:
            self._note(error, began)
            raise
        self._note_answer()

    def _note(self, error: CarrierError, began: datetime) -> None:
        """A refusal is an answer, and so is one that cannot be understood."""
        is_unreached = isinstance(error, CarrierUnreachable)
        if isinstance(error, AccountRejected) or not isinstance(error, _FAILURES):
            self._note_answer()
            return
        with self._lock:
            now, before = self._clock(), self._failures
            self._failures = after = _added(before, began, now, is_unreached=is_unreached)
        if after.is_away and not (before and before.is_away):
            _log.warning(
                "The carrier is away", why=_NO_CONNECTION if is_unreached else _NO_ANSWER,
                error=str(error), status=error.status,
                follows="who waits is refused at once; it is asked again until it answers",
            )  # fmt: skip

    def _note_answer(self) -> None:
        if self._failures is None:
            return
        with self._lock:
            before, self._failures = self._failures, None
        if before is not None and before.is_away:
            away_for = (self._clock() - before.since).total_seconds()
            _log.info("The carrier is back", away_for_seconds=round(away_for, 1))


class CarrierProbe:
    """Asks a carrier that is away whether it is back, at growing pauses: else a process to which
    nobody gives orders would not learn of it.
    """

    def __init__(
        self, carrier: Carrier, availability: CarrierAvailability, clock: Callable[[], datetime]
    ) -> None:
        self._carrier, self._availability, self._clock = carrier, availability, clock
        self._pause = _FIRST_PAUSE
        self._due: datetime | None = None

    def run(self) -> None:
        """Ask, if it is away and its time has come."""
        if not self._availability.is_sought():
            self._pause, self._due = _FIRST_PAUSE, None
            return
        if self._due is None:
            self._due = self._clock() + self._pause
        if self._clock() < self._due:
            return
        try:
            with self._availability.learning():
                self._carrier.answer_anything()
        except CarrierError:
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        self._due = self._clock() + self._pause


def _added(
    before: _Failures | None, began: datetime, now: datetime, *, is_unreached: bool
) -> _Failures:
    """One more of them."""
    since = before.since if before else began
    unanswered = (before.unanswered if before else 0) + (not is_unreached)
    is_long = unanswered >= _UNANSWERED and now - since >= _SPAN
    return _Failures(
        since=since,
        last=now,
        unanswered=unanswered,
        is_away=is_unreached or is_long or (before is not None and before.is_away),
        takes_time=not is_unreached or now - began >= _AT_ONCE,
    )
