"""What follows from facts: conversion, its failures, and the end rules E1 to E5."""

from datetime import timedelta

import pytest

from evovoice.domain import views
from evovoice.domain.instructions import NOBODY_HERE
from evovoice.domain.messages import DialFinished, LegEnded, RedirectFailed, UnknownFact
from evovoice.domain.orders import CancelLeg, DialLeg, EndConference, HangUpLeg
from evovoice.domain.requests import EndCall, StartConference
from evovoice.domain.states import CallState, EndSource, LegProgress, MemberCallState, Outcome
from tests.domain.builders import (
    AGENT,
    ANN,
    BOB,
    BOSS,
    CALLER,
    NOW,
    ROOM,
    THIRD,
    ConferenceReports,
    add,
    answered,
    ask,
    at,
    bridged,
    checked_in_vain,
    ended,
    in_conference,
    incoming,
    outgoing,
    progressed,
    taken,
    tell,
)


def test_inbound_call_is_connected_when_the_agent_answers_and_not_before() -> None:
    session = incoming()
    assert views.call_state(session) is CallState.RINGING
    tell(session, progressed("leg-u-ann", AGENT, LegProgress.RINGING))
    assert views.call_state(session) is CallState.RINGING
    tell(session, answered("leg-u-ann", AGENT))
    assert views.call_state(session) is CallState.CONNECTED


def test_agents_who_did_not_answer_are_removed_when_another_does() -> None:
    session = incoming(ANN, BOB)
    tell(session, answered("leg-u-ann", AGENT))
    tell(session, ended("leg-u-bob", THIRD, Outcome.CANCELED))
    assert [m.id for m in views.visible_members(session)] == ["m-caller", "m-u-ann"]
    assert views.call_state(session) is CallState.CONNECTED


def test_plain_call_ends_with_the_dialled_leg_and_orders_nothing() -> None:
    session = bridged()
    assert tell(session, ended("leg-u-ann", AGENT)) == []
    assert session.has_ended
    assert views.outcome(session) == "Completed"


def test_plain_call_ends_with_the_calling_leg() -> None:
    session = bridged()
    assert tell(session, ended(None, CALLER)) == []
    assert session.has_ended


def test_inbound_call_nobody_answers_is_missed() -> None:
    session = incoming(ANN, BOB)
    tell(session, ended("leg-u-ann", AGENT, Outcome.NO_ANSWER))
    assert not session.has_ended
    assert [] == tell(session, ended("leg-u-bob", THIRD, Outcome.NO_ANSWER))
    assert not session.has_ended  # the caller hears that nobody is available
    assert session.next_check is not None
    assert session.next_check <= at(75)
    tell(session, ended("leg-caller", CALLER, seconds=64))
    assert session.has_ended
    assert views.was_missed(session)
    assert views.outcome(session) == "MissedCall"


def test_inbound_call_to_a_number_without_agents_is_missed() -> None:
    session = incoming()
    session.members = [m for m in session.members if m.is_calling]
    assert [] == tell(session, DialFinished(CALLER, Outcome.FAILED, at(1)))
    assert not session.has_ended
    tell(session, ended("leg-caller", CALLER))
    assert views.was_missed(session)


def test_outgoing_call_that_is_busy_ends_as_busy() -> None:
    session = outgoing()
    assert [] == tell(session, ended("leg-caller", CALLER, Outcome.BUSY))
    assert not session.has_ended  # Ann hears that nobody could be reached
    tell(session, ended("leg-agent", AGENT))
    assert views.outcome(session) == "Busy"
    assert not views.was_missed(session)


def test_end_of_the_dial_alone_tells_that_the_plain_call_is_over() -> None:
    """The dialled leg's own callback may be lost."""
    session = bridged()
    tell(session, DialFinished(CALLER, Outcome.COMPLETED, at(50)))
    assert session.has_ended
    assert views.outcome(session) == "Completed"


def test_end_of_the_dial_says_nothing_once_the_call_is_claimed_for_a_room() -> None:
    session = bridged()
    add(session)
    taken(session)
    assert tell(session, DialFinished(CALLER, Outcome.COMPLETED, at(6))) == []
    assert views.call_state(session) is CallState.CONNECTED


def test_moved_leg_that_hung_up_on_the_way_ends_the_other_so_it_is_not_alone() -> None:
    """Twilio-voice 1.2 and 1.3: the parent would sit in the room alone, in silence."""
    session = bridged()
    ask(session, StartConference(ANN, None), 5)
    orders = tell(session, ended("leg-u-ann", AGENT))
    assert HangUpLeg("leg-caller", CALLER) in orders


