"""A page is called: every page of the identity rings, the first answer wins."""

from urllib.parse import parse_qs

import pytest

from evovoice.emulator.state.media import Close, MakeOffer, Order, Refused, Report, TakeAnswer

from .stories import CUSTOMER, OURS, Line, dial
from .voice_client import FakeMedia, VoiceClient, page, with_media

CLIENT = (
    '<Client statusCallback="https://app.test/leg"'
    ' statusCallbackEvent="ringing answered completed">ann</Client>'
)


@pytest.fixture
def media(line: Line) -> FakeMedia:
    """There is sound."""
    return with_media(line.twilio)


@pytest.fixture
def client(line: Line, media: FakeMedia) -> VoiceClient:  # noqa: ARG001 - it has to be there
    """A page of ann."""
    return page(line.twilio)


def ring(line: Line, noun: str = CLIENT) -> None:
    """The customer calls, and ann's pages ring."""
    line.call_in(dial(noun, 'action="/action" timeout="20"'))
    line.twilio.advance(1)


def test_an_invite_says_who_calls_and_offers_sound_and_a_way_back(
    line: Line, client: VoiceClient
) -> None:
    ring(line)
    leg, invite = line.twilio.leg_at("client:ann"), client.last("invite")
    assert {
        "CallSid": leg.sid,
        "AccountSid": line.twilio.account_sid,
        "From": OURS,
        "To": "client:ann",
        "Params": "",
    } == invite["parameters"]
    assert (leg.sid, True) == (invite["callsid"], invite["sdp"].startswith("offer to"))
    assert invite["reconnect"]


def test_parameters_of_the_noun_reach_the_page(line: Line, client: VoiceClient) -> None:
    ring(
        line,
        "<Client><Identity>ann</Identity>"
        '<Parameter name="customer" value="Müller &amp; Co"/>'
        '<Parameter name="x" value="1"/></Client>',
    )
    params = client.last("invite")["parameters"]["Params"]
    assert {"customer": ["Müller & Co"], "x": ["1"]} == parse_qs(params)


def test_the_page_answers_and_both_talk(line: Line, media: FakeMedia, client: VoiceClient) -> None:
    ring(line)
    sid = client.accept()
    line.twilio.advance(1)
    assert "in-progress" == line.client.calls(sid).fetch().status
    assert ["ringing", "in-progress"] == line.app.call_events("/leg")
    (offer,) = media.of(MakeOffer)
    assert [TakeAnswer(offer.leg, "answer of ann")] == media.of(TakeAnswer)
    assert {"connected", "ready", "invite"} == set(client.types())


