"""While no connection to the carrier can be made, nobody waits for repeats (contract C77)."""

from contextlib import suppress
from typing import Any

import pytest

from evovoice.carrier.port import CarrierError
from evovoice.services.readiness import State, readiness
from tests.journeys.calls import path_of, refusal, three_talk
from tests.journeys.conftest import NewStage
from tests.journeys.stage import FOURTH, THIRD, Stage
from tests.logged import lines_written

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
    stage.twilio.advance(21)
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


def _stops_answering(stage: Stage) -> None:
    """Requests are taken and never answered, and this process has noticed."""
    stage.time_out = 4.5
    stage.twilio.fail_next("*", "*", "timeout-before", count=0)
    for _ in range(3):
        with suppress(CarrierError), stage.context.dispatch.availability.learning():
            stage.context.carrier.answer_anything()
    assert stage.context.dispatch.availability.is_away()


def test_add_while_requests_time_out_is_refused_within_two_seconds_c88(
    new_stage: NewStage,
) -> None:
    """Nothing was sent, so nothing happens later."""
    stage = new_stage()
    stage.bridge_in()
    _stops_answering(stage)
    before = len(stage.rest())
    response = stage.add(FOURTH)
    status, seconds = _add(stage, FOURTH)
    assert (503, "CarrierUnavailable") == refusal(response)
    assert (503, True) == (status, seconds < 2)
    assert before == len(stage.rest())
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(LONG)
    assert FOURTH not in "".join(stage.living())


def test_add_behind_a_conversion_of_which_nothing_is_heard_is_refused_c88(
    new_stage: NewStage,
) -> None:
    """The first add was sent, and is asked about; the second would wait for what comes of it."""
    stage = new_stage()
    stage.bridge_in()
    stage.time_out = 4.5
    stage.twilio.fail_next("*", "*", "timeout-before", count=0)
    assert 200 == _add(stage, THIRD)[0]
    stage.pass_time(5)
    status, seconds = _add(stage, FOURTH)
    assert (503, True) == (status, seconds < 2)
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(LONG)
    assert FOURTH not in "".join(stage.living())


@pytest.mark.parametrize("wish", [("POST", "hold"), ("POST", "conference")])
def test_command_while_requests_time_out_is_refused_within_two_seconds_c88(
    new_stage: NewStage, wish: tuple[str, str]
) -> None:
    stage = new_stage()
    stage.bridge_in()
    _stops_answering(stage)
    status, seconds = _taken(stage, wish[0], f"{path_of(stage)}/{wish[1]}", {})
    assert (503, True) == (status, seconds < 2)
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(LONG)
    assert [] == [m for m in stage.session()["members"] if m["callState"] == "Hold"]


@pytest.mark.parametrize("way", ["end", "leave", "remove"])
def test_hanging_up_waits_for_no_carrier_that_is_away_and_happens_c88(
    new_stage: NewStage, way: str
) -> None:
    stage = new_stage()
    path = three_talk(stage)
    third = next(m["callSid"] for m in stage.session()["members"] if m["role"] == "Transfer")
    _stops_answering(stage)
    method, address = {
        "end": ("DELETE", path),
        "leave": ("POST", f"{path}/conference/leave"),
        "remove": ("DELETE", f"{path}/conference/members/{third}"),
    }[way]
    status, seconds = _taken(stage, method, address, None if method == "DELETE" else {})
    assert (True, True) == (status < 300, seconds < 2)
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(LONG)
    assert {"end": 0, "leave": 2, "remove": 2}[way] == len(stage.living())


@pytest.mark.parametrize("kind", ["connect-refused", "timeout-before", "error-before"])
def test_process_learns_that_the_carrier_is_back_though_nobody_orders_c88(
    new_stage: NewStage, kind: str
) -> None:
    """It is asked at growing pauses, and told of once when it goes and once when it is back."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("*", "*", kind, count=0)  # type: ignore[arg-type]
    with lines_written() as lines:
        stage.add(THIRD)
        stage.end()
        stage.pass_time(90)
        before = len(stage.rest())
        stage.pass_time(120)
        asked = [one for one in stage.rest()[before:] if one == "GET Calls"]
        assert State.FAILED is readiness(stage.context, lambda: True)["carrier"]
        stage.twilio.exchange.rest_api.faults.clear()
        stage.pass_time(11)
    assert 5 <= len(asked) <= 40
    assert not stage.context.dispatch.availability.is_away()
    assert State.OK is readiness(stage.context, lambda: True)["carrier"]
    told = lines.records("evovoice.services.outbox.carrier_availability")
    assert ["The carrier is away", "The carrier is back"] == [one["event"] for one in told]
    assert 200 < told[1]["away_for_seconds"] < 240
