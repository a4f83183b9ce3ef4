"""A call outlives the socket of its page by ten seconds, and is taken back with its token."""

import pytest

from evovoice.emulator.state.media import Close

from .stories import AGENT, Line, dial
from .voice_client import FakeMedia, VoiceClient, page


@pytest.fixture
def client(line: Line, media: FakeMedia) -> VoiceClient:  # noqa: ARG001 - it has to be there
    """A page that talks to a telephone."""
    client = page(line.twilio)
    client.connect()
    line.twilio.advance(5)
    return client


def test_r65_a_call_is_taken_back_with_the_last_sdp_and_another_token(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    first = client.last("answer")
    client.lose_socket()
    line.twilio.advance(9)
    client.reopen().take(first["callsid"], first["reconnect"])
    second = client.last("answer")
    assert (first["callsid"], first["sdp"]) == (second["callsid"], second["sdp"])
    assert first["reconnect"] != second["reconnect"]
    line.twilio.advance(60)
    assert (True, []) == (line.twilio.call(first["callsid"]).live, media.of(Close))


def test_r65_a_page_that_stays_away_has_hung_up(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    sid = client.last("answer")["callsid"]
    client.lose_socket()
    line.twilio.advance(9.9)
    assert line.twilio.call(sid).live
    line.twilio.advance(0.2)
    assert "completed" == line.twilio.call(sid).status
    assert (1, 53001) == (len(media.of(Close)), line.twilio.alerts[-1].code)


def test_the_next_loss_needs_the_next_token(line: Line, client: VoiceClient) -> None:
    first = client.last("answer")
    client.lose_socket()
    client.reopen().take(first["callsid"], first["reconnect"])
    second = client.last("answer")
    client.lose_socket()
    client.reopen().take(first["callsid"], first["reconnect"])
    assert 31209 == client.last("hangup")["error"]["code"]
    client.take(first["callsid"], second["reconnect"])
    assert "answer" in client.types()
    line.twilio.advance(20)
    assert line.twilio.call(first["callsid"]).live


@pytest.mark.parametrize("stranger", ["bob", "ann"])
def test_r65_nobody_takes_a_call_without_its_token_and_identity(
    line: Line, client: VoiceClient, stranger: str
) -> None:
    answer = client.last("answer")
    client.lose_socket()
    thief = page(line.twilio, stranger)
    thief.take(answer["callsid"], answer["reconnect"] if stranger == "bob" else "guessed")
    assert (answer["callsid"], 31209) == (
        thief.last("hangup")["callsid"],
        thief.last("hangup")["error"]["code"],
    )


def test_a_call_that_ended_meanwhile_is_told_as_such(line: Line, client: VoiceClient) -> None:
    answer = client.last("answer")
    client.lose_socket()
    line.twilio.hang_up(line.twilio.leg_at(AGENT).sid)
    line.twilio.advance(1)
    client.reopen().take(answer["callsid"], answer["reconnect"])
    assert 31481 == client.last("hangup")["error"]["code"]


@pytest.mark.usefixtures("media")
def test_a_call_that_came_in_is_taken_back_too(line: Line) -> None:
    client = page(line.twilio, "bob")
    line.call_in(dial("<Client>bob</Client>"))
    line.twilio.advance(1)
    invite, sid = client.last("invite"), client.accept()
    client.lose_socket()
    client.reopen().take(sid, invite["reconnect"])
    assert (sid, invite["sdp"]) == (client.last("answer")["callsid"], client.last("answer")["sdp"])
    client.say("hangup", callsid=sid)
    assert "completed" == line.twilio.call(sid).status


def test_a_new_socket_that_overtakes_the_loss_of_the_old_one_keeps_the_call(
    line: Line, client: VoiceClient
) -> None:
    """A network that went quiet: the page is back before the old socket is known to be gone."""
    answer, old = client.last("answer"), client.socket
    client.reopen().take(answer["callsid"], answer["reconnect"])
    old.close()
    line.twilio.advance(30)
    assert line.twilio.call(answer["callsid"]).live


def test_a_page_that_registered_is_gone_until_it_registers_again(
    line: Line, client: VoiceClient
) -> None:
    client.lose_socket()
    assert not list(line.twilio.exchange.network.devices)
    client.reopen().register()
    assert 1 == len(list(line.twilio.exchange.network.devices))


@pytest.mark.usefixtures("media")
def test_without_an_answer_there_is_no_way_back(line: Line) -> None:
    """The page closes such a call by itself: it has no token yet."""
    client = page(line.twilio, "bob")
    line.twilio.on_delivery = lambda _: (4,)
    client.connect()
    sid = client.last("ringing")["callsid"]
    client.lose_socket()
    assert "canceled" == line.twilio.call(sid).status


def test_r65_a_reload_in_a_call_hangs_up(line: Line, client: VoiceClient) -> None:
    """The SDK says so in the moment in which the page goes."""
    sid = client.last("answer")["callsid"]
    client.say("hangup", callsid=sid)
    client.lose_socket()
    assert "completed" == line.twilio.call(sid).status


def test_r65_a_reinvite_is_left_unanswered_the_call_goes_on_and_an_alert_says_so_once(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    """The SDK restarts ICE again and again as long as it hears nothing."""
    before, orders, sid = client.types(), list(media.orders), client.last("answer")["callsid"]
    for _ in range(3):
        client.say("reinvite", callsid=sid, sdp="restart")
        line.twilio.advance(10)
    assert (before, orders) == (client.types(), media.orders)
    assert line.twilio.call(sid).live
    (alert,) = line.twilio.alerts
    assert (sid, True) == (alert.call_sid, "reinvite" in alert.text)
