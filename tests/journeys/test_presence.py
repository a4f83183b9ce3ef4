"""Agents who are not ready are not rung; who lets a call ring is out until they are back (C99)."""

import pytest

from evovoice.services import administration
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, OURS, Stage


@pytest.fixture
def stage(new_stage: NewStage) -> Stage:
    """The number rings Ann and Bob; Bob has said that he is not ready."""
    stage = new_stage()
    both = [stage.ann.id, stage.bob.id]
    administration.set_number(stage.context.database, OURS, agent_ids=both)
    stage.bobs = administration.add_key(stage.context.database, stage.bob.id, stage.now()).key  # type: ignore[attr-defined]
    _says(stage, "NotReady", stage.bobs)  # type: ignore[attr-defined]
    return stage


def _says(stage: Stage, state: str, key: str | None = None) -> None:
    answer = stage.request("PATCH", "/app/presence", {"agentState": state}, key=key)
    assert 200 == answer.status_code


def _rung(stage: Stage) -> list[str]:
    """Whom the customer's call rings, by their devices."""
    stage.twilio.place_call(CUSTOMER, OURS)
    stage.pass_time(1)
    return [name for name in stage.living() if name.startswith("client:")]


def test_number_rings_the_agents_who_are_ready_and_the_rest_once_they_are_c99(
    stage: Stage,
) -> None:
    stage.phone(stage.ann).just_rings()
    assert [f"client:{stage.ann.identity}"] == _rung(stage)
    _says(stage, "Ready", stage.bobs)  # type: ignore[attr-defined]
    assert f"client:{stage.bob.identity}" in _rung(stage)


def test_ready_agent_who_lets_a_call_ring_is_out_until_they_are_back_c99(stage: Stage) -> None:
    """The next caller hears at once that nobody is there, instead of ringing for nothing."""
    _says(stage, "Ready")
    stage.phone(stage.ann).just_rings()
    _rung(stage)
    stage.pass_time(45)
    assert "MissedCall" == stage.get("/app/presence")["agentStateReason"]
    assert [] == _rung(stage)
    assert any("Nobody is available" in answer.body for _, answer in stage.answers)
    _says(stage, "Ready")
    assert [f"client:{stage.ann.identity}"] == _rung(stage)
