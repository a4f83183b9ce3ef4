"""Recordings of calls, conferences and participants, whoever starts them: R60.

https://www.twilio.com/docs/voice/api/recording (list, pause, resume, stop, the file),
https://www.twilio.com/docs/voice/api/call-resource#create-a-call (Record),
https://www.twilio.com/docs/voice/api/conference-participant-resource#create-a-participant,
https://www.twilio.com/docs/voice/twiml/dial#record,
https://www.twilio.com/docs/voice/twiml/recording (`<Start>` and `<Stop>`).
"""

import wave
from io import BytesIO
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from evovoice.emulator.state.messages import WebhookResponse

from .scripted_app import BASE
from .stories import OURS, THIRD, Line, conference, dial, number

CURRENT = "Twilio.CURRENT"
# https://www.twilio.com/docs/voice/api/recording#recordingstatuscallback, and RecordingTrack (C)
FIELDS = {
    "AccountSid", "CallSid", "RecordingSid", "RecordingUrl", "RecordingStatus", "RecordingDuration",
    "RecordingChannels", "RecordingStartTime", "RecordingSource", "RecordingTrack",
}  # fmt: skip
REPORTS = f'recordingStatusCallback="{BASE}/rec"'


def refused(action: Any, **fields: Any) -> tuple[int, int]:
    """Status and code."""
    with pytest.raises(TwilioRestException) as caught:
        action(**fields)
    return caught.value.status, caught.value.code


def talking(line: Line) -> tuple[Any, Any]:
    """A call that is recorded for four seconds: the call's recordings, and the recording."""
    parent, _ = line.bridge()
    several = line.client.calls(parent.sid).recordings
    one = several.create(recording_status_callback=f"{BASE}/rec", recording_track="inbound")
    line.twilio.advance(4)
    return several, one


def told(line: Line) -> list[tuple[str, str | None]]:
    """Status and length of each callback."""
    forms = line.app.at("/rec")
    return [(form["RecordingStatus"], form.get("RecordingDuration")) for form in forms]


def test_r60_a_recording_is_stopped_and_reported(line: Line) -> None:
    several, one = talking(line)
    assert "stopped" == several(one.sid).update(status="stopped").status
    line.twilio.advance(1)
    assert [("completed", "4")] == told(line)
    assert ("completed", "4") == (
        several(one.sid).fetch().status,
        several(one.sid).fetch().duration,
    )
    (form,) = line.app.at("/rec")
    assert FIELDS == set(form)
    assert (one.call_sid, "StartCallRecordingAPI", "inbound") == (
        form["CallSid"],
        form["RecordingSource"],
        form["RecordingTrack"],
    )
    line.twilio.hang_up(one.call_sid)
    line.twilio.advance(1)
    assert 1 == len(told(line))


@pytest.mark.parametrize(("behaviour", "seconds"), [(None, "13"), ("silence", "13"), ("skip", "6")])
def test_r60_a_pause_is_silence_or_left_out(
    line: Line, behaviour: str | None, seconds: str
) -> None:
    several, _ = talking(line)
    fields = {"pause_behavior": behaviour} if behaviour else {}
    assert "paused" == several(CURRENT).update(status="paused", **fields).status
    line.twilio.advance(7)
    assert "in-progress" == several(CURRENT).update(status="in-progress").status
    line.twilio.advance(2)
    several(CURRENT).update(status="stopped")
    line.twilio.advance(1)
    assert [("completed", seconds)] == told(line)


def test_r60_a_pause_that_nobody_ends_is_over_with_the_call(line: Line) -> None:
    several, one = talking(line)
    several(CURRENT).update(status="paused", pause_behavior="skip")
    line.twilio.advance(7)
    line.twilio.hang_up(one.call_sid)
    line.twilio.advance(1)
    assert [("completed", "4")] == told(line)


def test_r60_current_is_refused_where_several_run_and_unknown_where_none_does(line: Line) -> None:
    several, one = talking(line)
    several.create()
    assert (400, 16108) == refused(several(CURRENT).update, status="stopped")
    several(one.sid).update(status="stopped")
    assert "stopped" == several(CURRENT).update(status="stopped").status
    assert (404, 20404) == refused(several(CURRENT).update, status="stopped")
    assert (400, 21220) == refused(several(one.sid).update, status="paused")


