"""A user who is disabled is rung no more, wherever their leg stands; nobody else notices."""

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.hanging_up import rung_devices, stop_ringing
from evovoice.domain.instructions import first_instruction
from evovoice.domain.messages import Bridge, Farewell, LegProgressed
from evovoice.domain.order_derivation import derive_orders
from evovoice.domain.orders import CancelLeg
from evovoice.domain.states import LegProgress
from evovoice.domain.views import member_status
from tests.domain.builders import (
    AGENT,
    ANN,
    BOB,
    NOW,
    answered,
    bridged,
    incoming,
    progressed,
    tell,
)

WHY = "the user is disabled"


def ringing() -> LegProgressed:
    return progressed("leg-u-ann", AGENT, LegProgress.RINGING)


def stop(session: CallSession, user_id: str = ANN.id) -> list[CancelLeg]:
    """What is ordered at once."""
    session.orders.clear()
    stop_ringing(session, user_id, WHY, NOW)
    derive_orders(session, NOW)
    return [order for order in session.orders if isinstance(order, CancelLeg)]


def test_leg_that_rings_is_cancelled_once() -> None:
    session = incoming()
    tell(session, ringing())
    assert [CancelLeg("leg-u-ann", AGENT)] == stop(session)
    assert [] == stop(session)
    assert [] == rung_devices(session, ANN.id)


def test_leg_whose_ringing_was_not_reported_is_cancelled_when_it_is() -> None:
    """Until then nobody knows what to cancel."""
    session = incoming()
    assert [] == stop(session)
    assert CancelLeg("leg-u-ann", AGENT) in tell(session, ringing())


def test_repeated_question_does_not_ring_them_again() -> None:
    """Our first answer was lost; with nobody left to ring, whoever calls hears a sentence."""
    session = incoming()
    assert isinstance(first_instruction(session), Bridge)
    stop(session)
    assert isinstance(first_instruction(session), Farewell)


def test_leg_that_was_answered_is_left_alone() -> None:
    session = bridged()
    assert [] == stop(session)
    assert "connected" == member_status(session, session.members[1])


def test_answer_after_all_counts() -> None:
    """It crossed the order, and the carrier spares a leg that was answered."""
    session = incoming()
    tell(session, ringing())
    stop(session)
    tell(session, answered("leg-u-ann", AGENT))
    assert "connected" == member_status(session, session.members[1])


@pytest.mark.parametrize("user_id", [BOB.id, "u-none", ""])
def test_nobody_else_is_stopped(user_id: str) -> None:
    session = incoming()
    tell(session, ringing())
    assert [] == stop(session, user_id)
    assert 1 == len(rung_devices(session, ANN.id))
