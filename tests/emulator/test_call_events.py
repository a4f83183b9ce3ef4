"""Call status callbacks: R48.

https://www.twilio.com/docs/voice/api/call-resource#statuscallbackevent
"""

from email.utils import parsedate_to_datetime

from .stories import AGENT, Line


def test_r48_events_are_numbered_from_zero_on_each_leg(line: Line) -> None:
    _, child = line.bridge()
    line.twilio.hang_up(child.sid)
    line.twilio.advance(1)
    forms = line.app.at("/leg")
    assert ["0", "1", "2", "3"] == [form["SequenceNumber"] for form in forms]
    assert ["initiated", "ringing", "in-progress", "completed"] == [
        form["CallStatus"] for form in forms
    ]
    assert {"call-progress-events"} == {form["CallbackSource"] for form in forms}
    assert {AGENT} == {form["To"] for form in forms}


def test_r48_the_end_carries_durations_in_seconds_and_minutes(line: Line) -> None:
    _, child = line.bridge()
    line.twilio.advance(60)
    line.twilio.hang_up(child.sid)
    line.twilio.advance(1)
    form = line.app.at("/leg")[-1]
    assert ("67", "2", "200") == (
        form["CallDuration"],
        form["Duration"],
        form["SipResponseCode"],
    )
    assert "CallDuration" not in line.app.at("/leg")[0]


def test_r48_the_timestamp_is_virtual_utc_in_rfc_2822(line: Line) -> None:
    started = line.twilio.now()
    line.bridge()
    stamps = [parsedate_to_datetime(form["Timestamp"]) for form in line.app.at("/leg")]
    assert [0, 0, 2] == [int((stamp - started).total_seconds()) for stamp in stamps]
