"""Where the fields of a request come from, in every format (C7-C13, C44)."""

import io
from dataclasses import dataclass
from typing import Any

import pytest

from evovoice.domain.states import CallState
from evovoice.web.dto.requests import SessionRequestSchema
from evovoice.web.operations import TABLE
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import Choice, FieldLocation, Flag, Text, Texts, WholeNumber
from evovoice.web.servicestack.operation import Operation
from tests.domain.builders import AGENT
from tests.web.doubles import MEMBERS, WebApp, refused, web_app

ADD = "/api/AddConferenceMember"


def _asked(web: WebApp) -> tuple[str, str]:
    asked = web.calls.calls[-1][1][1]
    return asked.session_id, asked.destination


@pytest.mark.parametrize("verb", ["POST"])
def test_form_fields_overwrite_everything_on_rest_routes_c7(web: WebApp, verb: str) -> None:
    form = {"sessionId": "s-3", "destination": "z"}
    web.api(verb, f"{MEMBERS}?sessionId=s-2&destination=y", data=form)
    assert ("s-3", "z") == _asked(web)
    web.api(verb, f"{MEMBERS}?sessionId=s-2", data={"destination": "z"})
    assert ("s-2", "z") == _asked(web)


def test_by_name_the_body_wins_and_the_query_fills_c8(web: WebApp) -> None:
    body = {"destination": "+12025550100", "callSid": None}
    web.api("POST", f"{ADD}?destination=x&sessionId=s1&callSid={AGENT}", json=body)
    assert ("s1", "+12025550100") == _asked(web)
    assert AGENT == web.calls.calls[0][1][1].call_sid
    web.api("POST", "/csv/reply/AddConferenceMember?destination=x&sessionId=s1", data=body)
    assert ("s1", "+12025550100") == _asked(web)


def test_by_name_in_a_query_alone_c8_c9(web: WebApp) -> None:
    assert 200 == web.api("GET", "/api/GetSession?SESSIONID=s-7").status_code
    assert 204 == web.api("DELETE", "/api/EndSession?sessionId=s-7&callSid=CA02").status_code
    names = [(name, arguments[1]) for name, arguments in web.calls.calls]
    assert [("get_session", "s-7"), ("end_session", "s-7")] == names


def test_name_without_a_session_is_no_session_c8(web: WebApp) -> None:
    assert "Session '' was not found" == refused(web.api("GET", "/api/GetSession"), 404, "NotFound")


@pytest.mark.parametrize("name", ["callSid", "CALLSID", "CallSid", "callsid"])
def test_names_match_in_any_case_in_every_place_c10(web: WebApp, name: str) -> None:
    for options in (
        {"query_string": {name: "CA02"}, "json": {"destination": "x"}},
        {"data": {name: "CA02", "destination": "x"}},
        {"data": f"{name},DESTINATION\nCA02,x", "content_type": "text/csv"},
        {"data": f"{{{name}:CA02,DESTINATION:x}}", "content_type": "application/jsv"},
        {"data": f"<a><{name}>CA02</{name}><DESTINATION>x</DESTINATION></a>",
         "content_type": "application/xml"},
    ):  # fmt: skip
        assert 200 == web.api("POST", MEMBERS, **options).status_code
        assert "CA02" == web.calls.calls[-1][1][1].call_sid


def _multipart(name: str, value: str) -> tuple[bytes, str]:
    part = f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n--b--\r\n'
    return part.encode(), "multipart/form-data; boundary=b"


URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("sent", "means"),
    [
        ("+12025550123", "+12025550123"),
        ("%2B12025550123", "+12025550123"),
        ("+1+202+555+0123", "+1 202 555 0123"),
        ("++1+202+555+0123", " +1 202 555 0123"),
        ("(+1)+202-555-0123", "(+1) 202-555-0123"),
        ("tel:+12025550123", "tel:+12025550123"),
        ("%2B+1+202", "+ 1 202"),
        ("202+555+0123", "202 555 0123"),
        ("(202)+555-0123", "(202) 555-0123"),
        ("+bob", " bob"),
        ("sip:desk@pbx.example", "sip:desk@pbx.example"),
    ],
)
def test_blank_before_the_first_digit_is_a_lost_plus_in_a_form_and_in_a_query_c7(
    web: WebApp, sent: str, means: str
) -> None:
    """Contract 2.5: a plus sign that is not escaped comes as a blank."""
    web.api("POST", MEMBERS, data=f"destination={sent}", content_type=URLENCODED)
    assert ("s-1", means) == _asked(web)
    web.api("POST", f"{MEMBERS}?DESTINATION={sent}")
    assert ("s-1", means) == _asked(web)


