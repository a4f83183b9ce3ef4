"""Webhooks that are late, lost, doubled or out of order: R49, R56, and the defaults of R50, R51.

https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides,
https://www.twilio.com/docs/api/errors/11205 (time limits) and 11217 (error answers)
"""

from collections.abc import Sequence

import pytest

from evovoice.emulator.state.messages import Delivery, NoResponse, WebhookResponse

from .scripted_app import BASE
from .stories import Line, conference, dial, number


def test_r49_a_delivery_can_be_lost(line: Line) -> None:
    line.twilio.on_delivery = lambda one: () if one.kind == "call-status" else (0.0,)
    line.bridge()
    assert [] == line.app.at("/leg")


def test_r49_a_delivery_can_arrive_twice_and_only_its_first_answer_counts(line: Line) -> None:
    line.twilio.on_delivery = lambda _: (0.0, 0.5)
    parent, child = line.bridge()
    assert 2 == len(line.app.at("/voice"))
    assert 1 == len({one.token for one in line.app.received if one.kind == "voice"})
    assert {parent.sid, child.sid} == {leg.sid for leg in line.twilio.living_calls()}


def test_r49_deliveries_can_be_late_and_out_of_order(line: Line) -> None:
    delays = {"initiated": 9.0, "ringing": 5.0}

    def plan(one: Delivery) -> Sequence[float]:
        late = one.kind == "call-status"
        return (delays.get(one.form["CallStatus"], 0.0),) if late else (0.0,)

    line.twilio.on_delivery = plan
    line.bridge()
    assert ["in-progress", "ringing", "initiated"] == line.app.call_events("/leg")


def test_r49_a_lost_voice_request_ends_the_call_after_fifteen_seconds(line: Line) -> None:
    line.twilio.on_delivery = lambda _: ()
    sid = line.call_in(dial(number()))
    line.twilio.advance(14.9)
    assert "ringing" == line.twilio.call(sid).status
    line.twilio.advance(0.2)
    assert "failed" == line.twilio.call(sid).status


def test_r50_a_failed_connection_is_tried_once_more_with_the_same_token(line: Line) -> None:
    replies = [
        NoResponse("connect"),
        WebhookResponse(body="<Response><Pause length='9'/></Response>"),
    ]
    line.app.on("/voice", lambda _: replies.pop(0))
    line.twilio.place_call("+15559998888", "+15550001111")
    line.twilio.advance(1)
    first, second = line.app.received
    assert (0, 1) == (first.attempt, second.attempt)
    assert first.headers["I-Twilio-Idempotency-Token"] == second.token == first.token


def test_r50_neither_5xx_nor_a_time_out_is_retried_by_default(line: Line) -> None:
    for reply in (WebhookResponse(503), NoResponse("timeout")):
        line.app.received.clear()
        line.app.on("/voice", reply)
        line.twilio.place_call("+15559998888", "+15550001111")
        line.twilio.advance(1)
        assert 1 == len([one for one in line.app.received if one.kind == "voice"])


def test_r50_the_fragment_asks_for_more_retries(line: Line) -> None:
    line.app.on("/action", WebhookResponse(500))
    parent, child = line.bridge(dial(number(), f'action="{BASE}/action#rc=3&amp;rp=all"'))
    line.twilio.hang_up(child.sid)
    line.twilio.advance(1)
    assert 4 == len(line.app.at("/action"))
    assert "completed" == parent.status


def failing(line: Line, fragment: str, reply: WebhookResponse | NoResponse) -> int:
    """How often the start of a conference was told to an application that always fails so."""
    target = f'statusCallback="{BASE}/conf#{fragment}" statusCallbackEvent="start"'
    line.app.on("/conf", reply)
    line.convert(dial(f'<Conference waitUrl="" {target}>room</Conference>', ""))
    line.twilio.advance(15)
    return len(line.app.at("/conf"))


def test_r56_a_webhook_that_failed_rc_plus_one_times_is_never_sent_again(line: Line) -> None:
    assert 4 == failing(line, "rc=3&amp;rp=all", WebhookResponse(503))
    line.app.on("/conf", WebhookResponse(204, "", ""))
    line.twilio.advance(24 * 3600)
    assert 4 == len(line.app.at("/conf"))


def test_r56_a_webhook_that_used_up_its_total_time_is_never_sent_again(line: Line) -> None:
    late = WebhookResponse(204, "", "", after=2.0)
    assert 3 == failing(line, "rc=5&amp;rp=all&amp;rt=1000&amp;tt=2500", late)
    line.app.on("/conf", WebhookResponse(204, "", ""))
    line.twilio.advance(24 * 3600)
    assert 3 == len(line.app.at("/conf"))


