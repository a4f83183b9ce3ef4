"""Carries orders out after the commit, outside any transaction, and notes what came of it.

An order is a row with a lease. Who holds the lease may carry it out; when a process dies the
lease runs out and another takes the order up, asking the carrier first whether it happened.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from evovoice.carrier.port import (
    Carrier,
    CarrierError,
    CarrierUnreachable,
    SessionRef,
)
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.facts import observe
from evovoice.domain.given_up import note_given_up
from evovoice.domain.orders import AdjustLeg, DialLeg
from evovoice.services.outbox.attempts import (
    DEADLINE,
    NEVER_LATE,
    Attempt,
    LeaseLost,
    OrderAttempts,
)
from evovoice.services.outbox.background_orders import (
    FIRST_PAUSE,
    GIVE_UP,
    LONGEST_PAUSE,
    BackgroundOrders,
    backoff,
)
from evovoice.services.outbox.carrier_availability import CarrierAvailability, CarrierProbe
from evovoice.services.outbox.counted_changes import count_order
from evovoice.services.outbox.order_lanes import Submit
from evovoice.services.outbox.order_log import (
    about_order,
    log_failure,
    log_outcome,
    what_follows,
)
from evovoice.services.outbox.order_results import order_result
from evovoice.services.outbox.session_changes import SessionChanges
from evovoice.storage.unit_of_work import Database, DatabaseUnavailable, StoredOrder, UnitOfWork

_log = logging.getLogger(__name__)
_DIAL_PATIENCE = timedelta(seconds=4)  # the agent is answered after nine seconds (contract 2.5)
_MOST_ADJUSTMENTS = 6  # tries: a hold that takes effect minutes later would be nobody's wish
_LONGEST_IN_TIME = 2.0  # seconds, where somebody may be waiting to hear what became of it


@dataclass(frozen=True, slots=True)
class Given:
    """The session after orders were given, and the first error by which one was withdrawn.

    Without an error every order was carried out, or it stands and will be (contract C77, C78).
    """

    session: CallSession | None = None
    error: CarrierError | None = None

    def followed_by(self, later: "Given") -> "Given":
        """Both together."""
        return Given(later.session or self.session, self.error or later.error)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What an attempt at an order came to, to be noted."""

    order: StoredOrder
    attempt: Attempt
    again_in: timedelta  # until the next try, where there is one

    def count(self) -> None:
        """Enter it into the metrics."""
        final, failed = self.attempt.is_final, self.attempt.error is not None
        count_order(self.order.order, is_final=final, failed=failed, is_given_up=self.is_given_up)

    @property
    def is_given_up(self) -> bool:
        """Whether it was repeated in vain, and nothing is known to follow from that."""
        attempt = self.attempt
        return attempt.is_final and attempt.error is not None and not attempt.facts


