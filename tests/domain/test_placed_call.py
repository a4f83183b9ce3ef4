"""A call that we place: the party called answers first, then our side is rung."""

import pytest

from evovoice.domain import opening, views
from evovoice.domain.call_session import CallSession
from evovoice.domain.instructions import NOBODY_HERE, after_dial, first_instruction
from evovoice.domain.messages import Bridge, Farewell, LegEnded, Ringing
from evovoice.domain.opening import NewLeg
from evovoice.domain.order_derivation import derive_orders
from evovoice.domain.orders import HangUpLeg, PlaceCall, RedirectLeg
from evovoice.domain.requests import EndCall
from evovoice.domain.states import CallState, DialState, EndSource, LegProgress, Outcome
from evovoice.domain.still_wanted import facts_of_failure, has_happened, is_wanted
from tests.domain.builders import (
    AGENT,
    ANN,
    BOB,
    BOSS,
    CALLER,
    CUSTOMER,
    OURS,
    THIRD,
    add,
    answered,
    ask,
    at,
    ended,
    placed,
    progressed,
    taken,
    tell,
)

ORDER = PlaceCall("leg-caller", CUSTOMER, OURS)


def _customer_answers() -> CallSession:
    session = placed()
    taken(session)
    tell(session, answered("leg-caller", CALLER))
    agents = [(user, NewLeg(f"m-{user.id}", f"leg-{user.id}")) for user in (ANN, BOB)]
    opening.ring_agents(session, agents, at(3))
    derive_orders(session, at(3))
    return session


def test_placing_orders_one_call_and_waits_for_its_answer() -> None:
    session = placed()
    assert [ORDER] == taken(session)
    assert (CallState.RINGING, DialState.ACTIVE) == (
        views.call_state(session),
        views.dial_state(session),
    )
    assert session.root_call_sid is None
    assert {"flowId": "flow-1"} == session.events[0].data
    assert [] == tell(session, progressed("leg-caller", CALLER, LegProgress.RINGING))
    assert not session.has_ended
    assert CALLER == session.root_call_sid


def test_answer_leads_to_our_agents_and_shows_them_whom_they_get() -> None:
    session = _customer_answers()
    rung = tuple(Ringing(f"leg-{user.id}", user.address) for user in (ANN, BOB))
    assert Bridge(rung, CUSTOMER) == first_instruction(session)
    assert CallState.RINGING is views.call_state(session)
    answerer = views.answered_by(session)
    assert answerer is not None
    assert "m-caller" == answerer.id


def test_agent_who_answers_is_connected_and_can_add_somebody() -> None:
    session = _customer_answers()
    tell(session, answered("leg-u-ann", AGENT), ended("leg-u-bob", THIRD, Outcome.CANCELED))
    assert CallState.CONNECTED is views.call_state(session)
    add(session)
    assert [RedirectLeg("leg-u-ann", AGENT, "room-s-1")] == taken(session)


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (Outcome.BUSY, "Busy"),
        (Outcome.NO_ANSWER, "NoAnswer"),
        (Outcome.FAILED, "Failed"),
        (Outcome.CANCELED, "Cancelled"),
    ],
)
def test_party_that_does_not_answer_ends_the_session(end: Outcome, outcome: str) -> None:
    """Contract 4.5 row 27."""
    session = placed()
    taken(session)
    assert [] == tell(session, ended("leg-caller", CALLER, end))
    assert session.has_ended
    assert (outcome, False) == (views.outcome(session), views.was_missed(session))
    assert "MemberFailed" in [event.type for event in session.events]


def test_party_that_answers_is_not_left_in_silence_when_nobody_of_ours_does() -> None:
    session = _customer_answers()
    orders = tell(
        session,
        ended("leg-u-ann", AGENT, Outcome.NO_ANSWER),
        ended("leg-u-bob", THIRD, Outcome.BUSY),
    )
    assert Farewell(NOBODY_HERE) == after_dial(session)
    assert ([], False) == (orders, session.has_ended)  # they hear the sentence
    tell(session, ended("leg-caller", CALLER))
    assert ("Completed", True) == (views.outcome(session), session.has_ended)


def test_party_that_hangs_up_while_ours_ring_ends_the_call() -> None:
    session = _customer_answers()
    tell(session, ended("leg-caller", CALLER))
    assert session.has_ended
    assert "Completed" == views.outcome(session)


def test_ended_before_the_carrier_has_told_its_sid_it_is_hung_up_as_soon_as_it_has() -> None:
    session = placed()
    taken(session)
    ask(session, EndCall(BOSS), 1)
    assert [] == taken(session)
    orders = tell(session, progressed("leg-caller", CALLER, LegProgress.QUEUED))
    assert [HangUpLeg("leg-caller", CALLER)] == orders
    tell(session, answered("leg-caller", CALLER))
    assert Farewell(NOBODY_HERE) == first_instruction(session)


def test_order_is_done_once_there_is_a_sid_and_unwanted_once_the_call_is_to_end() -> None:
    session = placed()
    assert (True, False) == (is_wanted(session, ORDER), has_happened(session, ORDER))
    ask(session, EndCall(BOSS), 1)
    assert not is_wanted(session, ORDER)
    tell(session, progressed("leg-caller", CALLER, LegProgress.QUEUED))
    assert has_happened(session, ORDER)


def test_order_that_was_given_up_ends_the_session() -> None:
    session = placed()
    failed = facts_of_failure(ORDER, "The carrier refused", 21211, at(1))
    assert (
        LegEnded("leg-caller", None, Outcome.FAILED, EndSource.ORDER, at(1),
                 "The carrier refused", 21211),
    ) == failed  # fmt: skip
    tell(session, *failed)
    assert ("Failed", True) == (views.outcome(session), session.has_ended)


def test_agents_are_rung_once_however_often_the_carrier_asks() -> None:
    session = _customer_answers()
    assert not session.waits_for_caller
    tell(session, answered("leg-caller", CALLER))
    assert first_instruction(session) == first_instruction(session)
    assert 3 == len(session.members)
