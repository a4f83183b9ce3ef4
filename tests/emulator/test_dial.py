"""<Dial> to telephones: who answers, who does not, who hangs up.

https://www.twilio.com/docs/voice/twiml/dial,
https://www.twilio.com/docs/voice/twiml/number
"""

import pytest

from evovoice.emulator.handset import Phone

from .scripted_app import BASE
from .stories import AGENT, THIRD, Line, dial, number


def test_child_hangs_up_action_tells_how_long_they_talked(line: Line) -> None:
    parent, child = line.bridge()
    line.app.on("/action", "<Hangup/>")
    line.twilio.advance(50)
    line.twilio.hang_up(child.sid)
    line.twilio.advance(1)
    (form,) = line.app.at("/action")
    assert ("completed", child.sid, "57", "true") == (
        form["DialCallStatus"],
        form["DialCallSid"],
        form["DialCallDuration"],
        form["DialBridged"],
    )
    assert "completed" == parent.status


def test_parent_hangs_up_child_ends_and_action_is_still_requested(line: Line) -> None:
    parent, child = line.bridge()
    line.app.on("/action", dial(number(THIRD)))
    line.twilio.hang_up(parent.sid)
    line.twilio.advance(60)
    assert ("completed", "completed") == (parent.status, child.status)
    (form,) = line.app.at("/action")
    assert ("completed", "completed", parent.sid) == (
        form["CallStatus"],
        form["DialCallStatus"],
        form["CallSid"],
    )
    assert [] == line.twilio.living_calls(), "the action's TwiML was ignored"


def test_parent_hangs_up_number_status_callback_reports_its_end(line: Line) -> None:
    parent, _ = line.bridge()
    line.twilio.hang_up(parent.sid)
    line.twilio.advance(1)
    (form,) = line.app.at("/number")
    assert (parent.sid, "completed", "10") == (
        form["CallSid"],
        form["CallStatus"],
        form["CallDuration"],
    )


def test_caller_gives_up_while_ringing_child_is_canceled(line: Line) -> None:
    line.twilio.phone(AGENT).just_rings()
    parent, child = line.bridge()
    line.twilio.hang_up(parent.sid)
    line.twilio.advance(1)
    assert ("completed", "canceled") == (parent.status, child.status)
    assert ["initiated", "ringing", "canceled"] == line.app.call_events("/leg")
    assert "canceled" == line.app.at("/action")[0]["DialCallStatus"]


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (Phone.is_busy, "busy"),
        (Phone.is_unreachable, "failed"),
        (lambda phone: phone.rejects_after(1), "busy"),
        (lambda phone: phone.gives_up_after(3), "no-answer"),
    ],
)
def test_unanswered_dial_reports_why(line: Line, act: object, status: str) -> None:
    assert callable(act)
    act(line.twilio.phone(AGENT))
    line.call_in(dial(number()))
    line.twilio.advance(10)
    (form,) = line.app.at("/action")
    assert (status, "false") == (form["DialCallStatus"], form["DialBridged"])
    assert "DialCallDuration" not in form
    assert status == line.app.call_events("/leg")[-1]


def test_r15_dial_gives_up_after_thirty_seconds(line: Line) -> None:
    line.twilio.phone(AGENT).just_rings()
    line.call_in(dial(number()))
    line.twilio.advance(29.9)
    assert [] == line.app.at("/action")
    line.twilio.advance(0.1)
    assert "no-answer" == line.app.at("/action")[0]["DialCallStatus"]


def test_simultaneous_ring_first_answer_wins(line: Line) -> None:
    line.twilio.phone(AGENT).answers_after(5)
    line.twilio.phone(THIRD).answers_after(3)
    line.call_in(dial(number(AGENT) + number(THIRD)))
    line.twilio.advance(10)
    legs = {leg.to: leg.status for leg in line.twilio.exchange.network.legs if leg.parent_sid}
    assert {AGENT: "canceled", THIRD: "in-progress"} == legs
    ends = [form["To"] for form in line.app.at("/leg") if form["CallStatus"] == "canceled"]
    assert [AGENT] == ends


def test_simultaneous_ring_one_busy_the_other_still_rings(line: Line) -> None:
    line.twilio.phone(AGENT).is_busy()
    line.call_in(dial(number(AGENT) + number(THIRD)))
    line.twilio.advance(10)
    assert [] == line.app.at("/action")
    assert "in-progress" == line.twilio.leg_at(THIRD).status


def test_client_and_sip_are_dialled_by_their_addresses(line: Line) -> None:
    line.call_in(dial("<Client><Identity>alice</Identity></Client><Sip>sip:bob@host</Sip>"))
    line.twilio.advance(1)
    tos = [leg.to for leg in line.twilio.living_calls() if leg.parent_sid]
    assert ["client:alice", "sip:bob@host"] == tos


def test_text_alone_is_a_number(line: Line) -> None:
    line.bridge(f"<Dial>{AGENT}</Dial>")
    assert "in-progress" == line.twilio.leg_at(AGENT).status


def test_whisper_is_heard_before_the_bridge(line: Line) -> None:
    line.app.on("/whisper", "<Pause length='4'/>")
    line.call_in(dial(f'<Number url="{BASE}/whisper">{AGENT}</Number>'))
    line.twilio.advance(3)
    assert line.twilio.leg_at(AGENT).sid == line.app.at("/whisper")[0]["CallSid"]
    line.twilio.hang_up(line.twilio.leg_at(AGENT).sid)
    line.twilio.advance(1)
    assert "false" == line.app.at("/action")[0]["DialBridged"]


def test_dial_time_limit_ends_the_conversation(line: Line) -> None:
    parent, child = line.bridge(dial(number(), 'timeLimit="60"'))
    line.twilio.advance(60)
    assert ("completed", "completed") == (child.status, parent.status)


def test_a_phone_can_hang_up_by_itself(line: Line) -> None:
    line.twilio.phone(AGENT).answers_after(1).hangs_up_after(20)
    _, child = line.bridge()
    line.twilio.advance(20)
    assert ("completed", 20) == (child.status, child.seconds)
