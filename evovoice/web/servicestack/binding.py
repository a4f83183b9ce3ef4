"""Puts an operation's fields together out of body, path and query (C7-C10, C13, C44)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import g, request
from marshmallow import ValidationError
from werkzeug.exceptions import NotFound

from evovoice.domain.errors import SessionNotFound
from evovoice.web.guards import require_id
from evovoice.web.refusals import EmptyFields, UnreadableBody
from evovoice.web.servicestack.addresses import address
from evovoice.web.servicestack.bodies import NO_BODY, Body, read_body
from evovoice.web.servicestack.formats.described import pascal
from evovoice.web.servicestack.formats.form_format import Pairs
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.request_schema import RequestSchema

_LOST_PLUS = re.compile(r"(\s*(?:tel:)?[\s(]*) (?=[0-9])", re.IGNORECASE)
_VISIBLE = re.compile(r"[!-~]{1,128}")
_WITHOUT_BODY = {"GET", "HEAD"}
_PATH, _QUERY = "path", "query"

Asked = TypeVar("Asked")


@dataclass(frozen=True, slots=True)
class _Source:
    """One place that fields come from, names folded; `part` names it in a refusal."""

    part: str
    fields: dict[str, Any]


def bind(operation: Operation[Asked]) -> Asked:
    """The present request as the operation wants it.

    Errors: those of `read_body`, `UnreadableBody` for a value of a wrong type, `EmptyFields`,
    `SessionNotFound` for an id that cannot be one.
    """
    return bind_body(operation, NO_BODY if request.method in _WITHOUT_BODY else read_body())


def bind_body(operation: Operation[Asked], body: Body) -> Asked:
    """The same, of a body that has been read. Errors: as `bind`."""
    schema = operation.request_schema
    g.bound = fields = _loaded(schema, _sources(schema, body))
    _require_filled(schema, fields)
    if "session_id" in fields:
        require_id(fields["session_id"])
    return operation.request_type(**fields)


def bound(name: str) -> str:
    """A field of the present request, for a message that quotes it."""
    return str(g.get("bound", {}).get(name) or "")


def idempotency_key() -> str | None:
    """The header that makes a repeat harmless (contract 2.5). Errors: `UnreadableBody`."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and "batch_index" in g:
        key = f"{key}.{g.batch_index}"  # each item of a batch is a request of its own
    if key is not None and not _VISIBLE.fullmatch(key):
        flaw = "must be 1 to 128 visible characters"
        raise UnreadableBody(flaw, "header Idempotency-Key")
    return key


def _sources(schema: RequestSchema, body: Body) -> list[_Source]:
    """Where the fields come from; the later overwrites the earlier (C7, C8)."""
    given = _Source(body.part, _folded(body.fields))
    pairs = _with_plus(schema, body.form) if body.reads_plus_as_blank else body.form
    form = _Source(body.part, _joined(schema, pairs))
    asked = _with_plus(schema, request.args.items(multi=True))
    query = _Source(_QUERY, _joined(schema, asked))
    if not address().is_rest:
        return [query, given, form]
    return [given, _Source(_PATH, _folded(request.view_args or {})), query, form]


def _folded(fields: dict[str, Any]) -> dict[str, Any]:
    """Names in any case, null as good as left out (C10)."""
    return {name.lower(): value for name, value in fields.items() if value is not None}


def _with_plus(schema: RequestSchema, pairs: Iterable[tuple[str, str]]) -> Pairs:
    """A blank before the first digit of a number is a plus that was not escaped (contract 2.5;
    decision 66).
    """
    telephone = schema.telephone
    return [
        (name, _LOST_PLUS.sub(r"\1+", value, count=1))
        if name.lower() in telephone and _LOST_PLUS.match(value)
        else (name, value)
        for name, value in pairs
    ]


def _joined(schema: RequestSchema, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Names that may repeat: a list takes every value, any other field the last."""
    lists = schema.lists
    joined: dict[str, Any] = {}
    for name, value in pairs:
        key = name.lower()
        joined[key] = [*joined.get(key, ()), value] if key in lists else value
    return joined


def _loaded(schema: RequestSchema, sources: list[_Source]) -> dict[str, Any]:
    last = {name: source for source in sources for name in source.fields}
    found = {name: last[folded] for name, folded in schema.names if folded in last}
    try:
        loaded: dict[str, Any] = schema.load(
            {name: found[name].fields[folded] for name, folded in schema.names if name in found}
        )
    except ValidationError as error:
        name, flaws = next(iter(dict(error.messages_dict).items()))
        raise _refusal(found[name], name, flaws[0]) from None
    return loaded


def _refusal(source: _Source, name: str, flaw: str) -> Exception:
    """What to say of a field that cannot be read: an odd id in a path is an unknown one, and
    any other odd part of a path leads nowhere.
    """
    if source.part != _PATH:
        return UnreadableBody(f"{name} {flaw}", source.part)
    odd = str(source.fields[name.lower()])
    return SessionNotFound(odd) if name == "sessionId" else NotFound()


def _require_filled(schema: RequestSchema, fields: dict[str, Any]) -> None:
    blank = {name for name, value in fields.items() if not str(value or "").strip()}
    empty = [key for name, key in schema.required if name in blank]
    empty += [key for name, key, other in schema.alternatives if {name, other} <= blank]
    if empty:
        raise EmptyFields([pascal(key) for key in empty])
