"""What Twilio sends when it asks what to do: R17, R18, R46 on the wire.

https://www.twilio.com/docs/voice/twiml#request-parameters
"""

from twilio.request_validator import RequestValidator

from .scripted_app import BASE
from .stories import AGENT, CUSTOMER, OURS, Line, dial, number


def test_r17_first_inbound_request_is_ringing_and_has_no_parent(line: Line) -> None:
    parent, _ = line.bridge()
    (form,) = line.app.at("/voice")
    assert (parent.sid, CUSTOMER, OURS, "ringing", "inbound") == (
        form["CallSid"],
        form["From"],
        form["To"],
        form["CallStatus"],
        form["Direction"],
    )
    assert (CUSTOMER, OURS, "2010-04-01") == (form["Caller"], form["Called"], form["ApiVersion"])
    assert "ParentCallSid" not in form


def test_r17_child_requests_carry_the_parent(line: Line) -> None:
    parent, child = line.bridge()
    line.client.calls(child.sid).update(url=f"{BASE}/moved")
    line.twilio.advance(1)
    (form,) = line.app.at("/moved")
    assert (parent.sid, "in-progress") == (form["ParentCallSid"], form["CallStatus"])
    assert {parent.sid} == {one["ParentCallSid"] for one in line.app.at("/leg")}


def test_r18_browser_call_says_who_from_the_token_and_what_from_the_page(line: Line) -> None:
    app_sid = line.twilio.add_application(f"{BASE}/out")
    params = {"To": AGENT, "campaign": "winter", "From": "client:mallory", "CallSid": "CA0"}
    sid = line.twilio.connect_device("alice", params)
    line.twilio.advance(1)
    (form,) = line.app.at("/out")
    assert ("client:alice", "client:alice", "inbound") == (
        form["From"],
        form["Caller"],
        form["Direction"],
    )
    assert (AGENT, "winter", sid, app_sid) == (
        form["To"],
        form["campaign"],
        form["CallSid"],
        form["ApplicationSid"],
    )


def test_r18_parent_of_a_browser_call_has_an_empty_to_in_rest(line: Line) -> None:
    line.twilio.add_application(f"{BASE}/out")
    line.app.on("/out", dial(number(CUSTOMER)))
    sid = line.twilio.connect_device("alice", {"To": CUSTOMER})
    line.twilio.advance(5)
    assert ("client:alice", "") == (
        line.client.calls(sid).fetch()._from,
        line.client.calls(sid).fetch().to,
    )


def test_r46_every_delivery_passes_the_official_validator(line: Line) -> None:
    _, _, room = line.convert()
    line.add_third(room.sid)
    line.twilio.run_until_quiet()
    validator = RequestValidator(line.twilio.auth_token)
    assert len(line.app.received) > 8
    for one in line.app.received:
        assert validator.validate(one.url, one.form, one.headers["X-Twilio-Signature"])


def test_r46_a_get_signs_its_query_and_no_fragment_is_sent(line: Line) -> None:
    line.call_in(f'<Redirect method="GET">{BASE}/next?a=1#rc=2</Redirect>')
    line.twilio.advance(1)
    asked = line.app.received[1]
    assert asked.url.startswith(f"{BASE}/next?a=1&CallSid=CA")
    assert "#" not in asked.url
    validator = RequestValidator(line.twilio.auth_token)
    assert validator.validate(asked.url, {}, asked.headers["X-Twilio-Signature"])