def test_r51_a_slow_answer_loses_the_call(line: Line) -> None:
    line.app.on("/voice", WebhookResponse(body="<Response><Pause/></Response>", after=15.1))
    sid = line.twilio.place_call("+15559998888", "+15550001111")
    line.twilio.advance(16)
    assert "failed" == line.twilio.call(sid).status


def test_r51_an_answer_in_time_is_used_when_it_comes(line: Line) -> None:
    answer = f"<Response>{dial(conference(), '')}</Response>"
    line.app.on("/voice", WebhookResponse(body=answer, after=14.0))
    sid = line.twilio.place_call("+15559998888", "+15550001111")
    line.twilio.advance(13.9)
    assert "ringing" == line.twilio.call(sid).status
    line.twilio.advance(0.2)
    assert "in-progress" == line.twilio.call(sid).status


def test_r51_the_fallback_url_gets_its_chance(line: Line) -> None:
    line.twilio.add_number("+15550002222", f"{BASE}/broken", voice_fallback_url=f"{BASE}/fallback")
    line.app.on("/broken", WebhookResponse(500))
    line.app.on("/fallback", "<Pause length='9'/>")
    sid = line.twilio.place_call("+15559998888", "+15550002222")
    line.twilio.advance(1)
    (form,) = line.app.at("/fallback")
    assert ("11217", f"{BASE}/broken") == (form["ErrorCode"], form["ErrorUrl"])
    assert "in-progress" == line.twilio.call(sid).status


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (NoResponse("connect"), 11205),
        (NoResponse("unknown-host"), 11210),
        (NoResponse("timeout"), 11203),
        (NoResponse("reset"), 11200),
        (WebhookResponse(404), 11217),
        (WebhookResponse(503), 11217),
    ],
)
def test_r51_each_failure_of_a_document_has_its_code(
    line: Line, reply: WebhookResponse | NoResponse, code: int
) -> None:
    """Told in the debugger and to the fallback."""
    line.app.on("/voice", reply)
    line.app.on("/fallback", "<Pause length='9'/>")
    line.twilio.add_number("+15550001111", f"{BASE}/voice", voice_fallback_url=f"{BASE}/fallback")
    line.twilio.place_call("+15559998888", "+15550001111")
    line.twilio.advance(1)
    assert [(code, "error")] == [(one.code, one.level) for one in line.twilio.alerts]
    (form,) = line.app.at("/fallback")
    assert (str(code), f"{BASE}/voice") == (form["ErrorCode"], form["ErrorUrl"])


def test_r51_an_action_that_is_asked_in_vain_has_the_same_codes(line: Line) -> None:
    line.app.on("/action", WebhookResponse(500))
    parent, _ = line.bridge()
    line.twilio.hang_up(parent.sid)
    line.twilio.advance(1)
    assert [11217] == [alert.code for alert in line.twilio.alerts]


def test_r51_a_failing_status_callback_changes_nothing_but_the_debugger(line: Line) -> None:
    line.app.on("/leg", WebhookResponse(500))
    line.app.on("/conf", WebhookResponse(404))
    parent, child, _ = line.convert()
    assert ("in-progress", "in-progress") == (parent.status, child.status)
    assert {15003, 16011} == {alert.code for alert in line.twilio.alerts}


def test_r51_a_document_that_is_not_xml_ends_the_call(line: Line) -> None:
    line.app.on("/voice", WebhookResponse(body="<html><body>oops"))
    sid = line.twilio.place_call("+15559998888", "+15550001111")
    line.twilio.advance(1)
    assert "failed" == line.twilio.call(sid).status
    assert [12100] == [alert.code for alert in line.twilio.alerts]


def test_r51_a_document_of_more_than_64_kb_is_too_large(line: Line) -> None:
    line.twilio.add_number("+15550002222", f"{BASE}/long", voice_fallback_url=f"{BASE}/fallback")
    line.app.on("/long", f"<Say>{'x' * 65_536}</Say>")
    line.app.on("/fallback", "<Pause length='9'/>")
    sid = line.twilio.place_call("+15559998888", "+15550002222")
    line.twilio.advance(1)
    assert [(11750, "error")] == [(one.code, one.level) for one in line.twilio.alerts]
    assert "11750" == line.app.at("/fallback")[0]["ErrorCode"]
    assert "in-progress" == line.twilio.call(sid).status


def test_r51_a_fallback_that_fails_too_ends_the_call(line: Line) -> None:
    line.twilio.add_number("+15550002222", f"{BASE}/gone", voice_fallback_url=f"{BASE}/gone")
    line.app.on("/gone", WebhookResponse(500))
    sid = line.twilio.place_call("+15559998888", "+15550002222")
    line.twilio.advance(1)
    assert ("failed", 2) == (line.twilio.call(sid).status, len(line.app.at("/gone")))
