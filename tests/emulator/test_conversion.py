"""Turning a bridged call into a conference: R1 to R8.

https://www.twilio.com/docs/voice/tutorials/how-to-modify-calls-in-progress,
https://www.twilio.com/docs/voice/twiml/dial
"""

import pytest

from evovoice.emulator.state.messages import Delivery

from .scripted_app import BASE
from .stories import AGENT, CUSTOMER, OURS, Line, conference, dial, number, response

IN_ROOM = response(dial(conference(), ""))


def test_r01_bridging_dial_creates_a_child_leg(line: Line) -> None:
    parent, child = line.bridge()
    seen = line.client.calls(child.sid).fetch()
    assert (parent.sid, "outbound-dial", "in-progress") == (
        seen.parent_call_sid,
        seen.direction,
        seen.status,
    )
    assert (AGENT, OURS) == (seen.to, seen._from)
    listed = line.client.calls.list(parent_call_sid=parent.sid, status="in-progress")
    assert [child.sid] == [one.sid for one in listed]


def test_r01_only_the_subscribed_events_of_the_noun_fire(line: Line) -> None:
    _, child = line.bridge(dial(number(events="answered completed")))
    line.twilio.hang_up(child.sid)
    line.twilio.advance(1)
    assert ["in-progress", "completed"] == line.app.call_events("/leg")


def test_r01_a_noun_without_callback_reports_nothing(line: Line) -> None:
    line.bridge(dial(f"<Number>{AGENT}</Number>"))
    assert ["voice"] == line.app.kinds()


@pytest.mark.parametrize("report", ["completed", "answered"])
@pytest.mark.parametrize("with_duration", [False, True])
def test_r02_child_redirect_sends_the_parent_to_its_action(
    line: Line, report: str, with_duration: bool
) -> None:
    """Both values of switch S2, each with and without DialCallDuration."""
    line.twilio.choose(child_redirect_report=report, child_redirect_duration=with_duration)
    parent, child = line.bridge()
    answer = line.client.calls(child.sid).update(twiml=IN_ROOM)
    line.twilio.advance(1)
    assert "in-progress" == answer.status
    (form,) = line.app.at("/action")
    assert (parent.sid, child.sid, report, "true") == (
        form["CallSid"],
        form["DialCallSid"],
        form["DialCallStatus"],
        form["DialBridged"],
    )
    assert with_duration is ("DialCallDuration" in form)


def test_r02_child_redirect_to_a_url_fetches_it_for_the_child(line: Line) -> None:
    line.app.on("/moved", dial(conference(), ""))
    _, child = line.bridge()
    line.client.calls(child.sid).update(url=f"{BASE}/moved")
    line.twilio.advance(1)
    (form,) = line.app.at("/moved")
    assert (child.sid, "in-progress") == (form["CallSid"], form["CallStatus"])
    assert [child.sid] == list(line.twilio.conferences()[0].participants)


def test_r03_both_legs_meet_in_one_conference_without_ending(line: Line) -> None:
    parent, child, room = line.convert()
    assert {parent.sid, child.sid} == set(room.participants)
    assert ("in-progress", "in-progress") == (parent.status, child.status)
    assert 1 == len(line.twilio.conferences())
    assert "conference-start" in line.app.room_events()


def test_r04_redirected_child_keeps_its_parent_and_reports_no_end(line: Line) -> None:
    parent, child, _ = line.convert()
    assert parent.sid == line.client.calls(child.sid).fetch().parent_call_sid
    assert "completed" not in line.app.call_events("/leg")
    line.twilio.hang_up(child.sid)
    line.twilio.advance(1)
    assert "completed" == line.app.call_events("/leg")[-1]


@pytest.mark.parametrize("overtakes", [True, False])
def test_r05_action_may_arrive_before_the_answer_of_the_redirect(
    line: Line, overtakes: bool
) -> None:
    _, child = line.bridge()

    def chosen(delivery: Delivery) -> bool:
        return overtakes and delivery.kind == "action"

    line.twilio.webhooks_overtake = chosen
    line.client.calls(child.sid).update(twiml=IN_ROOM)
    assert overtakes is bool(line.app.at("/action"))
    line.twilio.advance(1)
    assert 1 == len(line.app.at("/action"))


