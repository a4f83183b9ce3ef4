"""What a refusal or a look makes us believe gives way to the next report."""

from datetime import datetime

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.facts import observe
from evovoice.domain.hanging_up import remove
from evovoice.domain.instructions import after_dial
from evovoice.domain.member import Member
from evovoice.domain.messages import (
    LOOK,
    ConferenceDoubted,
    ConferenceEnded,
    DialFinished,
    Fact,
    Farewell,
    JoinConference,
    LegEnded,
    LegPresence,
    RedirectFailed,
)
from evovoice.domain.order_derivation import derive_orders
from evovoice.domain.orders import CancelLeg, EndConference, HangUpLeg, RedirectLeg
from evovoice.domain.states import EndSource, HangupLevel, LegProgress, Outcome
from evovoice.domain.still_wanted import is_wanted
from tests.domain.builders import (
    AGENT,
    ANN,
    CALLER,
    ROOM,
    THIRD,
    ConferenceReports,
    add,
    answered,
    at,
    bridged,
    checked_in_vain,
    ended,
    in_conference,
    progressed,
    taken,
    tell,
)


def _look(sid: str, leg_id: str, seconds: float) -> LegEnded:
    """The carrier, asked in every way there is, knows no such call."""
    return LegEnded(
        leg_id, sid, Outcome.COMPLETED, EndSource.INFERRED, at(seconds), "not found", 20404
    )


def _not_found(sid: str, leg_id: str, seconds: float) -> tuple[LegEnded, LegEnded]:
    """By two looks, the second at that moment."""
    return _look(sid, leg_id, seconds - 5), _look(sid, leg_id, seconds)


def _none_found(seconds: float, *legs: tuple[str, str]) -> list[LegEnded]:
    """The same of several, who are looked for together."""
    pairs = [_not_found(sid, leg_id, seconds) for sid, leg_id in legs]
    return [pair[0] for pair in pairs] + [pair[1] for pair in pairs]


def _talking() -> tuple[CallSession, ConferenceReports]:
    """Agent, customer and a third party talk."""
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, reports.joins(THIRD, "leg-third"), answered("leg-third", THIRD, 20))
    return session, reports


def _third(session: CallSession) -> Member:
    member = session.member_of("leg-third")
    assert member is not None
    return member


def _seen(sid: str, sequence: int, when: datetime, *, held: bool = False) -> LegPresence:
    return LegPresence(None, sid, ROOM, sequence, True, held, False, when)


# --- an end that was only concluded ---------------------------------------------------------------


def test_leg_that_the_carrier_did_not_find_lives_on_once_it_is_heard_of() -> None:
    session, reports = _talking()
    reports.sequence = 40
    tell(session, *_not_found(THIRD, "leg-third", 30))
    assert 2 == len(session.connected())
    tell(session, reports.mutes(THIRD))
    assert 3 == len(session.connected())
    assert "+442079460123 is in the call after all" in [event.message for event in session.events]


def test_report_from_before_takes_nothing_back() -> None:
    """It came late: the leg may well have ended since."""
    session, _ = _talking()
    tell(session, *_not_found(THIRD, "leg-third", 300))
    tell(session, progressed("leg-third", THIRD, LegProgress.RINGING, 19), _seen(THIRD, 90, at(21)))
    assert 2 == len(session.connected())


def test_session_that_ended_by_a_guess_goes_on_and_is_judged_anew() -> None:
    """Its last party is alone then, so they are hung up rather than left in silence."""
    session, reports = _talking()
    reports.sequence = 400
    tell(session, *_none_found(30, *_LEGS))
    assert session.has_ended
    orders = tell(session, reports.mutes(THIRD))
    assert not session.has_ended
    assert [THIRD] == [m.leg.call_sid for m in session.connected()]
    assert [EndConference(ROOM)] == orders


def test_order_to_close_the_room_is_unwanted_once_people_live_after_all() -> None:
    """It may still wait for a carrier that could not be reached (R54)."""
    session, reports = _talking()
    reports.sequence = 400
    tell(session, *_none_found(30, *_LEGS[:2]))
    assert is_wanted(session, EndConference(ROOM))
    tell(session, reports.mutes(AGENT))
    assert not is_wanted(session, EndConference(ROOM))


@pytest.mark.parametrize("order", [CancelLeg("leg-third", THIRD), HangUpLeg("leg-third", THIRD)])
def test_order_to_end_a_leg_is_wanted_as_long_as_it_is_to_go(order: CancelLeg | HangUpLeg) -> None:
    session, _ = _talking()
    assert not is_wanted(session, order)
    _third(session).leg.hangup_level = HangupLevel.CANCEL
    assert is_wanted(session, order)


