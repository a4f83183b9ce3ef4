"""The contract's conventions on routes, binding, headers and JSON, by their numbers."""

import json

import pytest

from tests.domain.builders import AGENT
from tests.web.doubles import MEMBERS, WebApp, refused


@pytest.mark.parametrize(
    "path", ["/Sessions/Active/", "/SESSIONS/ACTIVE", "/sessions/active/", "/sessions/active"]
)
def test_literals_win_and_ignore_case_and_a_slash_at_the_end_c1(web: WebApp, path: str) -> None:
    assert 200 == web.api("GET", path).status_code
    assert ["active_sessions"] == [name for name, _ in web.calls.calls]


@pytest.mark.parametrize("verb", ["DELETE", "POST"])
def test_literal_is_never_an_id_whatever_the_verb_c1_c4(web: WebApp, verb: str) -> None:
    response = web.api(verb, "/Sessions/Active")
    assert "GetActiveSessions takes GET, HEAD" == refused(response, 405, "MethodNotAllowed")
    assert "GET, HEAD" == response.headers["Allow"]
    assert [] == web.changes


def test_ids_keep_their_case_beside_literals_in_any_c1(web: WebApp) -> None:
    web.api("POST", "/Sessions/Conference/CONFERENCE/Members/", json={"destination": "x"})
    assert "Conference" == web.calls.calls[0][1][1].session_id


def test_only_one_slash_separates_parts_c1(web: WebApp) -> None:
    for path in ("//sessions/active", "/sessions//active", "/sessions/active//"):
        refused(web.api("GET", path), 404, "NotFound")


@pytest.mark.parametrize("verb", ["PUT", "POST", "OPTIONS", "TRACE", "BREW"])
def test_wrong_verb_is_405_with_allow_c4(web: WebApp, verb: str) -> None:
    response = web.api(verb, "/sessions/s-1")
    message = refused(response, 405, "MethodNotAllowed")
    takers = "EndSession takes DELETE and GetSession takes GET, HEAD and PatchSession takes PATCH"
    assert takers == message
    assert "DELETE, GET, HEAD, PATCH" == response.headers["Allow"]


def test_wrong_verb_on_a_route_of_one_operation_c4(web: WebApp) -> None:
    response = web.api("GET", "/sessions/s-1/hold")
    assert "HoldSession takes POST" == refused(response, 405, "MethodNotAllowed")


@pytest.mark.parametrize("path", ["/", "/nothing", "/session", "/sessions/s/hold/x", "/static/x"])
def test_unknown_route_is_404_in_our_shape_c24(web: WebApp, path: str) -> None:
    message = refused(web.api("GET", path), 404, "NotFound")
    assert f"Nothing answers GET {path}" == message


def test_query_overwrites_path_and_path_overwrites_body_c7(web: WebApp) -> None:
    web.api("POST", MEMBERS, json={"destination": "x", "sessionId": "s-9"})
    web.api("POST", f"{MEMBERS}?sessionId=s-2&destination=y", json={"destination": "x"})
    asked = [arguments[1] for _, arguments in web.calls.calls]
    assert [("s-1", "x"), ("s-2", "y")] == [(a.session_id, a.destination) for a in asked]


def test_body_fields_may_come_in_the_query_c13(web: WebApp) -> None:
    web.api("POST", f"{MEMBERS}?destination=%2B442079460123&callSid={AGENT}")
    asked = web.calls.calls[0][1][1]
    assert ("+442079460123", AGENT) == (asked.destination, asked.call_sid)


def test_names_match_in_any_case_unknown_are_ignored_null_is_left_out_c10(web: WebApp) -> None:
    body = {"CALLSID": AGENT, "Destination": "x", "FromNumber": None, "colour": {"deep": [1]}}
    assert 200 == web.api("POST", MEMBERS, json=body).status_code
    asked = web.calls.calls[0][1][1]
    assert (AGENT, "x", None) == (asked.call_sid, asked.destination, asked.from_number)


def test_of_a_name_given_twice_the_last_counts_c10(web: WebApp) -> None:
    web.api("POST", MEMBERS, data=b'{"DESTINATION":"x","destination":"y","destination":"z"}')
    assert "z" == web.calls.calls[0][1][1].destination


