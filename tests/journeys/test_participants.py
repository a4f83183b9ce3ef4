"""Hold, mute, coach, remove, leave: done through the carrier, told true by its reports."""

from collections.abc import Callable

import pytest

from evovoice.domain import views
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import MemberNotConnected, MemberNotFound, NotYourCall
from evovoice.domain.member import Member
from evovoice.domain.requests import PatchMember
from evovoice.domain.states import CallState, MemberRole
from evovoice.emulator.choices import Choices
from evovoice.services import calls
from tests.journeys.conftest import NewStage
from tests.journeys.stage import THIRD, Stage


def _session(stage: Stage) -> CallSession:
    with stage.context.database.reading() as work:
        session = work.sessions.get(stage.session()["id"], None)
    assert session is not None
    return session


def _member(stage: Stage, role: MemberRole) -> Member:
    return next(m for m in _session(stage).members if m.role is role)


def _three(stage: Stage) -> str:
    stage.bridge_in()
    stage.add()
    stage.pass_time(5)
    return _session(stage).id


def _heard_hold(stage: Stage, role: MemberRole) -> bool:
    """Whether the carrier itself has that leg on hold."""
    (room,) = stage.twilio.state()["conferences"]  # type: ignore[misc]
    sid = _member(stage, role).leg.call_sid
    found = [p for p in room["participants"] if p["callSid"] == sid]  # type: ignore[index, call-overload]
    return bool(found and found[0]["hold"])


@pytest.mark.parametrize("way", ["in", "out"])
def test_plain_call_is_held_by_becoming_a_conference_first(new_stage: NewStage, way: str) -> None:
    """Contract 4.5 rows 4 and 6."""
    stage = new_stage()
    stage.bridge_in() if way == "in" else stage.bridge_out()
    session_id = _session(stage).id
    held = calls.hold_call(stage.context, stage.ann, session_id, None, "None")
    assert CallState.HOLD is views.call_state(held)
    assert (stage.ann.id, "None") == (held.held_by, held.hold_reason)
    assert _heard_hold(stage, MemberRole.CALLER)
    resumed = calls.resume_call(stage.context, stage.ann, session_id, None)
    assert CallState.CONNECTED is views.call_state(resumed)
    assert not _heard_hold(stage, MemberRole.CALLER)


def test_one_party_held_lets_the_others_talk(new_stage: NewStage) -> None:
    """Contract 4.5 row 15: the call as a whole is not on hold."""
    stage = new_stage()
    session_id = _three(stage)
    caller = _member(stage, MemberRole.CALLER)
    wish = PatchMember(stage.ann, caller.id, hold=True)
    session = calls.patch_member(stage.context, stage.ann, session_id, wish)
    assert CallState.CONNECTED is views.call_state(session)
    assert views.is_held(session, caller)
    agent = _member(stage, MemberRole.AGENT)
    assert not views.is_held(session, agent)


