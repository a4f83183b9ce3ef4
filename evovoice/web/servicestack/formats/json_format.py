"""JSON: unescaped and without a byte more than it needs (C20, C23); read with a bounded depth."""

import json
import re
from typing import NoReturn

from evovoice.web.refusals import UnreadableBody
from evovoice.web.servicestack.formats.values import MAX_DEPTH, Value, decoded, too_deep

PART = "JSON body"

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)  # an open one too: linear on any text
_BRACKET = re.compile(r"[\[\]{}]")
_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
_KINDS[type(None)] = "null"
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def write_json(value: object) -> str:
    """That value as JSON."""
    return _ENCODER.encode(value)


def read_json(raw: bytes) -> dict[str, Value]:
    """One JSON object. Errors: `UnreadableBody` saying what is wrong, and where."""
    value = _read(raw)
    if not isinstance(value, dict):
        raise UnreadableBody(f"expected an object, found {kind_of(value)}", PART)
    return value


def read_json_list(raw: bytes) -> list[Value]:
    """A JSON list, whatever is in it. Errors: `UnreadableBody`."""
    value = _read(raw)
    if not isinstance(value, list):
        raise UnreadableBody(f"expected a list, found {kind_of(value)}", PART)
    return value


def kind_of(value: Value) -> str:
    """What that value is, for a sentence."""
    return _KINDS.get(type(value), "a number")


def _read(raw: bytes) -> Value:
    text = decoded(raw, PART)
    _require_shallow(text)
    return _parsed(text)


def _require_shallow(text: str) -> None:
    """Judged before the parser sees it, for the parser recurses."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub("", text)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_DEPTH:
            raise too_deep(PART)


def _refuse_constant(name: str) -> NoReturn:
    raise UnreadableBody(f"{name} is not a JSON number", PART)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _parsed(text: str) -> Value:
    try:
        value: Value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        where = f"at line {error.lineno}, column {error.colno}"
        raise UnreadableBody(f"{error.msg}, {where}", PART) from None
    except ValueError:  # an integer of more digits than Python converts
        raise UnreadableBody("a number has too many digits", PART) from None
    return value
