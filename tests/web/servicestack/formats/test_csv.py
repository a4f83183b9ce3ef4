"""CSV: header, lines, quoting to the byte, and requests in it (C48-C57)."""

import contextlib
import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evovoice.web.dto.session_schemas import GetMySessionsResponseSchema, SessionInfoSchema
from evovoice.web.refusals import UnreadableBody
from evovoice.web.servicestack.error_schemas import ErrorResponseSchema
from evovoice.web.servicestack.formats.csv_format import csv_cell, read_csv, write_csv
from evovoice.web.servicestack.formats.described import PLATFORM, Described, Field
from evovoice.web.servicestack.response_schema import described
from tests.web.servicestack.formats.examples import CSV, HEADER, LINE, SESSION

TYPE = described(SessionInfoSchema)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


def test_worked_example_to_the_byte_c48() -> None:
    assert write_csv(TYPE, SESSION) == CSV


def test_wrapper_gives_a_line_for_each_item_c53() -> None:
    wrapper = described(GetMySessionsResponseSchema)
    assert write_csv(wrapper, {"sessions": [SESSION, SESSION]}) == f"{CSV}{LINE}\r\n"
    assert write_csv(wrapper, {"sessions": []}) == f"{HEADER}\r\n"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""), ("", ""), (True, "True"), (False, "False"), (0, "0"), (1e-7, "0.0000001"),
        ("Voice", "Voice"), ("+12025550100", "+12025550100"), ("a b", "a b"),
        ("2026-03-01T14:05:09.120Z", "2026-03-01T14:05:09.120Z"),
    ],
)  # fmt: skip
def test_plain_values_are_cells_as_they_are_c49(value: Any, cell: str) -> None:
    assert csv_cell(value) == cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ([], '"[]"'), ({}, '"{}"'), ([{"isOriginalMember": True}], '"[{isOriginalMember:True}]"'),
        ([{"identity": "sip:x@y"}], '"[{identity:""sip:x@y""}]"'), (["a", "b"], '"[a,b]"'),
    ],
)  # fmt: skip
def test_what_is_nested_stands_as_jsv_in_one_cell_c50_c59(value: Any, cell: str) -> None:
    assert csv_cell(value) == cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('say "hi"', '"say ""hi"""'), ("a,b", '"a,b"'), ("a\rb", '"a\rb"'), ("a\nb", '"a\nb"'),
        ("[a", '"[a"'), ("{a", '"{a"'), ("a[b", "a[b"), ("a{b}", "a{b}"), (" a ", " a "),
        ("'", "'"), ("a;b", "a;b"), ("a\tb", "a\tb"),
    ],
)  # fmt: skip
def test_cell_is_quoted_only_where_it_must_c51(text: str, cell: str) -> None:
    assert csv_cell(text) == cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "|x", "%x"])
def test_values_are_exact_even_if_a_spreadsheet_would_run_them_c54(text: str) -> None:
    assert csv_cell(text) == text


@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), TEXTS), max_size=4))
def test_what_is_written_is_read_by_any_reader_of_csv_c51(rows: list[dict[str, str]]) -> None:
    type_ = Described("T", PLATFORM, tuple(map(Field, "abc")))
    text = write_csv(type_, rows)
    lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert lines == [["A", "B", "C"], *([row.get(key, "") for key in "abc"] for row in rows)]


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), TEXTS.filter(bool), min_size=1))
def test_line_that_is_written_is_read_again_c55(row: dict[str, str]) -> None:
    type_ = Described("T", PLATFORM, tuple(map(Field, "abc")))
    read = read_csv(write_csv(type_, row).encode())
    assert {name.lower(): value for name, value in read.items()} == row


def test_error_is_one_cell_c26() -> None:
    status = {"errorCode": "NotFound", "message": "Session 's9' was not found", "errors": []}
    cell = "\"{errorCode:NotFound,message:Session 's9' was not found,errors:[]}\""
    expected = f"ResponseStatus\r\n{cell}\r\n"
    assert write_csv(described(ErrorResponseSchema), {"responseStatus": status}) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("CallSid,Destination\nCA02,+12025550100",
         {"CallSid": "CA02", "Destination": "+12025550100"}),
        ("CallSid,Destination\r\nCA02,+12025550100\r\n",
         {"CallSid": "CA02", "Destination": "+12025550100"}),
        (" destination , CALLSID\nx,y\n", {"destination": "x", "CALLSID": "y"}),
        ('A,B\n"x, ""y""\nz",b', {"A": 'x, "y"\nz', "B": "b"}),
        ("A,B\n,b", {"B": "b"}), ("A,B\na", {"A": "a"}), ("A,B\na,", {"A": "a"}),
        ("A\nfirst\nsecond", {"A": "first"}), ("\n\nA\n\na", {"A": "a"}), ("A\n x ", {"A": " x "}),
        ("\ufeffA\na", {"A": "a"}), ("A,A\na,b", {"A": "b"}),
    ],
)  # fmt: skip
def test_request_is_a_header_and_a_line_c55(body: str, expected: dict[str, str]) -> None:
    assert read_csv(body.encode()) == expected


def test_request_that_begins_like_an_object_is_json_c56() -> None:
    body = '{"sessionId":"s1","callSid":"CA02","destination":"+12025550100"}'
    expected = {"sessionId": "s1", "callSid": "CA02", "destination": "+12025550100"}
    assert read_csv(body.encode()) == expected
    assert read_csv(f" \r\n{body}".encode()) == expected
    with pytest.raises(UnreadableBody, match="JSON body"):
        read_csv(b"{CallSid\nCA02")


BROKEN = [
    "A,B", "A,B\n", "A,B\r\n\r\n", "A,B\na,b,c", "A\na,", 'A\n"a', 'A\n"a"b', 'A,B\n"a""', '"A\na',
    'A\n"a" ', "A\n\0", "A\0\na",
]  # fmt: skip


@pytest.mark.parametrize("body", BROKEN)
def test_what_is_no_csv_is_refused_c57(body: str) -> None:
    with pytest.raises(UnreadableBody, match="Could not read the CSV body: "):
        read_csv(body.encode())


@given(st.text(st.sampled_from('"a,\r\n {['), max_size=30))
def test_any_text_is_read_or_refused_c57(text: str) -> None:
    with contextlib.suppress(UnreadableBody):
        read_csv(text.encode())
