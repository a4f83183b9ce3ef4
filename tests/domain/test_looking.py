"""When the carrier is asked though nothing was reported, and what is believed of its answers."""

from datetime import datetime

import pytest

from evovoice.domain import views
from evovoice.domain.call_session import CallSession
from evovoice.domain.hanging_up import give_up_queued
from evovoice.domain.looking import note_look, plan_look
from evovoice.domain.member import Member
from evovoice.domain.messages import LegAdjusted, LegPresence
from evovoice.domain.order_derivation import derive_orders
from evovoice.domain.orders import AdjustLeg, CancelLeg
from evovoice.domain.requests import PatchMember, StartConference
from evovoice.domain.states import LegProgress, MemberCallState
from tests.domain.builders import (
    AGENT,
    ANN,
    BOB,
    CALLER,
    THIRD,
    ConferenceReports,
    answered,
    ask,
    at,
    bridged,
    checked_in_vain,
    ended,
    in_conference,
    incoming,
    progressed,
    taken,
    tell,
)


def _talking() -> tuple[CallSession, ConferenceReports]:
    """Agent, customer and a third party talk, looked at 20 seconds into the story."""
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, reports.joins(THIRD, "leg-third"), answered("leg-third", THIRD, 20))
    _looked(session, 20)
    return session, reports


def _looked(session: CallSession, seconds: float, *, complete: bool = True) -> None:
    note_look(session, at(seconds), complete=complete)
    plan_look(session, at(seconds))


def _next(session: CallSession, seconds: float) -> datetime | None:
    plan_look(session, at(seconds))
    return session.next_check


def _third(session: CallSession) -> Member:
    member = session.member_of("leg-third")
    assert member is not None
    return member


def _hold(session: CallSession, held: bool, seconds: float) -> list[AdjustLeg]:
    ask(session, PatchMember(ANN, "m-third", hold=held), seconds)
    return [order for order in taken(session) if isinstance(order, AdjustLeg)]


def _answer(
    reports: ConferenceReports, held: bool, seconds: float
) -> list[LegAdjusted | LegPresence]:
    state = LegPresence("leg-third", THIRD, reports.sid, -1, True, held, False, at(seconds),
                        is_answer=True)  # fmt: skip
    return [LegAdjusted("leg-third", at(seconds)), state]


# --- when -----------------------------------------------------------------------------------------


def test_what_is_shown_is_looked_at_within_a_minute_whatever_is_reported_meanwhile() -> None:
    """News of one leg say nothing of the others."""
    session, reports = _talking()
    for seconds in range(25, 75, 10):
        tell(session, reports.mutes(AGENT, muted=bool(seconds % 20)))
        assert at(75) == _next(session, seconds)


def test_carrier_that_could_not_be_asked_is_asked_again_after_half_a_minute() -> None:
    session, _ = _talking()
    _looked(session, 75, complete=False)
    assert (at(105), at(20), True) == (session.next_check, session.verified_at, session.is_stale)
    _looked(session, 105)
    assert (at(160), at(105), False) == (session.next_check, session.verified_at, session.is_stale)


def test_change_of_which_no_report_has_come_is_looked_at_soon_and_once() -> None:
    session, reports = _talking()
    _hold(session, True, 30)
    tell(session, *_answer(reports, True, 30))
    assert at(35) == _next(session, 30)
    tell(session, reports.looks(THIRD, 35, held=True))
    _looked(session, 35)
    assert at(90) == session.next_check


def test_change_that_was_reported_is_not_looked_at() -> None:
    session, reports = _talking()
    _hold(session, True, 30)
    tell(session, *_answer(reports, True, 30), reports.holds(THIRD))
    assert at(75) == _next(session, 31)


def test_party_that_nobody_saw_come_in_is_looked_for_with_growing_pauses() -> None:
    session = in_conference(ConferenceReports())
    tell(session, answered("leg-third", THIRD, 20))
    checks = []
    for now in (20, 25, 30, 40, 60):
        _looked(session, now)
        checks.append(session.next_check)
    assert [at(25), at(30), at(40), at(60), at(100)] == checks


def test_dial_that_was_accepted_is_looked_at_after_15_and_30_seconds() -> None:
    session = in_conference(ConferenceReports())
    ordered = _third(session).leg.dial_ordered_at
    assert ordered is not None
    start = (ordered - at(0)).total_seconds()
    assert at(start + 15) == _next(session, start + 3)
    assert at(start + 30) == _next(session, start + 15)


