"""Carries orders out after the commit, outside any transaction, and notes what came of it.

An order is a row with a lease. Who holds the lease may carry it out; when a process dies the
lease runs out and another takes the order up, asking the carrier first whether it happened.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from evovoice.carrier.port import (
    Carrier,
    CarrierBusy,
    CarrierError,
    CarrierRefused,
    CarrierUnreachable,
    OutcomeUnknown,
    SessionRef,
)
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.facts import observe
from evovoice.domain.messages import DialLeg, Fact, PlaceCall, RecordLeg, RedirectLeg
from evovoice.domain.still_wanted import facts_of_failure, has_happened, is_wanted
from evovoice.services.outbox.order_results import order_result
from evovoice.services.outbox.session_changes import SessionChanges
from evovoice.storage.unit_of_work import Database, StoredOrder, UnitOfWork

DEADLINE = timedelta(seconds=20)  # a dial older than this is a failure, never a late call
GIVE_UP = timedelta(minutes=10)  # an unknown outcome nobody could clear up by then
_NEVER_LATE = DialLeg | PlaceCall | RedirectLeg | RecordLeg  # a failure once `DEADLINE` is over
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 30.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt led to: facts if it is final, else the error that calls for another."""

    facts: tuple[Fact, ...] = ()
    error: CarrierError | None = None
    is_final: bool = True
    uncertain: bool = False


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


class Dispatch:
    """Carries out orders for one process. `submit` runs a function soon, in another thread."""

    def __init__(
        self,
        *,
        database: Database,
        carrier: Carrier,
        changes: SessionChanges,
        clock: Callable[[], datetime],
        submit: Callable[[Callable[[], object]], object],
        pause: Callable[[float], None],
    ) -> None:
        self._database = database
        self._carrier = carrier
        self._changes = changes
        self._clock = clock
        self._submit = submit
        self._pause = pause

    def give(self, orders: list[StoredOrder], patience: float) -> Given:
        """Give every one of these leased orders, whatever becomes of the others.

        `patience` in seconds: how long an unheard order is repeated before it is given up, for
        callers that wait.
        """
        given = Given()
        for order in orders:
            given = given.followed_by(self.carry_out(order, patience))
        return given

    def hand_over(self, orders: list[StoredOrder]) -> None:
        """Have leased orders carried out soon, by another thread of this process."""
        for order in orders:
            self._submit(partial(self.carry_out, order))

    def run_due(self, limit: int = 20) -> int:
        """Take up orders whose time has come or whose process died; how many there were.

        Looked for first: nearly always there is nothing, and nobody need wait for that.
        """
        now = self._clock()
        with self._database.autocommit() as work:
            if not work.outbox.has_due(now):
                return 0
        with self._database.writing() as work:
            orders = work.outbox.take_due(now, self._changes.lease(), limit)
        self.hand_over(orders)
        return len(orders)

    def carry_out(self, order: StoredOrder, patience: float = 0.0) -> Given:
        """Carry a leased order out and note the outcome in the session, in one commit.

        Without `patience` an order that was not heard goes back into the queue.
        """
        attempt = self._insist(order, patience) if patience else self._attempt(order)
        attempt = self._resigned(order, attempt, give_up=patience > 0)
        error = attempt.error if attempt.is_final else None
        return Given(self._noted(_Outcome(order, attempt)), error)

    def _insist(self, order: StoredOrder, patience: float) -> Attempt:
        until = self._clock() + timedelta(seconds=patience)
        pause = _FIRST_PAUSE
        attempt = self._attempt(order)
        while not attempt.is_final and self._clock() + timedelta(seconds=pause) < until:
            self._pause(pause)
            pause *= 2
            again = replace(order, tries=order.tries + 1, uncertain=attempt.uncertain)
            attempt = self._attempt(again)
        return attempt

    def _attempt(self, order: StoredOrder) -> Attempt:
        try:
            return self._find_out(order) or self._give(order)
        except CarrierRefused as error:
            facts = facts_of_failure(order.order, str(error), error.code, self._clock())
            return Attempt(facts, error, is_final=bool(facts))
        except (CarrierBusy, CarrierUnreachable) as error:
            return Attempt((), error, is_final=False, uncertain=order.uncertain)
        except OutcomeUnknown as error:
            return Attempt((), error, is_final=False, uncertain=True)

    def _find_out(self, order: StoredOrder) -> Attempt | None:
        """Before a repeat: whether it is wanted still, and whether it happened already."""
        if order.tries <= 1 and not order.uncertain:
            return None
        with self._database.reading() as work:
            session = work.sessions.get(order.session_id, order.account_id)
        if session is None or has_happened(session, order.order):
            return Attempt()
        if order.uncertain:
            facts = self._carrier.find_out(order.order, _ref(order), order.created_at)
            if facts is not None:
                return Attempt(facts)
        if is_wanted(session, order.order):
            return None
        reason = "The call was over before this party was rung"
        return Attempt(facts_of_failure(order.order, reason, None, self._clock()))

    def _give(self, order: StoredOrder) -> Attempt:
        if self._is_late(order, DEADLINE) and isinstance(order.order, _NEVER_LATE):
            error = CarrierUnreachable("The carrier cannot be reached")
            facts = facts_of_failure(order.order, str(error), None, self._clock())
            return Attempt(facts, error)
        return Attempt(self._carrier.carry_out(order.order, _ref(order)))

    def _noted(self, outcome: _Outcome) -> CallSession | None:
        """The session after a fact in it, and the order done or put back."""
        order = outcome.order
        if outcome.attempt.facts:
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
        unheard = give_up and not attempt.uncertain
        if not unheard and not self._is_late(order, GIVE_UP):
            return attempt
        reason = str(attempt.error)
        facts = facts_of_failure(order.order, reason, None, self._clock())
        hopeless = self._is_late(order, GIVE_UP)
        return replace(attempt, facts=facts, is_final=bool(facts) or hopeless)

    def _is_late(self, order: StoredOrder, allowed: timedelta) -> bool:
        return self._clock() - order.created_at > allowed


def _note_outcome(work: UnitOfWork, session: CallSession, outcome: _Outcome, now: datetime) -> None:
    observe(session, outcome.attempt.facts, now)
    _close_or_postpone(work, outcome, now)


def _close_or_postpone(work: UnitOfWork, outcome: _Outcome, now: datetime) -> None:
    order, attempt = outcome.order, outcome.attempt
    if attempt.is_final:
        work.outbox.finish(order, order_result(attempt.error))
    else:
        work.outbox.postpone(order, now + _backoff(order.tries), attempt.uncertain)


def _ref(order: StoredOrder) -> SessionRef:
    return SessionRef(order.account_id, order.session_id)


def _backoff(tries: int) -> timedelta:
    """Full jitter, so that many waiting orders do not come back together."""
    longest = min(_FIRST_PAUSE * 2**tries, _LONGEST_PAUSE)
    return timedelta(seconds=random.uniform(_FIRST_PAUSE / 2, longest))  # noqa: S311
