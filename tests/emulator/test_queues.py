"""<Enqueue>, <Leave> and <Dial><Queue>."""

import pytest

from .scripted_app import BASE
from .stories import AGENT, CUSTOMER, OURS, THIRD, Line, response

WAITING = f'<Enqueue action="{BASE}/out" waitUrl="{BASE}/wait">sales</Enqueue>'


def enqueue(line: Line, document: str = WAITING, caller: str = CUSTOMER) -> str:
    """Somebody calls and stands in the queue."""
    line.app.on("/voice", document)
    sid = line.twilio.place_call(caller, OURS)
    line.twilio.advance(1)
    return sid


def dial_queue(line: Line, noun: str = "<Queue>sales</Queue>", more: str = "") -> str:
    """An agent calls and takes the first one."""
    line.app.on("/voice", f'<Dial action="{BASE}/done" {more}>{noun}</Dial>')
    sid = line.twilio.place_call(AGENT, OURS)
    line.twilio.advance(1)
    return sid


def result(line: Line) -> tuple[str, str]:
    """How and after how long the last one left."""
    form = line.app.at("/out")[-1]
    return form["QueueResult"], form["QueueTime"]


def test_the_wait_document_hears_the_place_in_the_queue(line: Line) -> None:
    line.app.on("/wait", "<Play>x.mp3</Play>")
    enqueue(line)
    enqueue(line, caller=THIRD)
    line.twilio.advance(5)
    first, second, again = line.app.at("/wait")[:3]
    assert ("1", "0", "1") == tuple(
        first[name] for name in ("QueuePosition", "QueueTime", "CurrentQueueSize")
    )
    assert ("2", "2") == (second["QueuePosition"], second["CurrentQueueSize"])
    assert ("1", "5") == (again["QueuePosition"], again["QueueTime"])
    assert first["QueueSid"] == second["QueueSid"]


def test_an_agent_talks_to_the_first_and_hangs_up(line: Line) -> None:
    first, second = enqueue(line), enqueue(line, caller=THIRD)
    agent = dial_queue(line)
    line.app.on("/out", "<Pause length='60'/>")
    line.twilio.advance(10)
    line.twilio.hang_up(agent)
    line.twilio.advance(1)
    done = line.app.at("/done")[0]
    assert (agent, first, "11", "completed") == (
        done["CallSid"],
        done["DialCallSid"],
        done["DialCallDuration"],
        done["DialCallStatus"],
    )
    assert ("bridged", "2") == result(line)
    assert ["in-progress", "in-progress"] == [line.twilio.call(x).status for x in (first, second)]


def test_the_caller_hangs_up_and_the_agent_goes_on(line: Line) -> None:
    first = enqueue(line)
    agent = dial_queue(line)
    line.app.on("/done", "<Pause length='60'/>")
    line.twilio.hang_up(first)
    line.twilio.advance(1)
    assert ("completed", "in-progress") == (
        line.twilio.call(first).status,
        line.twilio.call(agent).status,
    )
    assert "true" == line.app.at("/done")[0]["DialBridged"]


def test_an_agent_waits_for_the_next_caller(line: Line) -> None:
    line.twilio.hang_up(enqueue(line))
    agent = dial_queue(line)
    first = enqueue(line)
    line.twilio.hang_up(agent)
    line.twilio.advance(1)
    assert first == line.app.at("/done")[0]["DialCallSid"]


def test_an_agent_waits_no_longer_than_its_timeout(line: Line) -> None:
    line.twilio.hang_up(enqueue(line))
    dial_queue(line, more='timeout="7"')
    line.twilio.advance(5.9)
    assert [] == line.app.at("/done")
    line.twilio.advance(0.2)
    assert "no-answer" == line.app.at("/done")[0]["DialCallStatus"]


def test_a_queue_that_never_was_cannot_be_dialled(line: Line) -> None:
    dial_queue(line)
    assert "failed" == line.app.at("/done")[0]["DialCallStatus"]


