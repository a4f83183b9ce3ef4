"""Changing calls by REST: R9 to R13.

https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource,
https://www.twilio.com/docs/voice/tutorials/how-to-modify-calls-in-progress
"""

import pytest
from twilio.base.exceptions import TwilioRestException

from evovoice.emulator.state.leg import Leg

from .scripted_app import BASE
from .stories import AGENT, OURS, THIRD, Line, dial, number, response


def test_r09_redirect_of_an_ended_call_is_refused_in_exact_words(line: Line) -> None:
    _, child = line.bridge()
    line.twilio.hang_up(child.sid)
    with pytest.raises(TwilioRestException) as caught:
        line.client.calls(child.sid).update(twiml=response("<Hangup/>"))
    assert (400, 21220) == (caught.value.status, caught.value.code)
    assert "Call is not in-progress. Cannot redirect." in caught.value.msg


def test_r09_redirect_of_a_ringing_call_is_refused_too(line: Line) -> None:
    call = line.client.calls.create(to=THIRD, from_=OURS, url=f"{BASE}/x")
    with pytest.raises(TwilioRestException) as caught:
        line.client.calls(call.sid).update(url=f"{BASE}/y")
    assert 21220 == caught.value.code


def test_r10_relative_action_in_inline_twiml_is_refused(line: Line) -> None:
    _, child = line.bridge()
    with pytest.raises(TwilioRestException) as caught:
        line.client.calls(child.sid).update(twiml=response(dial("+1555", 'action="/x"')))
    assert 15004 == caught.value.code
    assert "in-progress" == child.status


def test_r11_url_and_twiml_together_are_refused(line: Line) -> None:
    _, child = line.bridge()
    with pytest.raises(TwilioRestException) as caught:
        line.client.calls(child.sid).update(url=f"{BASE}/x", twiml=response("<Hangup/>"))
    assert 400 == caught.value.status


def test_r12_canceled_ends_a_ringing_call_only(line: Line) -> None:
    parent, _ = line.bridge()
    assert "in-progress" == line.client.calls(parent.sid).update(status="canceled").status
    ringing = line.client.calls.create(to=THIRD, from_=OURS, url=f"{BASE}/x")
    assert "canceled" == line.client.calls(ringing.sid).update(status="canceled").status


def test_r12_completed_ends_a_call_in_progress(line: Line) -> None:
    parent, child = line.bridge()
    assert "completed" == line.client.calls(parent.sid).update(status="completed").status
    assert "completed" == child.status


def test_r12_completed_ends_a_ringing_call_as_well(line: Line) -> None:
    ringing = line.client.calls.create(to=THIRD, from_=OURS, url=f"{BASE}/x")
    line.twilio.advance(1)
    line.client.calls(ringing.sid).update(status="completed")
    assert [] == line.twilio.living_calls()


def test_r12_a_call_with_a_ringing_dial_is_in_progress(line: Line) -> None:
    line.twilio.phone(AGENT).just_rings()
    parent, child = line.bridge(dial(number()))
    assert "in-progress" == line.client.calls(parent.sid).update(status="canceled").status
    assert "completed" == line.client.calls(parent.sid).update(status="completed").status
    assert "canceled" == child.status


@pytest.mark.parametrize(
    ("choice", "refusal"), [("refused_21220", (400, 21220)), ("refused_20404", (404, 20404))]
)
def test_r12_canceled_on_an_answered_leg_may_be_refused_and_the_leg_lives_on(
    line: Line, choice: str, refusal: tuple[int, int]
) -> None:
    line.twilio.choose(cancel_answered=choice)
    parent, child = line.bridge()
    with pytest.raises(TwilioRestException) as caught:
        line.client.calls(child.sid).update(status="canceled")
    assert refusal == (caught.value.status, caught.value.code)
    line.twilio.advance(1)
    assert ["in-progress", "in-progress"] == [parent.status, child.status]
    assert "completed" == line.client.calls(child.sid).update(status="completed").status


def ringing_child(line: Line, choice: str) -> Leg:
    """An agent's phone that rings in a <Dial> until told."""
    line.twilio.choose(cancel_ringing_child=choice)
    line.twilio.phone(AGENT).just_rings()
    return line.bridge()[1]


def test_r12_canceled_stops_a_child_that_rings_in_a_dial(line: Line) -> None:
    child = ringing_child(line, "stops")
    assert "canceled" == line.client.calls(child.sid).update(status="canceled").status
    assert "canceled" == child.status


def test_r12_canceled_may_say_in_progress_of_a_child_that_stops_later(line: Line) -> None:
    child = ringing_child(line, "stops_later")
    assert "in-progress" == line.client.calls(child.sid).update(status="canceled").status
    assert "ringing" == line.client.calls(child.sid).fetch().status
    line.twilio.advance(1)
    assert "canceled" == line.client.calls(child.sid).fetch().status
    assert "canceled" == line.app.call_events("/leg")[-1]


def test_r12_canceled_may_leave_a_child_ringing_that_only_completed_stops(line: Line) -> None:
    child = ringing_child(line, "rings_on")
    assert "in-progress" == line.client.calls(child.sid).update(status="canceled").status
    line.twilio.advance(5)
    assert "ringing" == line.client.calls(child.sid).fetch().status
    assert "canceled" == line.client.calls(child.sid).update(status="completed").status


def test_r13_delete_removes_the_record_and_ends_no_leg(line: Line) -> None:
    _, child = line.bridge()
    assert line.client.calls(child.sid).delete()
    with pytest.raises(TwilioRestException) as caught:
        line.client.calls(child.sid).fetch()
    assert (404, 20404) == (caught.value.status, caught.value.code)
    assert "in-progress" == child.status


def test_created_call_runs_its_document_when_answered(line: Line) -> None:
    line.app.on("/hello", "<Say>hello</Say><Pause length='3'/>")
    call = line.client.calls.create(
        to=THIRD,
        from_=OURS,
        url=f"{BASE}/hello",
        status_callback=f"{BASE}/third",
        status_callback_event=["answered", "completed"],
    )
    assert ("queued", "outbound-api") == (call.status, call.direction)
    line.twilio.run_until_quiet()
    assert ["in-progress", "completed"] == line.app.call_events("/third")
    assert "completed" == line.client.calls(call.sid).fetch().status


def test_created_call_without_instructions_is_refused(line: Line) -> None:
    with pytest.raises(TwilioRestException) as caught:
        line.client.calls.create(to=THIRD, from_=OURS)
    assert 21205 == caught.value.code


def test_update_can_change_where_the_end_is_reported(line: Line) -> None:
    parent, _ = line.bridge()
    line.client.calls(parent.sid).update(status_callback=f"{BASE}/elsewhere")
    line.twilio.hang_up(parent.sid)
    line.twilio.advance(1)
    assert ["completed"] == line.app.call_events("/elsewhere")
