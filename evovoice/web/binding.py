"""Puts an operation's fields together out of body, path and query (contract C7, C9, C10, C13)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import g, request
from marshmallow import ValidationError

from evovoice.domain.errors import SessionNotFound
from evovoice.web.guards import JsonValue, read_body
from evovoice.web.refusals import EmptyFields, UnreadableBody
from evovoice.web.schemas import RequestSchema

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_VISIBLE = re.compile(r"[!-~]{1,128}")

Request = TypeVar("Request")


@dataclass(frozen=True, slots=True)
class Shape(Generic[Request]):
    """What an operation takes: its fields, what they are made into, which must be filled."""

    schema: RequestSchema
    make: Callable[..., Request]
    not_empty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sources:
    """Where fields come from, names folded; the later overwrites the earlier (C7)."""

    body: dict[str, JsonValue]
    path: dict[str, JsonValue]
    query: dict[str, JsonValue]

    def refusal(self, name: str, flaw: str) -> Exception:
        """What to say of a field that cannot be read: an odd id in a path is an unknown one."""
        if name.lower() in self.query:
            return UnreadableBody(f"{name} {flaw}", "query")
        if name.lower() in self.path:
            return SessionNotFound(str(self.path[name.lower()]))
        return UnreadableBody(f"{name} {flaw}")


def bind(shape: Shape[Request]) -> Request:
    """The request as the operation wants it; the later source overwrites the earlier.

    Errors: those of `read_body`, `UnreadableBody` for a value of a wrong type, `EmptyFields`,
    `SessionNotFound` for an id that cannot be one.
    """
    sources = _Sources(
        body={} if request.method in {"GET", "HEAD"} else _folded(read_body()),
        path=_folded(request.view_args or {}),
        query=_folded({name: values[-1] for name, values in request.args.lists()}),
    )
    g.bound = fields = _loaded(shape.schema, sources)
    _require_filled(shape, fields)
    require_id(fields["session_id"])
    return shape.make(**fields)


def bound(name: str) -> str:
    """A field of the present request, for a message that quotes it."""
    return str(g.get("bound", {}).get(name) or "")


def require_id(session_id: str) -> None:
    """Refuse what cannot be an id before a database has to read it."""
    if not _ID.fullmatch(session_id):
        raise SessionNotFound(session_id)


def idempotency_key() -> str | None:
    """The header that makes a repeat harmless (contract 2.5). Errors: `UnreadableBody`."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _VISIBLE.fullmatch(key):
        flaw = "must be 1 to 128 visible characters"
        raise UnreadableBody(flaw, "header Idempotency-Key")
    return key


def _folded(fields: dict[str, Any]) -> dict[str, JsonValue]:
    """Names in any case, null as good as left out."""
    return {name.lower(): value for name, value in fields.items() if value is not None}


def _loaded(schema: RequestSchema, sources: _Sources) -> dict[str, Any]:
    given = {**sources.body, **sources.path, **sources.query}
    names = {field.data_key or name for name, field in schema.load_fields.items()}
    known = {name: given[name.lower()] for name in names if name.lower() in given}
    try:
        fields: dict[str, Any] = schema.load(known)
    except ValidationError as error:
        name, flaws = next(iter(dict(error.messages_dict).items()))
        raise sources.refusal(name, flaws[0]) from None
    return fields


def _require_filled(shape: Shape[Request], fields: dict[str, Any]) -> None:
    keys = {name: shape.schema.load_fields[name].data_key or name for name in shape.not_empty}
    empty = [key for name, key in keys.items() if not str(fields[name]).strip()]
    if empty:
        raise EmptyFields([key[0].upper() + key[1:] for key in empty])
