"""JSON: the worked example to the byte, and what comes back (C20-C23)."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from evovoice.web.servicestack.formats.json_format import read_json, read_json_list, write_json
from tests.web.servicestack.formats.examples import JSON, SESSION

TREES = st.recursive(
    st.text(max_size=20).filter(str.isprintable) | st.booleans() | st.none() | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=10,
)


def test_worked_example_to_the_byte_c20() -> None:
    assert JSON == write_json(SESSION)


def test_nothing_is_escaped_that_need_not_be_c23() -> None:
    assert '{"fromName":"Zoë/☎"}' == write_json({"fromName": "Zoë/☎"})


@given(st.dictionaries(st.text("abc"), TREES, max_size=4), st.lists(TREES, max_size=4))
def test_what_is_written_is_read_again_c20(tree: dict[str, Any], items: list[Any]) -> None:
    assert tree == read_json(write_json(tree).encode())
    assert items == read_json_list(write_json(items).encode())
