"""Python classes for the `servicestack` client, derived from the operation table (C68, C69)."""

import keyword
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from evovoice.web.answer_schema import AnswerSchema
from evovoice.web.documents.shapes import (
    Kind,
    Plain,
    Property,
    name_of,
    needed_by,
    properties,
)
from evovoice.web.operation import Operation

# Later lines repair names that earlier ones shadow.
_IMPORTS = """\
import datetime
import decimal
from marshmallow.fields import *
from servicestack import *
from typing import *
from dataclasses import dataclass, field
from dataclasses_json import dataclass_json, LetterCase, Undefined, config
from enum import Enum, IntEnum
"""
_DECORATORS = """\
@dataclass_json(letter_case=LetterCase.CAMEL, undefined=Undefined.EXCLUDE)
@dataclass"""
_OF_PACKAGE = {
    "Authenticate", "AuthenticateResponse", "ResponseStatus", "ResponseError", "ErrorResponse",
}  # fmt: skip
_BASE = "EntityInfo"
_PLAIN = {
    Plain.TEXT: "str",
    Plain.FLAG: "bool",
    Plain.NUMBER: "int",
    Plain.DECIMAL: "decimal.Decimal",
    Plain.TEXTS_BY_NAME: "Dict[str, str]",
}
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class _Class:
    name: str
    needs: frozenset[str]
    text: str


def python_module(table: Iterable[Operation[Any]], wanted: set[str] | None = None) -> str:
    """A whole module; of `wanted` types, in any case, with what they are made of."""
    return "\n\n".join([_IMPORTS, *python_classes(table, wanted)]) + "\n"


def python_classes(table: Iterable[Operation[Any]], wanted: set[str] | None = None) -> list[str]:
    """The classes, each after those it needs; without those that the package brings itself."""
    known = [one for one in _classes(list(table)) if one.name not in _OF_PACKAGE]
    if wanted is None:
        return [one.text for one in known]
    names = {name.lower() for name in wanted}
    chosen: list[_Class] = []
    for one in reversed(known):
        if one.name.lower() in names:
            chosen.append(one)
            names |= {name.lower() for name in one.needs}
    return [one.text for one in reversed(chosen)]


def _classes(rows: list[Operation[Any]]) -> Iterator[_Class]:
    asked = [one.kind for row in rows for one in properties(type(row.takes))]
    answered = [Kind(type(row.answers)) for row in rows if row.answers is not None]
    types = needed_by([*asked, *answered])
    yield from (_enum(of) for of in types if not issubclass(of, AnswerSchema))
    bases = (of for of in types if issubclass(of, AnswerSchema) and of.base_fields)
    yield from (_base(of) for of in list(bases)[:1])
    yield from (_answer(of) for of in types if issubclass(of, AnswerSchema))
    yield from (_request(row) for row in rows)


def _enum(of: type[Enum]) -> _Class:
    names = [str(one.value) for one in of]
    lines = [f"    {_HUMP.sub('_', name).upper()} = {name!r}" for name in names]
    return _Class(name_of(of), frozenset(), "\n".join([f"class {name_of(of)}(str, Enum):", *lines]))


def _base(of: type[AnswerSchema]) -> _Class:
    return _class(_BASE, "", [one for one in properties(of) if one.is_inherited], set())


def _answer(of: type[AnswerSchema]) -> _Class:
    base = _BASE if of.base_fields else ""
    own = [one for one in properties(of) if not one.is_inherited]
    return _class(name_of(of), base, own, {base})


def _request(row: Operation[Any]) -> _Class:
    marker = f"I{row.verbs[0].title()}"
    if row.answers is None:
        bases, needs = f"IReturnVoid, {marker}", set[str]()
    else:
        answer = name_of(type(row.answers))
        bases, needs = f"IReturn[{answer}], {marker}", {answer}
    return _class(row.name, bases, properties(type(row.takes)), needs)


def _class(name: str, bases: str, parts: list[Property], needs: set[str]) -> _Class:
    declared = {name_of(one.kind.of) for one in parts if not isinstance(one.kind.of, Plain)}
    head = f"class {name}({bases}):" if bases else f"class {name}:"
    lines = [_line(one) for one in parts] or ["    pass"]
    return _Class(name, frozenset(needs | declared), "\n".join([_DECORATORS, head, *lines]))


def _line(one: Property) -> str:
    name = re.sub("([A-Z])", r"_\1", one.key).lower()
    hint = f"Optional[{_hint(one.kind)}]"
    if keyword.iskeyword(name):
        return f"    {name}_: {hint} = field(metadata=config(field_name='{name}'), default=None)"
    return f"    {name}: {hint} = None"


def _hint(kind: Kind) -> str:
    name = _PLAIN[kind.of] if isinstance(kind.of, Plain) else name_of(kind.of)
    return f"List[{name}]" if kind.is_list else name
