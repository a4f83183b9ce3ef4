"""Traces by OpenTelemetry, sent by OTLP over HTTP; its standard variables say whereto."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Thread

from flask import Flask, got_request_exception
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind
from opentelemetry.trace.status import Status, StatusCode

from evovoice import __version__
from evovoice.telemetry.spans import CARRIER, OPERATION, SQL, STATEMENT, Reduced

_NOT_TRACED = r"/(livez|readyz|healthz|metrics)$"  # asked every few seconds by machines
_LAST_SENDING = 3.0  # seconds that a process which ends waits for it
_NOTHING = nullcontext()


class Traces:
    """The traces of one process: requests, what the carrier is told and asked, statements."""

    def __init__(self) -> None:
        self._tracer = trace.get_tracer("evovoice", __version__)  # of whoever is set up later
        self._provider: TracerProvider | None = None

    def prepare(self, app: Flask) -> None:
        """Have each request traced, once somebody sends that."""
        # the commenter would leave a context behind in the thread of each request
        FlaskInstrumentor().instrument_app(  # type: ignore[no-untyped-call]
            app, excluded_urls=_NOT_TRACED, enable_commenter=False
        )
        got_request_exception.connect(_note_error, app)

    def begin(self) -> None:
        """Send from here on."""
        resource = Resource.create({"service.name": "evovoice", "service.version": __version__})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(Reduced(OTLPSpanExporter())))
        trace.set_tracer_provider(self._provider)

    def end(self) -> None:
        """Send what is left. A collector that is away keeps no process from its end."""
        if self._provider is not None:
            last = Thread(target=self._provider.shutdown, name="evovoice-traces", daemon=True)
            last.start()
            last.join(_LAST_SENDING)

    @contextmanager
    def around_carrier(self, operation: str) -> Iterator[None]:
        """A span of what the carrier is told or asked, without whom it is about."""
        with self._tracer.start_as_current_span(
            f"{CARRIER} {operation}", kind=SpanKind.CLIENT, attributes={OPERATION: operation}
        ):
            yield

    def around_statement(self, sql: str) -> AbstractContextManager[object]:
        """A span of a statement within a trace; the rounds of the background are none."""
        if not trace.get_current_span().get_span_context().is_valid:
            return _NOTHING
        verb = sql.lstrip().partition(" ")[0].upper()
        return self._tracer.start_as_current_span(
            f"{STATEMENT} {verb}", kind=SpanKind.CLIENT, attributes={SQL: sql}
        )


def _note_error(_app: Flask, exception: BaseException) -> None:
    span = trace.get_current_span()
    span.record_exception(exception)
    span.set_status(Status(StatusCode.ERROR))
