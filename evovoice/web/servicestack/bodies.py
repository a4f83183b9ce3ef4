"""Reads a request's body in whatever format it came (C11)."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import request

from evovoice.web.guards import whole_body
from evovoice.web.refusals import UnsupportedContentType
from evovoice.web.servicestack.formats import (
    csv_format,
    form_format,
    json_format,
    jsv_format,
    xml_format,
)
from evovoice.web.servicestack.formats.form_format import Pairs, too_many_fields
from evovoice.web.servicestack.formats.kinds import KNOWN_AS, Format
from evovoice.web.servicestack.formats.values import MAX_FIELDS, Value

_READERS: dict[Format, tuple[Callable[[bytes], dict[str, Value]], str]] = {
    Format.JSON: (json_format.read_json, json_format.PART),
    Format.XML: (xml_format.read_xml, xml_format.PART),
    Format.JSV: (jsv_format.read_jsv, jsv_format.PART),
    Format.CSV: (csv_format.read_csv, csv_format.PART),
}
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Body:
    """What a body holds: `fields`, or `form`, where names may repeat; `part` names it.

    `reads_plus_as_blank`: a plus sign that was not escaped came as a blank.
    """

    fields: dict[str, Value] = field(default_factory=dict)
    form: Pairs = field(default_factory=list)
    part: str = json_format.PART
    reads_plus_as_blank: bool = False


NO_BODY = Body()


def read_body() -> Body:
    """The present request's body; an empty one is an empty request.

    Errors: `UnsupportedContentType`, `UnreadableBody`; Werkzeug's own for a body too large.
    """
    raw = whole_body()
    if not raw.strip():
        return NO_BODY
    _require_utf_8()
    if request.mimetype == _FORM:
        pairs = form_format.read_form(raw)
        return Body(form=pairs, part=form_format.PART, reads_plus_as_blank=True)
    if request.mimetype == _MULTIPART:
        boundary = request.mimetype_params.get("boundary", "")
        return Body(form=form_format.read_multipart(raw, boundary), part=form_format.PART)
    kind = Format.JSON if not request.content_type else KNOWN_AS.get(request.mimetype)
    if kind is None:
        raise unsupported()
    read, part = _READERS[kind]
    fields = read(raw)
    if len(fields) > MAX_FIELDS:
        raise too_many_fields(part)
    return Body(fields, part=part)


def read_batch() -> list[Value]:
    """The items of a batch, which comes in JSON only (C5). Errors: as `read_body`."""
    raw = whole_body()
    _require_utf_8()
    if request.mimetype not in {"", "application/json"}:
        raise unsupported()
    return json_format.read_json_list(raw)


def unsupported() -> UnsupportedContentType:
    """The refusal of a body whose type nobody reads."""
    return UnsupportedContentType(request.content_type or "")


def _require_utf_8() -> None:
    if request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise unsupported()
