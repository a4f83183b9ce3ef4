"""Digits for a leg: one order at a time, in the order asked, known by a key (C111, C112)."""

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.digits import FETCHED_WITHIN, key_to_wait_under
from evovoice.domain.errors import MemberNotConnected, MemberNotFound, NotYourCall
from evovoice.domain.messages import DigitsRefused, DigitsTaken, RedirectFailed
from evovoice.domain.orders import PlayDigits, RedirectLeg
from evovoice.domain.requests import SendDigits
from evovoice.domain.still_wanted import facts_of_failure, has_happened, is_wanted
from tests.domain.builders import (
    AGENT,
    ANN,
    BOB,
    CALLER,
    ROOM,
    THIRD,
    ConferenceReports,
    add,
    answered,
    ask,
    at,
    bridged,
    in_conference,
    taken,
    tell,
)


@pytest.fixture
def session() -> CallSession:
    """Agent, customer and a third party talk."""
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, answered("leg-third", THIRD, 6), reports.joins(THIRD))
    taken(session)
    return session


def _digits(session: CallSession) -> list[PlayDigits]:
    return [order for order in taken(session) if isinstance(order, PlayDigits)]


def _send(session: CallSession, key: str, second: float = 20, member: str = THIRD) -> None:
    ask(session, SendDigits(ANN, member, key, 2.0), second)


def _leg_of(session: CallSession, sid: str) -> str:
    member = session.member_on_call(sid)
    assert member is not None
    return member.leg.id


def test_digits_are_ordered_for_that_leg_in_the_conference(session: CallSession) -> None:
    _send(session, "d-1")
    assert [PlayDigits(_leg_of(session, THIRD), THIRD, ROOM, "d-1")] == _digits(session)
    assert ANN.id == session.last_modified_by


def test_what_is_asked_meanwhile_goes_out_together_once_the_leg_has_heard_the_rest(
    session: CallSession,
) -> None:
    """Two at once might arrive the wrong way round, or the second end the first."""
    leg = _leg_of(session, THIRD)
    _send(session, "d-1")
    assert 1 == len(_digits(session))
    _send(session, "d-2", 20.1)
    _send(session, "d-3", 20.2)
    assert [] == _digits(session)
    assert [] == tell(session, DigitsTaken(leg, at(20.5), "d-1"))
    assert "d-2" == session.members[-1].leg.digits.waiting
    assert session.next_check is not None
    later = session.next_check
    ask(session, SendDigits(ANN, THIRD, "d-4", 1.0), (later - at(0)).total_seconds())
    assert ["d-2"] == [order.key for order in _digits(session)]
    assert 5.0 == session.members[-1].leg.digits.ordered_seconds


def test_that_they_were_asked_for_counts_once(session: CallSession) -> None:
    leg = _leg_of(session, THIRD)
    _send(session, "d-1")
    (order,) = _digits(session)
    assert is_wanted(session, order)
    assert not has_happened(session, order)
    for _ in range(2):
        tell(session, DigitsTaken(leg, at(21), "d-1"))
    assert has_happened(session, order)
    sent = [event for event in session.events if event.type == "DigitsSent"]
    assert [("Digits are sent to +442079460123", ANN.id)] == [(e.message, e.user_id) for e in sent]
    assert [] == tell(session, DigitsRefused(leg, at(22), "d-1", "late"))
    assert "" == session.members[-1].leg.digits.refused


def test_refused_digits_are_told_and_hold_up_nothing(session: CallSession) -> None:
    _send(session, "d-1")
    (order,) = _digits(session)
    tell(session, *facts_of_failure(order, "the carrier is away", None, at(25)))
    assert "the carrier is away" == session.members[-1].leg.digits.refused
    told = session.events[-1]
    expected = ("CarrierReport", "The digits did not reach +442079460123: the carrier is away")
    assert expected == (told.type, told.message)
    _send(session, "d-2", 30)
    assert ["d-2"] == [one.key for one in _digits(session)]
    assert "" == session.members[-1].leg.digits.refused


def test_digits_that_the_carrier_never_asks_for_are_given_up(session: CallSession) -> None:
    _send(session, "d-1", 20)
    taken(session)
    due = 20 + FETCHED_WITHIN.total_seconds()
    assert session.next_check is not None
    assert session.next_check <= at(due)
    _send(session, "d-2", due)
    assert ["d-2"] == [one.key for one in _digits(session)]
    assert any("did not ask for them" in event.message for event in session.events)


def test_digits_make_a_plain_call_a_conference_first() -> None:
    session = bridged()
    ask(session, SendDigits(ANN, CALLER, "d-1", 1.0), 10)
    orders = taken(session)
    assert [RedirectLeg] == [type(order) for order in orders]
    reports = ConferenceReports()
    orders = tell(session, reports.joins(AGENT), reports.joins(CALLER), reports.starts())
    expected = PlayDigits(_leg_of(session, CALLER), CALLER, ROOM, "d-1")
    assert [expected] == [order for order in orders if isinstance(order, PlayDigits)]


def test_digits_of_a_call_that_becomes_no_conference_are_refused() -> None:
    session = bridged()
    ask(session, SendDigits(ANN, CALLER, "d-1", 1.0), 10)
    moving = session.moving_leg_id or ""
    tell(session, RedirectFailed(moving, at(11), "refused", 21220))
    caller = session.member_on_call(CALLER)
    assert caller is not None
    assert ("", "refused") == (caller.leg.digits.waiting, caller.leg.digits.refused)


def test_extension_waits_for_the_answer_and_for_the_conference(session: CallSession) -> None:
    member = add(session, "+442079460124", "fourth")
    key_to_wait_under(member, "d-9", 1.0, ANN.id)
    assert [] == _digits(session)
    fourth = "CA" + "0" * 31 + "7"
    tell(session, answered(member.leg.id, fourth, 30))
    assert [] == _digits(session)


def test_digits_are_sent_to_those_who_are_connected_by_those_who_have_answered(
    session: CallSession,
) -> None:
    member = add(session, "+442079460124", "fourth")
    with pytest.raises(MemberNotConnected):
        _send(session, "d-1", member=member.id)
    with pytest.raises(MemberNotFound):
        _send(session, "d-1", member="m-nobody")
    with pytest.raises(NotYourCall):
        ask(session, SendDigits(BOB, THIRD, "d-1", 1.0), 20)
    assert [] == _digits(session)