@pytest.mark.parametrize("typed", [" 12025550123", " 2025550123"])
def test_leading_blank_of_any_other_body_stays_one_c11(web: WebApp, typed: str) -> None:
    """JSON, XML and the like, and forms in parts, lose no plus sign."""
    part, kind = _multipart("destination", typed)
    web.api("POST", MEMBERS, json={"destination": typed})
    assert ("s-1", typed) == _asked(web)
    web.api("POST", MEMBERS, data=part, content_type=kind)
    assert ("s-1", typed) == _asked(web)
    web.api("POST", MEMBERS, data=f'{{destination:"{typed}"}}', content_type="application/jsv")
    assert ("s-1", typed) == _asked(web)


def test_only_fields_for_numbers_have_a_lost_plus_c13(web: WebApp) -> None:
    web.api("POST", f"{MEMBERS}?destination=x&callSid=+1&fromNumber=+1202")
    asked = web.calls.calls[-1][1][1]
    assert (" 1", "+1202") == (asked.call_sid, asked.from_number)


@pytest.mark.parametrize(
    ("operation", "names"),
    [
        ("AddConferenceMember", {"destination", "fromnumber", "destinations"}),
        ("RedirectSession", {"destination", "callerid"}),
        ("NewOutgoingSession", {"numbertodial", "callerid"}),
        ("ListSessions", {"from", "to"}),
    ],
)
def test_every_number_of_the_api_is_read_as_one_c7(operation: str, names: set[str]) -> None:
    row = next(row for row in TABLE if row.name == operation)
    assert names == set(row.request_schema.telephone)


BODIES: list[tuple[bytes, str]] = [
    (b'{"destination":"sip:z@y"}', "application/json"),
    (b"<X><Destination>sip:z@y</Destination></X>", "application/xml"),
    (b"<X><Destination>sip:z@y</Destination></X>", "text/xml; charset=utf-8"),
    (b'{destination:"sip:z@y"}', "application/jsv"),
    (b'{destination:"sip:z@y"}', "text/jsv"),
    (b"Destination\nsip:z@y", "text/csv"),
    (b'{"destination":"sip:z@y"}', "text/csv"),
    (b"destination=sip%3Az%40y", "application/x-www-form-urlencoded"),
    _multipart("destination", "sip:z@y"),
]


@pytest.mark.parametrize(("body", "content_type"), BODIES)
def test_every_format_of_a_body_leads_to_the_same_request_c11_c55_c56_c60_c64(
    web: WebApp, body: bytes, content_type: str
) -> None:
    web.api("POST", MEMBERS, data=body, content_type=content_type)
    assert ("s-1", "sip:z@y") == _asked(web)


@pytest.mark.parametrize(("_body", "content_type"), BODIES)
def test_empty_body_is_an_empty_request_in_every_format_c11(
    web: WebApp, _body: bytes, content_type: str
) -> None:
    for body in (b"", b" \r\n"):
        response = web.api("DELETE", "/sessions/s-1", data=body, content_type=content_type)
        assert 204 == response.status_code


def test_file_is_no_field_c11(web: WebApp) -> None:
    data = {"destination": "x", "callSid": (io.BytesIO(b"CA02"), "sid.txt")}
    response = web.api("POST", MEMBERS, data=data)
    message = refused(response, 400, "SerializationException")
    assert "Could not read the form body: a file stands where a field belongs" == message


@dataclass(frozen=True, slots=True)
class Everything:
    session_id: str
    text: str | None
    flag: bool | None
    state: CallState | None
    number: int | None
    names: list[str]


class EverythingSchema(SessionRequestSchema):
    text = Text("text", FieldLocation.BODY, "A text")
    flag = Flag("flag", FieldLocation.BODY, "Yes or no")
    state = Choice(CallState, "state", FieldLocation.QUERY, "A state")
    number = WholeNumber(
        "number", FieldLocation.QUERY, "A number", load_default=None, least=0, most=9
    )
    names = Texts("names", FieldLocation.QUERY, "A list")


