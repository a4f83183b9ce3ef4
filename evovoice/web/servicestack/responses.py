"""Writes responses in the format that was chosen (C14-C19), errors in their one shape (C24)."""

from collections.abc import Callable, Mapping, Sequence

from flask import Response

from evovoice.web.refusals import FieldFlaw
from evovoice.web.servicestack.error_schemas import ErrorResponseSchema
from evovoice.web.servicestack.formats.csv_format import csv_rows, write_csv
from evovoice.web.servicestack.formats.described import Described, Written
from evovoice.web.servicestack.formats.json_format import write_json
from evovoice.web.servicestack.formats.jsv_format import write_jsv
from evovoice.web.servicestack.formats.kinds import SENT_AS, Format
from evovoice.web.servicestack.formats.xml_format import write_xml
from evovoice.web.servicestack.negotiation import chosen_format
from evovoice.web.servicestack.response_schema import ResponseSchema, described

_WRITERS: dict[Format, Callable[[Described, Written | Sequence[Written]], str]] = {
    Format.JSON: lambda _type, value: write_json(value),
    Format.JSV: lambda _type, value: write_jsv(value),
    Format.CSV: write_csv,
    Format.XML: write_xml,
}
_ERROR = described(ErrorResponseSchema)


def response_of(operation: str, schema: ResponseSchema, value: object) -> Response:
    """That value in the chosen format; a list of values where `value` is a list (C5)."""
    written: Written | Sequence[Written] = schema.dump(value, many=isinstance(value, list))
    kind = chosen_format()
    type_ = described(type(schema))
    response = _response(kind, _WRITERS[kind](type_, written), 200)
    if kind is Format.CSV:
        _add_csv_headers(response, operation, type_, written)
    return response


def written_as(kind: Format, type_: Described, value: Written) -> str:
    """That object as text, in a format that is known already."""
    return _WRITERS[kind](type_, value)


def json_response(value: object, status: int | str = 200) -> Response:
    """That value as JSON, whatever was asked for."""
    return _response(Format.JSON, write_json(value), status)


def no_content() -> Response:
    """The response of an operation that returns nothing (C22)."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def formatted_error(
    code: str, message: str, status: int | str, meta: dict[str, str], flaws: list[FieldFlaw]
) -> Response:
    """An error in the shape that every client of the contract reads (C24-C26)."""
    entries = [{"errorCode": f.code, "fieldName": f.field, "message": f.message} for f in flaws]
    written = {"errorCode": code, "message": message, "errors": entries, "meta": meta}
    kind = chosen_format()
    return _response(kind, _WRITERS[kind](_ERROR, {"responseStatus": written}), status)


def _response(kind: Format, text: str, status: int | str) -> Response:
    # an echoed half surrogate is no bug of ours: JSON has an escape for it, others have not
    body = text.encode("utf-8", "backslashreplace" if kind is Format.JSON else "replace")
    return Response(body, status, content_type=SENT_AS[kind])


def _add_csv_headers(
    response: Response, operation: str, type_: Described, written: Written | Sequence[Written]
) -> None:
    response.headers["Content-Disposition"] = f'attachment;filename="{operation}.csv"'
    if type_.rows is not None and isinstance(written, Mapping):
        total = written.get("totalCount", len(csv_rows(type_, written)[1]))
        response.headers["X-Total-Count"] = str(total)
