"""Serves an operation: role, fields, one service call, response."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, g

from evovoice import logs
from evovoice.domain.values import Role
from evovoice.services.app_context import AppContext
from evovoice.web.auth import current_user, require_role
from evovoice.web.authenticator import Authenticator
from evovoice.web.event_stream import EventStream
from evovoice.web.guards import allow_batch
from evovoice.web.refusals import BatchTooLong, UnreadableBody
from evovoice.web.request_context import CallControl, RequestContext
from evovoice.web.servicestack.addresses import address
from evovoice.web.servicestack.binding import bind, bind_body, idempotency_key
from evovoice.web.servicestack.bodies import Body, read_batch
from evovoice.web.servicestack.formats.json_format import PART, kind_of
from evovoice.web.servicestack.formats.values import Value
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.responses import no_content, response_of
from evovoice.web.stream_response import stream_response

MAX_ITEMS = 50

View = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class OperationViews:
    """Serves every operation of the table over the same services."""

    context: AppContext
    calls: CallControl
    authenticator: Authenticator
    roles: Mapping[str, Role | None]  # by operation

    def view(self, operation: Operation[Any]) -> View:
        """The view of one request."""

        def serve(**_path: str) -> Response:  # the path is bound with the rest of the fields
            _require_access(operation)
            value = self._done(operation, bind(operation))
            if isinstance(value, EventStream):
                return stream_response(value)
            if value is None or operation.response_schema is None or address().is_one_way:
                return no_content()
            return response_of(operation.name, operation.response_schema, value)

        return serve

    def batch_view(self, operation: Operation[Any]) -> View:
        """The view of many requests in one (C5)."""

        def serve_batch() -> Response:
            _require_access(operation)
            values = self._values(operation, _items())
            assert operation.response_schema is not None  # noqa: S101 (`accepts_batches` says so)
            response = response_of(operation.name, operation.response_schema, values)
            response.headers["X-AutoBatch-Completed"] = str(len(values))
            return response

        return serve_batch

    def _values(self, operation: Operation[Any], items: list[Value]) -> list[object]:
        """What the items lead to, in their order; `batch_index` tells where an error came from."""
        values: list[object] = []
        for g.batch_index, item in enumerate(items):
            asked = bind_body(operation, Body(_fields(item)))
            values.append(self._done(operation, asked))
        return values

    def _done(self, operation: Operation[Any], asked: Any) -> object:  # noqa: ANN401 (its request)
        """What the operation comes to; once more where a failover undid all of it."""
        database = self.context.database
        logs.bind(session_id=_named(asked, "session_id"), call_sid=_named(asked, "call_sid"))
        return database.once_more(lambda: operation.handler(self._context(), asked))

    def _context(self) -> RequestContext:
        return RequestContext(
            self.context,
            self.calls,
            self.authenticator,
            g.get("user"),
            idempotency_key(),
            self.roles,
        )


def _named(asked: object, field: str) -> str | None:
    """What a request names by that field, where it names anything."""
    return getattr(asked, field, None) or None


def _require_access(operation: Operation[Any]) -> None:
    if operation.role is not None:
        require_role(current_user(), operation.role)


def _items() -> list[Value]:
    allow_batch()
    items = read_batch()
    if len(items) > MAX_ITEMS:
        raise BatchTooLong(MAX_ITEMS)
    return items


def _fields(item: Value) -> dict[str, Value]:
    if not isinstance(item, dict):
        raise UnreadableBody(f"expected an object, found {kind_of(item)}", PART)
    return item