@pytest.mark.parametrize("stop", [HangupLevel.CANCEL, HangupLevel.HANG_UP])
def test_order_of_ours_is_judged_anew_for_a_leg_that_lives_after_all(stop: HangupLevel) -> None:
    session, reports = _talking()
    reports.sequence = 40
    member = _third(session)
    member.leg.hangup_level = stop
    assert [] == tell(session, *_not_found(THIRD, "leg-third", 30), reports.mutes(THIRD))
    assert HangupLevel.NOT is member.leg.hangup_level


def test_who_was_removed_is_removed_again_if_they_live_after_all() -> None:
    """A person asked for it; nothing that the carrier did not find has changed that."""
    session, reports = _talking()
    reports.sequence = 40
    remove(session, _third(session), at(29), ANN)
    session.orders.clear()
    orders = tell(session, *_not_found(THIRD, "leg-third", 30), reports.mutes(THIRD))
    assert [HangUpLeg("leg-third", THIRD)] == orders


@pytest.mark.parametrize("source", [EndSource.CONFERENCE, EndSource.CALL])
def test_end_that_was_told_is_never_taken_back(source: EndSource) -> None:
    session, reports = _talking()
    reports.sequence = 400
    told = LegEnded("leg-third", THIRD, Outcome.COMPLETED, source, at(30), code=31002)
    tell(session, told, reports.mutes(THIRD))
    assert 2 == len(session.connected())


def test_end_that_was_ordered_is_not_taken_back_by_a_late_report() -> None:
    session, reports = _talking()
    reports.sequence = 400
    ordered = LegEnded("leg-third", THIRD, Outcome.COMPLETED, EndSource.INFERRED, at(30))
    tell(session, ordered, reports.mutes(THIRD))
    assert 2 == len(session.connected())


def test_true_end_replaces_the_guess() -> None:
    session, _ = _talking()
    tell(session, *_not_found(THIRD, "leg-third", 30), ended("leg-third", THIRD, seconds=29))
    end = _third(session).leg.end
    assert end is not None
    assert EndSource.CALL is end.source


_LEGS = [(AGENT, "leg-u-ann"), (CALLER, "leg-caller"), (THIRD, "leg-third")]


# --- looks and events -----------------------------------------------------------------------------


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("look_first", [True, False])
def test_first_event_counts_more_than_a_look_of_that_moment(first: int, look_first: bool) -> None:
    """Whether a conference numbers its events from 0 or from 1 is not stated (9)."""
    session, _ = _talking()
    sid = "CA" + "9" * 32
    facts: list[Fact] = [_seen(sid, LOOK, at(42)), _seen(sid, first, at(40), held=True)]
    tell(session, *(facts if look_first else facts[::-1]))
    state = session.conferences[ROOM].states[sid]
    assert (first, True) == (state.sequence, state.held)


def test_later_look_replaces_an_earlier_one() -> None:
    session, _ = _talking()
    sid = "CA" + "9" * 32
    tell(session, _seen(sid, LOOK, at(40)), _seen(sid, LOOK, at(50), held=True))
    assert session.conferences[ROOM].states[sid].held


def test_leg_that_was_taken_for_gone_is_asked_about_for_five_minutes() -> None:
    """Also where the session ended by it: nothing else would ever be heard of it."""
    session, _ = _talking()
    tell(session, *_none_found(30, *_LEGS))
    assert session.has_ended
    assert at(30) < (session.next_check or at(0)) <= at(60)
    tell(session, *_not_found(THIRD, "leg-third", 200))
    assert session.next_check is not None
    tell(session, *_not_found(THIRD, "leg-third", 331))
    assert session.next_check is None


# --- a conference that was not found --------------------------------------------------------------


@pytest.mark.parametrize("life_first", [True, False])
def test_conference_that_was_presumed_to_be_over_is_open_once_it_is_heard_of(
    life_first: bool,
) -> None:
    """Whichever is heard of first: the later of the two counts."""
    session, reports = _talking()
    reports.sequence = 30
    facts: list[Fact] = [ConferenceEnded(ROOM, at(35), is_guess=True), reports.mutes(THIRD)]
    tell(session, *(facts[::-1] if life_first else facts))
    assert not session.conferences[ROOM].closed
    assert session.conferences[ROOM].holds(THIRD)


def test_look_that_finds_somebody_inside_opens_it_too() -> None:
    session, _ = _talking()
    tell(session, ConferenceEnded(ROOM, at(35), is_guess=True))
    assert session.conferences[ROOM].closed
    tell(session, _seen(THIRD, LOOK, at(40)))
    assert not session.conferences[ROOM].closed


def test_report_from_before_opens_no_conference() -> None:
    session, _ = _talking()
    tell(session, ConferenceEnded(ROOM, at(300), is_guess=True), _seen(THIRD, 90, at(290)))
    assert session.conferences[ROOM].closed