class Dispatch:
    """Carries out orders for one process. `submit` runs a function soon, in another thread;
    `submit_urgent` in threads of their own, for orders that end or release somebody.
    """

    def __init__(
        self,
        *,
        database: Database,
        carrier: Carrier,
        changes: SessionChanges,
        clock: Callable[[], datetime],
        submit: Submit,
        submit_urgent: Submit | None = None,
        pause: Callable[[float], None],
    ) -> None:
        self._database = database
        self.availability = CarrierAvailability(clock)
        self._probe = CarrierProbe(carrier, self.availability, clock)
        self._attempts = OrderAttempts(database, carrier, self.availability, clock)
        self._changes = changes
        self._clock = clock
        self._pause = pause
        self._background = BackgroundOrders(
            database=database, changes=changes, clock=clock, carry_out=self.carry_out,
            submit=submit, submit_urgent=submit_urgent or submit,
        )  # fmt: skip

    def give(self, orders: list[StoredOrder], patience: float) -> Given:
        """Give every one of these leased orders, whatever becomes of the others.

        `patience` in seconds: how long an unheard order is repeated before it is given up, for
        callers that wait.
        """
        given = Given()
        for order in orders:
            given = given.followed_by(self.carry_out(order, patience, is_waited_for=True))
        return given

    def hand_over(self, orders: list[StoredOrder]) -> None:
        """Have leased orders carried out soon, by other threads of this process."""
        self._background.begin(orders)

    def run_due(self) -> int:
        """Take up orders whose time has come or whose process died; how many there were."""
        return self._background.take_up_due()

    def look_for_carrier(self) -> None:
        """Ask a carrier that is away whether it is back; for the background of each process."""
        self._probe.run()

    def carry_out(
        self, order: StoredOrder, patience: float = 0.0, *, is_waited_for: bool = False
    ) -> Given:
        """Carry a leased order out and note the outcome in the session, in one commit.

        Without `patience` an order that was not heard goes back into the queue; without the
        database it stays leased, and stands (decision 67). `is_waited_for`: by a person, who loses
        no time to a carrier that is away.
        """
        with about_order(order):
            try:
                return self._carried_out(order, patience, is_waited_for)
            except DatabaseUnavailable:
                _log.warning("Order %s stays leased until the database is back", order.id)
                return Given()

    def _carried_out(self, order: StoredOrder, patience: float, is_waited_for: bool) -> Given:
        try:
            last, attempt = self._tried(order, patience, is_waited_for)
        except LeaseLost:
            _log.warning("Order %s was taken over by another process meanwhile", order.id)
            return Given(self._session_of(order))
        attempt = self._resigned(order, attempt, give_up=patience > 0)
        error = attempt.error if attempt.is_final else None
        outcome = _Outcome(order, attempt, _pause_after(order, self._clock()))
        session = self._noted(outcome)
        log_outcome(last.tries, attempt, outcome.again_in)
        return Given(session, error)

    def _tried(
        self, order: StoredOrder, patience: float, is_waited_for: bool
    ) -> tuple[StoredOrder, Attempt]:
        """The last attempt, and the order as it was given with that."""
        is_known = not order.uncertain and order.tries <= 1  # nothing of it was ever sent
        if is_waited_for and is_known and not self.availability.may_be_tried():
            error = CarrierUnreachable("The carrier cannot be reached")
            return order, Attempt((), error, is_final=False)
        if patience:
            return self._insist(order, patience)
        return order, self._attempts.attempt(order)

    def _insist(self, order: StoredOrder, patience: float) -> tuple[StoredOrder, Attempt]:
        until = self._clock() + timedelta(seconds=patience)
        pause = FIRST_PAUSE
        is_away = self.availability.is_away()
        attempt = self._attempts.attempt(order)
        while not attempt.is_final and self._clock() + timedelta(seconds=pause) < until:
            if is_away and self.availability.is_away():
                break
            _Outcome(order, attempt, timedelta(seconds=pause)).count()
            was_uncertain = attempt.uncertain
            log_failure(attempt.error, order.tries, what_follows(attempt, pause))
            self._pause(pause)
            pause *= 2
            order = replace(order, tries=order.tries + 1, uncertain=attempt.uncertain)
            attempt = self._attempts.attempt(order)
            if was_uncertain and attempt.uncertain:
                break  # each try asks first what the one before did: the queue goes on, less often
        return order, attempt

    def _session_of(self, order: StoredOrder) -> CallSession | None:
        with self._database.reading() as work:
            return work.sessions.get(order.session_id, order.account_id)

    def _noted(self, outcome: _Outcome) -> CallSession | None:
        """The session after a fact in it, and the order done or put back."""
        order = outcome.order
        outcome.count()
        if outcome.attempt.facts or outcome.is_given_up:
            with suppress(SessionNotFound):
                changed = self._changes.apply(_ref(order), _note_outcome, outcome)
                self.hand_over(changed.orders)
                return changed.session
        with self._database.writing() as work:
            _close_or_postpone(work, outcome, self._clock())
            return work.sessions.get(order.session_id, order.account_id)

    def _resigned(self, order: StoredOrder, attempt: Attempt, give_up: bool) -> Attempt:
        """End the tries where nothing happened and nobody waits longer, or after minutes."""
        if attempt.is_final:
            return attempt
        unheard = not attempt.uncertain and (give_up or self._is_waited_for(order, attempt))
        hopeless = self._is_hopeless(order)
        if not unheard and not hopeless:
            return attempt
        facts = self._attempts.failure(order, attempt.error or "", attempt.uncertain)
        return replace(attempt, facts=facts, is_final=bool(facts) or hopeless)

    def _is_waited_for(self, order: StoredOrder, attempt: Attempt) -> bool:
        """Whether an agent who added somebody still waits, while the carrier is away for so long
        that they must be told: the dial itself followed from a report that the call is moved.
        """
        is_away = _is_dial_without_carrier(order, attempt)
        return is_away and self._attempts.is_late(order, _DIAL_PATIENCE)

    def _is_hopeless(self, order: StoredOrder) -> bool:
        adjusts_in_vain = isinstance(order.order, AdjustLeg) and order.tries >= _MOST_ADJUSTMENTS
        return adjusts_in_vain or self._attempts.is_late(order, GIVE_UP)


def _note_outcome(work: UnitOfWork, session: CallSession, outcome: _Outcome, now: datetime) -> None:
    observe(session, outcome.attempt.facts, now)
    if outcome.is_given_up:
        note_given_up(session, outcome.order.order, str(outcome.attempt.error), now)
    _close_or_postpone(work, outcome, now)


def _close_or_postpone(work: UnitOfWork, outcome: _Outcome, now: datetime) -> None:
    order, attempt = outcome.order, outcome.attempt
    if attempt.is_final:
        work.outbox.finish(order, order_result(attempt.error))
    else:
        work.outbox.postpone(order, now + outcome.again_in, attempt.uncertain)


def _pause_after(order: StoredOrder, now: datetime) -> timedelta:
    """Until the next try of an order that is put back into the queue."""
    is_awaited = isinstance(order.order, NEVER_LATE) and now - order.created_at < DEADLINE
    return backoff(order.tries, _LONGEST_IN_TIME if is_awaited else LONGEST_PAUSE)


def _is_dial_without_carrier(order: StoredOrder, attempt: Attempt) -> bool:
    return isinstance(order.order, DialLeg) and isinstance(attempt.error, CarrierUnreachable)


def _ref(order: StoredOrder) -> SessionRef:
    return SessionRef(order.account_id, order.session_id)
