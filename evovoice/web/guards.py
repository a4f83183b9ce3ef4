"""Reads a request's body and refuses, in one place, all that a parser or a database chokes on."""

import json
import re
from typing import NoReturn, TypeAlias

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from evovoice.web.refusals import UnreadableBody, UnsupportedContentType

MAX_BODY = 64 * 1024  # bytes
MAX_DEPTH = 32
MAX_TEXT = 256  # characters in one field

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)  # an open one too: linear on any text
_BRACKET = re.compile(r"[\[\]{}]")
_KINDS = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}


def read_body() -> dict[str, JsonValue]:
    """The fields of the body; none where it is empty. Other formats will be chosen here.

    Errors: `UnsupportedContentType`, `UnreadableBody`; Werkzeug's own for a body too large.
    """
    raw = whole_body()
    if not raw.strip():
        return {}
    _require_json()
    return read_json(raw)


def whole_body() -> bytes:
    """The body, up to the limit. Errors: Werkzeug's own for a body too large.

    A body without a stated length is cut off in silence at Werkzeug's limit, so that one lies
    a byte beyond ours.
    """
    raw = request.get_data()
    if len(raw) > MAX_BODY:
        raise RequestEntityTooLarge
    return raw


def read_json(raw: bytes) -> dict[str, JsonValue]:
    """One JSON object. Errors: `UnreadableBody` saying what is wrong, and where."""
    text = _decoded(raw)
    _require_shallow(text)
    value = _parsed(text)
    if not isinstance(value, dict):
        raise UnreadableBody(f"expected an object, found {_KINDS.get(type(value), 'a number')}")
    return value


def flaw_in_text(value: str) -> str | None:
    """Why that text cannot be taken into a field; None where it can."""
    if len(value) > MAX_TEXT:
        return f"is longer than {MAX_TEXT} characters"
    if "\0" in value:
        return "holds the character NUL"
    if any("\ud800" <= character <= "\udfff" for character in value):
        return "holds half of a surrogate pair"
    return None


def _require_json() -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype not in {"", "application/json"} or charset not in {"utf-8", "utf8"}:
        raise UnsupportedContentType(request.content_type or "")


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableBody(f"not UTF-8 at byte {error.start}") from None


def _require_shallow(text: str) -> None:
    """Judged before the parser sees it, for the parser recurses."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub("", text)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_DEPTH:
            raise UnreadableBody(f"nested deeper than {MAX_DEPTH} levels")


def _refuse_constant(name: str) -> NoReturn:
    raise UnreadableBody(f"{name} is not a JSON number")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _parsed(text: str) -> JsonValue:
    try:
        value: JsonValue = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        where = f"at line {error.lineno}, column {error.colno}"
        raise UnreadableBody(f"{error.msg}, {where}") from None
    except ValueError:  # an integer of more digits than Python converts
        raise UnreadableBody("a number has too many digits") from None
    return value
