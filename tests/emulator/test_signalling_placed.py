"""A page places a call: its invite runs the TwiML App."""

import pytest

from evovoice.emulator.state.media import AnswerOffer, Close, Order, Refused, Report

from .scripted_app import BASE
from .stories import AGENT, Line
from .voice_client import FakeMedia, VoiceClient, token


def test_the_invite_runs_the_app_with_the_parameters_of_the_page(
    line: Line, client: VoiceClient
) -> None:
    client.connect(To="+1555 0001", note="a=b&c")
    line.twilio.advance(1)
    (form,) = line.app.at("/out")
    told = {name: form[name] for name in ("From", "To", "note", "Direction")}
    assert {
        "From": "client:ann",
        "To": "+1555 0001",
        "note": "a=b&c",
        "Direction": "inbound",
    } == told


def test_parameters_of_the_token_are_signed_and_win(line: Line, client: VoiceClient) -> None:
    application = next(iter(line.twilio.exchange.network.account.applications))
    outgoing = {"application_sid": application, "params": {"tenant": "acme"}}
    grants = {"identity": "ann", "voice": {"outgoing": outgoing}}
    client.listen(token(line.twilio, grants=grants)).connect(tenant="other")
    line.twilio.advance(1)
    assert "acme" == line.app.at("/out")[0]["tenant"]


def test_r63_ringing_tells_the_sid_and_answer_brings_our_sdp_and_a_way_back(
    line: Line, client: VoiceClient
) -> None:
    client.connect()
    sid = client.last("ringing")["callsid"]
    line.twilio.advance(1)
    answer = client.last("answer")
    assert (sid, "answer to sdp of ann") == (answer["callsid"], answer["sdp"])
    assert answer["reconnect"]
    call = line.client.calls(sid).fetch()
    assert ("client:ann", "inbound", "in-progress") == (call._from, call.direction, call.status)
    assert ["connected", "ready", "ringing", "answer"] == client.types()


def test_an_app_that_answers_late_leaves_it_ringing(line: Line, client: VoiceClient) -> None:
    line.twilio.on_delivery = lambda _: (4,)
    client.connect()
    line.twilio.advance(3)
    assert ["connected", "ready", "ringing"] == client.types()
    line.twilio.advance(2)
    assert "answer" in client.types()


def test_the_page_hangs_up_and_is_told_nothing_more(line: Line, client: VoiceClient) -> None:
    client.connect()
    line.twilio.advance(5)
    sid = client.last("answer")["callsid"]
    client.say("hangup", callsid=sid)
    line.twilio.advance(1)
    assert "hangup" not in client.types()
    assert ["completed"] == line.app.call_events("/over")
    assert [] == line.twilio.living_calls()


@pytest.mark.parametrize("kind", ["temporary", "real"])
def test_r63_hanging_up_before_the_answer_works_with_either_sid(
    line: Line, client: VoiceClient, kind: str
) -> None:
    line.twilio.on_delivery = lambda _: (4,)
    temporary = client.connect()
    sid = temporary if kind == "temporary" else client.last("ringing")["callsid"]
    client.say("hangup", callsid=sid)
    line.twilio.advance(10)
    assert ("canceled", False) == (
        line.client.calls(client.last("ringing")["callsid"]).fetch().status,
        "answer" in client.types(),
    )


def test_the_far_end_hangs_up_and_the_page_is_told_once_without_error(
    line: Line, client: VoiceClient
) -> None:
    client.connect()
    line.twilio.advance(5)
    sid = client.last("answer")["callsid"]
    line.twilio.hang_up(line.twilio.leg_at(AGENT).sid)
    line.twilio.advance(5)
    assert [{"callsid": sid}] == client.told("hangup")


