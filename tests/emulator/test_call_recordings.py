"""Recording a live call by REST: what it answers, what it reports, and how long it lasts.

https://www.twilio.com/docs/voice/api/recording#create-a-recording
"""

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from .scripted_app import BASE
from .stories import Line, conference, dial, response

EVENTS = ["in-progress", "completed"]


def record(line: Line, sid: str, **more: Any) -> Any:
    return line.client.calls(sid).recordings.create(
        recording_status_callback=f"{BASE}/rec", recording_status_callback_event=EVENTS, **more
    )


def test_recording_reports_its_start_and_with_the_leg_its_end(line: Line) -> None:
    parent, _ = line.bridge()
    made = record(line, parent.sid, recording_channels="dual")
    assert ("in-progress", "StartCallRecordingAPI", 2) == (made.status, made.source, made.channels)
    line.twilio.advance(20)
    line.twilio.hang_up(parent.sid)
    line.twilio.advance(1)
    first, last = line.app.at("/rec")
    assert [made.sid, made.sid] == [first["RecordingSid"], last["RecordingSid"]]
    assert (parent.sid, "in-progress", "completed", "20") == (
        last["CallSid"],
        first["RecordingStatus"],
        last["RecordingStatus"],
        last["RecordingDuration"],
    )
    assert "RecordingDuration" not in first


@pytest.mark.parametrize("who", ["parent", "child"])
def test_recording_goes_on_when_the_call_becomes_a_conference(line: Line, who: str) -> None:
    """A recording of the Dial ends there; one that REST has ordered belongs to the call."""
    parent, child = line.bridge()
    record(line, parent.sid if who == "parent" else child.sid)
    document = dial(conference(), "")
    line.app.on("/action", document)
    line.client.calls(child.sid).update(twiml=response(document))
    line.twilio.advance(10)
    assert ["in-progress"] == [one["RecordingStatus"] for one in line.app.at("/rec")]
    line.client.conferences(line.twilio.conferences()[-1].sid).update(status="completed")
    line.twilio.advance(1)
    assert EVENTS == [one["RecordingStatus"] for one in line.app.at("/rec")]


def test_recording_of_a_child_names_its_parent_and_is_listed_with_both(line: Line) -> None:
    """The resource's call_sid is the parent's in a two-leg call."""
    parent, child = line.bridge()
    made = record(line, child.sid)
    assert parent.sid == made.call_sid
    for sid in (parent.sid, child.sid):
        assert [made.sid] == [one.sid for one in line.client.calls(sid).recordings.list()]
    fetched = line.client.calls(parent.sid).recordings(made.sid).fetch()
    assert (made.sid, None) == (fetched.sid, fetched.duration)
    line.twilio.advance(5)
    line.twilio.hang_up(child.sid)
    line.twilio.advance(1)
    ended = line.client.calls(parent.sid).recordings(made.sid).fetch()
    assert ("completed", "5") == (ended.status, ended.duration)


def test_call_that_is_not_in_progress_cannot_be_recorded(line: Line) -> None:
    parent, _ = line.bridge()
    line.twilio.hang_up(parent.sid)
    with pytest.raises(TwilioRestException) as refused:
        record(line, parent.sid)
    assert (400, 21220) == (refused.value.status, refused.value.code)
    assert "Requested resource is not eligible for recording" in str(refused.value.msg)


def test_what_is_not_there_cannot_be_recorded(line: Line) -> None:
    status, body = line.post(f"Calls/CA{'0' * 32}/Recordings")
    assert (404, 20404) == (status, body["code"])


def test_without_events_only_the_end_is_reported(line: Line) -> None:
    parent, _ = line.bridge()
    line.client.calls(parent.sid).recordings.create(recording_status_callback=f"{BASE}/rec")
    line.twilio.hang_up(parent.sid)
    line.twilio.advance(1)
    assert ["completed"] == [one["RecordingStatus"] for one in line.app.at("/rec")]
