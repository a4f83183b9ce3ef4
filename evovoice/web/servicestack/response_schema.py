"""What every response shares: a schema for its keys, and the description for the formats."""

from collections.abc import Callable
from functools import cache, partial
from operator import attrgetter
from typing import Any, ClassVar

from marshmallow import Schema, fields

from evovoice.web.servicestack.formats.described import ENTITIES, SESSIONS, Described, Field, Kind


class TextMap(fields.Raw):
    """Texts by names; what is handed in is what is written."""


class ResponseSchema(Schema):
    """What is answered: declared order is the order of the keys, no value no key (C20).

    The name of the type is the class's without `Schema`, unless `type_name` says another.
    `base_fields` belong to EntityInfo; `rows` is the list of a wrapper, for CSV (C53), and
    `not_in_csv` has no column there.
    """

    type_name: ClassVar[str | None] = None
    namespace: ClassVar[str] = SESSIONS
    base_fields: ClassVar[frozenset[str]] = frozenset()
    rows: ClassVar[str | None] = None
    not_in_csv: ClassVar[frozenset[str]] = frozenset()

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:  # noqa: ANN401 (marshmallow's)
        """What to write of that value, or of each in a list.

        Done here, by a plan made once for each class: marshmallow looks at every field anew.
        """
        write = _writer(type(self))
        return [write(one) for one in obj] if many else write(obj)


_Convert = Callable[[Any], object]


@cache
def _writer(schema: type[ResponseSchema]) -> Callable[[object], dict[str, object]]:
    plan = [
        (name, str(part.data_key), _conversion(part)) for name, part in schema().dump_fields.items()
    ]

    def write(value: object) -> dict[str, object]:
        written: dict[str, object] = {}
        for name, key, convert in plan:
            found = getattr(value, name, None)
            if found is not None:
                written[key] = convert(found) if convert is not None else found
        return written

    return write


def _conversion(part: fields.Field[Any]) -> _Convert | None:
    """How a value of that field is made ready; None where it is."""
    if isinstance(part, fields.List):
        inner = _conversion(part.inner)
        return list if inner is None else lambda found: [inner(one) for one in found]
    if isinstance(part, fields.Nested):
        return _writer(_type_of(part))
    if isinstance(part, fields.Enum):
        return attrgetter("value")
    if isinstance(part, fields.String):
        return str
    return None if isinstance(part, _READY) else lambda found: part._serialize(found, "", None)


_READY = (fields.Boolean, fields.Integer, fields.Raw)


def _type_of(part: fields.Nested) -> type[ResponseSchema]:
    schema = type(part.schema)
    if not issubclass(schema, ResponseSchema):
        raise TypeError(f"{schema.__name__} is no answer")
    return schema


@cache
def described(schema: type[ResponseSchema]) -> Described:
    """What the formats have to know of that type."""
    parts = schema().dump_fields.values()
    return Described(
        name=schema.type_name or schema.__name__.removesuffix("Schema"),
        namespace=schema.namespace,
        fields=tuple(_field(schema, part) for part in parts),
        rows=schema.rows,
    )


def _field(schema: type[ResponseSchema], part: fields.Field[Any]) -> Field:
    key = str(part.data_key)
    inner = part.inner if isinstance(part, fields.List) else part
    inherited = key in schema.base_fields
    namespace = ENTITIES if inherited else schema.namespace
    make = partial(
        Field, key, namespace=namespace, is_inherited=inherited,
        has_column=key not in schema.not_in_csv,
    )  # fmt: skip
    if isinstance(inner, fields.Nested):
        return make(Kind.OBJECT if inner is part else Kind.OBJECTS, described(_type_of(inner)))
    if isinstance(part, TextMap):
        return make(Kind.MAP)
    return make(Kind.SCALAR if inner is part else Kind.TEXTS)
