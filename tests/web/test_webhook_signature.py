"""One suite for every route of the carrier: who may use it, and in which way."""

import pytest

from evovoice.web.operations import TABLE
from tests.logged import lines_written
from tests.web.doubles import (
    ACCOUNT_SID,
    BASE,
    OLD_TOKEN,
    TOKEN,
    WebApp,
    refused,
    signature_of,
    web_app,
    wire,
)

CALL, ROOM = "CA" + "0" * 32, "CF" + "0" * 32
SESSION = "/twilio/sessions/a-1/s-1"
SAID = "/twilio/announcements/returning"  # what a party hears: no session is asked for it
FORMS: dict[str, dict[str, str]] = {
    "/twilio/voice/incoming": {"CallSid": CALL, "From": "+12025550123", "To": "+14155550100"},
    "/twilio/voice/outgoing": {"CallSid": CALL, "From": "client:ann_1", "To": "+12025550123"},
    "/twilio/voice/status": {"CallSid": CALL, "CallStatus": "completed"},
    f"{SESSION}/legs/leg-1/answered": {"CallSid": CALL, "CallStatus": "in-progress"},
    f"{SESSION}/dial-action": {"CallSid": CALL, "DialCallStatus": "completed"},
    f"{SESSION}/legs/leg-1": {"CallSid": CALL, "CallStatus": "ringing"},
    f"{SESSION}/legs/leg-1/detection": {"CallSid": CALL, "AnsweredBy": "machine_start"},
    f"{SESSION}/legs/leg-1/recording": {
        "CallSid": CALL,
        "RecordingSid": "RE" + "1" * 32,
        "RecordingStatus": "in-progress",
    },
    SAID: {"CallSid": CALL},
    f"{SESSION}/legs/leg-1/digits/d-1": {"CallSid": CALL},
    f"{SESSION}/conference": {"ConferenceSid": ROOM, "StatusCallbackEvent": "conference-end"},
}
routes = pytest.mark.parametrize("path", FORMS)
routes_to_services = pytest.mark.parametrize("path", [path for path in FORMS if path != SAID])
WRONG = {"X-Twilio-Signature": "d3Jvbmc="}


def _signed(path: str) -> dict[str, str]:
    return {"AccountSid": ACCOUNT_SID, **FORMS[path]}


def test_the_suite_knows_every_route_of_the_carrier(web: WebApp) -> None:
    """A new webhook has to be added above."""
    rules = [r for r in web.app.url_map.iter_rules() if r.endpoint.startswith("webhooks.")]
    assert len(FORMS) == len(rules)


def test_what_is_announced_is_a_document_without_a_verb_that_ends_the_call(web: WebApp) -> None:
    answer = web.carrier(SAID, FORMS[SAID])
    assert (200, "text/xml; charset=utf-8") == (answer.status_code, answer.content_type)
    assert "<Say>The person you were being connected to" in answer.text
    assert "Hangup" not in answer.text


@routes_to_services
@pytest.mark.parametrize("token", [TOKEN, OLD_TOKEN])
def test_genuine_request_is_let_in_with_either_token(web: WebApp, path: str, token: str) -> None:
    assert web.carrier(path, FORMS[path], token).status_code in {200, 204}
    assert 1 == len(web.changes)


@routes
def test_request_without_signature_is_refused(web: WebApp, path: str) -> None:
    message = refused(web.client.post(path, data=_signed(path)), 403, "Forbidden")
    assert "The signature is not the carrier's" == message
    assert [] == web.changes


@routes
@pytest.mark.parametrize("token", ["wrong", "", TOKEN.upper()])
def test_request_signed_with_another_token_is_refused(web: WebApp, path: str, token: str) -> None:
    refused(web.carrier(path, FORMS[path], token), 403, "Forbidden")
    assert [] == web.changes


@routes
@pytest.mark.parametrize("header", ["", "x", "=", "ä", "d3Jvbmc=", "A" * 5000, "\x7f"])
def test_nonsense_for_a_signature_is_refused(web: WebApp, path: str, header: str) -> None:
    response = web.client.post(path, data=_signed(path), headers={"X-Twilio-Signature": header})
    refused(response, 403, "Forbidden")


@routes
def test_signature_of_another_form_is_refused(web: WebApp, path: str) -> None:
    header = {"X-Twilio-Signature": signature_of(TOKEN, BASE + path, _signed(path).items())}
    for form in ({**_signed(path), "Digits": "1"}, {**_signed(path), "CallSid": CALL[:-1] + "9"}):
        refused(web.client.post(path, data=form, headers=header), 403, "Forbidden")
    assert [] == web.changes


@routes
def test_signature_of_another_address_is_refused(web: WebApp, path: str) -> None:
    for signed in (f"{BASE}{path}/", f"{BASE}{path}?a=1", f"https://other.example{path}", path):
        header = {"X-Twilio-Signature": signature_of(TOKEN, signed, _signed(path).items())}
        response = web.client.post(path, data=_signed(path), headers=header)
        refused(response, 403, "Forbidden")
    assert [] == web.changes


@routes
def test_signature_covers_the_query_as_it_was_sent(web: WebApp, path: str) -> None:
    """Decoded for reading it would be another text: %2F, a plus sign, bytes beyond ASCII."""
    target = f"{path}?a=%2Fb%20c+d&e=%C3%A9&e=2"
    assert web.carrier(target, FORMS[path]).status_code in {200, 204}


