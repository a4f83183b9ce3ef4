"""Wait, hold and announcement documents: R23 and R25.

https://www.twilio.com/docs/voice/twiml/conference#attributes-waiturl,
https://www.twilio.com/docs/voice/api/conference-participant-resource
"""

import pytest

from evovoice.emulator.state.messages import WebhookResponse

from .scripted_app import BASE
from .stories import CUSTOMER, OURS, THIRD, Line, conference, dial

WAIT = f'waitUrl="{BASE}/wait"'


def waiting(document: str) -> str:
    """A conference noun with a wait document."""
    return conference().replace('waitUrl=""', WAIT) if document else conference()


def enter(line: Line, caller: str = CUSTOMER) -> str:
    """Somebody calls in and waits in the conference."""
    line.app.on("/voice", dial(waiting(WAIT), ""))
    return line.twilio.place_call(caller, OURS)


def test_r23_the_wait_document_is_asked_for_again_until_the_conference_starts(
    line: Line,
) -> None:
    line.app.on("/wait", "<Say>ten letters</Say><Pause length='9'/>")
    enter(line)
    line.twilio.advance(25)
    assert 3 == len(line.app.at("/wait"))
    assert line.twilio.conferences()[0].sid == line.app.at("/wait")[0]["ConferenceSid"]
    enter(line, THIRD)
    line.twilio.advance(60)
    assert 3 == len(line.app.at("/wait"))


def test_r25_a_redirect_leads_to_the_next_wait_document(line: Line) -> None:
    line.app.on("/wait", f"<Play>x.mp3</Play><Redirect>{BASE}/more</Redirect>")
    line.app.on("/more", "<Pause length='600'/>")
    enter(line)
    line.twilio.advance(30)
    assert (1, 1) == (len(line.app.at("/wait")), len(line.app.at("/more")))
    assert () == tuple(line.twilio.alerts)


@pytest.mark.parametrize("verb", [dial(conference("other")), "<Hangup/>", "<Gather/>", "<Record/>"])
@pytest.mark.parametrize("kind", ["wait", "hold", "announce"])
def test_r25_other_verbs_are_refused_and_change_nothing(line: Line, verb: str, kind: str) -> None:
    line.app.on(f"/{kind}", verb)
    room = play(line, kind)
    line.twilio.advance(5)
    assert [13238] == [alert.code for alert in line.twilio.alerts]
    assert ["room-1"] == [one.name for one in line.twilio.conferences()]
    assert len(room) == len(line.twilio.conferences()[0].participants)


def play(line: Line, kind: str) -> list[str]:
    """Let somebody hear that kind of document; returns who is in the room."""
    if kind == "wait":
        return [enter(line)]
    parent, child, room = line.convert()
    if kind == "hold":
        line.client.conferences(room.sid).participants(child.sid).update(
            hold=True, hold_url=f"{BASE}/hold"
        )
    else:
        line.client.conferences(room.sid).update(announce_url=f"{BASE}/announce")
    return [parent.sid, child.sid]


def test_hold_music_plays_until_the_leg_is_taken_back(line: Line) -> None:
    line.app.on("/hold", "<Play>x.mp3</Play>")
    _, child, room = line.convert()
    participant = line.client.conferences(room.sid).participants(child.sid)
    participant.update(hold=True, hold_url=f"{BASE}/hold", hold_method="POST")
    line.twilio.advance(12)
    assert 3 == len(line.app.at("/hold"))
    participant.update(hold=False)
    line.twilio.advance(60)
    assert 3 == len(line.app.at("/hold"))


def test_an_audio_file_may_stand_in_for_a_document(line: Line) -> None:
    line.app.on("/wait", lambda _: WebhookResponse(body="ID3", content_type="audio/mpeg"))
    enter(line)
    line.twilio.advance(11)
    assert 3 == len(line.app.at("/wait"))
    assert () == tuple(line.twilio.alerts)


def test_silence_is_not_asked_for_again(line: Line) -> None:
    line.app.on("/wait", "")
    enter(line)
    line.twilio.advance(60)
    assert 1 == len(line.app.at("/wait"))


def test_an_announcement_that_cannot_be_had_is_reported(line: Line) -> None:
    _, child, room = line.convert()
    line.app.on("/gone", lambda _: WebhookResponse(404))
    participant = line.client.conferences(room.sid).participants(child.sid)
    participant.update(announce_url=f"{BASE}/gone")
    line.twilio.advance(1)
    last = line.app.at("/conf")[-1]
    assert ("announcement-fail", child.sid) == (last["StatusCallbackEvent"], last["CallSid"])


def test_music_never_keeps_a_quiet_exchange_awake(line: Line) -> None:
    line.app.on("/wait", "<Play loop='3'>x.mp3</Play>")
    enter(line)
    line.twilio.run_until_quiet()
    assert 1 == len(line.app.at("/wait"))


def test_hold_music_replaces_wait_music_and_outlasts_the_start(line: Line) -> None:
    line.app.on("/wait", "<Play>x.mp3</Play>")
    line.app.on("/hold", "<Play>y.mp3</Play>")
    sid = enter(line)
    line.twilio.advance(1)
    room = line.twilio.conferences()[0]
    participant = line.client.conferences(room.sid).participants(sid)
    participant.update(hold=True, hold_url=f"{BASE}/hold")
    enter(line, THIRD)
    line.twilio.advance(12)
    assert (1, 3) == (len(line.app.at("/wait")), len(line.app.at("/hold")))


def test_other_wait_music_can_be_ordered_while_waiting(line: Line) -> None:
    line.app.on("/wait", "<Play loop='0'>x.mp3</Play>")
    line.app.on("/other", "<Play>y.mp3</Play>")
    sid = enter(line)
    line.twilio.advance(1)
    room = line.twilio.conferences()[0]
    line.client.conferences(room.sid).participants(sid).update(
        wait_url=f"{BASE}/other", wait_method="GET"
    )
    line.twilio.advance(6)
    assert ["GET", "GET"] == [one.method for one in line.app.received if "/other" in one.url]
