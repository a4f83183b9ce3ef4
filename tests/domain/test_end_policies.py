"""When a call ends by another policy than that two are left (contract 4.4, C105)."""

from dataclasses import replace

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.endings import ending_of
from evovoice.domain.errors import NotYourCall, SessionHasEnded
from evovoice.domain.orders import CancelLeg, EndConference, Order
from evovoice.domain.requests import HandOver, HoldCall, SetEndPolicy
from evovoice.domain.states import EndPolicy
from evovoice.domain.values import ClientAddress
from tests.domain.builders import (
    AGENT,
    ANN,
    BOB,
    CALLER,
    PLAN,
    ROOM,
    THIRD,
    ConferenceReports,
    answered,
    ask,
    bridged,
    ended,
    in_conference,
    taken,
    tell,
)

OVER: list[Order] = [EndConference(ROOM)]


def _three_talk(policy: EndPolicy, *, third_is_bob: bool = False) -> CallSession:
    """Ann, the customer, and a third party: outside, or Bob."""
    reports = ConferenceReports()
    session = in_conference(reports)
    if third_is_bob:
        bob = session.members[-1]
        bob.user_id, bob.address = BOB.id, ClientAddress(BOB.identity)
    tell(session, reports.joins(THIRD, "leg-third"), answered("leg-third", THIRD, 20))
    ask(session, SetEndPolicy(ANN, policy), 25)
    taken(session)
    return session


def _leaves(session: CallSession, sid: str, seconds: float = 60) -> list[Order]:
    return tell(session, ended(None, sid, seconds=seconds))


def test_call_begins_with_the_policy_of_its_account_or_two_left_c105() -> None:
    assert EndPolicy.TWO_LEFT is bridged().end_policy


def test_last_agent_ends_it_for_outside_parties_who_talk_c105() -> None:
    session = _three_talk(EndPolicy.LAST_AGENT)
    assert OVER == _leaves(session, AGENT)
    tell(session, ended(None, CALLER, seconds=62), ended(None, THIRD, seconds=62))
    assert "last_agent" == ending_of(session).rule.value
    assert "Ann" == ending_of(session).left.display_name  # type: ignore[union-attr]


def test_last_agent_goes_on_with_another_agent_and_with_one_alone_c105() -> None:
    session = _three_talk(EndPolicy.LAST_AGENT, third_is_bob=True)
    assert [] == _leaves(session, AGENT)
    assert [] == _leaves(session, CALLER, 65)
    assert not session.has_ended


def test_last_agent_ends_it_also_with_a_customer_on_hold_c105() -> None:
    """A flag at the carrier would be without effect on a held leg."""
    reports = ConferenceReports(sequence=50)
    session = _three_talk(EndPolicy.LAST_AGENT)
    ask(session, HoldCall(ANN, None, "None"), 30)
    tell(session, reports.holds(CALLER), reports.holds(THIRD))
    assert OVER[0] in _leaves(session, AGENT, 70)


def test_last_customer_ends_it_for_agents_who_talk_c105() -> None:
    session = _three_talk(EndPolicy.LAST_CUSTOMER, third_is_bob=True)
    assert OVER == _leaves(session, CALLER)
    tell(session, ended(None, AGENT, seconds=62), ended(None, THIRD, seconds=62))
    assert "last_customer" == ending_of(session).rule.value


def test_last_customer_goes_on_while_one_is_there_alone_c105() -> None:
    session = _three_talk(EndPolicy.LAST_CUSTOMER)
    assert [] == _leaves(session, AGENT)
    assert [] == _leaves(session, CALLER, 65)
    _leaves(session, THIRD, 70)
    assert session.has_ended


def test_last_customer_stops_what_rings_by_an_order_that_spares_an_answer_c105() -> None:
    session = in_conference(ConferenceReports())
    ask(session, SetEndPolicy(ANN, EndPolicy.LAST_CUSTOMER), 25)
    taken(session)
    assert [CancelLeg("leg-third", THIRD)] == _leaves(session, CALLER)
    tell(session, answered("leg-third", THIRD, 61))
    assert not session.has_ended


def test_nobody_ends_it_by_leaving_but_the_last_c105() -> None:
    session = _three_talk(EndPolicy.NOBODY)
    assert [] == _leaves(session, AGENT)
    assert [] == _leaves(session, CALLER, 65)
    assert not session.has_ended
    _leaves(session, THIRD, 70)
    assert session.has_ended


def test_call_between_our_users_ends_as_with_two_left_c105() -> None:
    session = _three_talk(EndPolicy.LAST_CUSTOMER, third_is_bob=True)
    for member in session.members:
        member.user_id = member.user_id or "u-cid"
    assert [] == _leaves(session, AGENT)
    assert OVER == _leaves(session, CALLER, 65)


def test_policy_changed_during_a_call_holds_from_then_on_c105() -> None:
    """Also at once, for a call that is over by it."""
    session = _three_talk(EndPolicy.NOBODY)
    _leaves(session, AGENT)
    ask(session, SetEndPolicy(replace(ANN), EndPolicy.LAST_AGENT), 70)
    assert OVER == taken(session)


def test_order_of_departure_and_of_reports_makes_no_difference_c105() -> None:
    session = _three_talk(EndPolicy.LAST_AGENT)
    facts = [ended(None, AGENT, seconds=60), ended(None, CALLER, seconds=59)]
    tell(session, *facts)
    again = _three_talk(EndPolicy.LAST_AGENT)
    tell(again, *reversed(facts))
    for one in (session, again):
        tell(one, ended(None, THIRD, seconds=65))
        assert one.has_ended


def test_who_hands_over_lets_the_others_talk_c105() -> None:
    session = _three_talk(EndPolicy.LAST_AGENT)
    ask(session, HandOver(ANN, "+442079460123", "m-third", PLAN), 30)
    assert EndPolicy.TWO_LEFT is session.end_policy
    taken(session)
    assert [] == _leaves(session, AGENT)


def test_policy_is_set_by_who_had_the_call_and_before_its_end_c105() -> None:
    session = bridged()
    with pytest.raises(NotYourCall):
        ask(session, SetEndPolicy(BOB, EndPolicy.NOBODY), 5)
    tell(session, ended("leg-u-ann", AGENT), ended("leg-caller", CALLER))
    with pytest.raises(SessionHasEnded):
        ask(session, SetEndPolicy(ANN, EndPolicy.NOBODY), 65)


def test_same_policy_again_changes_nothing_c105() -> None:
    session = _three_talk(EndPolicy.NOBODY)
    lines = len(session.events)
    ask(session, SetEndPolicy(ANN, EndPolicy.NOBODY), 30)
    assert lines == len(session.events)
