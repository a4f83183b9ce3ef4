"""Webhooks late, twice, out of order or lost: whole calls end in the same truth."""

import random

import pytest

from evovoice.emulator.choices import Choices
from evovoice.emulator.state.messages import Delivery
from tests.journeys.conftest import NewStage
from tests.journeys.stage import THIRD, Stage

_REPORTS = ("call-status", "conference-status")


def _whole_call(stage: Stage) -> None:
    """Bridge, add, agent leaves, third leaves."""
    stage.bridge_in()
    stage.pass_time(3)
    assert 200 == stage.add().status_code
    stage.pass_time(12)
    assert "Connected" == stage.state_of("Transfer")
    for role in ("Agent", "Transfer"):
        sid = next(m["callSid"] for m in stage.session()["members"] if m["role"] == role)
        stage.twilio.hang_up(sid)
        stage.pass_time(6)
    stage.pass_time(20)


def _end(stage: Stage) -> tuple[object, ...]:
    session = stage.session()
    members = [(m["role"], m["applicationData"]["status"]) for m in session["members"]]
    dials = sum("POST" in line and "Participants" in line for line in stage.rest())
    moves = sum(line.startswith("POST Calls/") for line in stage.rest())
    return session["ended"], session["outcome"], members, dials, moves, stage.living()


_TRUTH = (
    True,
    "TransferredExternal",
    [("Caller", "left"), ("Agent", "left"), ("Transfer", "left")],
    1,
    1,
    [],
)


@pytest.mark.parametrize("join_at", ["ringing", "answer"])
@pytest.mark.parametrize("seed", range(6))
def test_late_repeated_and_reordered_reports_change_nothing(
    new_stage: NewStage, seed: int, join_at: str
) -> None:
    """Each report comes up to two seconds late, and a third of them twice."""
    stage = new_stage(Choices(join_at=join_at))  # type: ignore[arg-type]
    dice = random.Random(seed)

    def late(delivery: Delivery) -> tuple[float, ...]:
        if delivery.kind not in _REPORTS:
            return (0.0,)
        return tuple(dice.uniform(0, 2) for _ in range(dice.choice((1, 1, 2))))

    stage.twilio.on_delivery = late
    _whole_call(stage)
    assert _TRUTH == _end(stage)


def test_every_webhook_twice_changes_nothing(new_stage: NewStage) -> None:
    """Questions too: the same call finds the same session and gets the same instruction."""
    stage = new_stage()
    stage.twilio.on_delivery = lambda _delivery: (0.0, 0.0)
    _whole_call(stage)
    assert _TRUTH == _end(stage)


def test_session_comes_true_when_every_report_after_the_answer_is_lost(
    new_stage: NewStage,
) -> None:
    """Reconciliation asks the carrier; nobody stays connected on paper."""
    stage = new_stage()
    stage.bridge_in()
    stage.add()
    stage.pass_time(5)
    stage.twilio.on_delivery = lambda d: () if d.kind in _REPORTS else (0.0,)
    for leg in stage.twilio.living_calls():
        stage.twilio.hang_up(leg.sid)
    stage.pass_time(180)
    assert stage.session()["ended"]
    assert [] == stage.living()


def test_answer_of_the_agent_is_found_out_when_its_report_is_lost(new_stage: NewStage) -> None:
    """Without it nobody could be added to a call that is going on."""
    stage = new_stage()
    stage.twilio.on_delivery = lambda d: () if d.kind in _REPORTS else (0.0,)
    stage.bridge_in()
    stage.pass_time(70)
    assert "Connected" == stage.session()["callState"]
    stage.twilio.on_delivery = lambda _delivery: (0.0,)
    assert 200 == stage.add().status_code
    stage.pass_time(5)
    assert "Connected" == stage.state_of("Transfer")


def test_conversion_whose_room_reports_are_lost_still_reaches_the_third_party(
    new_stage: NewStage,
) -> None:
    """The room is asked about after a few seconds; the two are not left in silence."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.on_delivery = lambda d: () if d.kind == "conference-status" else (0.0,)
    stage.add()
    stage.pass_time(15)
    assert "Connected" == stage.state_of("Transfer")
    assert 1 == sum(leg.to == THIRD for leg in stage.twilio.living_calls())
