"""A page's token is renewed, or ends, while the page is in a call."""

import pytest

from .stories import AGENT, Line
from .voice_client import FakeMedia, VoiceClient, token


@pytest.fixture
def client(line: Line, media: FakeMedia) -> VoiceClient:  # noqa: ARG001 - it has to be there
    """A page with a token of a minute, which talks to a telephone."""
    client = VoiceClient(line.twilio).listen(token(line.twilio, ttl=60)).register()
    client.connect()
    line.twilio.advance(5)
    return client


def renew(client: VoiceClient) -> str:
    """`device.updateToken()`: the SDK takes its call back on the socket that it has; the sid."""
    answer = client.last("answer")
    client.listen()
    assert "connected" == client.types()[-1]
    sid = str(answer["callsid"])
    client.take(sid, answer["reconnect"])
    return sid


def test_r70_a_renewed_token_leaves_the_call_as_it_is_and_the_page_steers_it_on(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    before = list(media.orders)
    sid = renew(client)
    assert "answer to sdp of ann" == client.last("answer")["sdp"]
    client.say("dtmf", callsid=sid, dtmf="12")
    line.twilio.advance(30)
    assert "12" == line.twilio.leg_at(AGENT).keys_heard
    assert before == media.orders
    client.say("hangup", callsid=sid)
    assert "completed" == line.twilio.call(sid).status


def test_r70_a_token_of_another_identity_leaves_the_call_to_the_page_that_has_it(
    line: Line, client: VoiceClient
) -> None:
    """Otherwise the page would be told of an end, and the far end left alone on the line."""
    client.identity = "anna"
    sid = renew(client)
    client.say("hangup", callsid=sid)
    line.twilio.advance(1)
    assert ([], "completed") == (client.told("hangup"), line.twilio.call(sid).status)


def test_a_call_whose_token_was_renewed_outlives_its_socket(
    line: Line, client: VoiceClient
) -> None:
    sid = renew(client)
    client.lose_socket()
    line.twilio.advance(9)
    assert line.twilio.call(sid).live
    line.twilio.advance(2)
    assert "completed" == line.twilio.call(sid).status


def test_r70_a_call_goes_on_when_its_token_ends_and_the_device_is_told(
    line: Line, client: VoiceClient
) -> None:
    """The SDK registers again every 30 seconds, and learns it then."""
    sid = client.last("answer")["callsid"]
    line.twilio.advance(60)
    client.register()
    assert 31205 == client.last("error")["error"]["code"]
    assert not list(line.twilio.exchange.network.devices)
    line.twilio.advance(60)
    assert ("hangup" in client.types(), line.twilio.call(sid).live) == (False, True)
    client.say("hangup", callsid=sid)
    assert "completed" == line.twilio.call(sid).status


def test_r70_a_token_that_is_refused_leaves_call_and_page_as_they_were(
    line: Line, client: VoiceClient
) -> None:
    sid = client.last("answer")["callsid"]
    client.listen(token(line.twilio, secret="of somebody else, who has no account"))
    assert 31201 == client.last("error")["error"]["code"]
    client.say("dtmf", callsid=sid, dtmf="7")
    line.twilio.advance(1)
    assert ("7", 1) == (
        line.twilio.leg_at(AGENT).keys_heard,
        len(list(line.twilio.exchange.network.devices)),
    )


def test_r70_a_call_whose_token_has_ended_is_not_taken_back_without_another(
    line: Line, client: VoiceClient
) -> None:
    answer = client.last("answer")
    client.lose_socket()
    client.frames.clear()
    client.socket = line.twilio.open_signalling(client.read)
    client.listen(token(line.twilio, ttl=-1))
    client.take(answer["callsid"], answer["reconnect"])
    assert [31205, 31201] == [one["error"]["code"] for one in client.told("error")]
    client.listen()
    client.take(answer["callsid"], answer["reconnect"])
    assert answer["callsid"] == client.last("answer")["callsid"]


def test_r70_a_page_whose_token_has_ended_calls_nobody_and_is_not_busy(
    line: Line, client: VoiceClient
) -> None:
    line.twilio.advance(60)
    sid = client.connect()
    assert (31205, sid) == (client.last("error")["error"]["code"], client.last("hangup")["callsid"])
    assert 1 == len(client.told("ringing"))


def test_r71_a_page_that_is_sent_away_rings_no_more_and_its_call_waits_for_another_socket(
    line: Line, client: VoiceClient
) -> None:
    """The SDK closes its socket at `close`, and does not come back by itself."""
    answer = client.last("answer")
    gateway = line.twilio.exchange.gateway
    assert gateway.dismiss(client.socket.name)
    assert "close" == client.types()[-1]
    assert not list(line.twilio.exchange.network.devices)
    client.lose_socket()
    assert not gateway.dismiss(client.socket.name)
    line.twilio.advance(9)
    client.reopen().take(answer["callsid"], answer["reconnect"])
    assert "answer" in client.types()
