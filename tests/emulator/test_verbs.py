"""The small verbs: Say, Play, Pause, Gather, Redirect, Hangup, Reject.

https://www.twilio.com/docs/voice/twiml
"""

import pytest

from evovoice.emulator.engine.remote_party import Impossible

from .scripted_app import BASE
from .stories import CUSTOMER, OURS, Line


def test_sounds_take_their_time_then_the_call_ends(line: Line) -> None:
    sid = line.call_in("<Say>ten letters</Say><Pause length='3'/><Play>x.mp3</Play>")
    line.twilio.run_until_quiet()
    call = line.client.calls(sid).fetch()
    assert ("completed", "8") == (call.status, call.duration)


def test_hangup_ends_the_call(line: Line) -> None:
    sid = line.call_in("<Hangup/><Pause length='60'/>")
    line.twilio.advance(1)
    assert "completed" == line.twilio.call(sid).status


@pytest.mark.parametrize(
    ("verb", "status"), [('<Reject reason="busy"/>', "busy"), ("<Reject/>", "failed")]
)
def test_reject_does_not_answer(line: Line, verb: str, status: str) -> None:
    sid = line.call_in(verb)
    line.twilio.advance(1)
    call = line.client.calls(sid).fetch()
    assert (status, None) == (call.status, call.start_time)


def test_redirect_resolves_against_the_document(line: Line) -> None:
    line.app.on("/next", "<Hangup/>")
    line.call_in("<Redirect>next?x=1</Redirect>")
    line.twilio.advance(1)
    assert f"{BASE}/next?x=1" == next(
        one.url for one in line.app.received if one.kind == "redirect"
    )


def test_gather_sends_the_digits_to_its_action(line: Line) -> None:
    line.app.on("/menu", "<Pause length='60'/>")
    sid = line.call_in('<Gather numDigits="2" action="/menu"><Say>press</Say></Gather>')
    line.twilio.advance(1)
    line.twilio.press(sid, "4")
    line.twilio.press(sid, "2")
    line.twilio.advance(1)
    assert ["42"] == [form["Digits"] for form in line.app.at("/menu")]


def test_gather_ends_on_the_finish_key(line: Line) -> None:
    sid = line.call_in('<Gather action="/menu"/>')
    line.twilio.advance(1)
    line.twilio.press(sid, "123#")
    line.twilio.advance(1)
    assert ["123"] == [form["Digits"] for form in line.app.at("/menu")]


def test_gather_without_digits_goes_on(line: Line) -> None:
    sid = line.call_in('<Gather action="/menu" timeout="4"/><Hangup/>')
    line.twilio.advance(5)
    assert [] == line.app.at("/menu")
    assert "completed" == line.twilio.call(sid).status


def test_nobody_listens_for_keys_outside_a_gather(line: Line) -> None:
    sid = line.call_in("<Pause length='60'/>")
    line.twilio.advance(1)
    with pytest.raises(Impossible):
        line.twilio.press(sid, "1")


def test_an_unknown_verb_is_skipped_and_reported(line: Line) -> None:
    sid = line.call_in("<Sing/><Pause length='60'/>")
    line.twilio.advance(1)
    assert "in-progress" == line.twilio.call(sid).status
    assert [12200] == [alert.code for alert in line.twilio.alerts]


def test_people_cannot_do_the_impossible(line: Line) -> None:
    with pytest.raises(Impossible):
        line.twilio.place_call(CUSTOMER, "+15550000000")
    sid = line.call_in("<Pause length='60'/>")
    with pytest.raises(Impossible):
        line.twilio.answer(sid)
    line.twilio.hang_up(sid)
    with pytest.raises(Impossible):
        line.twilio.hang_up(sid)
    assert OURS == line.twilio.call(sid).to


@pytest.mark.parametrize("where", ["voice", "wait"])
def test_documents_that_lead_to_each_other_without_end_are_stopped(line: Line, where: str) -> None:
    line.app.on("/circle", f"<Redirect>{BASE}/circle</Redirect>")
    waiting = f'<Enqueue waitUrl="{BASE}/circle">q</Enqueue>'
    sid = line.call_in(f"<Redirect>{BASE}/circle</Redirect>" if where == "voice" else waiting)
    line.twilio.advance(1)
    assert [(0, "notice")] == [(one.code, one.level) for one in line.twilio.alerts]
    assert ("failed" if where == "voice" else "in-progress") == line.twilio.call(sid).status