def test_a_document_for_the_caller_comes_before_the_agent(line: Line) -> None:
    enqueue(line)
    line.app.on("/whisper", "<Pause length='3'/>")
    agent = dial_queue(line, f'<Queue url="{BASE}/whisper">sales</Queue>')
    line.twilio.advance(9)
    line.twilio.hang_up(agent)
    line.twilio.advance(1)
    assert "7" == line.app.at("/done")[0]["DialCallDuration"]
    assert "QueueSid" in line.app.at("/whisper")[0]


def test_leave_goes_to_the_action(line: Line) -> None:
    line.app.on("/wait", "<Pause length='5'/><Leave/>")
    line.app.on("/out", "<Pause length='60'/>")
    sid = enqueue(line)
    line.twilio.advance(5)
    assert ("leave", "5") == result(line)
    assert "in-progress" == line.twilio.call(sid).status


def test_leave_without_action_goes_to_the_next_verb(line: Line) -> None:
    line.app.on("/wait", "<Leave/>")
    sid = enqueue(line, f'<Enqueue waitUrl="{BASE}/wait">sales</Enqueue><Pause length="60"/>')
    assert "in-progress" == line.twilio.call(sid).status


def test_leave_outside_a_queue_does_nothing(line: Line) -> None:
    sid = enqueue(line, "<Leave/><Pause length='60'/>")
    assert "in-progress" == line.twilio.call(sid).status


@pytest.mark.parametrize("way", ["hangup", "redirected"])
def test_hung_up_or_redirected_the_action_is_asked_in_vain(line: Line, way: str) -> None:
    line.app.on("/wait", "<Play loop='0'>x.mp3</Play>")
    sid = enqueue(line)
    if way == "hangup":
        line.twilio.hang_up(sid)
    else:
        line.client.calls(sid).update(twiml=response("<Pause length='60'/>"))
    line.twilio.advance(1)
    assert (way, "1") == result(line)


def test_a_full_queue_takes_nobody(line: Line) -> None:
    one = WAITING.replace("<Enqueue ", '<Enqueue maxQueueSize="1" ')
    enqueue(line, one)
    enqueue(line, one, THIRD)
    assert "queue-full" == line.app.at("/out")[0]["QueueResult"]


def test_a_name_that_is_too_long_is_an_error(line: Line) -> None:
    enqueue(line, WAITING.replace("sales", "s" * 65))
    assert "error" == line.app.at("/out")[0]["QueueResult"]
    assert 14205 == line.twilio.alerts[0].code


def test_keys_reach_the_wait_document(line: Line) -> None:
    line.app.on("/wait", f'<Gather numDigits="1" action="{BASE}/key"/>')
    line.app.on("/key", "<Leave/>")
    sid = enqueue(line)
    line.twilio.press(sid, "1")
    line.twilio.advance(1)
    assert "leave" == result(line)[0]


def test_a_verb_that_has_no_place_in_a_wait_document_is_skipped(line: Line) -> None:
    line.app.on("/wait", "<Record/><Leave/>")
    enqueue(line)
    assert ("leave", 12200) == (result(line)[0], line.twilio.alerts[0].code)


def test_an_agent_who_leaves_during_the_document_never_talked(line: Line) -> None:
    enqueue(line)
    line.app.on("/whisper", f"<Pause length='9'/><Redirect>{BASE}/more</Redirect>")
    agent = dial_queue(line, f'<Queue url="{BASE}/whisper">sales</Queue>')
    line.twilio.hang_up(agent)
    line.twilio.advance(30)
    assert ([], "false") == (line.app.at("/more"), line.app.at("/done")[0]["DialBridged"])


def test_a_time_limit_ends_the_conversation_and_both_go_on(line: Line) -> None:
    """https://www.twilio.com/docs/voice/twiml/dial#timelimit: of a queue as of a number."""
    first = enqueue(line)
    agent = dial_queue(line, more='timeLimit="20"')
    for path in ("/out", "/done"):
        line.app.on(path, "<Pause length='60'/>")
    line.twilio.advance(18)
    assert [] == line.app.at("/done")
    line.twilio.advance(3)
    (done,) = line.app.at("/done")
    assert ("completed", "20", "bridged") == (
        done["DialCallStatus"], done["DialCallDuration"], result(line)[0]
    )  # fmt: skip
    assert ["in-progress", "in-progress"] == [
        line.twilio.call(sid).status for sid in (first, agent)
    ]
