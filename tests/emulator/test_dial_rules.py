"""What a <Dial> may do: R14, R15, R19, R57, and its attributes."""

import pytest

from evovoice.emulator.engine.remote_party import Impossible

from .scripted_app import BASE
from .stories import AGENT, CUSTOMER, OURS, THIRD, Line, conference, dial, number, response


def codes(line: Line) -> list[int]:
    """What the debugger has so far."""
    return [alert.code for alert in line.twilio.alerts]


def device_call(line: Line, document: str) -> str:
    """A browser places a call and gets that document."""
    line.app.on("/out", document)
    line.twilio.add_application(f"{BASE}/out")
    sid = line.twilio.connect_device("alice", {"To": THIRD})
    line.twilio.advance(1)
    return sid


def test_r14_a_whisper_may_not_dial(line: Line) -> None:
    line.app.on("/whisper", dial(number(THIRD)))
    line.call_in(dial(f'<Number url="{BASE}/whisper">{AGENT}</Number>'))
    line.twilio.advance(5)
    assert 13201 == codes(line)[0]
    assert "completed" == line.app.at("/action")[0]["DialCallStatus"]
    with pytest.raises(Impossible):
        line.twilio.leg_at(THIRD)


def test_r14_a_child_that_rest_redirected_may_dial(line: Line) -> None:
    line.app.on("/action", "<Pause length='60'/>")
    _, child = line.bridge()
    line.client.calls(child.sid).update(twiml=response(dial(number(THIRD), "")))
    line.twilio.advance(5)
    assert child.sid == line.twilio.leg_at(THIRD).parent_sid
    assert [] == codes(line)


@pytest.mark.parametrize("shown", [OURS, CUSTOMER, "+15550007777"])
def test_r15_a_caller_by_telephone_may_show_both_ends_and_what_is_verified(
    line: Line, shown: str
) -> None:
    line.twilio.verify("+15550007777")
    line.call_in(f'<Dial callerId="{shown}">{AGENT}</Dial>')
    line.twilio.advance(1)
    assert shown == line.twilio.leg_at(AGENT).from_


def test_r15_without_caller_id_the_caller_shows(line: Line) -> None:
    line.call_in(f"<Dial>{AGENT}</Dial>")
    line.twilio.advance(1)
    assert CUSTOMER == line.twilio.leg_at(AGENT).from_


@pytest.mark.parametrize("shown", ["+15550009999", "nonsense", "client:bob"])
def test_r15_a_strange_caller_id_fails_the_dial(line: Line, shown: str) -> None:
    line.call_in(f'<Dial callerId="{shown}" action="{BASE}/action">{AGENT}</Dial>')
    line.twilio.advance(1)
    assert 13214 == codes(line)[0]
    assert "failed" == line.app.at("/action")[0]["DialCallStatus"]


@pytest.mark.parametrize(("given", "works"), [("", False), (CUSTOMER, False), (OURS, True)])
def test_r15_a_browser_has_to_show_a_number_of_ours(line: Line, given: str, works: bool) -> None:
    shown = f'callerId="{given}"' if given else ""
    device_call(line, f"<Dial {shown}><Number>{THIRD}</Number></Dial>")
    assert works is any(leg.to == THIRD for leg in line.twilio.living_calls())
    assert ([] if works else [13214]) == codes(line)


def test_r15_a_browser_may_show_its_name_to_another(line: Line) -> None:
    device_call(line, '<Dial callerId="client:alice"><Client>bob</Client></Dial>')
    assert "client:alice" == line.twilio.leg_at("client:bob").from_


@pytest.mark.parametrize(
    ("noun", "code"),
    [("+1 (555) 222-3333", 0), ("555-222-3333", 0), ("911", 13223), ("bob", 13223)],
)
def test_r15_numbers_are_read_as_people_write_them(line: Line, noun: str, code: int) -> None:
    line.call_in(f"<Dial><Number>{noun}</Number></Dial><Pause length='9'/>")
    line.twilio.advance(1)
    assert ([code] if code else []) == codes(line)
    assert (code == 0) is any(leg.to == AGENT for leg in line.twilio.living_calls())