@pytest.mark.parametrize(
    ("document", "code"),
    [('<Reject reason="busy"/>', 31486), ("<Reject/>", 31603)],
)
def test_r63_a_refusal_is_told_with_a_reason_under_the_real_sid(
    line: Line, client: VoiceClient, document: str, code: int
) -> None:
    line.app.on("/out", document)
    client.connect()
    line.twilio.advance(1)
    hangup = client.last("hangup")
    assert client.last("ringing")["callsid"] == hangup["callsid"]
    assert code == hangup["error"]["code"]


def test_r63_before_ringing_a_refusal_uses_the_pages_own_sid(
    line: Line, client: VoiceClient
) -> None:
    """Otherwise the page ignores it, and is busy for good."""
    sid = client.listen(token(line.twilio, application="AP" + "9" * 32)).connect()
    hangup = client.last("hangup")
    assert (sid, 31002) == (hangup["callsid"], hangup["error"]["code"])
    assert "ringing" not in client.types()


def test_an_app_without_an_address_refuses_under_the_pages_own_sid(
    line: Line, client: VoiceClient
) -> None:
    line.twilio.exchange.set_application("AP" + "8" * 32, _nowhere(line))
    sid = client.listen(token(line.twilio, application="AP" + "8" * 32)).connect()
    assert sid == client.last("hangup")["callsid"]
    assert [11100] == [alert.code for alert in line.twilio.alerts]


def _nowhere(line: Line) -> object:
    application = next(iter(line.twilio.exchange.network.account.applications.values()))
    return type(application.voice)()


def test_without_the_grant_to_call_nobody_calls(line: Line, client: VoiceClient) -> None:
    grants = {"identity": "ann", "voice": {"incoming": {"allow": True}}}
    sid = client.listen(token(line.twilio, grants=grants)).connect()
    hangup = client.last("hangup")
    assert (sid, 31204) == (hangup["callsid"], hangup["error"]["code"])


def test_r63_without_sound_a_call_is_refused_with_what_to_install(line: Line) -> None:
    line.twilio.add_application(f"{BASE}/out")
    client = VoiceClient(line.twilio).listen()
    sid = client.connect()
    hangup = client.last("hangup")
    assert (sid, 31000) == (hangup["callsid"], hangup["error"]["code"])
    assert "evovoice[audio]" in hangup["error"]["message"]
    assert [] == line.twilio.living_calls()
    assert [31000] == [alert.code for alert in line.twilio.alerts]


def test_media_that_refuses_ends_the_call_with_its_reason(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    def refuse(order: Order) -> Report | None:
        return Refused(order.leg, "no codec in common") if isinstance(order, AnswerOffer) else None

    media.react = refuse
    client.connect()
    line.twilio.advance(1)
    error = client.last("hangup")["error"]
    assert (31000, "no codec in common") == (error["code"], error["message"])
    assert [] == line.twilio.living_calls()


def test_media_that_says_nothing_is_waited_for_five_seconds(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    media.react = lambda _: None
    client.connect()
    line.twilio.advance(4.9)
    assert ["connected", "ready", "ringing"] == client.types()
    line.twilio.advance(0.2)
    assert "5 seconds" in client.last("hangup")["error"]["message"]
    assert [] == line.twilio.living_calls()


def test_the_media_leg_is_closed_with_the_call(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    client.connect()
    line.twilio.advance(5)
    (offer,) = media.of(AnswerOffer)
    client.say("hangup", callsid=client.last("answer")["callsid"])
    assert [Close(offer.leg)] == media.of(Close)
    assert not line.twilio.exchange.network.media.open_legs


def test_two_calls_of_one_page_are_two_calls(line: Line, client: VoiceClient) -> None:
    client.connect()
    client.connect()
    line.twilio.advance(1)
    assert 2 == len({answer["callsid"] for answer in client.told("answer")})


def test_a_sid_is_used_once(line: Line, client: VoiceClient) -> None:
    sid = client.connect()
    client.say("invite", callsid=sid, sdp="again", twilio={})
    assert 31100 == client.last("error")["error"]["code"]
    assert 1 == len(line.twilio.living_calls())