def test_moved_leg_that_hung_up_on_the_way_leaves_the_customer_to_whoever_was_added() -> None:
    """E4: they are dialled once the customer is in the conference, and if not, it is over."""
    session = bridged()
    add(session)
    taken(session)
    assert [] == tell(session, ended("leg-u-ann", AGENT))
    assert ["m-third"] == [m.id for m in session.pending()]
    orders = tell(session, ConferenceReports().joins(CALLER))
    assert ["leg-third"] == [order.leg_id for order in orders if isinstance(order, DialLeg)]


def test_refused_move_keeps_the_call_and_fails_whoever_waited() -> None:
    session = bridged()
    add(session)
    taken(session)
    assert tell(session, RedirectFailed("leg-u-ann", at(6), "no", 21205)) == []
    assert views.call_state(session) is CallState.CONNECTED
    assert [m.id for m in session.live()] == ["m-caller", "m-u-ann"]
    assert [e.type for e in session.events if e.member_id == "m-third"][1:] == ["MemberFailed"]


def test_after_a_refused_move_the_next_add_claims_again() -> None:
    session = bridged()
    add(session)
    tell(session, RedirectFailed("leg-u-ann", at(6), "no"))
    add(session, "+33199000123", "fourth")
    assert type(taken(session)[-1]).__name__ == "RedirectLeg"


def test_calling_leg_that_hung_up_on_the_way_ends_the_agent_and_nobody_is_rung() -> None:
    """E3 while the third party is not dialled yet: the customer has gone."""
    session = bridged()
    add(session)
    taken(session)
    assert [HangUpLeg("leg-u-ann", AGENT)] == tell(session, ended(None, CALLER))


def test_agent_that_hung_up_on_the_way_of_an_outgoing_call_leaves_the_customer_to_the_third() -> (
    None
):
    """E4: the customer is an outside party, and somebody is about to be rung for them."""
    session = outgoing()
    tell(session, answered("leg-caller", CALLER))
    add(session)
    taken(session)
    tell(session, ended(None, AGENT))
    dials = tell(session, ConferenceReports().joins(CALLER))
    assert [type(order).__name__ for order in dials] == ["DialLeg"]


def test_e1_nobody_connected_hangs_up_what_still_rings() -> None:
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, progressed("leg-third", THIRD, LegProgress.RINGING))
    tell(session, ended(None, AGENT))
    orders = tell(session, ended(None, CALLER))
    assert HangUpLeg("leg-third", THIRD) in orders


def test_e2_last_party_alone_is_hung_up() -> None:
    session = in_conference(ConferenceReports())
    tell(session, ended("leg-third", THIRD, Outcome.NO_ANSWER))
    assert [EndConference(ROOM)] == tell(session, ended(None, CALLER))


def test_e3_customer_leaves_while_the_third_rings_stops_the_ringing_then_ends() -> None:
    session = in_conference(ConferenceReports())
    tell(session, progressed("leg-third", THIRD, LegProgress.RINGING))
    assert [CancelLeg("leg-third", THIRD)] == tell(session, ended(None, CALLER))
    canceled = ended("leg-third", THIRD, Outcome.CANCELED)
    assert [EndConference(ROOM)] == tell(session, canceled)


def test_e3_spares_a_third_party_who_had_answered_a_moment_before() -> None:
    """The answer was reported late: agent and third are talking, and go on talking."""
    session = in_conference(ConferenceReports())
    tell(session, ended(None, CALLER))
    assert tell(session, answered("leg-third", THIRD)) == []
    assert views.call_state(session) is CallState.CONNECTED


def test_e4_customer_waits_while_the_third_rings_and_ends_with_a_word_if_that_fails() -> None:
    session = in_conference(ConferenceReports())
    tell(session, progressed("leg-third", THIRD, LegProgress.RINGING))
    assert tell(session, ended(None, AGENT)) == []
    assert views.call_state(session) is CallState.PASSIVE
    farewell = HangUpLeg("leg-caller", CALLER, NOBODY_HERE)
    assert [farewell] == tell(session, ended("leg-third", THIRD, Outcome.BUSY))


def test_e5_agent_leaves_and_the_others_talk_on() -> None:
    session = in_conference(ConferenceReports())
    tell(session, answered("leg-third", THIRD))
    assert tell(session, ended(None, AGENT)) == []
    assert views.call_state(session) is CallState.PASSIVE


def test_answer_counts_only_by_the_legs_own_report_never_by_joining() -> None:
    """S1: an added leg may join the conference while it rings."""
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, reports.joins(THIRD, "leg-third"))
    third = session.member_of("leg-third")
    assert third is not None
    assert session.is_pending(third)
    tell(session, answered("leg-third", THIRD))
    assert session.is_connected(third)


def test_label_tells_whose_leg_it_is_before_the_carriers_answer_is_stored() -> None:
    reports = ConferenceReports()
    session = bridged()
    add(session)
    tell(session, reports.joins(AGENT), reports.joins(CALLER))
    tell(session, reports.joins(THIRD, "leg-third"))
    third = session.member_of("leg-third")
    assert third is not None
    assert third.leg.call_sid == THIRD
    assert session.newest_call_sid == THIRD