def test_body_without_content_type_is_json_c11(web: WebApp) -> None:
    assert 200 == web.api("POST", MEMBERS, data=b'{"destination":"x"}').status_code


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=UTF-8", "application/json;charset=utf8"]
)
def test_json_in_utf_8_is_taken_c11(web: WebApp, content_type: str) -> None:
    body = '{"destination":"Zoë"}'.encode()
    assert 200 == web.api("POST", MEMBERS, data=body, content_type=content_type).status_code


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/json; charset=utf-16", "application/x-msgpack", "text/html",
     "nonsense", "text/csv; charset=latin-1", "application/xml; charset=utf-16"],
)  # fmt: skip
def test_other_content_types_are_415_c11(web: WebApp, content_type: str) -> None:
    response = web.api("POST", MEMBERS, data=b'{"destination":"x"}', content_type=content_type)
    message = refused(response, 415, "UnsupportedContentType")
    assert f"Content type '{content_type}' is not supported" == message


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/json"])
def test_empty_body_is_an_empty_request_c11(web: WebApp, content_type: str) -> None:
    response = web.api("DELETE", "/sessions/s-1", data=b" ", content_type=content_type)
    assert 204 == response.status_code


def test_answers_are_json_in_utf_8_and_nothing_stores_them_c19(web: WebApp) -> None:
    response = web.api("GET", "/sessions/s-1")
    assert "application/json; charset=utf-8" == response.headers["Content-Type"]
    assert "no-store" == response.headers["Cache-Control"]
    assert "Accept" == response.headers["Vary"]


def test_non_ascii_is_not_escaped_and_there_is_no_bom_c23(web: WebApp) -> None:
    web.calls.session.members[0].display_name = "Zoë ☎"
    body = web.api("GET", "/sessions/s-1").data
    assert "Zoë ☎".encode() in body
    assert body.startswith(b"{")


def test_empty_destination_is_refused_field_by_field_c25(web: WebApp) -> None:
    flaw = {"errorCode": "NotEmpty", "message": "'Destination' must not be empty."}
    for body in ({}, {"destination": ""}, {"destination": " \t"}, {"destination": None}):
        response = web.api("POST", MEMBERS, json=body)
        assert flaw["message"] == refused(response, 400, "NotEmpty")
        written = json.loads(response.data)["responseStatus"]
        assert [{**flaw, "fieldName": "Destination"}] == written["errors"]
        assert ["errorCode", "message", "errors", "meta"] == list(written)
    assert [] == web.changes


def test_every_answer_has_its_own_request_id_c30(web: WebApp) -> None:
    responses = [web.api("GET", path) for path in ("/sessions/s-1", "/nothing", "/healthz")]
    assert 3 == len({response.headers["X-Request-Id"] for response in responses})


@pytest.mark.parametrize("session_id", ["a.b", "x" * 65, "s%00", "s%201", "%F0%9F%93%9E", "a%0Ab"])
def test_what_cannot_be_an_id_is_not_found_and_asks_nobody(web: WebApp, session_id: str) -> None:
    for verb, path in (("GET", ""), ("DELETE", ""), ("GET", "/events")):
        response = web.api(verb, f"/sessions/{session_id}{path}")
        assert refused(response, 404, "NotFound").endswith("was not found")
    assert [] == web.changes


@pytest.mark.parametrize("value", ["-1", "x", "1.5", "1e3", "٣", "9" * 5000, " 1", "1_0", ""])
def test_numbers_in_a_query_are_plain_digits_c12(web: WebApp, value: str) -> None:
    response = web.api("GET", "/sessions/s-1/events", query_string={"after": value})
    message = refused(response, 400, "SerializationException")
    assert message.startswith("Could not read the query: after ")


def test_count_of_events_is_at_least_one(web: WebApp) -> None:
    response = web.api("GET", "/sessions/s-1/events?count=0")
    expected = "Could not read the query: count must be at least 1"
    assert expected == refused(response, 400, "SerializationException")