@pytest.mark.parametrize("told_first", [True, False])
def test_conference_that_the_carrier_calls_over_is_never_open_again(told_first: bool) -> None:
    session, _ = _talking()
    facts: list[Fact] = [ConferenceEnded(ROOM, at(35)), _seen(THIRD, 90, at(300))]
    tell(session, *(facts if told_first else facts[::-1]))
    assert session.conferences[ROOM].closed


def test_people_of_a_conference_that_was_not_found_are_hung_up_one_by_one() -> None:
    """That it was to be closed and is not found proves nothing of its legs."""
    session, _ = _talking()
    session.end_wanted = True
    derive_orders(session, at(34))
    assert [EndConference(ROOM)] == taken(session)
    orders = tell(session, ConferenceEnded(ROOM, at(35), is_guess=True))
    assert {AGENT, CALLER, THIRD} == {
        order.call_sid for order in orders if isinstance(order, HangUpLeg)
    }
    assert not session.has_ended


def test_whoever_is_hung_up_one_by_one_is_so_too_where_the_conference_lives_after_all() -> None:
    session, reports = _talking()
    reports.sequence = 30
    session.end_wanted = True
    derive_orders(session, at(34))
    orders = tell(session, ConferenceEnded(ROOM, at(35), is_guess=True))
    tell(session, reports.mutes(THIRD))
    assert not session.conferences[ROOM].closed
    assert all(is_wanted(session, order) for order in orders if isinstance(order, HangUpLeg))


def test_conference_in_doubt_has_its_people_asked_about_twice_and_stays_open() -> None:
    """An add was refused as if there were none, and it is not found either."""
    session, _ = _talking()
    tell(session, ConferenceDoubted(ROOM, at(60)))
    assert not session.conferences[ROOM].closed
    assert at(65) == session.next_check
    checked_in_vain(session, 65)
    assert at(70) == session.next_check
    checked_in_vain(session, 70)
    assert at(100) < (session.next_check or at(0))


# --- a leg that was not found once ----------------------------------------------------------------


def test_one_look_ends_nobody_and_a_second_one_follows_in_five_seconds() -> None:
    session, _ = _talking()
    assert [] == tell(session, _look(AGENT, "leg-u-ann", 30), _look(CALLER, "leg-caller", 30))
    assert 3 == len(session.connected())
    assert session.is_doubted(session.calling(), at(31))
    assert at(35) == session.next_check


def test_look_that_is_repeated_at_once_is_no_second_one() -> None:
    session, _ = _talking()
    tell(session, _look(THIRD, "leg-third", 30), _look(THIRD, "leg-third", 31))
    assert 3 == len(session.connected())
    tell(session, _look(THIRD, "leg-third", 35))
    assert 2 == len(session.connected())


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_looks_make_an_end_in_either_order(order: tuple[int, int]) -> None:
    session, _ = _talking()
    looks = _not_found(THIRD, "leg-third", 35)
    tell(session, *(looks[i] for i in order))
    assert 2 == len(session.connected())


def test_sign_of_life_between_two_looks_makes_the_second_the_first() -> None:
    session, reports = _talking()
    reports.sequence = 22
    first, second = _not_found(THIRD, "leg-third", 36)
    tell(session, first, reports.mutes(THIRD), second)
    assert 3 == len(session.connected())
    assert at(41) == session.next_check


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("lost", [0, 1])
def test_in_a_plain_call_the_other_side_speaks_for_a_leg_that_is_not_found(
    lost: int, first: int
) -> None:
    """While one side's call goes on, the other lives; whichever is asked first."""
    session = bridged()
    (sid, leg_id), (other_sid, other) = [_LEGS[:2], _LEGS[:2][::-1]][lost]
    for seconds in (130, 135, 200):
        facts: list[Fact] = [_look(sid, leg_id, seconds), answered(other, other_sid, seconds)]
        observe(session, facts[::-1] if first else facts, at(seconds))
        derive_orders(session, at(seconds))
    assert 2 == len(session.connected())
    assert [] == taken(session)


def test_plain_call_of_which_neither_side_is_found_twice_is_over() -> None:
    session = bridged()
    tell(session, *_none_found(135, *_LEGS[:2]))
    assert session.has_ended


@pytest.mark.parametrize("found", [0, 1])
@pytest.mark.parametrize("looks", [1, 2])
def test_side_of_a_plain_call_that_is_found_brings_back_the_other(looks: int, found: int) -> None:
    session = bridged()
    tell(session, *_none_found(135, *_LEGS[:2])[: 2 * looks])
    sid, leg_id = _LEGS[found]
    tell(session, answered(leg_id, sid, 140))
    assert 2 == len(session.connected())
    assert not session.has_ended
    assert not session.in_doubt