def test_r60_what_is_too_short_is_absent(line: Line) -> None:
    line.twilio.choose(shortest_recording=5.0)
    events = ["completed", "absent"]
    parent, _ = line.bridge()
    several = line.client.calls(parent.sid).recordings
    several.create(recording_status_callback=f"{BASE}/rec", recording_status_callback_event=events)
    line.twilio.advance(3)
    several(CURRENT).update(status="stopped")
    line.twilio.advance(1)
    (form,) = line.app.at("/rec")
    assert ("absent", "16101") == (form["RecordingStatus"], form["ErrorCode"])
    (one,) = several.list()
    assert ("absent", 16101) == (one.status, one.error_code)


def test_r60_a_conference_lists_its_recordings_and_can_pause_them(line: Line) -> None:
    _, _, room = line.convert(dial(conference(attributes=f'record="true" {REPORTS}'), ""))
    several = line.client.conferences(room.sid).recordings
    (one,) = several.list()
    assert ("Conference", room.sid, None) == (one.source, one.conference_sid, one.call_sid)
    line.twilio.advance(3)
    assert "paused" == several(CURRENT).update(status="paused").status
    assert "paused" == several(one.sid).fetch().status
    line.client.conferences(room.sid).update(status="completed")
    line.twilio.advance(1)
    (form,) = line.app.at("/rec")
    assert (one.sid, "completed", False) == (
        form["RecordingSid"],
        form["RecordingStatus"],
        "CallSid" in form,
    )
    assert several(one.sid).delete()
    assert [] == several.list()


def test_r60_the_account_lists_all_of_them_by_what_they_belong_to(line: Line) -> None:
    parent, _, room = line.convert(dial(conference(attributes='record="true"'), ""))
    made = line.client.calls(parent.sid).recordings.create()
    (kept,) = line.client.conferences(room.sid).recordings.list()
    every = line.client.recordings
    assert [made.sid, kept.sid] == [one.sid for one in every.list()]
    assert [made.sid] == [one.sid for one in every.list(call_sid=parent.sid)]
    assert [kept.sid] == [one.sid for one in every.list(conference_sid=room.sid)]
    assert str(every(made.sid).fetch().media_url).endswith(f"/Recordings/{made.sid}")
    assert every(made.sid).delete()
    assert (404, 20404) == refused(every(made.sid).fetch)
    assert [] == line.client.calls(parent.sid).recordings.list()


def test_r60_a_participant_is_recorded_from_its_answer_through_all_its_conferences(
    line: Line,
) -> None:
    _, _, room = line.convert()
    reports = {
        "recording_status_callback": f"{BASE}/rec",
        "recording_status_callback_event": ["in-progress", "completed"],
    }
    third = line.add_third(room.sid, record=True, recording_channels="dual", **reports)
    line.twilio.advance(1)
    assert [] == told(line)
    line.twilio.advance(5)
    (one,) = line.client.calls(third).recordings.list()
    assert ("OutboundAPI", 2) == (one.source, one.channels)
    document = f"<Response>{dial(conference('room-2'), '')}</Response>"
    line.client.calls(third).update(twiml=document)
    line.twilio.advance(2)
    assert [("in-progress", None)] == told(line)
    line.twilio.hang_up(third)
    line.twilio.advance(1)
    assert "completed" == told(line)[-1][0]


def test_r60_a_call_of_rest_is_recorded_from_its_answer(line: Line) -> None:
    """Its last status callback tells of it too, which it does of no other recording."""
    line.app.on("/hello", "<Pause length='60'/>")
    call = line.client.calls.create(
        to=THIRD, from_=OURS, url=f"{BASE}/hello", record=True, recording_track="outbound",
        recording_channels="dual", recording_status_callback=f"{BASE}/rec",
        recording_status_callback_method="GET", status_callback=f"{BASE}/leg",
    )  # fmt: skip
    line.twilio.advance(2)
    assert [] == call.recordings.list()
    line.twilio.advance(2)
    assert ["OutboundAPI"] == [one.source for one in call.recordings.list()]
    line.twilio.hang_up(str(call.sid))
    line.twilio.advance(1)
    (told,) = [one for one in line.app.received if one.kind == "recording-status"]
    assert ("GET", "outbound", "2") == (
        told.method, told.form["RecordingTrack"], told.form["RecordingChannels"]
    )  # fmt: skip
    (ended,) = line.app.at("/leg")
    same = ("RecordingSid", "RecordingUrl", "RecordingDuration")
    assert [told.form[name] for name in same] == [ended[name] for name in same]


def test_r60_the_status_callback_of_a_call_tells_of_no_other_recording(line: Line) -> None:
    line.app.on("/hello", "<Pause length='60'/>")
    call = line.client.calls.create(
        to=THIRD, from_=OURS, url=f"{BASE}/hello", status_callback=f"{BASE}/leg"
    )
    line.twilio.advance(4)
    call.recordings.create()
    line.twilio.hang_up(str(call.sid))
    line.twilio.advance(1)
    assert "RecordingUrl" not in line.app.at("/leg")[0]


