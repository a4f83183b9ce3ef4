"""What of a span leaves the process: names and attributes of a list, and nothing beside them.

Instrumentations put addresses, queries, headers and the texts of exceptions into spans. Those are
not looked through for numbers, which would miss names: they are left out.
"""

from collections.abc import Mapping, Sequence

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import SpanContext, SpanKind
from opentelemetry.trace.status import Status

CARRIER, STATEMENT = "carrier", "database"  # names of our own spans, followed by what is done
OPERATION = "evovoice.carrier.operation"
SQL = "db.query.text"
_ROUTE = "http.route"
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_METHOD_NAMES = ("http.request.method", "http.method")
_ALLOWED = frozenset(
    {
        _ROUTE, OPERATION, SQL, "db.system.name", "error.type", "http.response.status_code",
        "http.status_code",
    }
)  # fmt: skip
_EXCEPTION_TYPE = "exception.type"


class Reduced(SpanExporter):
    """Another exporter, which gets spans reduced to what may leave."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([reduced(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def reduced(span: ReadableSpan) -> ReadableSpan:
    """That span with what may leave; times, kinds and how spans hang together stay."""
    given = span.attributes or {}
    attributes = {name: value for name, value in given.items() if name in _ALLOWED}
    method = next((given[name] for name in _METHOD_NAMES if name in given), None)
    if method in _METHODS:
        attributes["http.request.method"] = str(method)
    return ReadableSpan(
        name=_name(span, attributes),
        context=_context(span.context),
        parent=_context(span.parent),
        resource=span.resource,
        attributes=attributes,
        events=[_event(event) for event in span.events if event.name == "exception"],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _name(span: ReadableSpan, attributes: Mapping[str, object]) -> str:
    if span.kind is not SpanKind.SERVER:
        return span.name if span.name.split(" ")[0] in {CARRIER, STATEMENT} else "internal"
    method, route = attributes.get("http.request.method", "HTTP"), attributes.get(_ROUTE)
    return f"{method} {route}" if route else str(method)


def _context(context: SpanContext | None) -> SpanContext | None:
    """Without what other programs have added to it on its way here."""
    if context is None:
        return None
    return SpanContext(context.trace_id, context.span_id, context.is_remote, context.trace_flags)


def _event(event: Event) -> Event:
    kind = (event.attributes or {}).get(_EXCEPTION_TYPE, "")
    return Event(event.name, {_EXCEPTION_TYPE: str(kind)}, event.timestamp)
