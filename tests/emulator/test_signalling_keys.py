"""Digits of a page come as messages: `w` is half a second, and whoever listens hears them."""

import pytest

from .scripted_app import BASE
from .stories import AGENT, Line, dial, number
from .voice_client import VoiceClient, page, with_media


@pytest.fixture
def client(line: Line) -> VoiceClient:
    """A page that may call."""
    with_media(line.twilio)
    line.twilio.add_application(f"{BASE}/out")
    return page(line.twilio)


def press(client: VoiceClient, digits: str) -> None:
    """`call.sendDigits`."""
    client.say("dtmf", callsid=client.last("answer")["callsid"], dtmf=digits)


def test_a_gather_hears_them(line: Line, client: VoiceClient) -> None:
    line.app.on("/out", '<Gather action="/menu" numDigits="3"/>')
    client.connect()
    line.twilio.advance(1)
    press(client, "12w#")
    line.twilio.advance(5)
    assert "12" == line.app.at("/menu")[0]["Digits"]


def test_the_other_side_of_a_dial_hears_them_in_their_time(line: Line, client: VoiceClient) -> None:
    line.app.on("/out", dial(number()))
    client.connect()
    line.twilio.advance(5)
    press(client, "1ww2")
    line.twilio.advance(0.5)
    assert "1" == line.twilio.leg_at(AGENT).keys_heard
    line.twilio.advance(1)
    assert "12" == line.twilio.leg_at(AGENT).keys_heard


def test_what_are_no_digits_is_lost(line: Line, client: VoiceClient) -> None:
    line.app.on("/out", '<Gather action="/menu" numDigits="1"/>')
    client.connect()
    line.twilio.advance(1)
    press(client, "x1")
    line.twilio.advance(1)
    assert [] == line.app.at("/menu")


def test_digits_of_a_call_that_is_none_are_lost(client: VoiceClient) -> None:
    client.say("dtmf", callsid="CA" + "0" * 32, dtmf="1")
    assert ["connected", "ready"] == client.types()
