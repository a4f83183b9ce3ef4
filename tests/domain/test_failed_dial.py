"""A leg whose dialling was given up is hung up as soon as it reports life (contract C77)."""

from itertools import permutations

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import Fact, LegEnded
from evovoice.domain.orders import CancelLeg, HangUpLeg, Order
from evovoice.domain.requests import RemoveMember
from evovoice.domain.states import EndSource, LegProgress, Outcome
from evovoice.domain.still_wanted import has_happened, is_wanted
from tests.domain.builders import (
    AGENT,
    ANN,
    CALLER,
    THIRD,
    ConferenceReports,
    add,
    answered,
    ask,
    at,
    bridged,
    ended,
    progressed,
    taken,
    tell,
)

GIVEN_UP = LegEnded("leg-third", None, Outcome.FAILED, EndSource.ORDER, at(30), "not reached")
RINGS = progressed("leg-third", THIRD, LegProgress.RINGING, 31)


def _session() -> CallSession:
    reports = ConferenceReports()
    session = bridged()
    add(session)
    tell(session, reports.joins(AGENT), reports.joins(CALLER))
    taken(session)
    return session


@pytest.mark.parametrize("facts", [*permutations([GIVEN_UP, RINGS])])
def test_who_rings_after_it_was_given_up_is_hung_up_once(facts: tuple[Fact, ...]) -> None:
    """Whichever of the two is heard of first."""
    session = _session()
    assert [HangUpLeg("leg-third", THIRD)] == tell(session, *facts, RINGS)
    assert [] == tell(session, answered("leg-third", THIRD, 32))
    lines = [event.message for event in session.events if "after all" in event.message]
    assert 1 == len(lines)


def test_who_joins_without_another_report_is_hung_up() -> None:
    session = _session()
    reports = ConferenceReports(sequence=7)
    assert [] == tell(session, GIVEN_UP)
    orders = tell(session, reports.joins(THIRD, "leg-third"))
    assert [HangUpLeg("leg-third", THIRD)] == orders


def test_who_is_over_by_the_calls_own_report_is_left_alone() -> None:
    """Its end may be heard of before its life, and before it was given up."""
    session = _session()
    over = ended("leg-third", THIRD, Outcome.NO_ANSWER, 40)
    assert [] == tell(session, over, GIVEN_UP, RINGS)


def test_party_that_was_removed_before_it_was_given_up_is_hung_up_all_the_same() -> None:
    """The removal had no SID to go by."""
    session = _session()
    ask(session, RemoveMember(ANN, "m-third"), 25)
    assert [] == taken(session)
    assert HangUpLeg("leg-third", THIRD) in tell(session, GIVEN_UP, RINGS)


@pytest.mark.parametrize("order", [HangUpLeg("leg-third", THIRD), CancelLeg("leg-third", THIRD)])
def test_hang_up_is_wanted_until_the_call_says_that_it_is_over(order: Order) -> None:
    session = _session()
    tell(session, GIVEN_UP, RINGS)
    assert is_wanted(session, order)
    assert not has_happened(session, order)
    tell(session, ended("leg-third", THIRD, Outcome.CANCELED, 33))
    assert not is_wanted(session, order)
    assert has_happened(session, order)