def test_r15_a_sip_address_has_to_be_one(line: Line) -> None:
    line.call_in(dial("<Sip>bob</Sip>", "") + "<Pause length='9'/>")
    line.twilio.advance(1)
    assert [13243] == codes(line)


def test_r15_four_hours_are_the_limit(line: Line) -> None:
    _, child = line.bridge()
    line.twilio.advance(14_390)
    assert "in-progress" == child.status
    line.twilio.advance(10)
    assert "completed" == child.status


def test_r19_all_browsers_of_an_identity_ring_and_the_first_wins(line: Line) -> None:
    laptop, rest_api = (line.twilio.browser("bob", name) for name in ("laptop", "desk"))
    other = line.twilio.browser("carol", "laptop")
    line.call_in(dial("<Client>bob</Client>"))
    line.twilio.advance(10)
    assert (True, True, False) == (laptop.rings(), rest_api.rings(), other.rings())
    sid = rest_api.accept()
    assert ("cancelled", "accepted") == (laptop.state(sid), rest_api.state(sid))
    with pytest.raises(Impossible, match="31008"):
        laptop.accept()
    assert "in-progress" == line.twilio.call(sid).status


def test_r19_the_call_is_declined_when_the_last_browser_declines(line: Line) -> None:
    laptop, rest_api = (line.twilio.browser("bob", name) for name in ("laptop", "desk"))
    line.call_in(dial("<Client>bob</Client>"))
    line.twilio.advance(1)
    laptop.reject()
    assert rest_api.rings()
    rest_api.reject()
    line.twilio.advance(1)
    assert "busy" == line.app.at("/action")[0]["DialCallStatus"]


def test_r19_a_closed_browser_does_not_ring(line: Line) -> None:
    laptop, rest_api = (line.twilio.browser("bob", name) for name in ("laptop", "desk"))
    laptop.close()
    line.call_in(dial("<Client>bob</Client>"))
    line.twilio.advance(1)
    assert (False, True) == (laptop.rings(), rest_api.rings())
    line.twilio.advance(60)
    assert not rest_api.rings()


def test_ten_nouns_ring_at_most(line: Line) -> None:
    line.call_in(dial("".join(f"<Number>+155500020{n:02}</Number>" for n in range(12))))
    line.twilio.advance(1)
    assert 10 == sum(leg.parent_sid is not None for leg in line.twilio.living_calls())
    assert [13250] == codes(line)


def test_a_conference_excludes_other_nouns(line: Line) -> None:
    line.call_in(dial(conference() + number()))
    line.twilio.advance(1)
    assert [13215] == codes(line)
    assert 1 == len(line.twilio.living_calls())


def test_in_sequence_the_next_rings_when_the_first_does_not_answer(line: Line) -> None:
    line.twilio.phone(AGENT).gives_up_after(4)
    line.call_in(dial(number(AGENT) + number(THIRD), 'sequential="true"'))
    line.twilio.advance(4)
    assert not any(leg.to == THIRD for leg in line.twilio.living_calls())
    line.twilio.advance(4)
    assert "in-progress" == line.twilio.leg_at(THIRD).status


def test_a_star_gets_rid_of_the_other_side(line: Line) -> None:
    parent, child = line.bridge(dial(number(), 'hangupOnStar="true"') + "<Pause length='60'/>")
    line.twilio.press(parent.sid, "*")
    line.twilio.advance(1)
    assert ("completed", "in-progress") == (child.status, parent.status)


def test_a_star_means_nothing_unless_asked_for(line: Line) -> None:
    """It is a key like others: the called party hears it."""
    parent, child = line.bridge()
    line.twilio.press(parent.sid, "*")
    assert ("*", True, True) == (child.keys_heard, parent.live, child.live)


def test_a_recorded_conversation_has_an_address(line: Line) -> None:
    record = f'record="record-from-answer" recordingStatusCallback="{BASE}/rec"'
    _, child = line.bridge(dial(number(), f'action="{BASE}/action" {record}'))
    line.twilio.hang_up(child.sid)
    line.twilio.advance(1)
    (told,), (form,) = line.app.at("/rec"), line.app.at("/action")
    assert ("completed", told["RecordingSid"]) == (told["RecordingStatus"], form["RecordingSid"])
    assert form["RecordingUrl"].endswith(form["RecordingSid"])


