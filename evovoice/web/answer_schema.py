"""What every answer shares: a schema for its keys, and the description that formats work by."""

from functools import cache
from typing import Any, ClassVar

from marshmallow import Schema, fields, missing

from evovoice.web.formats.described import ENTITIES, SESSIONS, Described, Field, Kind


class TextMap(fields.Raw):
    """Texts by names; what is handed in is what is written."""


class AnswerSchema(Schema):
    """What is answered: declared order is the order of the keys, no value no key (C20).

    The name of the type is the class's without `Schema`, unless `type_name` says another.
    `base_fields` belong to EntityInfo; `rows` is the list of a wrapper, for CSV (C53).
    """

    type_name: ClassVar[str | None] = None
    namespace: ClassVar[str] = SESSIONS
    base_fields: ClassVar[frozenset[str]] = frozenset()
    rows: ClassVar[str | None] = None

    def get_attribute(self, obj: object, attr: str, default: object) -> object:
        value = getattr(obj, attr, default)
        return missing if value is None else value


@cache
def described(schema: type[AnswerSchema]) -> Described:
    """What the formats have to know of that type."""
    parts = schema().dump_fields.values()
    return Described(
        name=schema.type_name or schema.__name__.removesuffix("Schema"),
        namespace=schema.namespace,
        fields=tuple(_field(schema, part) for part in parts),
        rows=schema.rows,
    )


def _field(schema: type[AnswerSchema], part: fields.Field[Any]) -> Field:
    key = str(part.data_key)
    inner = part.inner if isinstance(part, fields.List) else part
    inherited = key in schema.base_fields
    namespace = ENTITIES if inherited else schema.namespace
    if isinstance(inner, fields.Nested):
        nested = inner.schema
        assert isinstance(nested, AnswerSchema)  # noqa: S101 (all of ours are)
        kind = Kind.OBJECT if inner is part else Kind.OBJECTS
        return Field(key, kind, described(type(nested)), namespace, inherited)
    if isinstance(part, TextMap):
        return Field(key, Kind.MAP, None, namespace, inherited)
    kind = Kind.SCALAR if inner is part else Kind.TEXTS
    return Field(key, kind, None, namespace, inherited)
