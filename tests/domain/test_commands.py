"""Commands are guarded: what an agent may ask, when it is refused, and what it orders."""

import pytest

from evovoice.domain import commands
from evovoice.domain.errors import (
    CallNotInSession,
    ConferenceFull,
    NotConnectedYet,
    NotYourCall,
    SessionHasEnded,
    TooManyPendingMembers,
)
from evovoice.domain.orders import DialLeg, EndConference, HangUpLeg, RedirectLeg
from evovoice.domain.parties import already_there
from evovoice.domain.requests import (
    AddNote,
    Command,
    EndCall,
    HoldCall,
    LeaveCall,
    PatchMember,
    RecordCall,
    RemoveMember,
)
from evovoice.domain.states import LegProgress, Outcome
from evovoice.domain.values import ClientAddress, PhoneNumber
from tests.domain.builders import (
    AGENT,
    ANN,
    BOB,
    BOSS,
    CALLER,
    ROOM,
    THIRD,
    ConferenceReports,
    add,
    answered,
    ask,
    bridged,
    ended,
    in_conference,
    incoming,
    outgoing,
    progressed,
    taken,
    tell,
)


def test_first_add_moves_the_dialled_leg_and_nothing_else() -> None:
    """R2, R6: redirecting the calling leg would drop the other; the dial follows by itself."""
    session = bridged()
    add(session)
    assert [RedirectLeg("leg-u-ann", AGENT, "room-s-1")] == taken(session)


def test_on_an_outgoing_call_the_customer_is_the_dialled_leg_and_is_moved() -> None:
    session = outgoing()
    tell(session, answered("leg-caller", CALLER))
    add(session)
    assert [RedirectLeg("leg-caller", CALLER, "room-s-1")] == taken(session)


def test_third_party_is_dialled_only_when_both_original_parties_are_in_the_room() -> None:
    session = bridged()
    add(session)
    taken(session)
    reports = ConferenceReports()
    assert tell(session, reports.joins(AGENT)) == []
    dial = DialLeg("leg-third", ROOM, "+442079460123", "+14155550100")
    assert [dial] == tell(session, reports.joins(CALLER))
    assert tell(session, reports.starts()) == []


def test_second_add_during_the_conversion_waits_behind_it_and_then_goes_out() -> None:
    session = bridged()
    add(session)
    taken(session)
    add(session, "+33199000123", "fourth")
    assert taken(session) == []
    reports = ConferenceReports()
    dials = tell(session, reports.joins(AGENT), reports.joins(CALLER))
    assert [d.leg_id for d in dials if isinstance(d, DialLeg)] == ["leg-third", "leg-fourth"]


def test_later_add_needs_one_order_only() -> None:
    session = in_conference(ConferenceReports())
    add(session, "+33199000123", "fourth")
    assert [DialLeg("leg-fourth", ROOM, "+33199000123", "+14155550100")] == taken(session)


def test_party_that_is_pending_or_connected_is_found_again_but_not_one_that_failed() -> None:
    session = in_conference(ConferenceReports())
    number = PhoneNumber("+442079460123")
    there = already_there(session, number)
    assert there is not None
    assert there.id == "m-third"
    tell(session, ended("leg-third", THIRD, Outcome.BUSY))
    assert already_there(session, number) is None


def test_user_whose_device_was_renamed_during_the_call_is_found_again() -> None:
    """As it happens to those who talk while the upgrade gives their device another identity."""
    session, renamed = bridged(), ClientAddress("ann_renamed")
    there = already_there(session, renamed, ANN.id)
    assert there is not None
    assert ANN.id == there.user_id
    assert already_there(session, renamed, "u-other") is None
    assert already_there(session, renamed) is None


def test_add_is_refused_before_the_call_is_answered() -> None:
    with pytest.raises(NotConnectedYet):
        commands.require_can_add(incoming(), ANN, None)


def test_add_is_refused_after_the_end() -> None:
    session = bridged()
    tell(session, ended("leg-u-ann", AGENT))
    with pytest.raises(SessionHasEnded):
        commands.require_can_add(session, ANN, AGENT)


