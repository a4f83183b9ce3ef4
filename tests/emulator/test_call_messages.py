"""Messages between an application and the page of a call, both ways.

https://www.twilio.com/docs/voice/sdks/call-message-events
"""

import pytest
from twilio.base.exceptions import TwilioRestException

from .scripted_app import BASE
from .stories import Line, dial
from .voice_client import VoiceClient, page, with_media

HELLO = '{"hello": "ann"}'


@pytest.fixture
def client(line: Line) -> VoiceClient:
    """A page that rings."""
    with_media(line.twilio)
    client = page(line.twilio)
    line.call_in(dial("<Client>ann</Client>"))
    line.twilio.advance(1)
    return client


def say(client: VoiceClient, sid: str, event: str, content: object) -> None:
    """`call.sendMessage`."""
    client.say(
        "message",
        callsid=sid,
        voiceeventsid=event,
        content=content,
        contenttype="application/json",
        messagetype="user-defined-message",
    )


def test_r66_the_application_tells_the_page(line: Line, client: VoiceClient) -> None:
    sid = client.accept()
    made = line.client.calls(sid).user_defined_messages.create(content=HELLO)
    assert {
        "callsid": sid,
        "voiceeventsid": made.sid,
        "content": HELLO,
        "contenttype": "application/json",
        "messagetype": "user-defined-message",
    } == client.last("message")


def test_r66_the_page_tells_who_subscribed_and_is_told_that_it_arrived(
    line: Line, client: VoiceClient
) -> None:
    sid = client.accept()
    line.client.calls(sid).user_defined_message_subscriptions.create(callback=f"{BASE}/heard")
    say(client, sid, "KX1", {"key": "value"})
    say(client, sid, "KX2", HELLO)
    line.twilio.advance(1)
    assert ["KX1", "KX2"] == [one["voiceeventsid"] for one in client.told("ack")]
    first, second = line.app.at("/heard")
    assert ('{"key": "value"}', "0", sid, "KX1", "application/json") == tuple(
        first[name] for name in ("Content", "SequenceNumber", "CallSid", "Sid", "ContentType")
    )
    assert (HELLO, "1") == (second["Content"], second["SequenceNumber"])


def test_whoever_has_unsubscribed_hears_no_more(line: Line, client: VoiceClient) -> None:
    sid = client.accept()
    subscriptions = line.client.calls(sid).user_defined_message_subscriptions
    made = subscriptions.create(callback=f"{BASE}/heard")
    assert line.client.calls(sid).user_defined_message_subscriptions(str(made.sid)).delete()
    say(client, sid, "KX1", "{}")
    line.twilio.advance(1)
    assert ([], 1) == (line.app.at("/heard"), len(client.told("ack")))


def test_a_page_tells_nothing_of_a_call_that_is_over(line: Line, client: VoiceClient) -> None:
    sid = client.accept()
    line.twilio.hang_up(sid)
    say(client, sid, "KX1", "{}")
    error = client.last("error")
    assert (sid, "KX1", 31481) == (
        error["callsid"],
        error["voiceeventsid"],
        error["error"]["code"],
    )


def test_a_message_that_is_too_long_is_refused_on_either_way(
    line: Line, client: VoiceClient
) -> None:
    sid = client.accept()
    say(client, sid, "KX1", "x" * 10_001)
    assert (31212, []) == (client.last("error")["error"]["code"], client.told("ack"))
    for content in ('"' + "x" * 10_000 + '"', "{no json"):
        with pytest.raises(TwilioRestException) as caught:
            line.client.calls(sid).user_defined_messages.create(content=content)
        assert 32703 == caught.value.code


def test_a_telephone_reads_no_messages(line: Line, client: VoiceClient) -> None:
    parent = line.twilio.leg_at("client:ann").parent_sid
    with pytest.raises(TwilioRestException, match="Voice SDK"):
        line.client.calls(str(parent)).user_defined_messages.create(content=HELLO)
    assert [] == client.told("message")


def test_a_page_without_a_socket_misses_a_message_and_an_alert_says_so(
    line: Line, client: VoiceClient
) -> None:
    sid = client.accept()
    client.lose_socket()
    line.client.calls(sid).user_defined_messages.create(content=HELLO)
    assert "lost its socket" in line.twilio.alerts[-1].text
