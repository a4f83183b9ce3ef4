"""Bodies that nobody sane sends: each is refused in the contract's shape, and changes nothing."""

import codecs
import io
import json
from typing import Any

import pytest

from evovoice.web.guards import MAX_BODY
from tests.web.doubles import MEMBERS, WebApp, refused, signature_of, wire

_OBJECT = b'{"destination":"+12025550123"}'

MALFORMED: dict[str, bytes] = {
    "open object": b"{",
    "open list": b"[",
    "open text": b'{"destination":"',
    "open escape": b'{"destination":"\\',
    "half an escape": b'{"destination":"\\u12"}',
    "unknown escape": b'{"destination":"\\x41"}',
    "no value": b'{"destination":}',
    "no colon": b'{"destination" "x"}',
    "comma at the end": b'{"destination":"x",}',
    "single quotes": b"{'destination':'x'}",
    "bare name": b"{destination:x}",
    "two objects": _OBJECT + _OBJECT,
    "text after the object": _OBJECT + b"x",
    "a comment": b'{"destination":"x"/* y */}',
    "Python's True": b'{"destination":True}',
    "plus sign before a number": b'{"destination":+1}',
    "leading zero": b'{"destination":01}',
    "NaN": b'{"destination":NaN}',
    "Infinity": b'{"destination":-Infinity}',
    "NUL byte in a text": b'{"destination":"a\x00b"}',
    "NUL byte between": b'{\x00"destination":"x"}',
    "control byte in a text": b'{"destination":"a\x01b"}',
    "line break in a text": b'{"destination":"a\nb"}',
    "only NUL": b"\x00",
    "only a BOM": codecs.BOM_UTF8,
    "two BOMs": codecs.BOM_UTF8 * 2 + _OBJECT,
    "UTF-16": _OBJECT.decode().encode("utf-16"),
    "UTF-16 without BOM": _OBJECT.decode().encode("utf-16-le"),
    "UTF-32": _OBJECT.decode().encode("utf-32"),
    "Latin-1": '{"destination":"Zoë"}'.encode("latin-1"),
    "half a letter": b'{"destination":"\xc3"}',
    "overlong encoding": b'{"destination":"\xc0\x80"}',
    "surrogate in UTF-8": b'{"destination":"\xed\xa0\x80"}',
    "beyond Unicode": b'{"destination":"\xf5\x80\x80\x80"}',
    "form": b"destination=%2B12025550123",
    "XML": b"<AddConferenceMember/>",
    "CSV": b"Destination\r\n+12025550123\r\n",
    "JSV": b"{destination:x}",
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
    "depth of 6 * 10^4 lists": b"[" * 60_000,
    "depth of objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "depth in a field": b'{"destination":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "depth in an unknown field": b'{"x":' + b"[" * 40 + b"]" * 40 + b',"destination":"x"}',
    "depth before an open text of escapes": b"[" * 40 + b'"' + b'\\"' * 32_000,
    "depth before quotes": b"[" * 40 + b'"' * 65_001,
    "integer of 10^4 digits": b'{"destination":' + b"1" * 10_000 + b"}",
    "integer of 10^4 digits elsewhere": b'{"destination":"x","y":' + b"9" * 10_000 + b"}",
    "empty list": b"[]",
    "list of requests": b"[" + _OBJECT + b"]",
    "a text": b'"destination"',
    "a number": b"1",
    "a fraction": b"1e999",
    "true": b"true",
    "null": b"null",
}

