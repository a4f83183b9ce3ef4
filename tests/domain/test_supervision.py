"""A leg that only monitors or coaches is no party of the conversation (decision 113)."""

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.commands import require_room
from evovoice.domain.end_rules import verdict
from evovoice.domain.errors import (
    CallNotInSession,
    CoachesThemselves,
    MemberNotConnected,
    MemberNotFound,
    NotYourCall,
    OnlySupervises,
    SupervisesOwnCall,
    TooFewToSupervise,
    WhomToCoach,
)
from evovoice.domain.hanging_up import stop_ringing
from evovoice.domain.member import Member
from evovoice.domain.messages import AdjustRefused, LegAdjusted
from evovoice.domain.notifications import session_status
from evovoice.domain.order_derivation import derive_orders
from evovoice.domain.orders import AdjustLeg, DialLeg, DialSupervisor, HangUpLeg
from evovoice.domain.requests import (
    AddMember,
    HoldCall,
    LeaveCall,
    PatchMember,
    RejectCall,
    RemoveMember,
)
from evovoice.domain.states import CallState, LegProgress, Supervision, SupervisionMode, Verdict
from evovoice.domain.supervision_commands import Supervise, supervise
from evovoice.domain.values import PhoneNumber, User
from evovoice.domain.views import call_state, outcome, shown_members, supervising
from tests.domain.builders import (
    AGENT,
    ANN,
    BOSS,
    CALLER,
    OURS,
    THIRD,
    ConferenceReports,
    answered,
    ask,
    at,
    ended,
    in_conference,
    progressed,
    taken,
    tell,
)

EVE = "CA" + "0" * 31 + "9"
MONITOR, COACH, BARGE = SupervisionMode.MONITOR, SupervisionMode.COACH, SupervisionMode.BARGE


def _talking(reports: ConferenceReports) -> CallSession:
    """Agent, customer and a third party talk."""
    session = in_conference(reports)
    tell(session, answered("leg-third", THIRD, 20), reports.joins(THIRD, "leg-third"))
    return session


def _ask(
    session: CallSession, mode: SupervisionMode, coached: str | None = None, *,
    by: User = BOSS, hidden: bool = False, seconds: float = 30,
) -> Member:  # fmt: skip
    new = AddMember(
        by=by, member_id="m-boss", leg_id="leg-boss", address=by.address, display_name=by.name,
        from_number=PhoneNumber(OURS), destination=by.id, user_id=by.id,
    )  # fmt: skip
    member = supervise(session, Supervise(new, mode, coached, hidden, 10), at(seconds))
    derive_orders(session, at(seconds))
    return member


def _supervised(
    mode: SupervisionMode = MONITOR, *, hidden: bool = False
) -> tuple[CallSession, ConferenceReports, Member]:
    """The boss is inside, as the carrier has told."""
    session = _talking(reports := ConferenceReports())
    boss = _ask(session, mode, AGENT if mode is COACH else None, hidden=hidden)
    tell(session, answered("leg-boss", EVE, 32))
    joined = reports.joins(EVE, "leg-boss") if mode is BARGE else reports.mutes(EVE)
    tell(session, joined)
    if mode is COACH:
        tell(session, LegAdjusted("leg-boss", at(40)), reports.coaches(EVE))
    return session, reports, boss


def test_dial_itself_says_that_nobody_hears_them_c102() -> None:
    session = _talking(ConferenceReports())
    _ask(session, MONITOR)
    (order,) = taken(session)
    assert isinstance(order, DialSupervisor)
    assert ("leg-boss", "") == (order.leg_id, order.coached)


def test_coach_is_dialled_for_one_and_heard_by_them_once_inside() -> None:
    """Who hears a coach whose party has left meanwhile is not known."""
    session = _talking(reports := ConferenceReports())
    _ask(session, COACH, AGENT)
    (order,) = taken(session)
    assert isinstance(order, DialSupervisor)
    assert AGENT == order.coached
    (heard,) = [
        *tell(session, answered("leg-boss", EVE, 32)), *tell(session, reports.mutes(EVE)),
    ]  # fmt: skip
    assert isinstance(heard, AdjustLeg)
    assert (AGENT, False) == (heard.coaching, heard.muted)


def test_coach_whose_party_left_while_they_were_rung_is_heard_by_nobody() -> None:
    session = _talking(reports := ConferenceReports())
    boss = _ask(session, COACH, AGENT)
    taken(session)
    tell(session, ended("leg-u-ann", AGENT, seconds=31))
    (order,) = [
        *tell(session, answered("leg-boss", EVE, 32)), *tell(session, reports.mutes(EVE)),
    ]  # fmt: skip
    assert isinstance(order, AdjustLeg)
    assert ("", None) == (order.coaching, order.muted)
    assert ("monitor", True) == (supervising(session, boss), boss.leg.settings.muted)


