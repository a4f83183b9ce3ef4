"""A page hears before the call is answered: the SDK's early media."""

import pytest

from evovoice.emulator.state.media import Answered, AnswerOffer, Hear, Ringing

from .scripted_app import BASE
from .stories import AGENT, Line, dial, number
from .voice_client import FakeMedia, VoiceClient

ON_BRIDGE = f'action="{BASE}/action" answerOnBridge="true"'
NEXT = "<Say>Nobody is here</Say>"  # answers the call
BUSY = dial("+15552229901", 'answerOnBridge="true"') + NEXT  # nobody rings


@pytest.fixture
def client(line: Line, client: VoiceClient) -> VoiceClient:
    """A page that is registered; its application answers it once somebody is reached."""
    line.app.on("/out", dial(number(), ON_BRIDGE))
    line.twilio.phone(AGENT).answers_after(10)
    return client


def test_r68_ringing_is_told_at_once_again_with_our_sdp_and_the_answer_has_none(
    line: Line, client: VoiceClient
) -> None:
    client.connect()
    line.twilio.advance(0.4)
    assert [None] == [ringing.get("sdp") for ringing in client.told("ringing")]
    line.twilio.advance(5)
    assert [None, "answer to sdp of ann"] == [one.get("sdp") for one in client.told("ringing")]
    assert "answer" not in client.types()
    line.twilio.advance(10)
    answer = client.last("answer")
    assert {client.last("ringing")["callsid"]} == {answer["callsid"]}
    assert ("sdp" in answer, bool(answer["reconnect"])) == (False, True)
    assert ["ringing", "ringing", "answer"] == client.types()[2:]


def test_r68_the_page_hears_ringing_while_its_call_rings(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    client.connect()
    line.twilio.advance(5)
    sid = client.last("ringing")["callsid"]
    (order,) = media.of(Hear)
    assert [Ringing()] == [piece.sound for one in order.playing for piece in one.pieces]
    assert "ringing" == line.client.calls(sid).fetch().status
    line.twilio.advance(10)
    assert frozenset({line.twilio.leg_at(AGENT).sid}) == media.of(Hear)[-1].voices


@pytest.mark.parametrize("document", [dial(number()), "<Say>Good morning</Say>", BUSY])
def test_r68_a_call_that_its_document_answers_has_no_early_media(
    line: Line, client: VoiceClient, document: str
) -> None:
    line.app.on("/out", document)
    client.connect()
    line.twilio.advance(5)
    assert [None] == [one.get("sdp") for one in client.told("ringing")]
    assert client.last("answer")["sdp"]


def test_r68_nobody_is_reached_and_the_next_verb_answers_without_a_second_sdp(
    line: Line, client: VoiceClient
) -> None:
    line.twilio.phone(AGENT).rejects_after(3)
    line.app.on("/out", dial(number(), 'answerOnBridge="true"') + NEXT)
    client.connect()
    line.twilio.advance(5)
    assert "sdp" not in client.last("answer")


@pytest.mark.parametrize("kind", ["temporary", "real"])
def test_r68_the_page_hangs_up_while_it_hears_ringing(
    line: Line, client: VoiceClient, kind: str
) -> None:
    temporary = client.connect()
    line.twilio.advance(5)
    sid = client.last("ringing")["callsid"]
    child = line.twilio.leg_at(AGENT)
    client.say("hangup", callsid=temporary if kind == "temporary" else sid)
    line.twilio.advance(1)
    assert ("canceled", "canceled") == (line.twilio.call(sid).status, child.status)


@pytest.mark.parametrize("answered_after", [10.0, 1.0])
def test_r68_sound_that_is_late_is_told_as_soon_as_it_is_there(
    line: Line, media: FakeMedia, client: VoiceClient, answered_after: float
) -> None:
    """While it rings, or after the answer: in either case the page gets one SDP."""
    line.twilio.phone(AGENT).answers_after(answered_after)
    media.react = lambda _: None
    client.connect()
    line.twilio.advance(4)
    (offer,) = media.of(AnswerOffer)
    assert "sdp" not in client.last("ringing")
    media.report(Answered(offer.leg, "late"))
    line.twilio.advance(20)
    told = [one["sdp"] for one in (*client.told("ringing"), *client.told("answer")) if "sdp" in one]
    assert (["late"], 1) == (told, len(client.told("answer")))


def test_r68_a_page_that_comes_back_is_told_the_sdp_of_its_early_media(
    line: Line, client: VoiceClient
) -> None:
    client.connect()
    line.twilio.advance(15)
    answer = client.last("answer")
    client.lose_socket()
    client.reopen()
    client.take(answer["callsid"], answer["reconnect"])
    assert "answer to sdp of ann" == client.last("answer")["sdp"]
