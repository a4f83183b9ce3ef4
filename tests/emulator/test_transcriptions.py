"""<Record> of what a character says, and its transcription (twilio-voice 10.5).

https://www.twilio.com/docs/voice/twiml/record#transcribe
"""

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException

from .scripted_app import BASE
from .stories import CUSTOMER, Line

RECORD = (
    f'<Record action="/after" timeout="4" transcribe="true" transcribeCallback="/written"'
    f' recordingStatusCallback="{BASE}/rec" recordingStatusCallbackEvent="completed absent"/>'
    "<Redirect>/nothing</Redirect>"
)
STAYS = "<Pause length='60'/>"


def record(line: Line, document: str = RECORD, seconds: float = 40) -> str:
    """The customer calls, is recorded, and stays."""
    line.app.on("/after", STAYS)
    line.app.on("/nothing", STAYS)
    sid = line.call_in(document)
    line.twilio.advance(seconds)
    return sid


def test_what_was_said_is_written_down_and_reported(line: Line) -> None:
    line.twilio.phone(CUSTOMER).says("please call me back").says("thank you", at=4)
    sid = record(line)
    (form,) = line.app.at("/written")
    (after,) = line.app.at("/after")
    assert ("please call me back thank you", "completed") == (
        form["TranscriptionText"],
        form["TranscriptionStatus"],
    )
    assert form["TranscriptionSid"].startswith("TR")
    assert form["TranscriptionUrl"].endswith(f"/Transcriptions/{form['TranscriptionSid']}")
    assert (after["RecordingSid"], after["RecordingUrl"], sid, CUSTOMER, "inbound") == tuple(
        form[name] for name in ("RecordingSid", "RecordingUrl", "CallSid", "From", "Direction")
    )


def test_the_recording_lasts_as_long_as_somebody_speaks(line: Line) -> None:
    """Half a second, six seconds of speech, and the silence of `timeout`."""
    line.twilio.phone(CUSTOMER).says("a long story", seconds=6)
    record(line)
    assert "10" == line.app.at("/after")[0]["RecordingDuration"]


def test_who_hangs_up_after_the_message_is_written_down_too(line: Line) -> None:
    line.twilio.phone(CUSTOMER).says("one two three four five", seconds=5)
    sid = record(line, seconds=4.6)
    line.twilio.hang_up(sid)
    line.twilio.advance(20)
    (form,) = line.app.at("/written")
    assert ("one two three four", "completed") == (form["TranscriptionText"], form["CallStatus"])


def test_what_nobody_understands_fails(line: Line) -> None:
    """Somebody without words speaks all the same."""
    record(line)
    (form,) = line.app.at("/written")
    assert ("failed", False) == (form["TranscriptionStatus"], "TranscriptionText" in form)


def test_a_callback_without_transcribe_is_never_asked(line: Line) -> None:
    line.twilio.phone(CUSTOMER).says("please call me back")
    record(line, RECORD.replace('transcribe="true"', ""))
    assert ([], 1) == (line.app.at("/written"), len(line.app.at("/after")))


@pytest.mark.parametrize("seconds", [1.0, 120.0])
def test_a_recording_of_another_length_is_only_warned_about(line: Line, seconds: float) -> None:
    """More than two seconds and less than 120, or 13617."""
    line.twilio.phone(CUSTOMER).says("word", after=0, seconds=seconds)
    record(line, RECORD.replace('timeout="4"', 'timeout="1"'), seconds=140)
    assert [] == line.app.at("/written")
    assert [13617] == [alert.code for alert in line.twilio.alerts]


def test_a_recording_that_is_deleted_meanwhile_is_not_written_down(line: Line) -> None:
    """13618; https://www.twilio.com/docs/api/errors/13618."""
    line.twilio.phone(CUSTOMER).says("please call me back")
    record(line, seconds=10)
    line.client.recordings(line.app.at("/after")[0]["RecordingSid"]).delete()
    line.twilio.advance(20)
    assert [] == line.app.at("/written")
    assert [13618] == [alert.code for alert in line.twilio.alerts]


def test_an_empty_recording_is_absent_and_asks_no_action(line: Line) -> None:
    """Who has words, but none left, is silent: the next verb runs."""
    line.twilio.phone(CUSTOMER).says("too late", at=100)
    record(line)
    assert ([], [], 1) == (
        line.app.at("/written"),
        line.app.at("/after"),
        len(line.app.at("/nothing")),
    )
    (form,) = line.app.at("/rec")
    assert ("absent", "16102") == (form["RecordingStatus"], form["ErrorCode"])


def test_transcriptions_are_read_and_deleted_below_account_and_recording(line: Line) -> None:
    """https://www.twilio.com/docs/voice/api/recording-transcription."""
    line.twilio.phone(CUSTOMER).says("please call me back")
    record(line, seconds=10)
    assert ["in-progress"] == [one.status for one in line.client.transcriptions.list()]
    line.twilio.advance(20)
    (form,) = line.app.at("/written")
    below = line.client.recordings(form["RecordingSid"]).transcriptions
    told = line.client.transcriptions(form["TranscriptionSid"]).fetch()
    assert ("completed", "please call me back", "6", "fast") == (
        told.status,
        told.transcription_text,
        told.duration,
        told.type,
    )
    assert told.uri == form["TranscriptionUrl"].removeprefix("https://api.twilio.com") + ".json"
    assert [told.sid] == [one.sid for one in below.list()]
    assert told.recording_sid == below(told.sid).fetch().recording_sid
    assert below(told.sid).delete()
    assert [] == line.client.transcriptions.list()
    with pytest.raises(TwilioRestException) as caught:
        line.client.transcriptions(told.sid).fetch()
    assert 20404 == caught.value.code
    with pytest.raises(TwilioException):
        line.client.recordings("RE" + "0" * 32).transcriptions.list()