class Inquiry:
    """A web floor with one operation that has a field of every kind."""

    def __init__(self) -> None:
        self.asked: list[Everything] = []
        row = Operation(
            "Inquire", "Notes what it is asked.", ("PATCH",), ("/sessions/{sessionId}",), None,
            EverythingSchema(), Everything, None, self._note,
        )  # fmt: skip
        self.web = web_app((row,))

    def _note(self, _visit: RequestContext, asked: Everything) -> None:
        self.asked.append(asked)

    def ask(self, query: str = "", **options: Any) -> Everything:
        response = self.web.api("PATCH", f"/sessions/s-1{query}", **options)
        assert 204 == response.status_code, response.data
        return self.asked[-1]

    def refuse(self, query: str = "", **options: Any) -> str:
        response = self.web.api("PATCH", f"/sessions/s-1{query}", **options)
        return refused(response, 400, "SerializationException")


@pytest.fixture
def inquiry() -> Inquiry:
    return Inquiry()


@pytest.mark.parametrize(
    ("value", "flag"),
    [(True, True), (False, False), ("TRUE", True), ("False", False), (1, True), (0, False),
     ("1", True), ("0", False)],
)  # fmt: skip
def test_flags_are_words_in_any_case_or_digits_c12(
    inquiry: Inquiry, value: Any, flag: bool
) -> None:
    assert flag is inquiry.ask(json={"flag": value}).flag
    assert flag is inquiry.ask(f"?flag={value}").flag
    assert flag is inquiry.ask(data=f"Flag\n{value}", content_type="text/csv").flag


@pytest.mark.parametrize("value", ["maybe", "", "yes", 2, -1, 1.0, [], {}, [True]])
def test_what_is_no_flag_is_refused_by_name_c12(inquiry: Inquiry, value: Any) -> None:
    message = inquiry.refuse(json={"flag": value})
    assert "Could not read the JSON body: flag must be true or false" == message


@pytest.mark.parametrize("value", ["Hold", "HOLD", "hold", 3, "3"])
def test_enum_is_a_name_in_any_case_or_its_number_c12(inquiry: Inquiry, value: Any) -> None:
    assert CallState.HOLD is inquiry.ask(json={"state": value}).state
    assert CallState.HOLD is inquiry.ask(f"?state={value}").state


@pytest.mark.parametrize("value", ["Held", "", 5, -1, 3.0, True, ["Hold"], "٣", " Hold"])
def test_what_is_no_name_of_the_enum_is_refused_by_name_c12(inquiry: Inquiry, value: Any) -> None:
    message = inquiry.refuse(json={"state": value})
    assert message.startswith("Could not read the JSON body: state must be one of Disconnected, ")


def test_fields_may_come_in_the_body_or_in_the_query_whatever_the_page_says_c13(
    inquiry: Inquiry,
) -> None:
    asked = inquiry.ask("?text=a&flag=true", json={"state": "Hold", "number": 3, "names": ["b"]})
    assert Everything("s-1", "a", True, CallState.HOLD, 3, ["b"]) == asked
    assert CallState.HOLD is inquiry.ask("?STATE=Hold").state


@pytest.mark.parametrize(
    "query",
    ["?names=[a,b]", "?names=%5Ba,b%5D", "?names=a,b", "?names=a&names=b", "?NAMES=a&names=b",
     "?names=a,&names=[b]", "?names=[a,%20b]"],
)  # fmt: skip
def test_lists_have_three_spellings_in_a_query_c44(inquiry: Inquiry, query: str) -> None:
    assert ["a", "b"] == inquiry.ask(query).names


@pytest.mark.parametrize("query", ["", "?names=", "?names=[]", "?names=&names=", "?names=,"])
def test_empty_list_is_not_given_c44(inquiry: Inquiry, query: str) -> None:
    assert [] == inquiry.ask(query).names


def test_lists_come_in_bodies_too_c44(inquiry: Inquiry) -> None:
    for data, content_type in (
        (b'{"names":["a","b"]}', "application/json"), (b'{"names":"a,b"}', "application/json"),
        (b"{names:[a,b]}", "application/jsv"), (b'Names\n"[a,b]"', "text/csv"),
        (b"names=a&names=b", "application/x-www-form-urlencoded"),
        (b"<X><Names><string>a</string><string>b</string></Names></X>", "application/xml"),
    ):  # fmt: skip
        assert ["a", "b"] == inquiry.ask(data=data, content_type=content_type).names


def test_list_of_anything_else_is_refused_by_name_c44(inquiry: Inquiry) -> None:
    for value in (1, [1], [["a"]], {"a": "b"}, ["a\0"], ["x" * 257], ["a"] * 101):
        assert "names" in inquiry.refuse(json={"names": value})