def test_hold_and_mute_act_on_the_chosen_one_and_do_not_touch_each_other(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    session_id = _three(stage)
    third = _member(stage, MemberRole.TRANSFER)
    assert third.leg.call_sid is not None
    mute = PatchMember(stage.ann, third.leg.call_sid, muted=True)
    session = calls.patch_member(stage.context, stage.ann, session_id, mute)
    assert [False, False, True] == [views.is_muted(session, m) for m in session.members]
    hold = PatchMember(stage.ann, third.id, hold=True)
    session = calls.patch_member(stage.context, stage.ann, session_id, hold)
    assert views.is_muted(session, third)
    assert views.is_held(session, third)


def test_patch_to_the_present_value_asks_the_carrier_nothing(new_stage: NewStage) -> None:
    stage = new_stage()
    session_id = _three(stage)
    before = stage.rest()
    wish = PatchMember(stage.ann, _member(stage, MemberRole.CALLER).id, hold=False, muted=False)
    calls.patch_member(stage.context, stage.ann, session_id, wish)
    assert before == stage.rest()


def test_hold_and_resume_pressed_quickly_end_resumed(new_stage: NewStage) -> None:
    """One order at a time for a leg: two could arrive the wrong way round."""
    stage = new_stage()
    session_id = _three(stage)
    stage.twilio.on_delivery = lambda d: (4.0,) if d.kind == "conference-status" else (0.0,)
    caller = _member(stage, MemberRole.CALLER).id
    for hold in (True, False, True, False):
        wish = PatchMember(stage.ann, caller, hold=hold)
        calls.patch_member(stage.context, stage.ann, session_id, wish)
    stage.pass_time(10)
    assert not _heard_hold(stage, MemberRole.CALLER)
    assert CallState.CONNECTED is views.call_state(_session(stage))


def test_nobody_stays_on_hold_when_the_agent_leaves(new_stage: NewStage) -> None:
    """Contract 4.5 row 18."""
    stage = new_stage()
    session_id = _three(stage)
    calls.hold_call(stage.context, stage.ann, session_id, None, "Transferring")
    assert _heard_hold(stage, MemberRole.CALLER)
    session = calls.leave_call(stage.context, stage.ann, session_id, None)
    stage.pass_time(3)
    session = _session(stage)
    assert CallState.PASSIVE is views.call_state(session)
    assert not _heard_hold(stage, MemberRole.CALLER)
    assert not _heard_hold(stage, MemberRole.TRANSFER)
    assert 2 == len(stage.living())


def test_warm_transfer_hold_talk_resume_leave(new_stage: NewStage) -> None:
    """The customer waits, agent and colleague talk, and then the agent leaves them to it."""
    stage = new_stage()
    session_id = _three(stage)
    caller = _member(stage, MemberRole.CALLER).id
    calls.patch_member(
        stage.context, stage.ann, session_id, PatchMember(stage.ann, caller, hold=True)
    )
    calls.resume_call(stage.context, stage.ann, session_id, None)
    calls.leave_call(stage.context, stage.ann, session_id, None)
    stage.pass_time(2)
    stage.twilio.hang_up(stage.twilio.leg_at(THIRD).sid)
    stage.pass_time(3)
    assert "TransferredExternal" == views.outcome(_session(stage))


@pytest.mark.parametrize("choices", [Choices(join_at="ringing"), Choices(join_at="answer")])
def test_removing_a_party_that_rings_stops_the_ringing(
    new_stage: NewStage, choices: Choices
) -> None:
    stage = new_stage(choices)
    stage.bridge_in()
    stage.twilio.phone(THIRD).just_rings()
    stage.add()
    stage.pass_time(3)
    third = _member(stage, MemberRole.TRANSFER).id
    calls.remove_member(stage.context, stage.ann, _session(stage).id, third)
    stage.pass_time(2)
    assert 2 == len(stage.living())
    again = calls.remove_member(stage.context, stage.ann, _session(stage).id, third)
    assert "Connected" == views.call_state(again).value


def test_conference_can_be_started_without_adding_anybody(new_stage: NewStage) -> None:
    """Contract 4.5 row 8; again it changes nothing."""
    stage = new_stage()
    stage.bridge_in()
    session_id = _session(stage).id
    for _ in range(2):
        calls.start_conference(stage.context, stage.ann, session_id, None)
    assert stage.session()["conferenceSid"].startswith("CF")
    assert 1 == len(stage.rest())
    assert 2 == len(stage.living())


def test_coached_party_alone_hears_the_coach(new_stage: NewStage) -> None:
    stage = new_stage()
    session_id = _three(stage)
    agent, third = _member(stage, MemberRole.AGENT), _member(stage, MemberRole.TRANSFER)
    wish = PatchMember(stage.ann, third.id, coaching=agent.leg.call_sid)
    session = calls.patch_member(stage.context, stage.ann, session_id, wish)
    state = session.state_of(third.leg)
    assert state is not None
    assert state.coaching
    ended = calls.patch_member(
        stage.context, stage.ann, session_id, PatchMember(stage.ann, third.id, coaching="")
    )
    state = ended.state_of(third.leg)
    assert state is not None
    assert not state.coaching


@pytest.mark.parametrize(
    ("attempt", "error"),
    [
        (lambda s: PatchMember(s.ann, "nobody", hold=True), MemberNotFound),
        (lambda s: PatchMember(s.ann, _member(s, MemberRole.TRANSFER).id, hold=True),
         MemberNotConnected),
        (lambda s: PatchMember(s.bob, _member(s, MemberRole.CALLER).id, hold=True), NotYourCall),
    ],
)  # fmt: skip
def test_wish_that_cannot_be_is_refused_and_changes_nothing(
    new_stage: NewStage, attempt: Callable[[Stage], PatchMember], error: type[Exception]
) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).just_rings()
    stage.add()
    stage.pass_time(3)
    session_id = _session(stage).id
    before = stage.rest()
    wish = attempt(stage)
    with pytest.raises(error):
        calls.patch_member(stage.context, wish.by, session_id, wish)
    assert before == stage.rest()


def test_hold_the_carrier_refuses_is_not_wished_for_ever_c83(new_stage: NewStage) -> None:
    stage = new_stage()
    session_id = _three(stage)
    stage.twilio.fail_next("POST", "*/Participants/*.json", "error-before", status=400)
    caller = _member(stage, MemberRole.CALLER)
    wish = PatchMember(stage.ann, caller.id, hold=True)
    with pytest.raises(Exception, match="refused"):
        calls.patch_member(stage.context, stage.ann, session_id, wish)
    assert not _member(stage, MemberRole.CALLER).leg.settings.held
    session = calls.patch_member(stage.context, stage.ann, session_id, wish)
    assert views.is_held(session, caller)
