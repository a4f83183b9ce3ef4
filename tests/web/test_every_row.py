"""What holds for every row of the operation table, whatever it does."""

from typing import Any

import pytest

from evovoice.web.operations import TABLE
from evovoice.web.servicestack.documents.json_schema import Kind, needed_by, properties
from evovoice.web.servicestack.fields import FieldLocation
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.response_schema import ResponseSchema, described
from tests.web.doubles import WebApp

ROWS = pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row.name))


def _fields(row: Operation[Any]) -> dict[str, Any]:
    return {str(field.data_key): field for field in row.request_schema.fields.values()}


def test_names_and_routes_are_unique() -> None:
    names = [row.name for row in TABLE]
    assert len(set(names)) == len(names)
    routes = [(verb, route) for row in TABLE for verb in row.verbs for route in row.routes]
    assert len(set(routes)) == len(routes)


@ROWS
def test_row_says_what_it_does_and_what_each_field_means(row: Operation[Any]) -> None:
    assert row.description.endswith(".")
    for field in _fields(row).values():
        assert isinstance(field.metadata["location"], FieldLocation)
        assert field.metadata["description"]


def test_every_field_of_every_answer_says_what_it_means() -> None:
    """`response_fields.py` has the ways to declare one."""
    answers = [Kind(type(row.response_schema)) for row in TABLE if row.response_schema is not None]
    types = [of for of in needed_by(answers) if issubclass(of, ResponseSchema)]
    fields = [(of.__name__, one) for of in types for one in properties(of)]
    assert [] == [f"{name}.{one.key}" for name, one in fields if not one.about]


@ROWS
def test_what_stands_in_a_route_is_a_field_of_the_path(row: Operation[Any]) -> None:
    in_path = {
        name for name, f in _fields(row).items() if f.metadata["location"] is FieldLocation.PATH
    }
    parts = [part for route in row.routes for part in route.split("/")]
    assert in_path == {part[1:-1] for part in parts if part.startswith("{")}


@ROWS
def test_request_can_be_made_of_the_fields(row: Operation[Any]) -> None:
    row.request_type(**row.request_schema.load({}))


@ROWS
def test_answer_can_be_described(row: Operation[Any]) -> None:
    if row.response_schema is not None:
        type_ = described(type(row.response_schema))
        assert type_.rows is None or type_.item is not None


@ROWS
def test_row_is_there_by_name_and_no_other_verb_is_taken_c2_c3_c4(
    web: WebApp, row: Operation[Any]
) -> None:
    for path in (f"/api/{row.name}", f"/json/reply/{row.name}", f"/xml/oneway/{row.name}"):
        response = web.client.open(path, method="BREW")
        assert 405 == response.status_code
        assert set(row.verbs) <= set(response.headers["Allow"].split(", "))
