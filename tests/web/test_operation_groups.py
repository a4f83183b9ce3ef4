"""Each file of `web/operations/` has the same parts in the same order, and the same names."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from evovoice.web import operations
from evovoice.web.operations import TABLE
from evovoice.web.servicestack.operation import Operation

FOLDER = Path(operations.__file__).parent
GROUPS = sorted(path for path in FOLDER.glob("*.py") if path.name != "__init__.py")
OF_EACH_GROUP = pytest.mark.parametrize("group", GROUPS, ids=lambda path: path.stem)
OF_EACH_ROW = pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row.name))
CONSTANT, SCHEMA, REQUEST, HANDLER, ROWS = range(5)
_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def _part(node: ast.stmt) -> int:
    """Which part of the file that definition belongs to."""
    if isinstance(node, ast.ClassDef):
        return REQUEST if node.decorator_list else SCHEMA
    if isinstance(node, ast.FunctionDef):
        return HANDLER
    return ROWS if ast.unparse(node).startswith("OPERATIONS = ") else CONSTANT


def _parts(text: str) -> list[int]:
    return [
        _part(node)
        for node in ast.parse(text).body[1:]
        if not isinstance(node, ast.Import | ast.ImportFrom)
    ]


@OF_EACH_GROUP
def test_group_has_constants_schemas_requests_handlers_and_then_its_rows(group: Path) -> None:
    parts = _parts(group.read_text())
    assert sorted(parts) == parts
    assert 1 == parts.count(ROWS)


@OF_EACH_GROUP
def test_handlers_stand_in_the_order_of_their_rows(group: Path) -> None:
    text = group.read_text()
    handlers = re.findall(r"handler=(\w+)", text)
    defined = re.findall(r"^def (\w+)", text, re.MULTILINE)
    assert handlers == [name for name in defined if name in handlers]


@OF_EACH_ROW
def test_handler_is_named_after_its_operation(row: Operation[Any]) -> None:
    assert "_" + _WORD.sub("_", row.name).lower() == row.handler.__name__


@OF_EACH_ROW
def test_what_a_row_alone_takes_is_declared_beside_it_and_named_after_it(
    row: Operation[Any],
) -> None:
    """What several operations take is declared above them, or in `dto/requests.py`."""
    schema = type(row.request_schema)
    is_shared = any(
        other is not row and isinstance(other.request_schema, schema) for other in TABLE
    )
    if not is_shared:
        expected = (f"{row.name}Schema", row.handler.__module__)
        assert expected == (schema.__name__, schema.__module__)


def test_table_has_every_group() -> None:
    assert {path.stem for path in GROUPS} == {
        row.handler.__module__.rpartition(".")[2] for row in TABLE
    }
