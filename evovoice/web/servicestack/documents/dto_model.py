"""The data transfer objects of the API, before they are written in a language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from evovoice.web.servicestack.documents.json_schema import (
    Kind,
    Plain,
    Property,
    first_line,
    name_of,
    needed_by,
    properties,
)
from evovoice.web.servicestack.formats.described import ENTITIES, SESSIONS
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.response_schema import ResponseSchema, described

Table = Iterable[Operation[Any]]

_BASE = "EntityInfo"
_ABOUT_BASE = "What everything has that is kept."


@dataclass(frozen=True, slots=True)
class DtoModel:
    """An enum with its `values`, or a class with its own `parts`.

    `base` is the class it extends, `row` the operation of a request, `namespace` that of XML.
    """

    name: str
    about: str
    values: tuple[str, ...] = ()
    parts: tuple[Property, ...] = ()
    base: str | None = None
    row: Operation[Any] | None = None
    namespace: str = SESSIONS

    @property
    def response(self) -> str | None:
        """What a request is answered with; None where it is nothing."""
        if self.row is None or self.row.response_schema is None:
            return None
        return name_of(type(self.row.response_schema))

    @property
    def verb(self) -> str:
        """The verb that a request is sent with. Errors: `TypeError` for what is none."""
        if self.row is None:
            raise TypeError(f"{self.name} is no request")
        return self.row.verbs[0]

    @property
    def needs(self) -> set[str]:
        """The names of the types it is made of."""
        kinds = {name_of(one.kind.of) for one in self.parts if not isinstance(one.kind.of, Plain)}
        return kinds | {name for name in (self.base, self.response) if name is not None}


def dto_models(
    table: Table, wanted: set[str] | None = None, brought: frozenset[str] = frozenset()
) -> list[DtoModel]:
    """All types; of `wanted` ones, in any case, with what they are made of.

    `brought` are those that a client's package declares itself.
    """
    known = [one for one in _dto_models(list(table)) if one.name not in brought]
    if wanted is None:
        return known
    names = {name.lower() for name in wanted}
    chosen: list[DtoModel] = []
    for one in reversed(known):
        if one.name.lower() in names:
            chosen.insert(0, one)
            names |= {name.lower() for name in one.needs}
    return chosen


def _dto_models(rows: list[Operation[Any]]) -> Iterator[DtoModel]:
    asked = [one.kind for row in rows for one in properties(type(row.request_schema))]
    responded = [Kind(type(row.response_schema)) for row in rows if row.response_schema is not None]
    types = needed_by([*asked, *responded])
    responses = [of for of in types if issubclass(of, ResponseSchema)]
    yield from (_enum(of) for of in types if not issubclass(of, ResponseSchema))
    yield from (_base(of) for of in [of for of in responses if of.base_fields][:1])
    yield from (_response(of) for of in responses)
    yield from (_request(row) for row in rows)


def _enum(of: type[Enum]) -> DtoModel:
    return DtoModel(name_of(of), first_line(of), values=tuple(str(one.value) for one in of))


def _base(of: type[ResponseSchema]) -> DtoModel:
    parts = tuple(one for one in properties(of) if one.is_inherited)
    return DtoModel(_BASE, _ABOUT_BASE, parts=parts, namespace=ENTITIES)


def _response(of: type[ResponseSchema]) -> DtoModel:
    return DtoModel(
        name_of(of),
        first_line(of),
        parts=tuple(one for one in properties(of) if not one.is_inherited),
        base=_BASE if of.base_fields else None,
        namespace=described(of).namespace,
    )


def _request(row: Operation[Any]) -> DtoModel:
    parts = tuple(properties(type(row.request_schema)))
    return DtoModel(row.name, row.description, parts=parts, row=row)
