"""An agent declines over HTTP while the emulator rings, and the others are not disturbed."""

from typing import Any

import pytest

from evovoice.emulator.choices import Choices
from evovoice.services import administration
from tests.journeys.calls import refusal, ring_both
from tests.journeys.conftest import NewStage
from tests.journeys.stage import Stage


def _reject(stage: Stage, key: str | None = None) -> Any:
    return stage.request("POST", f"/sessions/{stage.session()['id']}/reject", key=key)


def test_others_go_on_ringing_and_the_last_to_decline_ends_the_call(new_stage: NewStage) -> None:
    """Contract 4.5 rows 2 and 24."""
    stage = new_stage()
    ring_both(stage)
    bobs_key = administration.add_key(stage.context.database, stage.bob.id, stage.twilio.now()).key
    response = _reject(stage)
    assert 200 == response.status_code
    assert ["Caller", "Agent"] == [m["role"] for m in response.json["members"]]
    assert [stage.bob.id] == [m["endpointId"] for m in response.json["members"][1:]]
    assert "Ringing" == response.json["callState"]
    assert (409, "CallNotInSession") == refusal(_reject(stage))
    _reject(stage, bobs_key)
    stage.pass_time(2)
    assert not stage.session()["ended"]  # the caller is told that nobody is available
    stage.pass_time(8)
    session = stage.session()
    assert (True, True, "MissedCall") == tuple(
        session[name] for name in ("ended", "wasMissed", "outcome")
    )
    assert [] == stage.living()
    assert (409, "SessionEnded") == refusal(_reject(stage))


def test_other_agent_answers_after_one_has_declined(new_stage: NewStage) -> None:
    stage = new_stage()
    ring_both(stage)
    _reject(stage)
    stage.twilio.answer(stage.twilio.leg_at(f"client:{stage.bob.identity}").sid)
    stage.pass_time(2)
    session = stage.session()
    assert ("Connected", stage.bob.id) == (session["callState"], session["answeredById"])
    assert 2 == len(stage.living())


@pytest.mark.parametrize("late", [Choices(), Choices(late_status_update="refused")])
def test_answer_that_crosses_the_declining_counts(new_stage: NewStage, late: Choices) -> None:
    """The device was answered, and that report is still on its way."""
    stage = new_stage(late)
    ring_both(stage)
    stage.twilio.on_delivery = lambda d: (8.0,) if d.kind == "call-status" else (0.0,)
    stage.twilio.answer(stage.twilio.leg_at(f"client:{stage.ann.identity}").sid)
    response = _reject(stage)
    assert (200, "Connected") == (response.status_code, response.json["callState"])
    stage.pass_time(10)
    assert "Connected" == stage.session()["callState"]
    assert 2 == len(stage.living())


def test_declining_outlives_a_carrier_that_cannot_be_reached(new_stage: NewStage) -> None:
    """It is ordered, so it is no error: it happens as soon as the carrier hears of it (C77)."""
    stage = new_stage()
    ring_both(stage)
    stage.twilio.fail_next("POST", "*/Calls/*.json", "connect-refused", count=6)
    response = _reject(stage)
    assert (200, "Ringing") == (response.status_code, response.json["callState"])
    stage.pass_time(12)
    assert [stage.bob.id] == [m["endpointId"] for m in stage.session()["members"][1:]]


def test_nothing_rings_for_a_user_of_whom_the_call_knows_nothing(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.ring_in(ann_answers_after=30)
    key = administration.add_key(stage.context.database, stage.bob.id, stage.twilio.now()).key
    assert (403, "NotYourCall") == refusal(_reject(stage, key))
    assert "Ringing" == stage.state_of("Agent")