def test_r60_a_participant_reports_each_change_of_its_recording(line: Line) -> None:
    """started, paused, resumed and stopped are for participants alone."""
    _, _, room = line.convert()
    events = ["started", "in-progress", "paused", "resumed", "stopped", "completed", "failed"]
    reports = {"recording_status_callback": f"{BASE}/rec"}
    third = line.add_third(room.sid, record=True, recording_status_callback_event=events, **reports)
    line.twilio.advance(4)
    several = line.client.calls(third).recordings
    for status in ("paused", "in-progress", "stopped"):
        several(CURRENT).update(status=status)
        line.twilio.advance(1)
    assert [one for one in events if one != "failed"] == [status for status, _ in told(line)]
    line.app.received.clear()
    several.create(recording_status_callback_event=["paused"], **reports)
    several(CURRENT).update(status="paused")
    several(CURRENT).update(status="stopped")
    line.twilio.advance(1)
    assert ["completed"] == [status for status, _ in told(line)]


@pytest.mark.parametrize(
    ("record", "channels", "seconds"),
    [
        ("true", 1, 8),
        ("record-from-answer", 1, 8),
        ("record-from-answer-dual", 2, 8),
        ("record-from-ringing", 1, 10),
        ("record-from-ringing-dual", 2, 10),
    ],
)
def test_r60_a_dial_is_recorded_from_the_answer_or_from_the_ringing(
    line: Line, record: str, channels: int, seconds: int
) -> None:
    parent, child = line.bridge(dial(number(), f'record="{record}" {REPORTS}'))
    line.twilio.advance(0.5)
    line.twilio.hang_up(child.sid)
    line.twilio.advance(1)
    (form,) = line.app.at("/rec")
    assert (str(channels), str(seconds)) == (form["RecordingChannels"], form["RecordingDuration"])
    (one,) = line.client.calls(parent.sid).recordings.list()
    assert ("DialVerb", channels) == (one.source, one.channels)


@pytest.mark.parametrize("record", ["do-not-record", "false", "record-from-start", "always"])
def test_r60_a_dial_is_not_recorded_otherwise(line: Line, record: str) -> None:
    """What is no value of `record` is its default, with 13217."""
    parent, _ = line.bridge(dial(number(), f'record="{record}" {REPORTS}'))
    assert [] == line.client.calls(parent.sid).recordings.list()
    wrong = record in {"record-from-start", "always"}
    assert [13217] * wrong == [alert.code for alert in line.twilio.alerts]


@pytest.mark.parametrize(
    ("attribute", "track", "codes"),
    [
        ("", "both", []),
        ('recordingTrack="inbound"', "inbound", []),
        ('recordingTrack="outbound"', "outbound", []),
        ('recordingTrack="loud"', "both", [12200]),
    ],
)
def test_r60_a_dial_says_which_track_is_recorded(
    line: Line, attribute: str, track: str, codes: list[int]
) -> None:
    """https://www.twilio.com/docs/voice/twiml/dial#recordingtrack"""
    _, child = line.bridge(dial(number(), f'record="true" {REPORTS} {attribute}'))
    line.twilio.hang_up(child.sid)
    line.twilio.advance(1)
    assert track == line.app.at("/rec")[0]["RecordingTrack"]
    assert codes == [alert.code for alert in line.twilio.alerts]


def sound(line: Line, url: str) -> tuple[int, int, int]:
    """Status, channels and seconds of a recording's file, asked without credentials."""
    answer = line.twilio.http_client.request("GET", url)
    if answer.status_code != 200:
        return answer.status_code, 0, 0
    with wave.open(BytesIO(answer.text.encode("latin-1"))) as file:
        return 200, file.getnchannels(), file.getnframes() // file.getframerate()


def test_r60_the_sound_of_a_recording_is_a_silent_file_of_its_length(line: Line) -> None:
    """https://www.twilio.com/docs/voice/api/recording#fetch-a-recordings-media-file"""
    several, one = talking(line)
    url = several(one.sid).fetch().uri.removesuffix(".json").replace("/Calls/" + one.call_sid, "")
    url = f"https://api.twilio.com{url}"
    assert 404 == sound(line, url)[0]
    several(one.sid).update(status="stopped")
    assert [(200, 1, 4)] * 3 == [
        sound(line, url + form) for form in ("", ".wav", ".wav?RequestedChannels=2")
    ]
    line.twilio.advance(1)
    assert url == line.app.at("/rec")[0]["RecordingUrl"]