# --- what follows ---------------------------------------------------------------------------------


def test_dial_that_still_waits_after_half_a_minute_is_ended_until_it_is_over() -> None:
    session = in_conference(ConferenceReports())
    give_up_queued(session, at(40))
    assert [] == taken(session)
    give_up_queued(session, at(50))
    assert [CancelLeg("leg-third", THIRD)] == taken(session)
    assert _third(session) in session.pending()
    checked_in_vain(session, 65)
    give_up_queued(session, at(65))
    assert [CancelLeg("leg-third", THIRD)] == taken(session)


def test_party_that_answers_though_it_was_given_up_takes_part() -> None:
    session = in_conference(ConferenceReports())
    give_up_queued(session, at(50))
    tell(session, answered("leg-third", THIRD, 51))
    checked_in_vain(session, 65)
    give_up_queued(session, at(65))
    assert [] == taken(session)
    assert "connected" == views.member_status(session, _third(session))
    assert _third(session).leg.withdrawn is None


@pytest.mark.parametrize("progress", [LegProgress.INITIATED, LegProgress.RINGING])
def test_dial_that_has_begun_to_call_is_left_alone(progress: LegProgress) -> None:
    session = in_conference(ConferenceReports())
    tell(session, progressed("leg-third", THIRD, progress, 35))
    give_up_queued(session, at(60))
    assert [] == taken(session)


def test_answer_to_an_order_tells_what_is_so() -> None:
    session, reports = _talking()
    _hold(session, True, 30)
    tell(session, *_answer(reports, True, 30))
    assert views.is_held(session, _third(session))


def test_wish_follows_what_the_carrier_tells_later_and_the_next_command_orders() -> None:
    session, reports = _talking()
    _hold(session, True, 30)
    tell(session, *_answer(reports, True, 30))
    tell(session, reports.looks(THIRD, 60))
    assert MemberCallState.CONNECTED is views.member_state(session, _third(session))
    assert not _third(session).leg.settings.held
    (again,) = _hold(session, True, 61)
    assert again.held


def test_wish_does_not_follow_a_look_of_the_moment_of_the_order() -> None:
    """It may have been made before the order had its effect."""
    session, reports = _talking()
    _hold(session, True, 30)
    tell(session, *_answer(reports, True, 30), reports.looks(THIRD, 31))
    assert _third(session).leg.settings.held


def test_wish_does_not_follow_while_an_order_is_on_its_way() -> None:
    session, reports = _talking()
    _hold(session, True, 30)
    tell(session, reports.looks(THIRD, 60))
    assert _third(session).leg.settings.held


def test_who_was_taken_for_a_waiting_device_and_answers_all_the_same_is_connected() -> None:
    """Of two devices one was reported answered; the other's own report says more (R57)."""
    session = incoming(ANN, BOB)
    tell(session, answered("leg-u-ann", AGENT), progressed("leg-u-bob", THIRD, LegProgress.RINGING))
    assert ["m-caller", "m-u-ann"] == [m.id for m in views.visible_members(session)]
    tell(session, answered("leg-u-bob", THIRD))
    assert 3 == len(session.connected())


def test_caller_is_over_with_the_device_that_answered_though_another_was_never_reported() -> None:
    session = incoming(ANN, BOB)
    tell(session, answered("leg-u-ann", AGENT), ended("leg-u-ann", AGENT))
    assert session.has_ended


def test_caller_whom_the_carrier_has_picked_up_was_not_answered_by_it() -> None:
    """A look while the agent's device rings: the dial's answer is what counts (contract 4.1)."""
    session = incoming()
    tell(session, answered("leg-caller", CALLER, 30))
    assert "Ringing" == views.member_state(session, session.calling()).value
    assert "MemberAnswered" not in [event.type for event in session.events]


def test_one_look_in_vain_puts_off_nothing_that_somebody_waits_for() -> None:
    """A conversion, a doubt and a dial are asked about again soon, and reports put nothing off."""
    session = bridged()
    ask(session, StartConference(ANN, None), 30)
    note_look(session, at(34), complete=False)
    derive_orders(session, at(34))
    assert at(39) == session.next_check
    tell(session, progressed("leg-caller", CALLER, LegProgress.ANSWERED, 34))
    assert session.next_check is not None
    assert session.next_check <= at(40)
