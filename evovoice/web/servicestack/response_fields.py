"""The kinds of fields a response may have; each says what its value means."""

from enum import Enum

from marshmallow import fields

from evovoice.web.servicestack.response_schema import ResponseSchema, TextMap


def text(key: str, about: str, shown_as: type[Enum] | None = None) -> fields.String:
    """A text; `shown_as`: the enum that documents name, where the service words it itself."""
    return fields.String(data_key=key, metadata={"description": about, "shown_as": shown_as})


def texts(key: str, about: str) -> fields.List[str]:
    """A list of texts."""
    return fields.List(fields.String(), data_key=key, metadata={"description": about})


def text_map(key: str, about: str) -> TextMap:
    """Texts by names."""
    return TextMap(data_key=key, metadata={"description": about})


def number(key: str, about: str) -> fields.Integer:
    """A whole number."""
    return fields.Integer(data_key=key, metadata={"description": about})


def flag(key: str, about: str) -> fields.Boolean:
    """True or false."""
    return fields.Boolean(data_key=key, metadata={"description": about})


def choice(kind: type[Enum], key: str, about: str) -> fields.Enum[Enum]:
    """The name of one of an enum."""
    return fields.Enum(kind, by_value=True, data_key=key, metadata={"description": about})


def nested(schema: type[ResponseSchema], key: str, about: str) -> fields.Nested:
    """An object."""
    return fields.Nested(schema, data_key=key, metadata={"description": about})


def nested_list(schema: type[ResponseSchema], key: str, about: str) -> fields.List[object]:
    """A list of objects."""
    return fields.List(fields.Nested(schema), data_key=key, metadata={"description": about})
