"""XML as a .NET data contract writes it, and read without entities (C61-C64)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from evovoice.web.refusals import UnreadableBody
from evovoice.web.servicestack.formats.described import Described, Field, Kind, Written
from evovoice.web.servicestack.formats.scalars import plain
from evovoice.web.servicestack.formats.values import (
    MAX_DEPTH,
    Value,
    decoded,
    too_deep,
    without_nul,
)

PART = "XML body"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
_SPECIAL = re.compile("[^\t\n\x20-%\x27-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_xml(type_: Described, value: Written | Sequence[Written]) -> str:
    """That object under its type's name, or those under `ArrayOf…`."""
    is_one = isinstance(value, Mapping)
    root = type_.name if is_one else f"ArrayOf{type_.name}"
    inner = _fields(type_, value) if isinstance(value, Mapping) else _objects(type_, value, None)
    spaces = f'xmlns:i="{INSTANCE}" xmlns="{type_.namespace}"'
    return f"{_DECLARATION}<{root} {spaces}>{inner}</{root}>"


@dataclass(frozen=True, slots=True)
class _Element:
    """How one field is written, worked out once for its type."""

    key: str
    nil: str
    empty: str
    start: str
    end: str
    inner: Callable[[object], str]


def _fields(type_: Described, value: Written) -> str:
    return "".join([_element(one, value.get(one.key)) for one in _elements(type_)])


@cache
def _elements(type_: Described) -> list[_Element]:
    """Inherited elements first, each group by its letters (C62)."""
    fields = sorted(type_.fields, key=lambda field: (not field.is_inherited, field.title))
    return [_element_of(field, type_) for field in fields]


def _element_of(field: Field, owner: Described) -> _Element:
    space = f' xmlns="{field.namespace}"' if field.namespace != owner.namespace else ""
    start = f"<{field.title}{space}"
    return _Element(
        field.key, f'<{field.title} i:nil="true"{space} />', f"{start} />", f"{start}>",
        f"</{field.title}>", partial(_WRITERS[field.kind], field),
    )  # fmt: skip


def _element(one: _Element, value: object) -> str:
    if value is None:
        return one.nil
    inner = one.inner(value)
    return f"{one.start}{inner}{one.end}" if inner else one.empty


def _scalar(_field: Field, value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else _text(plain(value))


def _object(field: Field, value: Written) -> str:
    return _fields(_type_of(field), value)


def _list(field: Field, value: Sequence[Written]) -> str:
    return _objects(_type_of(field), value, field.namespace)


def _type_of(field: Field) -> Described:
    if field.type is None:
        raise TypeError(f"'{field.key}' holds objects of no known type")
    return field.type


def _objects(type_: Described, values: Sequence[Written], outer: str | None) -> str:
    space = f' xmlns="{type_.namespace}"' if outer not in {None, type_.namespace} else ""
    start, end = f"<{type_.name}{space}>", f"</{type_.name}>"
    return "".join([f"{start}{_fields(type_, value)}{end}" for value in values])


def _texts(_field: Field, value: Sequence[str]) -> str:
    return "".join([f'<string xmlns="{ARRAYS}">{_text(text)}</string>' for text in value])


def _map(_field: Field, value: Mapping[str, str]) -> str:
    start = f'<KeyValueOfstringstring xmlns="{ARRAYS}"><Key>'
    end = "</Value></KeyValueOfstringstring>"
    pairs = value.items()
    return "".join([f"{start}{_text(key)}</Key><Value>{_text(one)}{end}" for key, one in pairs])


_WRITERS: dict[Kind, Callable[[Field, Any], str]] = {
    Kind.SCALAR: _scalar,
    Kind.OBJECT: _object,
    Kind.OBJECTS: _list,
    Kind.TEXTS: _texts,
    Kind.MAP: _map,
}


def _text(text: str) -> str:
    if not _SPECIAL.search(text):
        return text
    return escape(_NOT_IN_XML.sub("\ufffd", text), {"\r": "&#xD;"})


def read_xml(raw: bytes) -> dict[str, Value]:
    """The fields under the root, whatever it is called. Errors: `UnreadableBody`."""
    text = without_nul(decoded(raw, PART), PART)
    try:
        root = fromstring(text, forbid_dtd=True)
    except ParseError as error:
        raise UnreadableBody(str(error), PART) from None
    except DefusedXmlException:
        raise UnreadableBody("it may not declare a document type or entities", PART) from None
    _require_shallow(root)
    return {_name(child): _value(child) for child in root}


def _require_shallow(root: Element) -> None:
    level = [root]
    for _ in range(MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return
    raise too_deep(PART)


def _value(element: Element) -> Value:
    if element.get(f"{{{INSTANCE}}}nil", "").strip() in {"true", "1"}:
        return None
    if len(element):
        return [_value(child) for child in element]
    return element.text or ""


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
