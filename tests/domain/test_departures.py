"""What the record says of those who go: whoever leaves has left, whom somebody takes out was
removed, and whoever rang in vain was cancelled by somebody or not reached.
"""

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.requests import Command, EndCall, HandOver, LeaveCall, RemoveMember
from evovoice.domain.states import LegProgress, Outcome
from evovoice.domain.values import User
from evovoice.domain.views import member_status
from tests.domain.builders import (
    AGENT,
    ANN,
    BOB,
    BOSS,
    PLAN,
    THIRD,
    ConferenceReports,
    add,
    answered,
    ask,
    bridged,
    ended,
    in_conference,
    incoming,
    progressed,
    tell,
)


def _talking() -> CallSession:
    """Ann, the customer and a third party talk."""
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, reports.joins(THIRD, "leg-third"), answered("leg-third", THIRD, 20))
    return session


def _member(session: CallSession, member_id: str) -> Member:
    return next(m for m in session.members if m.id == member_id)


def _last(session: CallSession, member_id: str) -> SessionEvent:
    return [event for event in session.events if event.member_id == member_id][-1]


OWN_WISH: list[Command] = [
    LeaveCall(ANN),
    LeaveCall(ANN, AGENT),
    HandOver(ANN, "+13125550142", "m-third", PLAN),
    EndCall(ANN, AGENT),
    RemoveMember(ANN, "m-u-ann"),
]


@pytest.mark.parametrize("command", OWN_WISH, ids=lambda command: type(command).__name__)
def test_whoever_has_their_own_leg_hung_up_has_left_c82(command: Command) -> None:
    session = _talking()
    ask(session, command, 60)
    tell(session, ended("leg-u-ann", AGENT))
    assert "left" == member_status(session, _member(session, "m-u-ann"))
    event = _last(session, "m-u-ann")
    assert ("MemberLeft", "Ann left") == (event.type, event.message)


def test_whoever_hangs_up_their_telephone_has_left_c82() -> None:
    session = _talking()
    tell(session, ended("leg-third", THIRD))
    assert "left" == member_status(session, _member(session, "m-third"))
    assert "MemberLeft" == _last(session, "m-third").type


@pytest.mark.parametrize(
    ("command", "gone", "sid", "by"),
    [
        (RemoveMember(ANN, THIRD), "m-third", THIRD, ANN),
        (EndCall(ANN, THIRD), "m-third", THIRD, ANN),
        (RemoveMember(BOSS, "m-u-ann"), "m-u-ann", AGENT, BOSS),
        (LeaveCall(BOSS, AGENT), "m-u-ann", AGENT, BOSS),
    ],
)
def test_whom_somebody_takes_out_was_removed_by_that_user_c82(
    command: Command, gone: str, sid: str, by: User
) -> None:
    session = _talking()
    ask(session, command, 60)
    tell(session, ended(None, sid))
    assert "removed" == member_status(session, _member(session, gone))
    event = _last(session, gone)
    assert ("MemberRemoved", by.id) == (event.type, event.user_id)
    assert event.message.endswith(f"was removed by {by.name}")


def test_who_first_has_somebody_removed_is_named_c82() -> None:
    session = _talking()
    ask(session, RemoveMember(ANN, THIRD), 60)
    ask(session, RemoveMember(BOSS, THIRD), 61)
    tell(session, ended("leg-third", THIRD))
    assert ANN.id == _last(session, "m-third").user_id


def _ringing_third() -> CallSession:
    session = in_conference(ConferenceReports())
    tell(session, progressed("leg-third", THIRD, LegProgress.RINGING, 20))
    return session


def test_ringing_that_somebody_stopped_was_cancelled_by_them() -> None:
    session = _ringing_third()
    ask(session, RemoveMember(ANN, THIRD), 30)
    tell(session, ended("leg-third", THIRD, Outcome.CANCELED, 31))
    event = _last(session, "m-third")
    assert ("MemberFailed", ANN.id) == (event.type, event.user_id)
    assert event.message.endswith("is not rung any more: Ann cancelled it")
    assert "canceled" == member_status(session, _member(session, "m-third"))


def test_ringing_that_the_end_of_the_call_stopped_says_so() -> None:
    session = _ringing_third()
    tell(session, ended("leg-caller", None, Outcome.COMPLETED, 30))
    tell(session, ended("leg-third", THIRD, Outcome.CANCELED, 31))
    assert _last(session, "m-third").message.endswith("is not rung any more: the call is over")


def test_device_whose_colleague_answered_was_not_tried_in_vain() -> None:
    session = incoming(ANN, BOB)
    tell(session, answered("leg-u-ann", AGENT), ended("leg-u-bob", THIRD, Outcome.CANCELED, 3))
    assert "Bob is not rung any more: somebody else answered" == _last(session, "m-u-bob").message


@pytest.mark.parametrize("outcome", [Outcome.BUSY, Outcome.NO_ANSWER, Outcome.FAILED])
def test_who_could_not_be_reached_was_not_reached(outcome: Outcome) -> None:
    session = _ringing_third()
    tell(session, ended("leg-third", THIRD, outcome, 31))
    assert _last(session, "m-third").message.endswith(f"was not reached ({outcome})")


def test_party_cancelled_before_it_was_called_names_who_cancelled_it() -> None:
    session = bridged()
    add(session)  # waits for the conversion
    ask(session, RemoveMember(ANN, "m-third"), 6)
    event = _last(session, "m-third")
    assert ("MemberFailed", ANN.id) == (event.type, event.user_id)
    assert event.message.endswith("is not called: Ann cancelled it")
    assert "canceled" == member_status(session, _member(session, "m-third"))
