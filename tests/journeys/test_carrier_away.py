"""While no connection to the carrier can be made, nobody waits for repeats (contract C77)."""

from typing import Any

import pytest

from tests.journeys.calls import path_of
from tests.journeys.conftest import NewStage
from tests.journeys.stage import FOURTH, THIRD, Stage

LONG = 60  # seconds: longer than any lease


def _taken(stage: Stage, method: str, path: str, body: Any = None) -> tuple[int, float]:
    """The status, and how many seconds the answer took."""
    began = stage.twilio.now()
    status = stage.request(method, path, body).status_code
    return status, (stage.twilio.now() - began).total_seconds()


def _add(stage: Stage, destination: str) -> tuple[int, float]:
    call_sid = next(m["callSid"] for m in stage.session()["members"] if m["role"] == "Agent")
    body = {"callSid": call_sid, "destination": destination}
    return _taken(stage, "POST", f"{path_of(stage)}/conference/members", body)


@pytest.mark.parametrize("is_conference", [False, True])
def test_add_while_the_carrier_is_known_to_be_away_is_refused_at_once(
    new_stage: NewStage, is_conference: bool
) -> None:
    """The first to find out waits as usual; nothing of it happens later."""
    stage = new_stage()
    stage.bridge_in()
    if is_conference:
        assert 200 == stage.request("POST", f"{path_of(stage)}/conference", {}).status_code
    stage.twilio.fail_next("POST", "*", "connect-refused", count=0)
    status, seconds = _add(stage, THIRD)
    assert 503 == status
    assert 2 < seconds < 6
    before = len(stage.rest())
    status, seconds = _add(stage, FOURTH)
    assert 503 == status
    assert seconds < 0.5
    assert 1 == len(stage.rest()) - before
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(LONG)
    assert 2 == len(stage.living())


def test_first_answer_of_the_carrier_ends_it(new_stage: NewStage) -> None:
    """Whatever it says; the next order is repeated as usual."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("POST", "*", "connect-refused", count=0)
    assert 503 == _add(stage, THIRD)[0]
    faults = stage.twilio.exchange.rest_api.faults
    faults.clear()
    assert 200 == stage.request("POST", f"{path_of(stage)}/conference", {}).status_code
    stage.twilio.fail_next("POST", "*/Participants.json", "connect-refused", count=2)
    assert 200 == _add(stage, THIRD)[0]


def test_what_was_known_is_forgotten_after_seconds(new_stage: NewStage) -> None:
    """Nobody has asked meanwhile; the carrier may be back."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("POST", "*", "connect-refused", count=0)
    assert 503 == _add(stage, THIRD)[0]
    stage.twilio.exchange.rest_api.faults.clear()
    stage.twilio.advance(11)
    stage.twilio.fail_next("POST", "*", "connect-refused", count=2)
    assert 200 == _add(stage, THIRD)[0]


def test_add_whose_dial_finds_no_carrier_is_refused_before_the_agent_stops_waiting(
    new_stage: NewStage,
) -> None:
    """The call could be moved; then the connection broke. The dial follows from a report."""
    stage = new_stage()
    stage.bridge_in()
    _work_while_somebody_waits(stage)
    stage.twilio.fail_next("POST", "*/Participants.json", "connect-refused", count=0)
    status, seconds = _add(stage, THIRD)
    assert 503 == status
    assert seconds < 8
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(LONG)
    assert 2 == len(stage.living())
    assert "Connected" == stage.session()["callState"]


def _work_while_somebody_waits(stage: Stage) -> None:
    """Waiting lets time pass for the background as well."""

    def pause(seconds: float) -> None:
        stage.twilio.advance(seconds)
        stage.background()

    stage.context.notifier._pause = pause  # type: ignore[attr-defined]
