"""A page takes over a call of another page with its token: `Device.connect({connectToken})`."""

import pytest

from evovoice.emulator.state.media import AnswerOffer, Close, Hear, Order, Refused, Report

from .stories import AGENT, Line, dial
from .voice_client import FakeMedia, VoiceClient, page

OTHER = "the sdp of another connection"


@pytest.fixture
def first(line: Line, media: FakeMedia) -> VoiceClient:  # noqa: ARG001 - it has to be there
    """The page that has the call at first."""
    return page(line.twilio)


@pytest.fixture
def second(line: Line, media: FakeMedia) -> VoiceClient:  # noqa: ARG001 - it has to be there
    """A page of the same identity that takes no calls."""
    return VoiceClient(line.twilio).listen()


def called(line: Line, first: VoiceClient) -> str:
    """A telephone calls, and it rings at the first page; the sid there."""
    line.call_in(dial("<Client>ann</Client>"))
    line.twilio.advance(1)
    return str(first.last("invite")["callsid"])


def test_r69_a_call_goes_on_at_the_other_page_with_a_connection_of_its_own(
    line: Line, media: FakeMedia, first: VoiceClient, second: VoiceClient
) -> None:
    first.connect()
    line.twilio.advance(5)
    answer = first.last("answer")
    second.take(answer["callsid"], answer["reconnect"], sdp=OTHER)
    line.twilio.advance(1)
    taken, old, new = second.last("answer"), *media.of(AnswerOffer)
    assert (answer["callsid"], f"answer to {OTHER}") == (
        taken["callsid"],
        taken["sdp"],
    )
    assert taken["reconnect"] not in {"", answer["reconnect"]}
    assert [{"callsid": answer["callsid"]}] == first.told("hangup")
    assert [Close(old.leg)] == media.of(Close)
    assert (new.leg, {line.twilio.leg_at(AGENT).sid}) == _hears(media)
    assert line.twilio.call(answer["callsid"]).live


def _hears(media: FakeMedia) -> tuple[str, set[str]]:
    last = media.of(Hear)[-1]
    return last.leg, set(last.voices)


def test_r69_whoever_took_it_over_has_it_alone(
    line: Line, first: VoiceClient, second: VoiceClient
) -> None:
    first.connect()
    line.twilio.advance(5)
    answer = first.last("answer")
    sid = answer["callsid"]
    second.take(sid, answer["reconnect"], sdp=OTHER)
    first.say("hangup", callsid=sid)
    first.lose_socket()
    line.twilio.advance(20)
    assert line.twilio.call(sid).live
    second.say("dtmf", callsid=sid, dtmf="5")
    line.twilio.advance(1)
    assert "5" == line.twilio.leg_at(AGENT).keys_heard
    second.say("hangup", callsid=sid)
    assert "completed" == line.twilio.call(sid).status


def test_r69_a_call_that_rings_is_picked_up_by_the_page_that_takes_it_over(
    line: Line, media: FakeMedia, first: VoiceClient, second: VoiceClient
) -> None:
    third = page(line.twilio)
    sid = called(line, first)
    second.take(sid, first.last("invite")["reconnect"], sdp=OTHER)
    line.twilio.advance(1)
    assert f"answer to {OTHER}" == second.last("answer")["sdp"]
    assert [[{"callsid": sid}]] * 2 == [one.told("cancel") for one in (first, third)]
    assert ("in-progress", True) == (line.twilio.call(sid).status, line.twilio.call(sid).live)
    assert line.twilio.call(sid).media_leg not in {order.leg for order in media.of(Close)}
    second.say("hangup", callsid=sid)
    assert "completed" == line.twilio.call(sid).status


@pytest.mark.parametrize("own", [True, False])
def test_r69_a_page_in_which_it_rings_too_is_not_told_that_it_rings_no_more(
    line: Line, first: VoiceClient, second: VoiceClient, own: bool
) -> None:
    """Its SDK has two calls of one sid then, and would end both; `own`: by the token of its own."""
    second.register()
    sid = called(line, first)
    second.take(sid, (second if own else first).last("invite")["reconnect"], sdp=OTHER)
    line.twilio.advance(1)
    assert (1, 0) == (len(first.told("cancel")), len(second.told("cancel")))
    assert sid == second.last("answer")["callsid"]
    second.say("hangup", callsid=sid)
    assert "completed" == line.twilio.call(sid).status


def test_r69_a_token_is_used_once(line: Line, first: VoiceClient, second: VoiceClient) -> None:
    sid, invite = called(line, first), first.last("invite")
    second.take(sid, invite["reconnect"], sdp=OTHER)
    late = VoiceClient(line.twilio).listen()
    late.take(sid, invite["reconnect"], sdp="of a third")
    assert 31209 == late.last("hangup")["error"]["code"]
    assert line.twilio.call(sid).live


def test_r69_a_call_that_rings_no_more_is_not_taken_over(
    line: Line, first: VoiceClient, second: VoiceClient
) -> None:
    sid, invite = called(line, first), first.last("invite")
    line.twilio.hang_up(next(iter(line.twilio.living_calls())).sid)
    second.take(sid, invite["reconnect"], sdp=OTHER)
    assert 31481 == second.last("hangup")["error"]["code"]
    assert "answer" not in second.types()


def test_a_call_is_not_taken_without_an_sdp(
    line: Line, first: VoiceClient, second: VoiceClient
) -> None:
    sid, invite = called(line, first), first.last("invite")
    second.take(sid, invite["reconnect"], sdp="")
    assert 31100 == second.last("error")["error"]["code"]
    assert ("ringing", sid) == (line.twilio.call(sid).status, first.accept())


@pytest.mark.parametrize("rings", [True, False])
def test_r69_a_page_without_sound_for_it_ends_the_call(
    line: Line, media: FakeMedia, first: VoiceClient, second: VoiceClient, rings: bool
) -> None:
    def refuse(order: Order) -> Report | None:
        return Refused(order.leg, "no codec in common") if isinstance(order, AnswerOffer) else None

    sid, invite = called(line, first), first.last("invite")
    if not rings:
        first.accept()
    media.react = refuse
    second.take(sid, invite["reconnect"], sdp=OTHER)
    line.twilio.advance(1)
    assert "no codec in common" == second.last("hangup")["error"]["message"]
    assert ("completed", frozenset()) == (
        line.twilio.call(sid).status,
        line.twilio.exchange.network.media.open_legs,
    )


def test_a_page_that_takes_its_call_back_says_an_sdp_with_candidates_and_keeps_its_sound(
    line: Line, media: FakeMedia
) -> None:
    """The origin tells its connection; its version and the candidates change."""
    client = page(line.twilio, "bob")
    client.say("invite", callsid="TJS1", sdp=_sdp(version=2), twilio={})
    line.twilio.advance(5)
    answer = client.last("answer")
    client.lose_socket()
    client.reopen().take(answer["callsid"], answer["reconnect"], _sdp(3, "a=candidate:1 1 udp\r\n"))
    assert answer["sdp"] == client.last("answer")["sdp"]
    assert 1 == len(media.of(AnswerOffer))
    assert [] == media.of(Close)


def _sdp(version: int, more: str = "") -> str:
    return f"v=0\r\no=- 46117314 {version} IN IP4 127.0.0.1\r\ns=-\r\n{more}"
