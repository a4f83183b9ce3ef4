"""CSV: a header and a line for each object; what is nested stands as JSV in its cell (C48-C57)."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from evovoice.web.refusals import UnreadableBody
from evovoice.web.servicestack.formats.described import Described, Written
from evovoice.web.servicestack.formats.json_format import read_json
from evovoice.web.servicestack.formats.jsv_format import write_jsv
from evovoice.web.servicestack.formats.scalars import plain
from evovoice.web.servicestack.formats.values import Value, decoded, without_nul

PART = "CSV body"

_TO_QUOTE = re.compile(r'[\[{]|[^",\r\n]*+[",\r\n]')


def write_csv(type_: Described, value: Written | Sequence[Written]) -> str:
    """That object, or those, under the header of their type; a wrapper gives its items."""
    item, rows = csv_rows(type_, value)
    keys, header = _columns(item)
    lines = [",".join([csv_cell(row.get(key)) for key in keys]) for row in rows]
    return "\r\n".join([header, *lines, ""])


@cache
def _columns(type_: Described) -> tuple[list[str], str]:
    """The keys of a line, and the header above them."""
    columns = [field for field in type_.fields if field.has_column]
    return [field.key for field in columns], ",".join(field.title for field in columns)


def csv_rows(
    type_: Described, value: Written | Sequence[Written]
) -> tuple[Described, Sequence[Written]]:
    """What has a line each, and its type (C53)."""
    if not isinstance(value, Mapping):
        return type_, value
    if type_.item is None or type_.rows is None:
        return type_, [value]
    rows = value.get(type_.rows, ())
    assert isinstance(rows, Sequence)  # noqa: S101 (a list by its description)
    return type_.item, rows


def csv_cell(value: object) -> str:
    """One cell, in quotes only where C51 wants them; values are exact (C54)."""
    if value is None:
        return ""
    is_nested = isinstance(value, list | tuple | dict)
    text = write_jsv(value) if is_nested else plain(value)
    if _TO_QUOTE.match(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def read_csv(raw: bytes) -> dict[str, Value]:
    """The first data line, by its header; or a JSON object (C55-C57). Errors: `UnreadableBody`."""
    text = without_nul(decoded(raw, PART), PART)
    if text.lstrip().startswith("{"):
        return read_json(raw)
    lines = _lines(text)
    header, cells = next(lines, None), next(lines, None)
    if header is None or cells is None:
        raise UnreadableBody("no line of data", PART)
    if len(cells) > len(header):
        raise UnreadableBody(f"{len(cells)} cells under {len(header)} names", PART)
    pairs = zip(header, cells, strict=False)
    return {name.strip(): cell for name, cell in pairs if cell}


def _lines(text: str) -> Iterator[list[str]]:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        yield from (cells for cells in lines if cells)
    except csv.Error as error:
        raise UnreadableBody(f"{error}, at line {lines.line_num}", PART) from None