WRONG_VALUES: dict[str, Any] = {
    "number": 12025550123,
    "fraction": 1.5,
    "endless": 1e308,
    "zero": 0,
    "true": True,
    "false": False,
    "list": ["+12025550123"],
    "empty list": [],
    "object": {"e164": "+12025550123"},
    "NUL": "+1202\x005550123",
    "first half of a pair": "\ud83d",
    "second half of a pair": "\udcde",
    "257 characters": "1" * 257,
    "60000 characters": "1" * 60_000,
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_malformed_body_is_refused_and_changes_nothing_c24(web: WebApp, kind: str) -> None:
    response = web.api("POST", MEMBERS, data=MALFORMED[kind], content_type="application/json")
    message = refused(response, 400, "SerializationException")
    assert message.startswith("Could not read the JSON body: ")
    assert [] == web.changes


@pytest.mark.parametrize("kind", MALFORMED)
def test_malformed_body_of_a_delete_ends_no_call(web: WebApp, kind: str) -> None:
    response = web.api(
        "DELETE", "/sessions/s-1", data=MALFORMED[kind], content_type="application/json"
    )
    refused(response, 400, "SerializationException")
    assert [] == web.changes


@pytest.mark.parametrize("name", ["destination", "callSid", "fromNumber", "CALLSID"])
@pytest.mark.parametrize("kind", WRONG_VALUES)
def test_value_of_a_wrong_type_is_refused_by_the_name_of_its_field(
    web: WebApp, kind: str, name: str
) -> None:
    body = json.dumps({"destination": "x", name: WRONG_VALUES[kind]})
    response = web.api("POST", MEMBERS, data=body, content_type="application/json")
    message = refused(response, 400, "SerializationException")
    assert name.lower() in message.lower()
    assert [] == web.changes


@pytest.mark.parametrize("query", ["destination=a%00b", "callSid=" + "x" * 257])
def test_bad_value_in_the_query_is_refused_as_such(web: WebApp, query: str) -> None:
    response = web.api("POST", f"{MEMBERS}?{query}", json={"destination": "x"})
    message = refused(response, 400, "SerializationException")
    assert message.startswith("Could not read the query: ")


def test_message_says_what_is_wrong_and_where(web: WebApp) -> None:
    response = web.api("POST", MEMBERS, data=b'{"destination":\n  x}')
    expected = "Could not read the JSON body: Expecting value, at line 2, column 3"
    assert expected == refused(response, 400, "SerializationException")


def test_body_may_be_nested_as_deep_as_thirty_two_and_brackets_in_texts_do_not_count(
    web: WebApp,
) -> None:
    deep = "[" * 31 + "]" * 31
    body = f'{{"destination":"x","y":{deep},"z":"{"[{" * 1000}"}}'
    assert 200 == web.api("POST", MEMBERS, data=body.encode()).status_code


def test_bom_before_a_good_body_is_forgiven(web: WebApp) -> None:
    assert 200 == web.api("POST", MEMBERS, data=codecs.BOM_UTF8 + _OBJECT).status_code


@pytest.mark.parametrize("size", [MAX_BODY + 1, 5_000_000])
def test_body_over_the_limit_is_413(web: WebApp, size: int) -> None:
    body = b'{"destination":"' + b"x" * size + b'"}'
    response = web.api("POST", MEMBERS, data=body, content_type="application/json")
    expected = "The body may have at most 65536 bytes"
    assert expected == refused(response, 413, "BodyTooLarge")
    assert [] == web.changes


@pytest.mark.parametrize("size", [MAX_BODY + 1, MAX_BODY + 2, 200_000])
def test_body_of_no_stated_length_is_not_cut_off_in_silence(web: WebApp, size: int) -> None:
    chunked = {"wsgi.input_terminated": True}
    for path in (MEMBERS, *REPORTS, "/twilio/voice/incoming"):
        stream = io.BytesIO(_OBJECT.ljust(size))
        response = web.api("POST", path, input_stream=stream, environ_overrides=chunked)
        refused(response, 413, "BodyTooLarge")
    assert [] == web.changes


def test_body_of_no_stated_length_is_read_up_to_the_limit(web: WebApp) -> None:
    chunked = {"wsgi.input_terminated": True}
    stream = io.BytesIO(_OBJECT.ljust(MAX_BODY))
    response = web.api("POST", MEMBERS, input_stream=stream, environ_overrides=chunked)
    assert 200 == response.status_code


def test_body_of_the_limit_is_read(web: WebApp) -> None:
    padding = b" " * (MAX_BODY - len(_OBJECT))
    assert 200 == web.api("POST", MEMBERS, data=_OBJECT + padding).status_code


@pytest.mark.parametrize("verb", ["GET", "HEAD"])
def test_body_of_a_get_is_not_looked_at_c9(web: WebApp, verb: str) -> None:
    response = web.api(verb, "/sessions/s-1", data=b"\x00[[[", content_type="text/plain")
    assert 200 == response.status_code


@pytest.mark.parametrize("host", ["a b", "[::1", "ä", "x" * 5000, "a/b", "evil.example:99999", ""])
def test_broken_host_is_no_fault_of_ours_whatever_is_answered(web: WebApp, host: str) -> None:
    for verb, path in (("POST", MEMBERS), ("PUT", MEMBERS), ("GET", "/nothing")):
        response = web.api(verb, path, json={"destination": "x"}, headers={"Host": host})
        assert response.status_code < 500
        assert response.content_type == "application/json; charset=utf-8"


def test_request_that_the_framework_refuses_is_answered_in_our_shape_c24(web: WebApp) -> None:
    response = web.api("GET", "/sessions/s-1", headers={"Host": "x" * 5000})
    message = refused(response, 400, "SerializationException")
    assert message == "Could not read the request: Bad Request"


REPORTS = ["/twilio/voice/status", "/twilio/sessions/a-1/s-1/legs/leg-1",
           "/twilio/sessions/a-1/s-1/conference"]  # fmt: skip
SID = "CA" + "0" * 32
BAD_FORMS: dict[str, dict[str, str]] = {
    "empty": {},
    "no status": {"CallSid": SID},
    "no call": {"CallStatus": "ringing"},
    "empty call": {"CallSid": "", "CallStatus": "ringing"},
    "short call": {"CallSid": "CA1", "CallStatus": "ringing"},
    "another kind of id": {"CallSid": "CF" + "0" * 32, "CallStatus": "ringing"},
    "call with NUL": {"CallSid": SID[:-1] + "\0", "CallStatus": "ringing"},
    "endless call": {"CallSid": SID * 1000, "CallStatus": "ringing"},
    "status with NUL": {"CallSid": SID, "CallStatus": "ring\0"},
    "event with a line break": {"CallSid": SID, "StatusCallbackEvent": "a\nb"},
}  # fmt: skip


ODD_EVENTS: dict[str, dict[str, str]] = {
    "endless number": {"ConferenceSid": "CF" + "0" * 32, "CallSid": SID, "Hold": "false",
                       "StatusCallbackEvent": "participant-join", "SequenceNumber": "9" * 5000,
                       "Muted": "false"},
    "flag that is none": {"ConferenceSid": "CF" + "0" * 32, "CallSid": SID, "Hold": "maybe",
                          "StatusCallbackEvent": "participant-join", "SequenceNumber": "1"},
}  # fmt: skip


@pytest.mark.parametrize("kind", ODD_EVENTS)
def test_event_of_a_conference_with_an_odd_detail_is_taken(web: WebApp, kind: str) -> None:
    """After four refusals it would be lost; what it is about can be read."""
    path = "/twilio/sessions/a-1/s-1/conference"
    assert 204 == web.carrier(path, ODD_EVENTS[kind]).status_code


@pytest.mark.parametrize("path", REPORTS)
@pytest.mark.parametrize("kind", BAD_FORMS)
def test_report_that_the_carrier_never_sends_is_refused(web: WebApp, kind: str, path: str) -> None:
    message = refused(web.carrier(path, BAD_FORMS[kind]), 400, "SerializationException")
    assert message.startswith("Could not read the form body: ")
    assert [] == web.changes


@pytest.mark.parametrize("kind", BAD_FORMS)
@pytest.mark.parametrize("path", ["/twilio/voice/incoming", "/twilio/voice/outgoing"])
def test_question_that_the_carrier_never_asks_ends_in_a_sentence(
    web: WebApp, kind: str, path: str
) -> None:
    response = web.carrier(path, BAD_FORMS[kind])
    assert (200, "text/xml; charset=utf-8") == (response.status_code, response.content_type)
    assert b"cannot be connected" in response.data


@pytest.mark.parametrize("kind", MALFORMED)
@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=b"],
)
def test_odd_bodies_at_the_carriers_door_are_refused(
    web: WebApp, kind: str, content_type: str
) -> None:
    for path in (*REPORTS, "/twilio/voice/incoming"):
        response = web.client.post(
            path,
            data=MALFORMED[kind],
            content_type=content_type,
            headers={"X-Twilio-Signature": signature_of("guess", path, [])},
        )
        refused(response, 403, "Forbidden")
    assert [] == web.changes


@pytest.mark.parametrize("path", [*REPORTS, "/twilio/voice/incoming"])
@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain"])
def test_webhook_over_the_limit_is_413(web: WebApp, path: str, content_type: str) -> None:
    body = wire({"CallSid": "x" * 5_000_000})
    response = web.client.post(path, data=body, content_type=content_type)
    refused(response, 413, "BodyTooLarge")
