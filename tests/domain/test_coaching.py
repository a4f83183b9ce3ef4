"""A coach is heard by one party alone, whatever else is changed about the coach."""

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import CoachedOnHold, CoachesThemselves
from evovoice.domain.messages import AdjustRefused, Fact, LegAdjusted
from evovoice.domain.orders import AdjustLeg
from evovoice.domain.requests import HoldCall, PatchMember, ResumeCall
from evovoice.domain.views import is_coaching
from tests.domain.builders import (
    AGENT,
    ANN,
    BOB,
    BOSS,
    CALLER,
    THIRD,
    ConferenceReports,
    add,
    answered,
    ask,
    at,
    ended,
    in_conference,
    taken,
    tell,
)

FOURTH = "CA" + "0" * 31 + "4"


def _talking() -> CallSession:
    """Agent, customer and a third party talk."""
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, reports.joins(THIRD, "leg-third"), answered("leg-third", THIRD, 20))
    return session


def _patch(session: CallSession, member: str = "m-u-ann", **wish: object) -> list[AdjustLeg]:
    command = PatchMember(ANN, member, **wish)  # type: ignore[arg-type]
    ask(session, command, 60)
    orders = [order for order in session.orders if isinstance(order, AdjustLeg)]
    session.orders.clear()
    tell(session, LegAdjusted(member.replace("m-", "leg-"), at(61)))
    return orders


def test_every_change_of_a_coach_names_whom_they_coach() -> None:
    """Else the carrier ends the coaching, and the customer hears the coach (twilio-voice 3.4)."""
    session = _talking()
    (coach,) = _patch(session, coaching=THIRD)
    (mute,) = _patch(session, muted=True)
    (hold,) = _patch(session, hold=True)
    assert [THIRD] * 3 == [coach.coaching, mute.coaching, hold.coaching]


def test_change_of_somebody_who_has_coached_says_nothing_of_it() -> None:
    session = _talking()
    _patch(session, coaching=THIRD)
    (stopped,) = _patch(session, coaching="")
    (mute,) = _patch(session, muted=True)
    assert ("", None) == (stopped.coaching, mute.coaching)


def _bob_coaches_ann() -> CallSession:
    """Bob is heard by Ann alone, who talks to the customer."""
    session = _talking()
    bob = session.members[-1]
    bob.user_id, bob.display_name = BOB.id, "Bob"
    _patch(session, "m-third", coaching=AGENT)
    return session


def _orders(session: CallSession, *facts: Fact) -> list[AdjustLeg]:
    return [order for order in tell(session, *facts) if isinstance(order, AdjustLeg)]


def test_coach_alone_with_the_customer_is_heard_once_the_coached_party_has_left() -> None:
    """Else the customer hears nobody."""
    session = _bob_coaches_ann()
    (order,) = _orders(session, ended("leg-u-ann", AGENT, seconds=70))
    assert ("leg-third", "", None) == (order.leg_id, order.coaching, order.muted)
    said = "Bob no longer coaches Ann, who has left, and speaks to whoever is left"
    assert said in [event.message for event in session.events]


def test_coach_of_whom_two_others_have_each_other_is_muted_when_the_coached_party_leaves() -> None:
    """What the coach says was not meant for them."""
    session, reports = _bob_coaches_ann(), ConferenceReports(sequence=40)
    add(session, "+13125550142", "fourth")
    tell(session, answered("leg-fourth", FOURTH, 50), reports.joins(FOURTH, "leg-fourth"))
    (order,) = _orders(session, ended("leg-u-ann", AGENT, seconds=70))
    assert ("leg-third", "", True) == (order.leg_id, order.coaching, order.muted)
    assert "Bob no longer coaches Ann, who has left, and is muted" in [
        event.message for event in session.events
    ]


def test_nobody_coaches_themselves() -> None:
    session = _talking()
    with pytest.raises(CoachesThemselves):
        ask(session, PatchMember(ANN, "m-u-ann", coaching=AGENT), 60)


def test_change_of_a_coach_whose_party_is_on_hold_says_why_it_cannot_be() -> None:
    """The carrier would refuse all of it (16027)."""
    session = _bob_coaches_ann()
    _patch(session, "m-u-ann", hold=True)
    with pytest.raises(CoachedOnHold, match="Bob coaches Ann, who is on hold"):
        ask(session, PatchMember(ANN, "m-third", muted=True), 62)
    (stopped,) = _patch(session, "m-third", muted=True, coaching="")
    assert ("", True) == (stopped.coaching, stopped.muted)


def test_coach_is_held_before_the_party_they_coach_and_released_after() -> None:
    session = _bob_coaches_ann()
    ask(session, HoldCall(BOSS, CALLER, "None"), 60)
    held = [order.leg_id for order in taken(session) if isinstance(order, AdjustLeg)]
    tell(session, *[LegAdjusted(leg_id, at(61)) for leg_id in held])
    ask(session, ResumeCall(BOSS, CALLER), 62)
    released = [order.leg_id for order in taken(session) if isinstance(order, AdjustLeg)]
    assert ["leg-third", "leg-u-ann"] == held
    assert ["leg-u-ann", "leg-third"] == released


def test_hold_of_all_ends_a_coaching_whose_party_is_on_hold_already() -> None:
    session = _bob_coaches_ann()
    _patch(session, "m-u-ann", hold=True)
    ask(session, HoldCall(BOSS, CALLER, "None"), 62)
    (order,) = [order for order in taken(session) if isinstance(order, AdjustLeg)]
    assert ("leg-third", "", True) == (order.leg_id, order.coaching, order.held)


def test_refused_end_of_a_coaching_is_told_and_not_repeated() -> None:
    session = _bob_coaches_ann()
    tell(session, ConferenceReports(sequence=40).coaches(THIRD))
    assert 1 == len(_orders(session, ended("leg-u-ann", AGENT, seconds=70)))
    assert [] == _orders(session, AdjustRefused("leg-third", at(71), "no"))
    assert "Bob stays as before: no" == session.events[-1].message
    bob = session.members[-1]
    assert (True, AGENT) == (is_coaching(session, bob), bob.leg.settings.coaching)


def test_refused_mute_is_told_where_no_agent_is_left_to_see_it() -> None:
    """A manager asked for it, and may have been answered that it is ordered."""
    session = _talking()
    tell(session, ended("leg-u-ann", AGENT, seconds=30))
    ask(session, PatchMember(BOSS, CALLER, muted=True), 60)
    tell(session, AdjustRefused("leg-caller", at(61), "no"))
    assert "stays as before: no" in session.events[-1].message
    assert not session.members[0].leg.settings.muted
