"""Whose call it is that a lost request may have placed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from evovoice.carrier.port import CarrierRefused, OutcomeUnknown, PossibleCall, SessionRef
from evovoice.domain.messages import Fact, LegProgressed
from evovoice.domain.orders import DialLeg, HangUpLeg, Order, PlaceCall
from evovoice.domain.states import LegProgress
from evovoice.services.outbox.attempts import Attempt, OrderAttempts
from evovoice.services.outbox.carrier_availability import CarrierAvailability
from evovoice.services.outbox.lost_orders import Undecided, outcome_of
from evovoice.storage.unit_of_work import Database, Lease, StoredOrder
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.storage.builders import NOW, later, ringing_session

__all__ = ["database", "database_url", "migrated_file", "migrated_postgres", "postgres_server"]

THIRD, FOURTH, OURS = "+13125550142", "+442079460123", "+14155550100"
ANNS = DialLeg("l-ann", "CF1", THIRD, OURS)
BOBS = DialLeg("l-bob", "CF2", THIRD, OURS)


class FakeCarrier:
    """Knows these calls, and one participant by label if there is one."""

    def __init__(self, *sids: str, labelled: tuple[Fact, ...] | None = None) -> None:
        self._sids = sids
        self._labelled = labelled
        self.refusal: CarrierRefused | None = None
        self.while_asked: Callable[[], None] = lambda: None
        self.given: list[Order] = []

    def carry_out(self, order: Order, ref: SessionRef) -> tuple[Fact, ...]:
        del ref
        self.given.append(order)
        return ()

    def find_out(self, order: Order) -> tuple[Fact, ...] | None:
        del order
        if self.refusal is not None:
            raise self.refusal
        return self._labelled

    def calls_like(self, order: DialLeg | PlaceCall, since: datetime) -> tuple[PossibleCall, ...]:
        del since
        self.while_asked()
        return tuple(PossibleCall(sid, _ringing(order.leg_id, sid)) for sid in self._sids)


def _ringing(leg_id: str, sid: str) -> tuple[Fact, ...]:
    return (LegProgressed(leg_id, sid, LegProgress.RINGING, NOW),)


def _ordered(database: Database, name: str, order: Order, seconds: float = 0) -> StoredOrder:
    """An order of a session of its own, held by somebody."""
    session = ringing_session(f"s-{name}", f"CA-{name}")
    session.modified_at = later(seconds)
    session.orders.append(order)
    with database.writing() as work:
        (stored,) = work.sessions.save(session, Lease(f"worker-{name}", later(60)))
    return stored


def _given_up(database: Database, stored: StoredOrder, result: str) -> None:
    """Its outcome was unknown, and it is finished."""
    with database.writing() as work:
        work.outbox.postpone(stored, NOW, uncertain=True)
        (taken,) = work.outbox.take_due(NOW, Lease("again", later(60)), 1)
        assert work.outbox.finish(taken, result)


def test_label_tells_and_nothing_else_is_asked(database: Database) -> None:
    stored = _ordered(database, "ann", ANNS)
    carrier = FakeCarrier("CA7", labelled=_ringing("l-ann", "CA3"))
    assert _ringing("l-ann", "CA3") == outcome_of(carrier, database, stored)


def test_the_one_call_that_nobody_holds_is_the_orders_own(database: Database) -> None:
    stored = _ordered(database, "ann", ANNS)
    _ordered(database, "bob", DialLeg("l-bob", "CF2", FOURTH, OURS))
    _ordered(database, "eve", replace(BOBS, from_number="+12025550199"))
    _ordered(database, "dan", HangUpLeg("l-dan", "CA-dan"))
    facts = outcome_of(FakeCarrier("CA-bob", "CA7"), database, stored)
    assert _ringing("l-ann", "CA7") == facts


def test_call_that_a_leg_of_any_session_holds_is_left_to_it(database: Database) -> None:
    """Nothing is left, so the order did nothing."""
    stored = _ordered(database, "ann", ANNS)
    _ordered(database, "bob", HangUpLeg("l-bob", "CA-bob"))
    assert outcome_of(FakeCarrier("CA-bob"), database, stored) is None
    assert outcome_of(FakeCarrier(), database, stored) is None


@pytest.mark.parametrize("rival", [BOBS, PlaceCall("l-bob", THIRD, OURS)])
def test_call_that_another_open_order_may_have_placed_is_waited_for(
    database: Database, rival: Order
) -> None:
    stored = _ordered(database, "ann", ANNS)
    _ordered(database, "bob", rival)
    with pytest.raises(Undecided):
        outcome_of(FakeCarrier("CA7"), database, stored)
    assert outcome_of(FakeCarrier(), database, stored) is None


@pytest.mark.parametrize(
    ("result", "minutes", "is_undecided"),
    [("CarrierUnreachable", 0, True), ("CarrierUnreachable", 11, False), ("done", 0, False)],
)
def test_order_that_was_given_up_may_have_placed_it_too(
    database: Database, result: str, minutes: int, is_undecided: bool
) -> None:
    """For ten minutes; of one that is done the call is known."""
    _given_up(database, _ordered(database, "bob", BOBS), result)
    stored = _ordered(database, "ann", ANNS, timedelta(minutes=minutes).total_seconds())
    if is_undecided:
        with pytest.raises(Undecided):
            outcome_of(FakeCarrier("CA7"), database, stored)
    else:
        assert _ringing("l-ann", "CA7") == outcome_of(FakeCarrier("CA7"), database, stored)


def test_of_two_calls_that_nobody_holds_none_is_taken(database: Database) -> None:
    stored = _ordered(database, "ann", ANNS)
    with pytest.raises(Undecided):
        outcome_of(FakeCarrier("CA7", "CA8"), database, stored)


def test_question_that_is_refused_says_nothing_of_the_order(database: Database) -> None:
    """It is asked again, and the party is not declared to be uncalled."""
    stored = _ordered(database, "ann", ANNS)
    carrier = FakeCarrier()
    carrier.refusal = CarrierRefused(20001, 400, "no")
    with pytest.raises(OutcomeUnknown):
        outcome_of(carrier, database, stored)


def test_party_whose_call_is_reported_while_the_carrier_is_asked_is_not_rung_again(
    database: Database,
) -> None:
    """The call is its leg's own by then, so it is not among those that nobody holds."""
    stored = _ordered(database, "ann", DialLeg("l-2-s-ann", "CF1", THIRD, OURS))
    stored = replace(stored, tries=2, uncertain=True)
    carrier = FakeCarrier("CA7")
    carrier.while_asked = lambda: _reported(database, stored, "CA7")
    attempts = OrderAttempts(database, carrier, CarrierAvailability(lambda: NOW), lambda: NOW)  # type: ignore[arg-type]
    assert attempts.attempt(stored) == Attempt()
    assert [] == carrier.given


def _reported(database: Database, stored: StoredOrder, sid: str) -> None:
    with database.writing() as work:
        session = work.sessions.for_update(stored.account_id, stored.session_id)
        assert session is not None
        session.members[1].leg.call_sid = sid
        work.sessions.save(session)