def test_add_with_a_call_sid_of_no_live_leg_is_refused() -> None:
    with pytest.raises(CallNotInSession):
        commands.require_can_add(bridged(), ANN, THIRD)


def test_add_by_somebody_without_a_leg_is_refused_unless_they_oversee() -> None:
    with pytest.raises(NotYourCall):
        commands.require_can_add(bridged(), BOB, None)
    commands.require_can_add(bridged(), BOSS, None)


@pytest.mark.parametrize(
    "command",
    [
        EndCall(BOB), AddNote(BOB, "hm"), RemoveMember(BOB, CALLER), HoldCall(BOB, None, "None"),
        PatchMember(BOB, CALLER, muted=True), RecordCall(BOB), LeaveCall(BOB, None),
    ],
)  # fmt: skip
def test_who_was_only_rung_acts_on_nothing(command: Command) -> None:
    """A colleague has answered (contract 2.6)."""
    session = incoming(ANN, BOB)
    tell(session, answered("leg-u-ann", AGENT))
    with pytest.raises(NotYourCall):
        ask(session, command, 5)
    assert [] == session.orders


@pytest.mark.parametrize("command", [EndCall(ANN), AddNote(ANN, "hm"), RemoveMember(ANN, CALLER)])
def test_nobody_acts_on_a_call_that_still_rings_them(command: Command) -> None:
    """They may reject it, no more (contract 2.6)."""
    with pytest.raises(NotYourCall):
        ask(incoming(), command, 5)


def test_add_with_the_leg_of_somebody_else_is_refused() -> None:
    with pytest.raises(NotYourCall):
        commands.require_can_add(bridged(), ANN, CALLER)


def test_without_a_call_sid_the_users_own_leg_is_meant() -> None:
    commands.require_can_add(bridged(), ANN, None)


def test_conference_takes_no_more_than_its_limit_and_calls_few_at_once() -> None:
    session = in_conference(ConferenceReports())
    with pytest.raises(ConferenceFull):
        commands.require_capacity(session, max_members=3, max_pending=3)
    with pytest.raises(TooManyPendingMembers):
        commands.require_capacity(session, max_members=10, max_pending=1)


def test_ending_a_plain_call_hangs_up_the_calling_leg_which_takes_the_other_along() -> None:
    session = bridged()
    ask(session, EndCall(ANN), 30)
    assert [HangUpLeg("leg-caller", CALLER)] == taken(session)


def test_ending_a_conference_closes_the_room_and_hangs_up_whoever_still_rings() -> None:
    session = in_conference(ConferenceReports())
    tell(session, progressed("leg-third", THIRD, LegProgress.RINGING))
    ask(session, EndCall(ANN), 30)
    assert [EndConference(ROOM), HangUpLeg("leg-third", THIRD)] == taken(session)


def test_ending_in_the_middle_of_the_conversion_hangs_up_both_legs() -> None:
    session = bridged()
    add(session)
    taken(session)
    ask(session, EndCall(ANN), 30)
    assert {HangUpLeg("leg-caller", CALLER), HangUpLeg("leg-u-ann", AGENT)} == set(taken(session))


def test_ending_twice_orders_nothing_twice() -> None:
    session = in_conference(ConferenceReports())
    ask(session, EndCall(ANN), 30)
    taken(session)
    ask(session, EndCall(ANN), 31)
    assert taken(session) == []


def test_a_party_that_rings_is_not_dialled_after_the_end_was_asked_for() -> None:
    """A dial the carrier accepts late is stopped as soon as its SID is known."""
    session = bridged()
    add(session)
    reports = ConferenceReports()
    tell(session, reports.joins(AGENT), reports.joins(CALLER))
    ask(session, EndCall(ANN), 30)
    taken(session)
    late = tell(session, progressed("leg-third", THIRD, LegProgress.QUEUED))
    assert [HangUpLeg("leg-third", THIRD)] == late


def test_hanging_up_ones_own_leg_leaves_the_rest_to_the_end_rules() -> None:
    session = in_conference(ConferenceReports())
    tell(session, answered("leg-third", THIRD))
    ask(session, EndCall(ANN, AGENT), 30)
    assert [HangUpLeg("leg-u-ann", AGENT)] == taken(session)
    assert not session.end_wanted
