"""Media is told who hears whom and what plays, whenever that changes, and never more than that."""

import pytest

from evovoice.emulator.state.media import (
    Close,
    Digits,
    Gone,
    Hear,
    Lost,
    Measured,
    Music,
    Ringing,
    Sound,
    Speak,
)

from .scripted_app import BASE
from .stories import AGENT, CUSTOMER, OURS, Line, dial
from .voice_client import FakeMedia, VoiceClient, page


def hears(media: FakeMedia, leg: str | None) -> tuple[set[str], list[Sound]]:
    """The voices and sounds of the last order about that media leg."""
    last = [order for order in media.of(Hear) if order.leg == leg][-1]
    sounds = [piece.sound for playing in last.playing for piece in playing.pieces]
    return set(last.voices), sounds


def media_leg(line: Line, sid: str) -> str:
    """Under which name media knows a call."""
    name = line.twilio.call(sid).media_leg
    assert name is not None
    return name


def in_room(line: Line, client: VoiceClient, **fields: object) -> str:
    """REST dials the page into the conference, and it picks up; returns its CallSid."""
    sid = line.add_third("room-1", to=f"client:{client.identity}", **fields)
    line.twilio.advance(2)
    client.accept()
    line.twilio.advance(1)
    return sid


def test_the_caller_hears_ringing_and_then_the_other_side(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    client.connect()
    line.twilio.advance(0.4)
    assert [] == media.of(Hear)
    line.twilio.advance(0.2)
    sid = client.last("answer")["callsid"]
    assert (set(), [Ringing()]) == hears(media, sid)
    line.twilio.advance(5)
    assert ({line.twilio.leg_at(AGENT).sid}, []) == hears(media, sid)


def test_two_pages_of_a_bridge_hear_each_other_and_silence_after_it(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    other = page(line.twilio, "bob")
    line.app.on("/out", dial("<Client>bob</Client>"))
    client.connect()
    line.twilio.advance(1)
    child, parent = other.accept(), str(client.last("answer")["callsid"])
    line.twilio.advance(1)
    names = media_leg(line, parent), media_leg(line, child)
    assert ({names[1]}, []) == hears(media, names[0])
    assert ({names[0]}, []) == hears(media, names[1])
    line.app.on("/action", "<Pause length='60'/>")
    other.say("hangup", callsid=child)
    line.twilio.advance(1)
    assert (set(), []) == hears(media, names[0])
    assert Close(names[1]) in media.of(Close)


def test_r67_everybody_in_a_conference_hears_exactly_the_others(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    others = [client, page(line.twilio, "bob"), page(line.twilio, "eve")]
    sids = [in_room(line, one) for one in others]
    names = [media_leg(line, sid) for sid in sids]
    for name in names:
        assert (set(names) - {name}, []) == hears(media, name)
    line.twilio.hang_up(sids[2])
    line.twilio.advance(0)
    assert ({names[1]}, []) == hears(media, names[0])


def test_r67_mute_hold_and_coaching_are_obeyed(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    bob = page(line.twilio, "bob")
    sids = [in_room(line, client), in_room(line, bob)]
    ann, of_bob = (media_leg(line, sid) for sid in sids)
    room = line.client.conferences(line.twilio.conferences()[-1].sid)
    room.participants(sids[1]).update(muted=True)
    line.twilio.advance(0)
    assert (set(), []) == hears(media, ann)
    assert ({ann}, []) == hears(media, of_bob)
    room.participants(sids[1]).update(muted=False, hold=True)
    line.twilio.advance(0)
    assert (set(), [Music()]) == hears(media, of_bob)
    assert (set(), []) == hears(media, ann)
    room.participants(sids[1]).update(hold=False)
    line.twilio.advance(0)
    assert ({ann}, []) == hears(media, of_bob)


@pytest.mark.parametrize(("wait", "sounds"), [(None, [Music()]), ("", [])])
def test_who_waits_for_others_hears_music_unless_silence_is_wished(
    line: Line, media: FakeMedia, client: VoiceClient, wait: str | None, sounds: list[Sound]
) -> None:
    fields = {} if wait is None else {"wait_url": wait}
    ann = media_leg(line, in_room(line, client, **fields))
    heard = hears(media, ann) if media.of(Hear) else (set(), [])
    assert (set(), sounds) == heard
    in_room(line, page(line.twilio, "bob"))
    assert [] == hears(media, ann)[1]


def test_the_two_of_a_queue_hear_each_other_and_music_before(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    bob = page(line.twilio, "bob")
    line.app.on("/out", "<Enqueue>support</Enqueue>")
    client.connect()
    line.twilio.advance(1)
    waiting = str(client.last("answer")["callsid"])
    assert (set(), [Music()]) == hears(media, waiting)
    line.app.on("/out", "<Dial><Queue>support</Queue></Dial>")
    bob.connect()
    line.twilio.advance(1)
    taking = str(bob.last("answer")["callsid"])
    assert ({taking}, []) == hears(media, waiting)
    assert ({waiting}, []) == hears(media, taking)
    bob.say("hangup", callsid=taking)
    assert [{"callsid": waiting}] == client.told("hangup")


def test_what_has_not_changed_is_not_ordered_again(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    in_room(line, client)
    in_room(line, page(line.twilio, "bob"))
    before = len(media.of(Hear))
    line.twilio.advance(60)
    assert before == len(media.of(Hear))


def test_scripted_telephones_speak_as_far_as_a_page_hears_them(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    """Each of them has a number, for a tone of its own."""
    line.twilio.phone(AGENT).says("hello", at=1, seconds=2)
    client.connect()
    line.twilio.advance(10)
    voice = line.twilio.leg_at(AGENT).sid
    assert [Speak(voice, 0, "hello"), Speak(voice, 0, None)] == media.of(Speak)
    assert CUSTOMER not in str(media.orders)


def test_without_a_page_in_a_call_media_is_told_nothing(line: Line, media: FakeMedia) -> None:
    line.bridge()
    assert [] == media.orders


def test_r67_prompts_and_music_play_with_a_measured_length(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    """The verb begins when media has said how long it lasts."""
    lengths = {"hello": 3.0, "again": 2.0}
    media.lengths = lengths
    line.app.on("/out", "<Say>hello</Say><Say loop='2'>again</Say><Pause length='60'/>")
    client.connect()
    line.twilio.advance(1)
    sid = client.last("answer")["callsid"]
    (playing,) = _last(media, sid).playing
    assert (3.0, 1) == (playing.pieces[0].seconds, playing.loops)
    line.twilio.advance(2.5)
    (again,) = _last(media, sid).playing
    assert (2.0, 2) == (again.pieces[0].seconds, again.loops)
    assert again.number != playing.number
    line.twilio.advance(4)
    assert () == _last(media, sid).playing


def _last(media: FakeMedia, sid: str) -> Hear:
    return [order for order in media.of(Hear) if order.leg == sid][-1]


def test_where_nobody_listens_no_address_of_a_sound_is_looked_at(line: Line) -> None:
    """A relative one in inline TwiML has no meaning, and says so only where it would be played."""
    parent, _ = line.bridge()
    document = "<Response><Gather><Play>a.mp3</Play></Gather><Play>b.mp3</Play></Response>"
    line.client.calls(parent.sid).update(twiml=document)
    line.twilio.advance(30)
    assert [] == list(line.twilio.alerts)


def test_a_sound_is_measured_once(line: Line, media: FakeMedia, client: VoiceClient) -> None:
    line.app.on("/out", "<Play>https://app.test/a.mp3</Play>" * 3)
    client.connect()
    line.twilio.advance(60)
    assert 1 == len(media.measured())


def test_a_sound_that_cannot_be_had_is_over_at_once_and_an_alert_says_why(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    media.lengths = {}
    line.app.on("/out", "<Play>https://app.test/none.mp3</Play><Redirect>/next</Redirect>")
    line.app.on("/next", "<Pause length='60'/>")
    client.connect()
    line.twilio.advance(1)
    assert 1 == len(line.app.at("/next"))
    assert [11200] == [alert.code for alert in line.twilio.alerts]


def test_media_that_does_not_measure_is_waited_for_five_seconds(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    media.lengths = None
    line.app.on("/out", "<Say>hello</Say><Pause length='60'/>")
    client.connect()
    line.twilio.advance(4)
    sid = client.last("answer")["callsid"]
    assert [] == media.of(Hear)
    line.twilio.advance(1.1)
    assert 1 == len(_last(media, sid).playing)


def test_a_hang_up_while_a_sound_is_measured_is_the_end(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    media.lengths = None
    line.app.on("/out", "<Say>hello</Say><Redirect>/next</Redirect>")
    client.connect()
    line.twilio.advance(1)
    client.say("hangup", callsid=client.last("answer")["callsid"])
    (question,) = media.measured()
    media.report(Measured(question.sound, 3.0))
    line.twilio.advance(10)
    assert [] == line.app.at("/next")


def test_prompts_of_a_gather_stop_with_the_first_key(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    line.app.on("/out", "<Gather numDigits='2'><Say>press two keys</Say><Say>now</Say></Gather>")
    client.connect()
    line.twilio.advance(0.5)
    sid = client.last("answer")["callsid"]
    assert 2 == len(hears(media, sid)[1])
    client.say("dtmf", callsid=sid, dtmf="1")
    line.twilio.advance(0.2)
    assert (set(), []) == hears(media, sid)


def test_an_announcement_to_a_page_is_heard_with_the_others(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    sids = [in_room(line, client), in_room(line, page(line.twilio, "bob"))]
    ann, bob = (media_leg(line, sid) for sid in sids)
    line.app.on("/hear", "<Say>hello</Say>")
    room = line.client.conferences(line.twilio.conferences()[-1].sid)
    room.participants(sids[0]).update(announce_url=f"{BASE}/hear")
    line.twilio.advance(0.1)
    voices, sounds = hears(media, ann)
    assert ({bob}, 1) == (voices, len(sounds))
    assert ({ann}, []) == hears(media, bob)


def test_digits_that_media_hears_are_pressed(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    line.app.on("/out", '<Gather action="/menu" numDigits="1"/>')
    client.connect()
    line.twilio.advance(1)
    media.report(Digits(client.last("answer")["callsid"], "7"))
    line.twilio.advance(1)
    assert "7" == line.app.at("/menu")[0]["Digits"]


def test_sound_that_is_lost_is_written_down_and_the_call_goes_on(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    client.connect()
    line.twilio.advance(5)
    sid = client.last("answer")["callsid"]
    media.report(Lost(sid, "no packet for 30 seconds"))
    assert (31000, True) == (line.twilio.alerts[-1].code, line.twilio.call(sid).live)


def test_media_that_is_gone_ends_the_calls_of_pages_and_says_why(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    client.connect()
    line.twilio.advance(5)
    media.report(Gone("its process has ended"))
    error = client.last("hangup")["error"]
    assert (31000, True) == (error["code"], "process has ended" in error["message"])
    line.twilio.advance(1)
    assert [] == line.twilio.living_calls()
    client.connect()
    assert "process has ended" in client.last("hangup")["error"]["message"]


def test_a_call_from_outside_to_a_number_is_not_media_s_business(
    line: Line, media: FakeMedia
) -> None:
    line.twilio.place_call(CUSTOMER, OURS)
    line.app.on("/voice", "<Say>hello</Say>")
    line.twilio.advance(20)
    assert [] == media.orders