def test_r60_a_conference_has_two_channels_and_is_served_on_one_unless_two_are_asked_for(
    line: Line,
) -> None:
    """https://www.twilio.com/en-us/changelog/dual-channel-voice-conference-recordings"""
    _, _, room = line.convert(dial(conference(attributes=f'record="true" {REPORTS}'), ""))
    line.twilio.advance(3)
    line.client.conferences(room.sid).update(status="completed")
    line.twilio.advance(1)
    (form,) = line.app.at("/rec")
    assert "2" == form["RecordingChannels"]
    url, seconds = form["RecordingUrl"], int(form["RecordingDuration"])
    assert [(200, 1, seconds), (200, 2, seconds)] == [
        sound(line, url), sound(line, f"{url}.wav?RequestedChannels=2")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("attributes", "channels", "track"),
    [("", 2, "both"), ('channels="mono" track="inbound"', 1, "inbound")],
)
def test_r60_start_recording_goes_on_with_the_document_until_the_leg_ends(
    line: Line, attributes: str, channels: int, track: str
) -> None:
    """https://www.twilio.com/docs/voice/twiml/recording: dual unless told otherwise."""
    start = f"<Start><Recording {REPORTS} {attributes}/></Start>"
    sid = line.call_in(f"{start}<Pause length='3'/>{dial(number(), '')}")
    line.twilio.advance(10)
    line.twilio.hang_up(sid)
    line.twilio.advance(1)
    (form,) = line.app.at("/rec")
    assert (sid, "StartCallRecordingTwiML", str(channels), track) == (
        form["CallSid"], form["RecordingSource"], form["RecordingChannels"], form["RecordingTrack"]
    )  # fmt: skip
    (one,) = line.client.calls(sid).recordings.list()
    assert (200, channels, int(one.duration)) == sound(line, form["RecordingUrl"])
    assert () == tuple(alert for alert in line.twilio.alerts if alert.level != "notice")


def test_r60_stop_ends_the_recording_that_was_started_by_that_name(line: Line) -> None:
    """https://www.twilio.com/docs/voice/twiml/recording: `name`, and the verb `<Stop>`."""
    start = f'<Start><Recording name="a" {REPORTS}/><Recording {REPORTS}/></Start>'
    sid = line.call_in(
        f'{start}<Pause length="3"/><Stop><Recording name="a"/></Stop><Pause length="9"/>'
    )
    line.twilio.advance(4)
    assert [("completed", "3")] == told(line)
    line.twilio.hang_up(sid)
    line.twilio.advance(1)
    assert [("completed", "3"), ("completed", "4")] == told(line)
    assert () == line.twilio.alerts


def test_r60_a_recording_that_does_not_run_cannot_be_stopped(line: Line) -> None:
    line.call_in('<Stop><Recording name="a"/><Stream/></Stop><Pause/>')
    line.twilio.advance(0.1)
    assert [
        "<Stream> is not imitated here; skipped",
        "Stop: no recording named 'a' runs on this call",
    ] == [alert.text for alert in line.twilio.alerts]


def test_r60_a_recording_whose_report_fails_is_told_in_the_debugger(line: Line) -> None:
    """https://www.twilio.com/docs/api/errors/15003"""
    line.app.on("/rec", WebhookResponse(500))
    several, one = talking(line)
    several(one.sid).update(status="stopped")
    line.twilio.advance(1)
    assert [15003] == [alert.code for alert in line.twilio.alerts]


def test_r60_a_stream_that_is_started_is_skipped_and_said_so(line: Line) -> None:
    """https://www.twilio.com/docs/voice/twiml/stream: there is no sound to send."""
    line.call_in("<Start><Stream url='wss://x.test'/></Start><Pause length='3'/>")
    line.twilio.advance(1)
    assert ["<Stream> is not imitated here; skipped"] == [one.text for one in line.twilio.alerts]


def test_r60_a_recording_whose_call_is_being_changed_is_to_be_stopped_again(line: Line) -> None:
    """https://www.twilio.com/docs/api/errors/16114: the first request has no effect."""
    several, one = talking(line)
    line.twilio.fail_next("POST", "*/Recordings/*", "being-changed")
    with pytest.raises(TwilioRestException) as caught:
        several(one.sid).update(status="stopped")
    assert (400, 16114) == (caught.value.status, caught.value.code)
    assert "in-progress" == several(one.sid).fetch().status
    assert "stopped" == several(one.sid).update(status="stopped").status