@pytest.mark.parametrize(("rings_on", "status"), [(True, "ringing"), (False, "in-progress")])
def test_answer_on_bridge_may_leave_the_caller_ringing(
    line: Line, rings_on: bool, status: str
) -> None:
    line.twilio.choose(answer_on_bridge_rings=rings_on)
    line.twilio.phone(AGENT).answers_after(10)
    sid = line.call_in(dial(number(), 'answerOnBridge="true"'))
    line.twilio.advance(5)
    assert status == line.client.calls(sid).fetch().status
    line.twilio.advance(10)
    assert "in-progress" == line.client.calls(sid).fetch().status


def simultaneous(line: Line) -> dict[str, str]:
    """Three phones ring, the agent answers first; who was called at which leg."""
    line.twilio.phone(THIRD).answers_after(9)
    line.twilio.phone("+15556667777").just_rings()
    line.bridge(dial("".join(number(to) for to in (THIRD, AGENT, "+15556667777"))))
    return {leg.to: leg.sid for leg in line.twilio.exchange.network.legs if leg.parent_sid}


def ends(line: Line) -> dict[str, str]:
    """The final reports that arrived, by leg."""
    final = {"canceled", "completed", "no-answer"}
    forms = [form for form in line.app.at("/leg") if form["CallStatus"] in final]
    return {form["CallSid"]: form["CallStatus"] for form in forms}


def test_r57_once_one_answers_the_others_end_canceled_each_with_its_report(line: Line) -> None:
    legs = simultaneous(line)
    assert {legs[THIRD]: "canceled", legs["+15556667777"]: "canceled"} == ends(line)
    assert "in-progress" == line.twilio.leg_at(AGENT).status


def test_r57_the_report_of_one_that_lost_can_be_lost_alone(line: Line) -> None:
    line.twilio.chaos("lose,kind=call-status,event=canceled,count=1")
    legs = simultaneous(line)
    assert {legs["+15556667777"]: "canceled"} == ends(line)
    assert "canceled" == line.client.calls(legs[THIRD]).fetch().status


def test_client_parameters_are_shown_to_the_device(line: Line) -> None:
    """https://www.twilio.com/docs/voice/twiml/client#parameter: short ones, eight at most."""
    many = "".join(f"<Parameter name='p{n}' value='{n}'/>" for n in range(8))
    long = f"<Parameter name='long' value='{'x' * 129}'/>"
    line.call_in(
        dial(f"<Client><Identity>alice</Identity>{long}{many}<Parameter name='p9'/></Client>")
    )
    line.twilio.advance(1)
    leg = line.twilio.leg_at("client:alice")
    assert {f"p{n}": str(n) for n in range(8)} == leg.shown
    assert [12200, 12200] == [alert.code for alert in line.twilio.alerts]


def test_the_reason_of_a_call_is_shown_to_whoever_is_called(line: Line) -> None:
    """https://www.twilio.com/docs/voice/api/call-resource#create-a-call: CallReason."""
    call = line.client.calls.create(
        to="+15556663333", from_=OURS, url=f"{BASE}/x", call_reason="Your parcel"
    )
    assert "Your parcel" == line.twilio.call(call.sid).reason


@pytest.mark.parametrize("noun", [number(), conference()])
def test_r15_a_time_limit_ends_the_dial_and_the_document_goes_on(line: Line, noun: str) -> None:
    """https://www.twilio.com/docs/voice/twiml/dial#timelimit: of a conference as of a number."""
    sid = line.call_in(dial(noun, f'timeLimit="20" action="{BASE}/action"'))
    line.app.on("/action", "<Pause length='60'/>")
    line.twilio.advance(19)
    assert [] == line.app.at("/action")
    line.twilio.advance(15)
    assert 1 == len(line.app.at("/action"))
    assert "in-progress" == line.twilio.call(sid).status
    assert [] == [room for room in line.twilio.conferences() if not room.over]