@routes
def test_host_and_scheme_of_the_request_do_not_matter(web: WebApp, path: str) -> None:
    """Behind a proxy they are its own; the signed address is the configured one."""
    header = {"X-Twilio-Signature": signature_of(TOKEN, BASE + path, _signed(path).items())}
    response = web.client.post(
        path, data=_signed(path), headers=header, base_url="http://10.0.0.7:5000"
    )
    assert response.status_code in {200, 204}


@routes
def test_repeated_parameter_is_signed_with_all_its_values(web: WebApp, path: str) -> None:
    pairs = [*_signed(path).items(), ("Extra", "1"), ("Extra", "2")]
    text = [(name, value) for name, value in pairs if name != "Extra"] + [("Extra", "1Extra2")]
    header = {"X-Twilio-Signature": signature_of(TOKEN, BASE + path, text)}
    data = wire(_signed(path)) + b"&Extra=1&Extra=2"
    response = web.client.post(
        path, data=data, headers=header, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code in {200, 204}


@routes
def test_another_account_of_the_carrier_is_refused(web: WebApp, path: str) -> None:
    response = web.carrier(path, {**FORMS[path], "AccountSid": "AC" + "1" * 32})
    refused(response, 403, "Forbidden")


@routes_to_services
def test_repeat_is_handed_over_again_with_the_same_receipt(web: WebApp, path: str) -> None:
    """The services know a receipt they have seen; the web must not make it look new."""
    first, second = web.carrier(path, FORMS[path]), web.carrier(path, FORMS[path])
    assert first.status_code == second.status_code
    assert first.data == second.data
    assert web.changes[0] == web.changes[1]


@routes
@pytest.mark.parametrize("verb", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_405(web: WebApp, path: str, verb: str) -> None:
    response = web.client.open(path, method=verb, headers=WRONG)
    assert (405, "POST") == (response.status_code, response.headers["Allow"])
    assert [] == web.changes


@routes
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/csv", ""])
def test_other_content_types_hold_no_form_and_are_refused(
    web: WebApp, path: str, content_type: str
) -> None:
    header = {"X-Twilio-Signature": signature_of(TOKEN, BASE + path, _signed(path).items())}
    response = web.client.post(
        path, data=wire(_signed(path)), headers=header, content_type=content_type
    )
    refused(response, 403, "Forbidden")
    assert [] == web.changes


@routes
def test_api_key_does_not_open_the_carriers_door(web: WebApp, path: str) -> None:
    refused(web.api("POST", path, data=_signed(path)), 403, "Forbidden")


def test_refusal_names_the_address_that_was_checked_and_the_one_that_was_asked_for() -> None:
    """A PUBLIC_BASE_URL that is not where the carrier sends to is found by one line."""
    web = web_app(TABLE[:2])  # of its own: others may have used up the minute
    path = "/twilio/voice/incoming"
    form = {"AccountSid": ACCOUNT_SID, **FORMS[path]}
    signed = signature_of(TOKEN, f"http://elsewhere.example{path}", form.items())
    with lines_written() as lines:
        web.client.post(
            f"{path}?to=+12025550123", data=form, base_url="http://elsewhere.example",
            headers={"X-Twilio-Signature": signed},
        )  # fmt: skip
    (line,) = lines.records("evovoice.web.webhook_signature")
    assert "warning" == line["level"]
    assert f"{BASE}{path}" == line["checked_against"]
    assert f"http://elsewhere.example{path}" == line["asked_for"]
    assert "signature is not the one" in line["why"]
    assert "PUBLIC_BASE_URL" in line["hint"]
    assert form["CallSid"] == line["call_sid"]
    assert "2025550123" not in lines.text


def test_refusal_names_no_call_where_what_is_claimed_is_no_sid() -> None:
    web = web_app(TABLE[:2])
    form = {**FORMS["/twilio/voice/incoming"], "CallSid": "CA1 and more"}
    with lines_written() as lines:
        web.client.post("/twilio/voice/incoming", data=form)
    (line,) = lines.records("evovoice.web.webhook_signature")
    assert line.get("call_sid") is None


@pytest.mark.parametrize(
    ("form", "headers", "why"),
    [
        ({"AccountSid": ACCOUNT_SID}, {}, "it has no signature"),
        ({"AccountSid": "AC" + "9" * 32}, WRONG, "its AccountSid is not TWILIO_ACCOUNT_SID"),
    ],
)
def test_refusal_says_why(form: dict[str, str], headers: dict[str, str], why: str) -> None:
    web = web_app(TABLE[:3])
    with lines_written() as lines:
        web.client.post("/twilio/voice/incoming", data=form, headers=headers)
    told = lines.records("evovoice.web.webhook_signature")
    assert [why] == [one["why"] for one in told]


def test_flood_of_forgeries_does_not_fill_the_log_and_hides_no_other_kind() -> None:
    web = web_app(TABLE[:1])
    with lines_written() as lines:
        for number in range(100):
            web.client.post(f"/twilio/voice/incoming?{number}", data={})
        form = {"AccountSid": ACCOUNT_SID}
        web.client.post("/twilio/voice/incoming", data=form, headers=WRONG)
    told = [one["why"] for one in lines.records("evovoice.web.webhook_signature")]
    assert 10 == told.count("it has no signature")
    assert 11 == len(told)