def test_coach_falls_silent_when_the_coached_party_leaves_whoever_is_left() -> None:
    """A party who coaches is heard by the last one left; who only supervises never is."""
    session, reports, boss = _supervised(COACH)
    assert "coach" == supervising(session, boss)
    (order,) = tell(session, ended("leg-u-ann", AGENT, seconds=70))
    assert isinstance(order, AdjustLeg)
    assert ("", True) == (order.coaching, order.muted)
    tell(session, LegAdjusted("leg-boss", at(71)), reports.mutes(EVE))
    assert "monitor" == supervising(session, boss)


def test_refused_end_of_coaching_leaves_them_a_coach_whose_coaching_can_be_ended() -> None:
    """Whom they coach would be known to nobody, and nothing would end it when that party leaves."""
    session, _, boss = _supervised(COACH)
    _ask(session, MONITOR, seconds=50)
    taken(session)
    tell(session, AdjustRefused("leg-boss", at(51), "no"))
    assert ("coach", AGENT) == (supervising(session, boss), boss.leg.settings.coaching)
    (order,) = tell(session, ended("leg-u-ann", AGENT, seconds=70))
    assert isinstance(order, AdjustLeg)
    assert ("", True) == (order.coaching, order.muted)


def test_refused_change_of_the_coached_party_leaves_the_one_before() -> None:
    session, _, boss = _supervised(COACH)
    _ask(session, COACH, THIRD, seconds=50)
    taken(session)
    tell(session, AdjustRefused("leg-boss", at(51), "no"))
    assert AGENT == boss.leg.settings.coaching


def test_party_on_hold_is_not_coached() -> None:
    """The carrier would refuse it (16027)."""
    session = _talking(ConferenceReports())
    ask(session, PatchMember(BOSS, CALLER, hold=True), 25)
    taken(session)
    with pytest.raises(MemberNotConnected):
        _ask(session, COACH, CALLER)


def test_monitor_neither_fills_the_conference_nor_keeps_a_call_going_c102() -> None:
    session, _, _ = _supervised()
    require_room(session, 4)
    tell(session, ended("leg-third", THIRD, seconds=50))
    assert Verdict.GO_ON is verdict(session)
    orders = tell(session, ended("leg-caller", CALLER, seconds=60))
    assert Verdict.END is verdict(session)
    assert [] != orders


def test_call_between_outside_parties_is_passive_though_somebody_listens() -> None:
    session, _, _ = _supervised()
    tell(session, ended("leg-u-ann", AGENT, seconds=50))
    assert CallState.PASSIVE is call_state(session)


def test_hold_of_all_leaves_a_supervisor_out() -> None:
    session, _, boss = _supervised()
    ask(session, HoldCall(ANN, AGENT, "None"), 50)
    held = {order.leg_id for order in taken(session) if isinstance(order, AdjustLeg)}
    assert {"leg-caller", "leg-third"} == held
    assert not boss.leg.settings.held


def test_agent_who_left_others_to_talk_has_not_transferred_to_who_listened() -> None:
    session, _, _ = _supervised()
    tell(session, ended("leg-u-ann", AGENT, seconds=50))
    for leg, sid in (("leg-third", THIRD), ("leg-caller", CALLER), ("leg-boss", EVE)):
        tell(session, ended(leg, sid, seconds=60))
    assert "TransferredExternal" == outcome(session)


def test_barging_in_makes_a_party_once_the_carrier_says_that_they_are_heard() -> None:
    session, reports, boss = _supervised()
    _ask(session, BARGE, seconds=50)
    assert boss.supervises
    tell(session, LegAdjusted("leg-boss", at(51)), reports.mutes(EVE, muted=False))
    assert Supervision.JOINED is boss.supervision
    assert boss in session.connected()


def test_refused_barge_leaves_them_a_supervisor() -> None:
    session, _, boss = _supervised()
    _ask(session, BARGE, seconds=50)
    tell(session, AdjustRefused("leg-boss", at(51), "no"))
    assert ("monitor", True) == (supervising(session, boss), boss.leg.settings.muted)


def test_whoever_is_heard_by_the_carriers_word_is_a_party_whatever_was_wished() -> None:
    """A fact: what is shown to the agents has to be so."""
    session, reports, boss = _supervised()
    tell(session, reports.mutes(EVE, muted=False))
    assert not boss.supervises