def test_room_we_had_closed_ends_whoever_was_inside() -> None:
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, reports.joins(THIRD, "leg-third"), answered("leg-third", THIRD))
    ask(session, EndCall(ANN), 30)
    tell(session, reports.closes())
    assert session.has_ended
    assert views.outcome(session) == "Completed"


def test_room_that_closed_by_itself_has_the_carrier_asked_soon() -> None:
    """Its last reports may be late or lost; nobody is declared gone on a guess."""
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, reports.closes())
    assert not session.has_ended
    assert session.next_check is not None
    assert session.next_check <= session.modified_at + timedelta(seconds=5)


def test_hold_and_mute_are_shown_as_reported_and_the_newer_report_wins() -> None:
    reports = ConferenceReports()
    session = in_conference(reports)
    hold, resume = reports.holds(CALLER), reports.holds(CALLER, held=False)
    tell(session, resume, hold)
    caller = session.calling()
    assert views.member_state(session, caller) is MemberCallState.CONNECTED
    tell(session, reports.holds(CALLER))
    assert views.member_state(session, caller) is MemberCallState.HOLD
    assert views.call_state(session) is CallState.HOLD
    tell(session, reports.mutes(AGENT))
    agent = session.member_of("leg-u-ann")
    assert agent is not None
    assert views.is_muted(session, agent)


def test_nothing_leads_back_from_an_ended_session_and_a_late_leg_is_stopped() -> None:
    session = bridged()
    tell(session, ended("leg-u-ann", AGENT))
    tell(session, answered("leg-u-ann", AGENT))
    assert session.has_ended
    assert views.call_state(session) is CallState.DISCONNECTED


def test_better_informed_ending_replaces_the_inferred_one() -> None:
    session = in_conference(ConferenceReports())
    inferred = LegEnded("leg-third", THIRD, Outcome.CANCELED, EndSource.INFERRED, at(20))
    tell(session, inferred, ended("leg-third", THIRD, Outcome.BUSY, 21), inferred)
    third = session.member_of("leg-third")
    assert third is not None
    assert third.leg.end is not None
    assert third.leg.end.outcome is Outcome.BUSY


def test_unknown_report_is_kept_in_the_log_and_changes_nothing() -> None:
    session = bridged()
    before = views.call_state(session)
    tell(session, UnknownFact("participant-flew-away", NOW, {"CallSid": AGENT}))
    assert views.call_state(session) is before
    assert session.events[-1].data == {"CallSid": AGENT}


def test_leg_found_alive_after_it_was_hung_up_is_hung_up_again() -> None:
    session = in_conference(ConferenceReports())
    tell(session, ended("leg-third", THIRD, Outcome.BUSY))
    assert [EndConference(ROOM)] == tell(session, ended(None, CALLER))
    assert [EndConference(ROOM)] == checked_in_vain(session, 90)


def test_transfer_is_told_apart_by_who_stayed() -> None:
    session = in_conference(ConferenceReports())
    tell(session, answered("leg-third", THIRD))
    tell(session, ended(None, AGENT, seconds=30), ended("leg-third", THIRD, seconds=60))
    tell(session, ended(None, CALLER, seconds=60))
    assert views.outcome(session) == "TransferredExternal"


def test_transfer_within_one_second_is_told_by_the_numbering_of_the_reports() -> None:
    """The carrier's time stamps count whole seconds (twilio-voice 4.3)."""
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, reports.joins(THIRD, "leg-third"), answered("leg-third", THIRD))
    for sid in (AGENT, THIRD, CALLER):
        tell(session, reports.leaves(sid), ended(None, sid, seconds=60))
    assert views.outcome(session) == "TransferredExternal"


def test_call_ended_for_all_is_completed_whoever_left_first() -> None:
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, reports.joins(THIRD, "leg-third"), answered("leg-third", THIRD))
    ask(session, EndCall(ANN), 59)
    for sid in (AGENT, THIRD, CALLER):
        tell(session, reports.leaves(sid), ended(None, sid, seconds=60))
    assert views.outcome(session) == "Completed"


@pytest.mark.parametrize("told_after_the_end", [False, True])
def test_call_ended_for_all_after_its_agent_had_left_was_transferred(
    told_after_the_end: bool,
) -> None:
    """Whenever the report of the agent's leaving came."""
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, reports.joins(THIRD, "leg-third"), answered("leg-third", THIRD))
    agent_left = [reports.leaves(AGENT), ended(None, AGENT, seconds=40)]
    tell(session, *([] if told_after_the_end else agent_left))
    ask(session, EndCall(BOSS), 50)
    tell(session, *(agent_left if told_after_the_end else []))
    for sid in (THIRD, CALLER):
        tell(session, reports.leaves(sid), ended(None, sid, seconds=51))
    assert views.outcome(session) == "TransferredExternal"
