"""A call outlives the socket of its page by ten seconds, and is taken back with its token."""

import pytest

from evovoice.emulator.state.media import Close

from .scripted_app import BASE
from .stories import AGENT, Line, dial, number
from .voice_client import FakeMedia, VoiceClient, page, with_media


@pytest.fixture
def media(line: Line) -> FakeMedia:
    """There is sound, and an application for calls from pages."""
    line.twilio.add_application(f"{BASE}/out")
    line.app.on("/out", dial(number()))
    return with_media(line.twilio)


@pytest.fixture
def client(line: Line, media: FakeMedia) -> VoiceClient:  # noqa: ARG001 - it has to be there
    """A page that talks to a telephone."""
    client = page(line.twilio)
    client.connect()
    line.twilio.advance(5)
    return client


def back(client: VoiceClient, sid: str, reconnect: str) -> None:
    """What the SDK says on its new socket."""
    client.say("invite", callsid=sid, sdp="the same", reconnect=reconnect, twilio={})


def test_r65_a_call_is_taken_back_with_the_last_sdp_and_another_token(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    first = client.last("answer")
    client.lose_socket()
    line.twilio.advance(9)
    back(client.reopen(), first["callsid"], first["reconnect"])
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
    back(client.reopen(), first["callsid"], first["reconnect"])
    second = client.last("answer")
    client.lose_socket()
    back(client.reopen(), first["callsid"], first["reconnect"])
    assert 31209 == client.last("hangup")["error"]["code"]
    back(client, first["callsid"], second["reconnect"])
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
    back(thief, answer["callsid"], answer["reconnect"] if stranger == "bob" else "guessed")
    assert (answer["callsid"], 31209) == (
        thief.last("hangup")["callsid"],
        thief.last("hangup")["error"]["code"],
    )


def test_a_call_that_ended_meanwhile_is_told_as_such(line: Line, client: VoiceClient) -> None:
    answer = client.last("answer")
    client.lose_socket()
    line.twilio.hang_up(line.twilio.leg_at(AGENT).sid)
    line.twilio.advance(1)
    back(client.reopen(), answer["callsid"], answer["reconnect"])
    assert 31481 == client.last("hangup")["error"]["code"]


@pytest.mark.usefixtures("media")
def test_a_call_that_came_in_is_taken_back_too(line: Line) -> None:
    client = page(line.twilio, "bob")
    line.call_in(dial("<Client>bob</Client>"))
    line.twilio.advance(1)
    invite, sid = client.last("invite"), client.accept()
    client.lose_socket()
    back(client.reopen(), sid, invite["reconnect"])
    assert (sid, invite["sdp"]) == (client.last("answer")["callsid"], client.last("answer")["sdp"])
    client.say("hangup", callsid=sid)
    assert "completed" == line.twilio.call(sid).status


def test_a_new_socket_that_overtakes_the_loss_of_the_old_one_keeps_the_call(
    line: Line, client: VoiceClient
) -> None:
    """A network that went quiet: the page is back before the old socket is known to be gone."""
    answer, old = client.last("answer"), client.socket
    back(client.reopen(), answer["callsid"], answer["reconnect"])
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


def test_r65_a_reinvite_is_left_unanswered_and_the_call_goes_on(
    line: Line, client: VoiceClient
) -> None:
    before = client.types()
    client.say("reinvite", callsid=client.last("answer")["callsid"], sdp="restart")
    line.twilio.advance(30)
    assert before == client.types()
    assert line.twilio.call(client.last("answer")["callsid"]).live
