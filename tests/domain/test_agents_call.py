"""A call that the carrier places for an agent: their own device first, then whom they call."""

from evovoice.domain import opening, views
from evovoice.domain.call_session import CallSession
from evovoice.domain.digits import key_with_dial, send_with_dial
from evovoice.domain.endings import EndRule, ending_of
from evovoice.domain.instructions import NOT_REACHED, after_dial, first_instruction
from evovoice.domain.messages import Bridge, DialFinished, Farewell, Ringing
from evovoice.domain.notifications import session_status
from evovoice.domain.opening import NewLeg
from evovoice.domain.order_derivation import derive_orders
from evovoice.domain.orders import CancelLeg, HangUpLeg, PlaceCall
from evovoice.domain.requests import EndCall, RejectCall
from evovoice.domain.states import CallState, LegProgress, MemberCallState, Outcome
from evovoice.domain.summary import summary
from evovoice.domain.values import Address, PhoneNumber
from tests.domain.builders import (
    ACCOUNT,
    AGENT,
    ANN,
    BOB,
    CALLER,
    CUSTOMER,
    NOW,
    OURS,
    answered,
    ask,
    at,
    ended,
    progressed,
    taken,
    tell,
)

CALLED = PhoneNumber(CUSTOMER)


def _placed(to: Address = CALLED, user_id: str | None = None) -> CallSession:
    session = opening.placed_by_agent(
        ACCOUNT,
        session_id="s-1",
        agent=ANN,
        agent_ids=NewLeg("m-agent", "leg-agent"),
        destination="202 555 0123",
        caller_id=PhoneNumber(OURS),
        now=NOW,
    )
    opening.dial_first(session, NewLeg("m-caller", "leg-caller"), to, str(to), user_id)
    derive_orders(session, NOW)
    return session


def _states(session: CallSession) -> list[MemberCallState]:
    return [views.member_state(session, member) for member in views.visible_members(session)]


def test_own_device_is_rung_alone_and_with_the_caller_id_c100() -> None:
    session = _placed()
    assert [PlaceCall("leg-agent", str(ANN.address), OURS)] == taken(session)
    assert [MemberCallState.NONE, MemberCallState.RINGING] == _states(session)
    assert "queued" == views.member_status(session, session.dialled()[0])
    assert ANN.id == summary(session).endpoint_id


def test_answer_of_the_own_device_dials_whom_it_calls_c100() -> None:
    session = _placed()
    tell(session, answered("leg-agent", AGENT))
    assert Bridge((Ringing("leg-caller", CALLED),), OURS) == first_instruction(session)
    assert [MemberCallState.RINGING, MemberCallState.CONNECTED] == _states(session)
    tell(session, answered("leg-caller", CALLER, 9))
    assert CallState.CONNECTED is views.call_state(session)
    assert session.dialled()[0] is views.answered_by(session)


def test_colleague_is_invited_once_they_are_rung_and_not_before_c100() -> None:
    session = _placed(BOB.address, BOB.id)
    assert {ANN.id} == session_status(session).rung
    tell(session, answered("leg-agent", AGENT))
    assert {BOB.id} == session_status(session).rung


def test_device_that_does_not_answer_has_called_nobody_c100() -> None:
    session = _placed()
    tell(session, ended("leg-agent", AGENT, Outcome.NO_ANSWER, 30))
    assert (True, "NoAnswer") == (session.has_ended, views.outcome(session))
    assert EndRule.NOBODY_ANSWERED is ending_of(session).rule


def test_agent_ends_or_rejects_the_call_while_their_own_device_rings_c100() -> None:
    session = _placed()
    tell(session, progressed("leg-agent", AGENT, LegProgress.RINGING))
    taken(session)
    ask(session, EndCall(by=ANN), 3)
    assert [HangUpLeg("leg-agent", AGENT)] == taken(session)
    tell(session, answered("leg-agent", AGENT, 4))  # pressed at the same moment
    assert isinstance(first_instruction(session), Farewell)
    rejected = _placed()
    tell(rejected, progressed("leg-agent", AGENT, LegProgress.RINGING))
    taken(rejected)
    ask(rejected, RejectCall(by=ANN), 3)
    assert [CancelLeg("leg-agent", AGENT)] == taken(rejected)


def test_agent_hears_that_whom_they_call_is_not_reached_c100() -> None:
    session = _placed()
    tell(session, answered("leg-agent", AGENT))
    tell(session, DialFinished(AGENT, Outcome.BUSY, at(9)))
    assert Farewell(NOT_REACHED) == after_dial(session)
    tell(session, ended("leg-agent", AGENT, Outcome.COMPLETED, 12))
    assert (True, "Busy") == (session.has_ended, views.outcome(session))


def test_digits_of_the_dial_are_sent_once_the_number_answers_and_later_ones_wait_c111() -> None:
    session = _placed()
    send_with_dial(session.dialled()[0], "d-1", 3.0, ANN.id)
    assert "d-1" == key_with_dial(session)
    tell(session, answered("leg-agent", AGENT, seconds=5))
    tell(session, progressed("leg-caller", CALLER, LegProgress.RINGING, seconds=6))
    assert "d-1" == key_with_dial(session)
    for _ in range(2):
        tell(session, answered("leg-caller", CALLER, seconds=9))
    digits = session.dialled()[0].leg.digits
    assert ("", at(12)) == (digits.with_dial, digits.heard_at)
    assert 1 == [event.type for event in session.events].count("DigitsSent")
