"""Python classes for the `servicestack` client, derived from the operation table (C68, C69)."""

import keyword
import re

from evovoice.web.servicestack.documents.dto_model import DtoModel, Table, dto_models
from evovoice.web.servicestack.documents.json_schema import Kind, Plain, Property, name_of

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
_BROUGHT = frozenset(
    {"Authenticate", "AuthenticateResponse", "ResponseStatus", "ResponseError", "ErrorResponse"}
)
_PLAIN = {
    Plain.TEXT: "str",
    Plain.FLAG: "bool",
    Plain.NUMBER: "int",
    Plain.DECIMAL: "decimal.Decimal",
    Plain.TEXTS_BY_NAME: "Dict[str, str]",
}
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")


def python_module(table: Table, wanted: set[str] | None = None) -> str:
    """A whole module; of `wanted` types, in any case, with what they are made of."""
    return "\n\n".join([_IMPORTS, *python_classes(table, wanted)]) + "\n"


def python_classes(table: Table, wanted: set[str] | None = None) -> list[str]:
    """The classes, each after those it needs; without those that the package brings itself."""
    return [
        _enum(one) if one.values else _class(one) for one in dto_models(table, wanted, _BROUGHT)
    ]


def _enum(one: DtoModel) -> str:
    lines = [f"    {_HUMP.sub('_', name).upper()} = {name!r}" for name in one.values]
    return "\n".join([f"class {one.name}(str, Enum):", *lines])


def _class(one: DtoModel) -> str:
    bases = _bases(one)
    head = f"class {one.name}({bases}):" if bases else f"class {one.name}:"
    lines = [_line(part) for part in one.parts] or ["    pass"]
    return "\n".join([_DECORATORS, head, *lines])


def _bases(one: DtoModel) -> str | None:
    if one.row is None:
        return one.base
    returns = f"IReturn[{one.response}]" if one.response else "IReturnVoid"
    return f"{returns}, I{one.verb.title()}"


def _line(one: Property) -> str:
    name = re.sub("([A-Z])", r"_\1", one.key).lower()
    hint = f"Optional[{_hint(one.kind)}]"
    if keyword.iskeyword(name):
        return f"    {name}_: {hint} = field(metadata=config(field_name='{name}'), default=None)"
    return f"    {name}: {hint} = None"


def _hint(kind: Kind) -> str:
    name = _PLAIN[kind.of] if isinstance(kind.of, Plain) else name_of(kind.of)
    return f"List[{name}]" if kind.is_list else name
