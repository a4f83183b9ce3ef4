"""Keys that Twilio presses towards whoever is called: R61.

https://www.twilio.com/docs/voice/api/call-resource#create-a-call (SendDigits),
https://www.twilio.com/docs/voice/twiml/number#attributes-sendDigits,
https://www.twilio.com/docs/voice/twiml/play#attributes-digits
"""

import pytest
from twilio.base.exceptions import TwilioRestException

from evovoice.emulator import console_hearing as hearing
from evovoice.emulator.state.leg import Leg

from .scripted_app import BASE
from .stories import AGENT, OURS, THIRD, Line, dial, response


def created(line: Line, digits: str, **more: object) -> Leg:
    """A call by REST to somebody who answers at 2.5 s."""
    call = line.client.calls.create(
        to=THIRD,
        from_=OURS,
        url=f"{BASE}/hello",
        send_digits=digits,
        **more,  # type: ignore[arg-type]
    )
    return line.twilio.call(call.sid)


def test_r61_keys_of_a_call_are_pressed_after_the_answer_and_before_its_document(
    line: Line,
) -> None:
    line.app.on("/hello", "<Pause length='60'/>")
    leg = created(line, "WW12#")
    line.twilio.advance(2.4)
    assert ("ringing", "") == (leg.status, leg.keys_heard)
    line.twilio.advance(2)
    assert ("in-progress", "", []) == (leg.status, leg.keys_heard, line.app.at("/hello"))
    line.twilio.advance(2)
    assert ("12#", 1) == (leg.keys_heard, len(line.app.at("/hello")))


@pytest.mark.parametrize("digits", ["1" * 33, "12x", "+1", "1 2"])
def test_r61_keys_that_are_none_are_refused(line: Line, digits: str) -> None:
    with pytest.raises(TwilioRestException) as caught:
        created(line, digits)
    assert (400, 21206) == (caught.value.status, caught.value.code)


def test_r61_keys_switch_machine_detection_off(line: Line) -> None:
    """https://www.twilio.com/docs/voice/answering-machine-detection#machinedetection"""
    line.app.on("/hello", "<Pause length='60'/>")
    created(line, "1", machine_detection="Enable")
    line.twilio.advance(4)
    (form,) = line.app.at("/hello")
    assert "AnsweredBy" not in form


def test_r61_another_document_given_meanwhile_is_the_one_that_runs(line: Line) -> None:
    leg = created(line, "WWWWW1")
    line.twilio.advance(3)
    line.client.calls(leg.sid).update(twiml=response("<Pause length='60'/>"))
    line.twilio.advance(9)
    assert ("in-progress", []) == (leg.status, line.app.at("/hello"))


def test_r61_keys_of_a_number_are_pressed_before_its_whisper_and_the_bridge(line: Line) -> None:
    noun = f'<Number sendDigits="WWWWWWWWW42" url="{BASE}/whisper">{AGENT}</Number>'
    line.app.on("/whisper", "<Pause/>")
    _, child = line.bridge(dial(noun))
    network = line.twilio.exchange.network
    assert ("in-progress", "", []) == (child.status, child.keys_heard, line.app.at("/whisper"))
    assert [] == hearing.bridges(network)
    line.twilio.advance(5)
    assert ("42", 1) == (child.keys_heard, len(line.app.at("/whisper")))
    assert 1 == len(hearing.bridges(network))


def test_r61_a_child_redirected_while_keys_are_pressed_is_not_bridged(line: Line) -> None:
    _, child = line.bridge(dial(f'<Number sendDigits="WWWWWWWWWWW42">{AGENT}</Number>'))
    line.client.calls(child.sid).update(twiml=response("<Pause length='60'/>"))
    line.twilio.advance(9)
    assert ("in-progress", []) == (child.status, hearing.bridges(line.twilio.exchange.network))


def test_r61_participants_know_no_send_digits(line: Line) -> None:
    _, _, room = line.convert()
    fields = {"To": THIRD, "From": OURS, "SendDigits": "12"}
    status, body = line.post(f"Conferences/{room.sid}/Participants", **fields)
    line.twilio.advance(9)
    assert (201, "") == (status, line.twilio.call(str(body["call_sid"])).keys_heard)
    assert [20001] == [alert.code for alert in line.twilio.alerts]


def test_r61_in_a_conference_an_announcement_presses_keys_for_one_leg_alone(line: Line) -> None:
    parent, child, room = line.convert()
    line.app.on("/keys", '<Play digits="w12"/>')
    one = line.client.conferences(room.sid).participants(child.sid)
    one.update(announce_url=f"{BASE}/keys")
    line.twilio.advance(3)
    assert ("12", "") == (child.keys_heard, parent.keys_heard)
    assert "announcement-end" == line.app.room_events()[-1]


def test_r61_keys_of_a_document_stop_with_it(line: Line) -> None:
    sid = line.call_in('<Play digits="1WWW2"/>')
    line.twilio.advance(1)
    line.client.calls(sid).update(twiml=response("<Pause length='60'/>"))
    line.twilio.advance(9)
    assert "1" == line.twilio.call(sid).keys_heard
