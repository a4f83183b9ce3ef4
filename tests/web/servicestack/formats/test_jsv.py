"""JSV: what is quoted, what is not, and that what is written can be read again (C58-C60)."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evovoice.web.refusals import UnreadableBody
from evovoice.web.servicestack.formats.jsv_format import read_jsv, write_jsv
from tests.web.servicestack.formats.examples import JSV, SESSION

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
NAMES = TEXTS.filter(lambda name: name == name.strip())
TREES = st.recursive(
    TEXTS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4)
)


def test_worked_example_to_the_byte_c58() -> None:
    assert write_jsv(SESSION) == JSV


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "True"), (False, "False"), (12, "12"), (0.00001, "0.00001"),
        (1e16, "10000000000000000"),
        ([], "[]"), ({}, "{}"), ({"a": [], "b": {"c": "d"}}, "{a:[],b:{c:d}}"),
    ],
)  # fmt: skip
def test_values_are_written_plainly_c58(value: Any, expected: str) -> None:
    assert write_jsv(value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", '""'), ("x", "x"), ("+12025550100", "+12025550100"), ("a b", "a b"), ("'", "'"),
        ("sip:x@y", '"sip:x@y"'), ("a,b", '"a,b"'), ("{", '"{"'), ("}", '"}"'), ("[", '"["'),
        ("]", '"]"'), ("\r", '"\r"'), ("\n", '"\n"'), ('say "hi"', '"say ""hi"""'), ("\t", "\t"),
    ],
)  # fmt: skip
def test_text_is_quoted_only_where_it_must_c59(text: str, expected: str) -> None:
    assert write_jsv(text) == expected


@given(st.dictionaries(NAMES, TREES, max_size=4))
def test_what_is_written_is_read_again_c60(tree: dict[str, Any]) -> None:
    assert read_jsv(write_jsv(tree).encode()) == tree


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{callSid:CA02,destination:+12025550100}",
         {"callSid": "CA02", "destination": "+12025550100"}),
        (' { callSid:CA02 , "destination": "sip:a@b" } ',
         {"callSid": "CA02 ", "destination": "sip:a@b"}),
        ("{a:,b:\"\",c:x}", {"a": None, "b": "", "c": "x"}),
        ("{a:[x, {b:c}]}", {"a": ["x", {"b": "c"}]}),
        ("{}", {}), ("{a:[]}", {"a": []}), ("{a:[[]]}", {"a": [[]]}),
    ],
)  # fmt: skip
def test_request_is_read_c60(body: str, expected: dict[str, Any]) -> None:
    assert read_jsv(body.encode()) == expected


BROKEN = [
    "", " ", "x", "[a]", "{", "{a", "{a:", "{a:b", "{a:b,", "{a:b}}", "{a:b}x", "{a:b:c}", '{a:"b}',
    '{a:"b"c}', "{a:[b}", "{a:{b]}", "{:}x", "{,}", "{a:b;c}x", '{"a:b}', "a:b", "[[[", "{a:b\0}",
    "{a:" + "[" * 33 + "]" * 33 + "}", "{a:" * 40_000, "[" * 60_000,
]  # fmt: skip


@pytest.mark.parametrize("body", BROKEN)
def test_what_is_no_jsv_is_refused_and_never_crashes_c60(body: str) -> None:
    with pytest.raises(UnreadableBody, match="Could not read the JSV body: "):
        read_jsv(body.encode())


@given(st.text(st.sampled_from('{}[]:,"a \n'), max_size=30))
def test_any_text_is_read_or_refused_c60(text: str) -> None:
    with contextlib.suppress(UnreadableBody):
        read_jsv(text.encode())
