"""Whose turn it is to leave, and who has to stay (contract C84)."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import LegEnded, RedirectFailed
from evovoice.domain.orders import DialLeg, HangUpLeg, Order
from evovoice.domain.requests import HandOver, LeaveCall, RemoveMember, StartConference
from evovoice.domain.states import EndSource, LegProgress, Outcome
from tests.domain.builders import (
    AGENT,
    ANN,
    CALLER,
    PLAN,
    THIRD,
    ConferenceReports,
    add,
    answered,
    ask,
    at,
    bridged,
    in_conference,
    progressed,
    taken,
    tell,
)


def _hung_up(orders: list[Order]) -> list[str]:
    return [order.leg_id for order in orders if isinstance(order, HangUpLeg)]


def _converting() -> CallSession:
    """Ann has added a third party, and the call is on its way into its conference."""
    session = bridged()
    add(session)
    taken(session)
    return session


def test_leave_in_a_conversion_comes_after_the_dial_of_whoever_waits() -> None:
    """First the room, then the third party's SID, then the agent."""
    session, reports = _converting(), ConferenceReports()
    ask(session, LeaveCall(ANN), 6)
    assert [] == taken(session)
    orders = tell(session, reports.joins(AGENT), reports.joins(CALLER), reports.starts())
    assert [DialLeg] == [type(order) for order in orders]
    orders = tell(session, progressed("leg-third", THIRD, LegProgress.QUEUED))
    assert ["leg-u-ann"] == _hung_up(orders)


def test_leave_of_a_conference_of_three_is_ordered_at_once() -> None:
    session = in_conference(ConferenceReports())
    tell(session, answered("leg-third", THIRD))
    ask(session, LeaveCall(ANN), 20)
    assert ["leg-u-ann"] == _hung_up(taken(session))


def test_failed_conversion_keeps_whoever_leaves_where_somebody_waited() -> None:
    """They were to be left with a third party, who is not called now."""
    session = _converting()
    ask(session, LeaveCall(ANN), 6)
    orders = tell(session, RedirectFailed("leg-u-ann", at(7), "refused", 16001))
    assert [] == orders
    assert not session.members[1].leg.leave_wanted
    assert any("stays in the call" in event.message for event in session.events)


def test_failed_conversion_lets_leave_where_nobody_waited() -> None:
    """A talk of two that one of them leaves is over (E2)."""
    session = bridged()
    ask(session, StartConference(ANN, None), 5)
    ask(session, LeaveCall(ANN), 6)
    taken(session)
    orders = tell(session, RedirectFailed("leg-u-ann", at(7), "refused", 16001))
    assert ["leg-u-ann"] == _hung_up(orders)


def test_hand_over_to_somebody_who_will_not_ring_is_given_up() -> None:
    session, reports = _converting(), ConferenceReports()
    ask(session, HandOver(ANN, "third", "m-third", PLAN), 6)
    tell(session, reports.joins(AGENT), reports.joins(CALLER), reports.starts())
    refused = LegEnded("leg-third", None, Outcome.FAILED, EndSource.ORDER, at(14), "no", 21211)
    assert [] == tell(session, refused)
    assert not session.is_over(session.members[1])
    assert any("stays in the call" in event.message for event in session.events)


def test_hand_over_waits_for_its_own_party_though_others_talk() -> None:
    """C84: the agent is taken out once that dial is accepted, whoever else is there."""
    session = in_conference(ConferenceReports())
    tell(session, answered("leg-third", THIRD))
    fourth = add(session, "+13125550142", "fourth")
    ask(session, HandOver(ANN, "fourth", fourth.id, PLAN), 21)
    assert [] == _hung_up(taken(session))
    orders = tell(session, progressed("leg-fourth", "CA" + "4" * 32, LegProgress.QUEUED))
    assert ["leg-u-ann"] == _hung_up(orders)


def test_removing_somebody_does_not_wait_for_their_wish_to_leave() -> None:
    session = _converting()
    ask(session, LeaveCall(ANN), 6)
    ask(session, RemoveMember(ANN, "m-u-ann"), 6)
    assert ["leg-u-ann"] == _hung_up(taken(session))
