"""Who speaks in a conference is told to who asked for `speaker` (twilio-voice 4.3).

https://www.twilio.com/docs/voice/twiml/conference#attributes-statusCallbackEvent
"""

import pytest

from evovoice.emulator.state.conference import Conference
from evovoice.emulator.state.leg import Leg

from .scripted_app import BASE
from .stories import AGENT, Line, conference, dial

SPEAKER = f'<Conference waitUrl="" statusCallback="{BASE}/conf" statusCallbackEvent="speaker mute">'
ROOM = f"{SPEAKER}room-1</Conference>"


def meet(line: Line) -> tuple[Conference, Leg]:
    """Customer and agent in a conference, the agent about eleven seconds after their answer."""
    _, agent, room = line.convert(dial(ROOM, ""))
    return room, agent


def told(line: Line) -> list[tuple[str, str]]:
    """Event and CallSid, in order."""
    return [(form["StatusCallbackEvent"], form["CallSid"]) for form in line.app.at("/conf")]


def test_who_begins_and_ends_to_speak_is_told(line: Line) -> None:
    room, agent = meet(line)
    line.twilio.say(agent.sid, "", seconds=3)
    line.twilio.advance(2.9)
    assert [("participant-speech-start", agent.sid)] == told(line)
    line.twilio.advance(0.2)
    assert [("participant-speech-start", agent.sid), ("participant-speech-stop", agent.sid)] == (
        told(line)
    )
    first, last = line.app.at("/conf")
    assert {"false"} == {first[name] for name in ("Muted", "Hold", "Coaching")}
    assert ("room-1", room.sid) == (first["FriendlyName"], first["ConferenceSid"])
    assert int(first["SequenceNumber"]) + 1 == int(last["SequenceNumber"])


def test_a_character_talks_at_its_times(line: Line) -> None:
    """Seconds after the answer; who was speaking already when the conference began counts too."""
    line.twilio.phone(AGENT).talks(at=1, seconds=20).talks(at=25, seconds=1)
    _, agent = meet(line)
    assert [("participant-speech-start", agent.sid)] == told(line)
    line.twilio.advance(30)
    events = [event.rpartition("-")[2] for event, _ in told(line)]
    assert ["start", "stop", "start", "stop"] == events


def test_nobody_is_told_who_did_not_ask(line: Line) -> None:
    _, agent, _ = line.convert(dial(conference(), ""))
    line.twilio.say(agent.sid, "hello")
    line.twilio.advance(5)
    assert not [event for event in line.app.room_events() if "speech" in event]


@pytest.mark.parametrize("field", ["muted", "hold"])
def test_the_muted_and_the_held_do_not_speak(line: Line, field: str) -> None:
    """Muted in the middle of a word: a stop; unmuted while still speaking: a start again."""
    room, agent = meet(line)
    participant = line.client.conferences(room.sid).participants(agent.sid)
    participant.update(**{field: True})  # type: ignore[arg-type]
    line.twilio.say(agent.sid, "", seconds=10)
    line.twilio.advance(2)
    assert [] == speech(line)
    participant.update(**{field: False})  # type: ignore[arg-type]
    participant.update(**{field: True})  # type: ignore[arg-type]
    line.twilio.advance(20)
    assert ["participant-speech-start", "participant-speech-stop"] == speech(line)


def speech(line: Line) -> list[str]:
    """The speaker events alone."""
    return [event for event, _ in told(line) if "speech" in event]


def test_who_waits_for_the_conference_to_start_is_not_heard(line: Line) -> None:
    sid = line.call_in(dial(ROOM))
    line.twilio.advance(1)
    line.twilio.say(sid, "is anybody there")
    line.twilio.advance(5)
    assert [] == told(line)


def test_who_leaves_in_the_middle_of_a_word_has_no_stop(line: Line) -> None:
    room, agent = meet(line)
    line.twilio.say(agent.sid, "", seconds=10)
    line.twilio.advance(1)
    line.client.conferences(room.sid).participants(agent.sid).delete()
    line.twilio.advance(20)
    assert ["participant-speech-start"] == speech(line)


def recorded(attributes: str) -> str:
    """A conference that is recorded, with the older callback."""
    event = f'eventCallbackUrl="{BASE}/event" record="record-from-start"'
    return dial(conference(attributes=f"{event} {attributes}"), "")


def test_the_event_callback_hears_of_the_end_of_a_conferences_recording(line: Line) -> None:
    """eventCallbackUrl is sent conference-record-end, whose size is that of the file."""
    _, _, room = line.convert(recorded(""))
    line.twilio.advance(5)
    line.client.conferences(room.sid).update(status="completed")
    line.twilio.advance(1)
    (form,) = line.app.at("/event")
    assert ("conference-record-end", room.sid, "room-1", "6") == tuple(
        form[name] for name in ("EventName", "ConferenceSid", "FriendlyName", "Duration")
    )
    sound = line.client.request("GET", f"{form['RecordingUrl']}.wav")
    assert len(sound.content) == int(form["RecordingFileSize"])


def test_with_a_recording_callback_the_event_callback_hears_nothing(line: Line) -> None:
    _, _, room = line.convert(recorded(f'recordingStatusCallback="{BASE}/rec"'))
    line.client.conferences(room.sid).update(status="completed")
    line.twilio.advance(1)
    assert (0, 1) == (len(line.app.at("/event")), len(line.app.at("/rec")))