def test_r05_the_application_may_call_rest_from_inside_its_handler(line: Line) -> None:
    parent, child = line.bridge()
    seen: list[str] = []

    def handler(_: Delivery) -> str:
        seen.append(line.client.calls(parent.sid).fetch().status)
        return dial(conference(), "")

    line.app.on("/action", handler)
    line.twilio.webhooks_overtake = lambda delivery: delivery.kind == "action"
    line.client.calls(child.sid).update(twiml=IN_ROOM)
    line.twilio.advance(1)
    assert ["in-progress"] == seen
    assert 2 == len(line.twilio.conferences()[0].participants)


def test_r06_parent_redirect_ends_the_child_after_166_ms(line: Line) -> None:
    parent, child = line.bridge()
    line.app.on("/action", "<Say>nobody hears this</Say>")
    answer = line.client.calls(parent.sid).update(twiml=response(dial(conference(), "")))
    assert ("in-progress", "in-progress") == (answer.status, child.status)
    line.twilio.advance(0.165)
    assert "in-progress" == child.status
    line.twilio.advance(0.001)
    assert ("completed", "in-progress") == (child.status, parent.status)
    (form,) = line.app.at("/action")
    assert (parent.sid, "completed", child.sid) == (
        form["CallSid"],
        form["DialCallStatus"],
        form["DialCallSid"],
    )
    line.twilio.advance(60)
    assert parent.participant is not None, "the TwiML of the action was ignored"


def test_r06_parent_redirect_cancels_a_child_that_still_rings(line: Line) -> None:
    line.twilio.phone(AGENT).just_rings()
    parent, child = line.bridge()
    line.client.calls(parent.sid).update(twiml=response("<Pause length='60'/>"))
    line.twilio.advance(1)
    assert ("canceled", "in-progress") == (child.status, parent.status)


def test_r07_parent_redirect_without_action_requests_only_a_following_redirect(
    line: Line,
) -> None:
    parent, _ = line.bridge(dial(number(), "") + f"<Redirect>{BASE}/next</Redirect>")
    line.app.on("/next", "<Hangup/>")
    line.client.calls(parent.sid).update(twiml=response("<Pause length='60'/>"))
    line.twilio.advance(5)
    assert 1 == len(line.app.at("/next"))
    assert "in-progress" == parent.status


def test_r07_parent_redirect_without_action_runs_no_other_verb(line: Line) -> None:
    parent, _ = line.bridge(dial(number(), "") + "<Hangup/>")
    line.client.calls(parent.sid).update(twiml=response("<Pause length='60'/>"))
    line.twilio.advance(5)
    assert "in-progress" == parent.status


def test_r08_child_leaves_and_nothing_follows_parent_is_hung_up(line: Line) -> None:
    parent, child = line.bridge(dial(number(), ""))
    line.twilio.hang_up(child.sid)
    line.twilio.advance(1)
    assert "completed" == parent.status


def test_r08_child_leaves_and_the_next_verb_runs(line: Line) -> None:
    parent, child = line.bridge(dial(number(), "") + "<Pause length='5'/>")
    line.twilio.hang_up(child.sid)
    line.twilio.advance(4)
    assert "in-progress" == parent.status
    line.twilio.advance(1)
    assert "completed" == parent.status


def test_r08_with_action_the_verbs_after_dial_never_run(line: Line) -> None:
    parent, child = line.bridge(dial(number()) + f"<Redirect>{BASE}/never</Redirect>")
    line.app.on("/action", "<Pause length='5'/>")
    line.twilio.hang_up(child.sid)
    line.twilio.advance(60)
    assert [] == line.app.at("/never")
    assert "completed" == parent.status


def test_r08_child_redirected_without_action_on_the_parent(line: Line) -> None:
    parent, child = line.bridge(dial(number(), ""))
    line.client.calls(child.sid).update(twiml=IN_ROOM)
    assert ("completed", "in-progress") == (parent.status, child.status)


def test_both_ways_of_calling_can_be_converted(line: Line) -> None:
    """A call placed by the agent's device: the parent is the client leg."""
    line.app.on("/out", dial(number(CUSTOMER)))
    line.twilio.add_application(f"{BASE}/out")
    parent = line.twilio.connect_device("alice", {"To": CUSTOMER})
    line.twilio.advance(10)
    line.app.on("/action", dial(conference(), ""))
    child = line.twilio.leg_at(CUSTOMER)
    line.client.calls(child.sid).update(twiml=IN_ROOM)
    line.twilio.advance(1)
    assert {parent, child.sid} == set(line.twilio.conferences()[0].participants)