# --- a dial that was given up and happens all the same --------------------------------------------


@pytest.mark.parametrize("failure_first", [True, False])
def test_party_who_is_called_after_the_failure_was_declared_is_hung_up(failure_first: bool) -> None:
    """Whichever is heard of first; the agent was told that nobody is called (C77)."""
    session = in_conference(ConferenceReports())
    member = _third(session)
    member.leg.call_sid = None
    failure = LegEnded("leg-third", None, Outcome.FAILED, EndSource.ORDER, at(40), "no answer")
    facts: list[Fact] = [failure, progressed("leg-third", THIRD, LegProgress.RINGING, 41)]
    orders = tell(session, *(facts if failure_first else facts[::-1]))
    assert [HangUpLeg("leg-third", THIRD)] == orders
    assert is_wanted(session, orders[0])
    assert not session.is_over(member)
    assert [] == tell(session, ended("leg-third", THIRD, Outcome.CANCELED, 43))
    assert session.is_over(member)
    assert 2 == len(session.connected())


# --- a call that is none of ours ------------------------------------------------------------------

STRANGER = "CA" + "9" * 32


@pytest.mark.parametrize(
    "fact",
    [
        ended("leg-third", STRANGER),
        progressed("leg-third", STRANGER, LegProgress.RINGING, 30),
        LegPresence("leg-third", STRANGER, ROOM, 90, False, False, False, at(30)),
        LegPresence("leg-third", STRANGER, ROOM, 90, True, True, False, at(30)),
        DialFinished(STRANGER, Outcome.COMPLETED, at(30)),
    ],
)
def test_report_with_another_call_at_the_address_of_a_leg_is_kept_in_the_log(fact: Fact) -> None:
    """It changes nothing of the leg, and is no secret either."""
    session, _ = _talking()
    before = [(m.leg.call_sid, m.leg.progress, m.leg.end) for m in session.members]
    lines = len(session.events)
    assert [] == tell(session, fact)
    assert before == [(m.leg.call_sid, m.leg.progress, m.leg.end) for m in session.members]
    assert 3 == len(session.connected())
    assert [STRANGER] == [event.call_sid for event in session.events[lines:]]


def test_report_with_a_call_of_another_leg_counts_for_that_leg() -> None:
    session, _ = _talking()
    tell(session, ended("leg-third", AGENT))
    assert {CALLER, THIRD} == {m.leg.call_sid for m in session.connected()}


def test_plain_call_goes_on_when_a_stranger_ends_at_the_address_of_its_leg() -> None:
    session = bridged()
    assert [] == tell(session, ended("leg-u-ann", STRANGER))
    tell(session, DialFinished(STRANGER, Outcome.COMPLETED, at(30)))
    assert 2 == len(session.connected())


# --- a redirect that failed -----------------------------------------------------------------------


def _failed(*, is_certain: bool = True) -> CallSession:
    """The call was to become a conference, and did not."""
    session = bridged()
    add(session)
    tell(session, RedirectFailed("leg-u-ann", at(10), "refused", is_certain=is_certain))
    return session


def test_call_is_plain_again_after_a_redirect_that_surely_failed() -> None:
    """The other side's end is known by the end of its dial; no report of its own is needed."""
    session = _failed()
    assert session.is_plain
    tell(session, DialFinished(CALLER, Outcome.COMPLETED, at(30)))
    assert session.has_ended
    assert Farewell() == after_dial(session)


def test_redirect_that_may_still_succeed_leads_into_the_conference() -> None:
    session = _failed(is_certain=False)
    tell(session, DialFinished(CALLER, Outcome.COMPLETED, at(30)))
    assert JoinConference("room-s-1") == after_dial(session)
    assert at(35) == session.next_check
    reports = ConferenceReports()
    reports.sequence = 20
    tell(session, reports.joins(AGENT), reports.joins(CALLER), reports.starts())
    assert session.converted_at is not None
    assert 2 == len(session.connected())


def test_caller_who_was_sent_on_before_the_redirect_failed_is_in_no_plain_call() -> None:
    """They are alone in the conference: nothing tells when they leave but themselves."""
    session = bridged()
    add(session)
    tell(session, DialFinished(CALLER, Outcome.COMPLETED, at(9)))
    tell(session, RedirectFailed("leg-u-ann", at(10), "refused"))
    assert not session.is_plain
    assert at(15) == session.next_check
    orders = tell(session, ended("leg-u-ann", AGENT, seconds=12))
    assert [HangUpLeg("leg-caller", CALLER)] == orders


def test_call_can_be_converted_again_after_a_redirect_that_failed() -> None:
    session = _failed()
    taken(session)
    add(session, "+13125550142", "fourth")
    assert [RedirectLeg("leg-u-ann", AGENT, "room-s-1")] == taken(session)
