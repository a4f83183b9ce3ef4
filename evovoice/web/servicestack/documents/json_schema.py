"""The types of the operation table as the generated documents describe them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from marshmallow import Schema, fields

from evovoice.web.enums import enum_name
from evovoice.web.servicestack.fields import Choice, FieldLocation, Texts, TextsByName
from evovoice.web.servicestack.response_schema import ResponseSchema, TextMap, described


class Plain(Enum):
    """What has no declaration of its own, by the published page's names."""

    TEXT = "string"
    FLAG = "bool"
    NUMBER = "int"
    DECIMAL = "decimal"
    TEXTS_BY_NAME = "Dictionary<string,string>"


_SOURCE = re.compile(r" \((contract |C)[^)]*\)(?=[.;]|$)")

Of: TypeAlias = Plain | type[Enum] | type[ResponseSchema]


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of a field; `of` is that of the items where it is a list."""

    of: Of
    is_list: bool = False

    @property
    def title(self) -> str:
        """As the published page writes it."""
        name = name_of(self.of)
        return f"List<{name}>" if self.is_list else name


@dataclass(frozen=True, slots=True)
class Property:
    """A field; `location` is None in a response, `part` tells what else is known of it."""

    key: str
    kind: Kind
    part: fields.Field[Any]
    is_inherited: bool = False

    @property
    def about(self) -> str:
        """What it means."""
        return str(self.part.metadata.get("description", ""))

    @property
    def location(self) -> FieldLocation | None:
        """Where the published page shows it."""
        location = self.part.metadata.get("location")
        return location if isinstance(location, FieldLocation) else None


def name_of(of: Of) -> str:
    """What clients call that type."""
    if isinstance(of, Plain):
        return of.value
    return described(of).name if issubclass(of, ResponseSchema) else enum_name(of)


def first_line(of: type) -> str:
    """What that type is for, without where the rule for it stands."""
    said = (of.__doc__ or "").partition("\n")[0]
    return _SOURCE.sub("", said)


def properties(schema: type[Schema]) -> list[Property]:
    """The fields of that request or answer, in the contract's order."""
    inherited = schema.base_fields if issubclass(schema, ResponseSchema) else frozenset()
    parts = [(str(part.data_key), part) for part in schema().fields.values()]
    return [Property(key, _kind(part), part, key in inherited) for key, part in parts]


def needed_by(kinds: Iterable[Kind]) -> list[type[Enum] | type[ResponseSchema]]:
    """The declared types that those are made of, each after those it needs itself."""
    return list(dict.fromkeys(_needed_by(kinds)))


def _needed_by(kinds: Iterable[Kind]) -> Iterator[type[Enum] | type[ResponseSchema]]:
    for kind in kinds:
        if isinstance(kind.of, Plain):
            continue
        if issubclass(kind.of, ResponseSchema):
            yield from _needed_by(one.kind for one in properties(kind.of))
        yield kind.of


def _kind(part: fields.Field[Any]) -> Kind:
    match part:
        case Texts():
            return Kind(Plain.TEXT, is_list=True)
        case fields.List():
            return Kind(_of(part.inner), is_list=True)
    return Kind(_of(part))


def _of(part: fields.Field[Any]) -> Of:
    shown = part.metadata.get("shown_as")
    if isinstance(shown, type) and issubclass(shown, Enum):
        return shown
    match part:
        case Choice():
            return part.kind
        case fields.Enum():
            return part.enum
        case fields.Nested():
            return _response_schema(type(part.schema))
    return _plain(part)


def _plain(part: fields.Field[Any]) -> Plain:
    match part:
        case fields.Boolean():
            return Plain.FLAG
        case fields.Integer():
            return Plain.NUMBER
        case fields.Float():
            return Plain.DECIMAL
        case TextMap() | TextsByName():
            return Plain.TEXTS_BY_NAME
    return Plain.TEXT


def _response_schema(schema: type[Schema]) -> type[ResponseSchema]:
    if not issubclass(schema, ResponseSchema):
        raise TypeError(f"{schema.__name__} is no answer")
    return schema
