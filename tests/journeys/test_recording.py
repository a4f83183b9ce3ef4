"""A conversation is recorded at the carrier, through a conversion and departures, and told true."""

from typing import Any

import pytest

from tests.journeys.calls import refusal
from tests.journeys.conftest import NewStage
from tests.journeys.stage import THIRD, Stage


def _record(stage: Stage) -> Any:
    return stage.request("POST", f"/sessions/{stage.session()['id']}/record")


def _told(stage: Stage) -> list[dict[str, Any]]:
    lines = stage.get(f"/sessions/{stage.session()['id']}/events?count=200")["events"]
    return [line for line in lines if line["type"].startswith("Recording")]


def _recordings(stage: Stage) -> list[str]:
    """What the carrier records now, by the address of the leg."""
    return [
        leg.from_ if leg.direction == "inbound" else leg.to
        for leg in stage.twilio.living_calls()
        for recording in leg.recordings
        if recording.ended is None
    ]


@pytest.mark.parametrize("way", ["in", "out"])
def test_recording_lasts_from_the_plain_call_to_the_end_of_the_conference(
    new_stage: NewStage, way: str
) -> None:
    stage = new_stage(may_record=True)
    stage.bridge_in() if way == "in" else stage.bridge_out()
    assert 200 == _record(stage).status_code
    recorded = _recordings(stage)
    stage.add()
    stage.pass_time(10)
    assert (1, recorded) == (len(recorded), _recordings(stage))
    stage.end()
    stage.pass_time(3)
    first, last = _told(stage)
    assert ("RecordingStarted", "RecordingEnded") == (first["type"], last["type"])
    assert first["data"]["recordingSid"] == last["data"]["recordingSid"]
    assert 10 <= int(last["data"]["seconds"]) <= 25


def test_asked_again_nothing_is_recorded_twice(new_stage: NewStage) -> None:
    stage = new_stage(may_record=True)
    stage.bridge_in()
    for _ in range(3):
        assert 200 == _record(stage).status_code
    assert 1 == len([line for line in stage.rest() if line.endswith("/Recordings")])


def test_recording_goes_on_with_the_others_when_the_customer_leaves(new_stage: NewStage) -> None:
    stage = new_stage(may_record=True)
    customer = stage.bridge_in()
    stage.add()
    stage.pass_time(5)
    _record(stage)
    stage.twilio.hang_up(customer)
    stage.pass_time(3)
    assert [THIRD] == _recordings(stage)
    assert 3 == len(_told(stage))


def test_lost_answer_records_once(new_stage: NewStage) -> None:
    """The request arrived and its answer did not: the carrier is asked before a repeat."""
    stage = new_stage(may_record=True)
    stage.bridge_in()
    stage.twilio.on_delivery = lambda d: (4.0,) if d.kind == "recording-status" else (0.0,)
    stage.twilio.fail_next("POST", "*/Recordings.json", "timeout-after")
    assert 200 == _record(stage).status_code
    stage.pass_time(10)
    assert 1 == len(_recordings(stage))
    assert ["RecordingStarted"] == [line["type"] for line in _told(stage)]


def test_recording_reported_as_failed_does_not_start_later(new_stage: NewStage) -> None:
    stage = new_stage(may_record=True)
    stage.bridge_in()
    stage.twilio.fail_next("POST", "*/Recordings.json", "connect-refused", count=6)
    assert (503, "CarrierUnavailable") == refusal(_record(stage))
    stage.pass_time(30)
    assert [] == _recordings(stage)
    assert ["RecordingFailed"] == [line["type"] for line in _told(stage)]
    assert 200 == _record(stage).status_code
    assert 1 == len(_recordings(stage))


def test_recording_is_off_unless_it_is_switched_on(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    response = _record(stage)
    assert (403, "Forbidden") == refusal(response)
    assert "EVOVOICE_RECORDING=on" in response.json["responseStatus"]["message"]
    assert [] == stage.rest()


def test_call_that_rings_or_is_over_cannot_be_recorded(new_stage: NewStage) -> None:
    stage = new_stage(may_record=True)
    stage.ring_in(ann_answers_after=5)
    assert (409, "NotConnected") == refusal(_record(stage))
    stage.pass_time(8)
    stage.end()
    stage.pass_time(3)
    assert (409, "SessionEnded") == refusal(_record(stage))
    assert [] == _told(stage)


def test_address_of_a_recording_is_nowhere_in_the_log(new_stage: NewStage) -> None:
    stage = new_stage(may_record=True)
    stage.bridge_in()
    _record(stage)
    stage.end()
    stage.pass_time(3)
    events = stage.get(f"/sessions/{stage.session()['id']}/events?count=200")
    assert "api.twilio.com" not in str(events)
