"""XML as a .NET data contract writes it, and read without entities (C61-C64)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from evovoice.web.formats.described import Described, Field, Kind, Written
from evovoice.web.formats.scalars import plain
from evovoice.web.formats.values import MAX_DEPTH, Value, decoded, too_deep, without_nul
from evovoice.web.refusals import UnreadableBody

PART = "XML body"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_xml(type_: Described, value: Written | Sequence[Written]) -> str:
    """That object under its type's name, or those under `ArrayOf…`."""
    is_one = isinstance(value, Mapping)
    root = type_.name if is_one else f"ArrayOf{type_.name}"
    inner = _fields(type_, value) if isinstance(value, Mapping) else _objects(type_, value, None)
    spaces = f'xmlns:i="{INSTANCE}" xmlns="{type_.namespace}"'
    return f"{_DECLARATION}<{root} {spaces}>{''.join(inner)}</{root}>"


def _fields(type_: Described, value: Written) -> Iterator[str]:
    """Inherited elements first, each group by its letters (C62)."""
    for field in sorted(type_.fields, key=lambda field: (not field.is_inherited, field.title)):
        space = f' xmlns="{field.namespace}"' if field.namespace != type_.namespace else ""
        yield _element(field, value.get(field.key), space)


def _element(field: Field, value: object, space: str) -> str:
    if value is None:
        return f'<{field.title} i:nil="true"{space} />'
    inner = "".join(_WRITERS[field.kind](field, value))
    return (
        f"<{field.title}{space}>{inner}</{field.title}>" if inner else f"<{field.title}{space} />"
    )


def _scalar(_field: Field, value: object) -> Iterator[str]:
    yield ("true" if value else "false") if isinstance(value, bool) else _text(plain(value))


def _object(field: Field, value: object) -> Iterator[str]:
    assert field.type is not None  # noqa: S101 (the description says so)
    assert isinstance(value, Mapping)  # noqa: S101
    yield from _fields(field.type, value)


def _list(field: Field, value: object) -> Iterator[str]:
    assert field.type is not None  # noqa: S101 (the description says so)
    assert isinstance(value, Sequence)  # noqa: S101
    yield from _objects(field.type, value, field.namespace)


def _objects(type_: Described, values: Sequence[Written], outer: str | None) -> Iterator[str]:
    space = f' xmlns="{type_.namespace}"' if outer not in {None, type_.namespace} else ""
    for value in values:
        yield f"<{type_.name}{space}>{''.join(_fields(type_, value))}</{type_.name}>"


def _texts(_field: Field, value: object) -> Iterator[str]:
    assert isinstance(value, Sequence)  # noqa: S101 (the description says so)
    for text in value:
        yield f'<string xmlns="{ARRAYS}">{_text(text)}</string>'


def _map(_field: Field, value: object) -> Iterator[str]:
    assert isinstance(value, Mapping)  # noqa: S101 (the description says so)
    for key, text in value.items():
        pair = f"<Key>{_text(key)}</Key><Value>{_text(text)}</Value>"
        yield f'<KeyValueOfstringstring xmlns="{ARRAYS}">{pair}</KeyValueOfstringstring>'


_WRITERS: dict[Kind, Callable[[Field, object], Iterator[str]]] = {
    Kind.SCALAR: _scalar,
    Kind.OBJECT: _object,
    Kind.OBJECTS: _list,
    Kind.TEXTS: _texts,
    Kind.MAP: _map,
}


def _text(text: str) -> str:
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