def test_r64_all_pages_ring_the_first_wins_and_the_others_are_cancelled(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    other = page(line.twilio)
    ring(line)
    assert client.last("invite")["callsid"] == other.last("invite")["callsid"]
    assert 2 == len({order.leg for order in media.of(MakeOffer)})
    sid = other.accept()
    assert [{"callsid": sid}] == client.told("cancel")
    assert [] == other.told("cancel")
    assert 1 == len(media.of(Close))


def test_who_answers_too_late_is_told(line: Line, client: VoiceClient) -> None:
    """The answer crosses the cancel: the page is not left with a call that is none."""
    other = page(line.twilio)
    ring(line)
    sid = other.accept()
    client.accept()
    assert sid == client.last("hangup")["callsid"]
    assert line.twilio.call(sid).live


def test_r64_a_caller_who_gives_up_cancels(line: Line, client: VoiceClient) -> None:
    ring(line)
    leg = line.twilio.leg_at("client:ann")
    assert leg.parent_sid is not None
    line.twilio.hang_up(leg.parent_sid)
    assert (["invite", "cancel"], "canceled") == (client.types()[2:], leg.status)


def test_r64_a_page_that_ignores_rings_until_the_time_is_up(
    line: Line, client: VoiceClient
) -> None:
    """`ignore()` says nothing to anybody."""
    ring(line)
    line.twilio.advance(30)
    assert ["invite", "cancel"] == client.types()[2:]
    assert "no-answer" == line.app.at("/action")[0]["DialCallStatus"]


def test_a_page_that_declines_leaves_the_others_ringing_and_the_last_ends_it(
    line: Line, client: VoiceClient
) -> None:
    other = page(line.twilio)
    ring(line)
    sid = client.last("invite")["callsid"]
    client.say("reject", callsid=sid)
    assert "ringing" == line.twilio.call(sid).status
    other.say("reject", callsid=sid)
    line.twilio.advance(1)
    assert "busy" == line.app.at("/action")[0]["DialCallStatus"]
    assert [] == client.told("cancel") + other.told("cancel") + other.told("hangup")


def test_each_side_can_hang_up(line: Line, client: VoiceClient) -> None:
    ring(line)
    sid = client.accept()
    line.twilio.advance(1)
    client.say("hangup", callsid=sid)
    line.twilio.advance(1)
    assert ("completed", []) == (line.twilio.call(sid).status, client.told("hangup"))
    ring(line)
    again = client.accept()
    line.twilio.advance(1)
    parent = line.twilio.call(again).parent_sid
    assert parent is not None
    line.twilio.hang_up(parent)
    assert [{"callsid": again}] == client.told("hangup")


def test_a_dialled_application_page_is_seen_in_rest_as_its_own_leg(
    line: Line, client: VoiceClient
) -> None:
    ring(line)
    sid = client.accept()
    line.twilio.advance(1)
    call = line.client.calls(sid).fetch()
    assert ("outbound-dial", "client:ann") == (call.direction, call.to)
    parent = line.client.calls(str(call.parent_call_sid)).fetch()
    assert CUSTOMER == parent._from


def test_rest_dials_a_page_into_a_conference(line: Line, client: VoiceClient) -> None:
    sid = line.add_third("room-1", to="client:ann", label="ann")
    line.twilio.advance(1)
    assert sid == client.accept()
    line.twilio.advance(1)
    assert "connected" == line.client.conferences(_room(line)).participants("ann").fetch().status
    line.client.conferences(_room(line)).participants("ann").delete()
    assert [{"callsid": sid}] == client.told("hangup")


def _room(line: Line) -> str:
    return line.twilio.conferences()[-1].sid


def test_a_socket_lost_while_it_rings_rings_no_more_there(line: Line, client: VoiceClient) -> None:
    other = page(line.twilio)
    ring(line)
    client.lose_socket()
    sid = other.accept()
    assert line.twilio.call(sid).live
    assert [] == client.told("cancel")


def test_r64_an_identity_whose_pages_have_gone_is_not_reached(
    line: Line, client: VoiceClient
) -> None:
    client.lose_socket()
    ring(line)
    assert ("no-answer", "false") == (
        line.app.at("/action")[0]["DialCallStatus"],
        line.app.at("/action")[0]["DialBridged"],
    )


def test_a_script_plays_an_identity_whose_pages_have_gone(line: Line, client: VoiceClient) -> None:
    line.twilio.phone("client:ann").answers_after(1)
    client.lose_socket()
    ring(line)
    line.twilio.advance(3)
    assert line.twilio.leg_at("client:ann").live


def test_media_that_refuses_lets_the_other_page_ring(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    other = page(line.twilio)
    described = media.react

    def refuse_first(order: Order) -> Report | None:
        if isinstance(order, MakeOffer) and order.leg.endswith(client.socket.name):
            return Refused(order.leg, "no ports left")
        return described(order)

    media.react = refuse_first
    ring(line)
    assert ("invite" in client.types(), "invite" in other.types()) == (False, True)
    assert [31000] == [alert.code for alert in line.twilio.alerts]
    assert line.twilio.call(other.accept()).live


def test_where_no_page_gets_sound_the_call_fails(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    media.react = lambda order: Refused(order.leg, "no") if isinstance(order, MakeOffer) else None
    ring(line)
    line.twilio.advance(1)
    assert "failed" == line.app.at("/action")[0]["DialCallStatus"]
    assert "invite" not in client.types()


def test_media_that_refuses_the_answer_ends_the_call_and_says_why(
    line: Line, media: FakeMedia, client: VoiceClient
) -> None:
    described = media.react
    media.react = lambda order: (
        Refused(order.leg, "no codec in common")
        if isinstance(order, TakeAnswer)
        else described(order)
    )
    ring(line)
    sid = client.accept()
    error = client.last("hangup")["error"]
    assert (31000, "no codec in common") == (error["code"], error["message"])
    assert "completed" == line.twilio.call(sid).status


def test_parameters_in_the_address_of_rest_reach_the_page(line: Line, client: VoiceClient) -> None:
    line.add_third("room-1", to="client:ann?case=7&who=bob")
    line.twilio.advance(1)
    parameters = client.last("invite")["parameters"]
    assert ("client:ann", "case=7&who=bob") == (parameters["To"], parameters["Params"])


@pytest.mark.parametrize("act", ["busy", "reject", "hang_up"])
def test_whoever_ends_it_from_the_control_address_stops_the_ringing(
    line: Line, client: VoiceClient, act: str
) -> None:
    """The emulator's own page is a handset of the same call."""
    ring(line)
    getattr(line.twilio, act)(line.twilio.leg_at("client:ann").sid)
    assert "cancel" == client.types()[-1]


def test_to_answer_twice_changes_nothing(line: Line, client: VoiceClient) -> None:
    ring(line)
    sid = client.accept()
    client.accept()
    line.twilio.advance(1)
    assert (True, []) == (line.twilio.call(sid).live, client.told("hangup"))
