"""<Record>, and recordings of conferences.

https://www.twilio.com/docs/voice/twiml/record and
https://www.twilio.com/docs/voice/twiml/conference#attributes-record
"""

import pytest

from .scripted_app import BASE
from .stories import Line, conference, dial

RECORD = f'<Record action="{BASE}/after" timeout="4" recordingStatusCallback="{BASE}/rec"/>'


@pytest.mark.parametrize(
    ("attributes", "seconds"), [("", 7), ('maxLength="2"', 2), ('timeout="1"', 4)]
)
def test_record_ends_by_silence_or_by_its_limit(line: Line, attributes: str, seconds: int) -> None:
    record = RECORD if "timeout" not in attributes else RECORD.replace('timeout="4"', "")
    line.call_in(record.replace("<Record ", f"<Record {attributes} "))
    line.twilio.advance(10)
    (form,) = line.app.at("/after")
    assert (str(seconds), True) == (form["RecordingDuration"], "RecordingUrl" in form)
    assert "Digits" not in form
    assert ["completed"] == [one["RecordingStatus"] for one in line.app.at("/rec")]


def test_a_key_ends_the_recording(line: Line) -> None:
    sid = line.call_in(RECORD)
    line.twilio.advance(2)
    line.twilio.press(sid, "5")
    line.twilio.advance(1)
    assert ("5", "2") == tuple(
        line.app.at("/after")[0][name] for name in ("Digits", "RecordingDuration")
    )


def test_only_the_finishing_key_ends_it_when_one_is_named(line: Line) -> None:
    sid = line.call_in(RECORD.replace("<Record ", '<Record finishOnKey="#" '))
    line.twilio.advance(2)
    line.twilio.press(sid, "5")
    assert [] == line.app.at("/after")


def test_hanging_up_ends_it_and_the_action_is_told(line: Line) -> None:
    sid = line.call_in(RECORD)
    line.twilio.advance(2)
    line.twilio.hang_up(sid)
    line.twilio.advance(1)
    assert "hangup" == line.app.at("/after")[0]["Digits"]


def test_a_conference_is_recorded_from_its_start_to_its_end(line: Line) -> None:
    target = f'record="record-from-start" recordingStatusCallback="{BASE}/rec"'
    events = 'recordingStatusCallbackEvent="in-progress completed"'
    _, _, room = line.convert(dial(conference(attributes=f"{target} {events}"), ""))
    line.twilio.advance(30)
    line.client.conferences(room.sid).update(status="completed")
    line.twilio.advance(1)
    first, last = line.app.at("/rec")
    assert ("in-progress", "completed", "31") == (
        first["RecordingStatus"],
        last["RecordingStatus"],
        last["RecordingDuration"],
    )
    assert room.sid == last["ConferenceSid"]
    assert "CallSid" not in last


@pytest.mark.parametrize(
    ("record", "count"),
    [("true", 1), ("record-from-start", 1), ("do-not-record", 0), ("false", 0), ("", 0)],
)
def test_a_conference_is_recorded_if_the_document_or_rest_says_so(
    line: Line, record: str, count: int
) -> None:
    line.convert(dial(conference(attributes=f'record="{record}"' if record else ""), ""))
    assert count == len(line.client.recordings.list())
    for to in ("+15556661111", "+15556662222"):
        line.add_third("by-rest", to=to, conference_record=record)
    line.twilio.advance(5)
    assert 2 * count == len(line.client.recordings.list())


def test_rest_can_order_the_recording_of_a_conference(line: Line) -> None:
    third = line.add_third(
        "alone",
        conference_record="true",
        conference_recording_status_callback=f"{BASE}/rec",
    )
    line.add_third("alone", to="+15556667777")
    line.twilio.advance(6)
    line.twilio.hang_up(third)
    line.client.conferences(line.twilio.conferences()[0].sid).update(status="completed")
    line.twilio.advance(1)
    assert ["completed"] == [one["RecordingStatus"] for one in line.app.at("/rec")]
