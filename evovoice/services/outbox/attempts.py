"""One attempt at an order: it is asked whether it happened already, and given where it did not."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from evovoice import logs
from evovoice.carrier.port import (
    Carrier,
    CarrierBusy,
    CarrierError,
    CarrierRefused,
    CarrierUnreachable,
    NotFound,
    OutcomeUnknown,
    SessionRef,
)
from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import Fact
from evovoice.domain.orders import (
    AdjustLeg,
    AnnounceToLeg,
    DialLeg,
    PlaceCall,
    PlayDigits,
    RecordLeg,
    RedirectLeg,
)
from evovoice.domain.states import ConferenceStatus, Failure
from evovoice.domain.still_wanted import (
    facts_of_failure,
    facts_of_refused_dial,
    has_happened,
    is_wanted,
)
from evovoice.services.outbox.carrier_availability import CarrierAvailability
from evovoice.services.outbox.lost_orders import Undecided, outcome_of
from evovoice.services.outbox.session_changes import LEASE
from evovoice.storage.unit_of_work import Database, StoredOrder

DEADLINE = timedelta(seconds=20)  # a dial older than this is a failure, never a late call
REFUSED_FOR = timedelta(seconds=5)  # a dial that the carrier refuses though its conference goes on
NEVER_LATE = (
    DialLeg | PlaceCall | RedirectLeg | RecordLeg | AnnounceToLeg | PlayDigits
)  # a failure once `DEADLINE` is over
_WISHED_FOR = timedelta(minutes=1)  # a hold, mute or coaching; its repeats take half of that
_NOT_RUNG = "The call was over before this party was rung"
_OVER_BY_THEN = "The call was over by then"
_SURELY_OURS = timedelta(seconds=5)  # since it was taken; later the lease is looked at again


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt led to: facts if it is final, else the error that calls for another."""

    facts: tuple[Fact, ...] = ()
    error: CarrierError | None = None
    is_final: bool = True
    uncertain: bool = False


class LeaseLost(Exception):
    """Another process has taken the order over, since this one was stopped for too long."""


class OrderAttempts:
    """Makes attempts at orders for one process."""

    def __init__(
        self,
        database: Database,
        carrier: Carrier,
        availability: CarrierAvailability,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._carrier = carrier
        self._availability = availability
        self._clock = clock

    def attempt(self, order: StoredOrder) -> Attempt:
        """One attempt. Errors: `LeaseLost`."""
        try:
            return self._find_out(order) or self._give(order)
        except CarrierRefused as error:
            return self._refused(order, error)
        except (CarrierBusy, CarrierUnreachable) as error:
            return Attempt((), error, is_final=False, uncertain=order.uncertain)
        except OutcomeUnknown as error:
            return Attempt((), error, is_final=False, uncertain=True)

    def _refused(self, order: StoredOrder, refusal: CarrierRefused) -> Attempt:
        if isinstance(order.order, DialLeg) and isinstance(refusal, NotFound):
            return self._refused_for_conference(order, order.order, refusal)
        facts = self.failure(order, refusal, order.uncertain, refusal.code)
        return Attempt(facts, refusal, is_final=bool(facts))

    def _refused_for_conference(
        self, order: StoredOrder, dial: DialLeg, refusal: NotFound
    ) -> Attempt:
        """Ask for the conference (C80): where it goes on, the dial is given again for a while."""
        try:
            with self._availability.learning():
                status = self._carrier.conference_status(dial.conference_sid)
        except CarrierError as error:
            logs.get_logger(__name__).warning(
                "The conference could not be asked about", error=str(error), code=error.code,
                status=error.status, conference_sid=dial.conference_sid,
            )  # fmt: skip
            status = None
        goes_on = status is None or status is ConferenceStatus.IN_PROGRESS
        if goes_on and not self.is_late(order, REFUSED_FOR):
            return Attempt((), refusal, is_final=False, uncertain=order.uncertain)
        now, code = self._clock(), refusal.code
        return Attempt(facts_of_refused_dial(dial, status, str(refusal), code, now), refusal)

    def _find_out(self, order: StoredOrder) -> Attempt | None:
        """Before a repeat: whether it is wanted still, and whether it happened already."""
        if order.tries <= 1 and not order.uncertain:
            return None
        session = self._session_unless_happened(order)
        if session is not None and order.uncertain:
            found = self._found(order)
            if found is not None:
                return found
            # while the carrier was asked, a report may have told that it happened
            session = self._session_unless_happened(order)
        if session is None:
            return Attempt()
        if is_wanted(session, order.order):
            return None
        is_dial = isinstance(order.order, DialLeg | PlaceCall)
        reason = _NOT_RUNG if is_dial else _OVER_BY_THEN
        return Attempt(self.failure(order, reason, order.uncertain))

    def _session_unless_happened(self, order: StoredOrder) -> CallSession | None:
        """None too where there is no such session any more."""
        with self._database.reading() as work:
            session = work.sessions.get(order.session_id, order.account_id)
        return None if session is None or has_happened(session, order.order) else session

    def _found(self, order: StoredOrder) -> Attempt | None:
        """What it did. A dial of which that cannot be told in time has failed; if its call is
        reported later it is hung up (`leg_evidence`).
        """
        try:
            with self._availability.learning():
                facts = outcome_of(self._carrier, self._database, order)
        except Undecided as error:
            if not self.is_late(order, DEADLINE):
                raise
            return Attempt(self.failure(order, error, uncertain=True), error)
        return None if facts is None else Attempt(facts)

    def _give(self, order: StoredOrder) -> Attempt:
        self._hold_on_to(order)
        if self._comes_too_late(order):
            error = CarrierUnreachable("The carrier cannot be reached")
            return Attempt(self.failure(order, error, order.uncertain), error)
        with self._availability.learning():
            ref = SessionRef(order.account_id, order.session_id)
            return Attempt(self._carrier.carry_out(order.order, ref))

    def _comes_too_late(self, order: StoredOrder) -> bool:
        """Whether nobody expects it any more; an end of a call or of a hold is waited for."""
        if isinstance(order.order, AdjustLeg):
            return order.order.held is not False and self.is_late(order, _WISHED_FOR)
        return isinstance(order.order, NEVER_LATE) and self.is_late(order, DEADLINE)

    def _hold_on_to(self, order: StoredOrder) -> None:
        """Right before the request: the lease is still ours, and lasts as long as the request.

        A process may have been stopped for longer than its lease, and another has gone on
        (decision 57). Errors: `LeaseLost`.
        """
        now = self._clock()
        by_clock = order.lease_until is None or now < order.lease_until - LEASE + _SURELY_OURS
        if by_clock and time.monotonic() - order.taken < _SURELY_OURS.total_seconds():
            return
        with self._database.writing() as work:
            is_ours = work.outbox.renew(order, now + LEASE)
        if not is_ours:
            raise LeaseLost

    def failure(
        self, order: StoredOrder, why: CarrierError | str, uncertain: bool, code: int | None = None
    ) -> tuple[Fact, ...]:
        """What is so once that order has failed; `why`: the carrier's part in it, or a sentence."""
        told = why.failure if isinstance(why, CarrierError) else Failure.CALL_OVER
        return facts_of_failure(
            order.order, str(why), code, self._clock(), uncertain=uncertain, failure=told
        )

    def is_late(self, order: StoredOrder, allowed: timedelta) -> bool:
        """Whether that order was made longer ago."""
        return self._clock() - order.created_at > allowed
