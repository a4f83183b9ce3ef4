"""Writes answers: JSON as the contract wants it (C19-C23), and errors in its one shape (C24)."""

import json

from flask import Response

from evovoice.web.refusals import FieldFlaw

JSON_TYPE = "application/json; charset=utf-8"
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def json_answer(value: object, status: int | str = 200) -> Response:
    """That value as JSON, unescaped and without a byte more than it needs."""
    body = _ENCODER.encode(value).encode(
        "utf-8", "backslashreplace"
    )  # an echoed half surrogate is no bug of ours
    return Response(body, status, content_type=JSON_TYPE)


def no_content() -> Response:
    """The answer of an operation that returns nothing (C22)."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def twiml_answer(document: str) -> Response:
    """Instructions for a leg. A bare text would be sent as HTML, which the carrier refuses."""
    return Response(document, content_type="text/xml; charset=utf-8")


def error_answer(
    code: str, message: str, status: int | str, meta: dict[str, str], flaws: list[FieldFlaw]
) -> Response:
    """An error in the shape that every client of the contract reads (C24, C25)."""
    entries = [{"errorCode": f.code, "fieldName": f.field, "message": f.message} for f in flaws]
    written = {"errorCode": code, "message": message, "errors": entries, "meta": meta}
    return json_answer({"responseStatus": written}, status)
