"""Notes on a session, its list for the agent, and a hand-over without a talk."""

import pytest

from evovoice.domain import views
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import NotYourCall
from evovoice.domain.states import CallState
from evovoice.services import calls
from evovoice.services.calls import SessionPatch
from evovoice.services.errors import StateNotWritable
from tests.journeys.conftest import NewStage
from tests.journeys.stage import OURS, THIRD, Stage


def _id(stage: Stage) -> str:
    session_id: str = stage.session()["id"]
    return session_id


def _patched(stage: Stage, patch: SessionPatch) -> CallSession:
    return calls.patch_session(stage.context, stage.ann, _id(stage), patch)


def test_console_data_is_kept_with_the_session_even_after_its_end(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    _patched(stage, SessionPatch(console_data="note 1"))
    assert "note 1" == stage.session()["consoleData"]
    stage.end()
    stage.pass_time(2)
    _patched(stage, SessionPatch(console_data="note 2"))
    assert "note 2" == stage.session()["consoleData"]


def test_naming_hold_and_connected_does_what_hold_and_resume_do(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    held = _patched(stage, SessionPatch(call_state=CallState.HOLD, hold_reason="Transferring"))
    assert (CallState.HOLD, "Transferring") == (views.call_state(held), held.hold_reason)
    resumed = _patched(stage, SessionPatch(call_state=CallState.CONNECTED))
    assert CallState.CONNECTED is views.call_state(resumed)


@pytest.mark.parametrize(
    "patch",
    [
        SessionPatch(call_state=CallState.RINGING),
        SessionPatch(queue_state="Queued"),
        SessionPatch(hold_reason="Transferring"),
    ],
)
def test_states_follow_the_call_and_are_not_clients_to_set(
    new_stage: NewStage, patch: SessionPatch
) -> None:
    stage = new_stage()
    stage.bridge_in()
    with pytest.raises(StateNotWritable):
        _patched(stage, patch)
    assert "Connected" == stage.session()["callState"]


def test_note_stands_in_the_log_and_only_those_in_the_call_write_one(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    calls.add_note(stage.context, stage.ann, _id(stage), "The customer wants a refund")
    assert "Note" == stage.events()[-1]
    with pytest.raises(NotYourCall):
        calls.add_note(stage.context, stage.bob, _id(stage), "I was not there")


def test_session_left_behind_is_mine_but_not_active(new_stage: NewStage) -> None:
    """Contract 2.2: GetMySessions shows it as Passive until the others have left."""
    stage = new_stage()
    stage.bridge_in()
    stage.add()
    stage.pass_time(5)
    stage.twilio.hang_up(
        next(m["callSid"] for m in stage.session()["members"] if m["role"] == "Agent")
    )
    stage.pass_time(2)
    mine = calls.my_sessions(stage.context, stage.ann)
    assert [CallState.PASSIVE] == [views.call_state(session) for session in mine]
    assert {"sessions": []} == stage.get("/sessions/active")
    assert [] == calls.my_sessions(stage.context, stage.bob)


def test_parties_that_failed_are_listed_when_asked_for(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).is_busy()
    stage.add()
    stage.pass_time(5)
    session, members = calls.conference_members(
        stage.context, stage.ann, _id(stage), include_ended=True
    )
    assert ["connected", "connected", "busy"] == [views.member_status(session, m) for m in members]
    _, living = calls.conference_members(stage.context, stage.ann, _id(stage), include_ended=False)
    assert 2 == len(living)


@pytest.mark.parametrize("comes", [True, False])
def test_redirect_hands_the_customer_over_and_leaves_nobody_alone(
    new_stage: NewStage, comes: bool
) -> None:
    """The customer is with the third party, or with the agent who is called back (C109)."""
    stage = new_stage()
    stage.bridge_in()
    phone = stage.twilio.phone(THIRD)
    phone.answers_after(3) if comes else phone.is_busy()
    calls.hand_over_call(stage.context, stage.ann, _id(stage), THIRD, None)
    stage.pass_time(8)
    assert {OURS, THIRD if comes else str(stage.ann.address)} == set(stage.living())
    assert 1 == stage.events().count("Redirected")
    assert not stage.session()["ended"]