def test_one_who_barged_in_steps_back_while_others_have_each_other() -> None:
    session, _, boss = _supervised(BARGE)
    assert boss in session.connected()
    _ask(session, MONITOR, seconds=50)
    assert boss.supervises
    boss.supervision = Supervision.JOINED
    for leg, sid in (("leg-third", THIRD), ("leg-u-ann", AGENT)):
        tell(session, ended(leg, sid, seconds=60))
    boss.leg.settings.muted = False
    with pytest.raises(TooFewToSupervise):
        _ask(session, MONITOR, seconds=61)


def test_one_who_barges_in_from_outside_is_dialled_as_a_party() -> None:
    session = _talking(ConferenceReports())
    _ask(session, BARGE)
    (order,) = taken(session)
    assert DialLeg is type(order)


def test_repeat_orders_nothing() -> None:
    session, _, _ = _supervised()
    _ask(session, MONITOR, seconds=50)
    assert [] == taken(session)


@pytest.mark.parametrize(
    ("coached", "error"),
    [("m-boss", CoachesThemselves), ("m-nobody", CallNotInSession)],
)
def test_only_a_party_is_coached(coached: str, error: type[Exception]) -> None:
    session, _, _ = _supervised()
    with pytest.raises(error):
        _ask(session, COACH, coached, seconds=50)


def test_whom_to_coach_is_to_be_said_where_no_agent_talks() -> None:
    session, _, _ = _supervised()
    tell(session, ended("leg-u-ann", AGENT, seconds=50))
    with pytest.raises(WhomToCoach, match="0 agents talk"):
        _ask(session, COACH, seconds=51)


def test_party_does_not_supervise_their_own_call() -> None:
    session = _talking(ConferenceReports())
    with pytest.raises(SupervisesOwnCall):
        _ask(session, MONITOR, by=ANN)


def test_agents_neither_change_nor_remove_who_supervises_them() -> None:
    session, _, _ = _supervised()
    with pytest.raises(NotYourCall):
        ask(session, RemoveMember(ANN, EVE), 50)
    with pytest.raises(NotYourCall):
        ask(session, PatchMember(ANN, EVE, muted=False), 50)
    with pytest.raises(OnlySupervises):
        ask(session, PatchMember(BOSS, EVE, muted=False), 50)


def test_hidden_supervisor_is_unknown_to_agents_and_leaves_no_trace_c103() -> None:
    session, _, boss = _supervised(hidden=True)
    assert boss not in shown_members(session)
    assert (THIRD, ANN.id) == (session.newest_call_sid, session.last_modified_by)
    with pytest.raises(MemberNotFound):
        ask(session, RemoveMember(ANN, EVE), 50)


def test_supervisor_leaves_at_once_and_without_a_word_to_the_others() -> None:
    session, _, boss = _supervised()
    ask(session, LeaveCall(BOSS), 50)
    assert [HangUpLeg("leg-boss", EVE)] == taken(session)
    assert boss.leg.hangup_by is not None


def test_supervisor_who_leaves_while_it_rings_takes_nobody_else_out() -> None:
    """Not the agent, for whom a manager acts who has no leg in the call."""
    session = _talking(ConferenceReports())
    boss = _ask(session, MONITOR)
    tell(session, progressed("leg-boss", EVE, LegProgress.RINGING))
    taken(session)
    ask(session, LeaveCall(BOSS), 31)
    assert boss.leg.hangup_by is not None
    assert [None, None, None] == [m.leg.hangup_by for m in session.connected()]
    assert {"leg-boss"} == {order.leg_id for order in taken(session) if hasattr(order, "leg_id")}


def test_log_does_not_tell_that_somebody_is_muted_who_was_not_reached() -> None:
    """The carrier may tell of a participant after the end of its call."""
    session = _talking(reports := ConferenceReports())
    _ask(session, MONITOR)
    tell(session, ended("leg-boss", EVE, seconds=31), reports.mutes(EVE))
    assert [] == [one for one in session.events if one.type == "MemberMuted"]


def test_supervisor_may_decline_on_their_device() -> None:
    session = _talking(ConferenceReports())
    boss = _ask(session, MONITOR)
    assert BOSS.id in session_status(session).active
    ask(session, RejectCall(BOSS), 31)
    assert "NOT" != boss.leg.hangup_level.name


def test_disabled_supervisor_hears_no_more() -> None:
    """Nobody misses who is no party; others who are disabled are dropped from no conversation."""
    session, _, _ = _supervised()
    stop_ringing(session, BOSS.id, "disabled", at(50))
    assert [HangUpLeg("leg-boss", EVE)] == taken(session)
