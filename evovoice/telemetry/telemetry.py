"""Which of both an operator wants, and when each of their parts begins.

The packages are imported and the application is prepared before the processes are forked; what
sends, with its threads and connections, begins in each process.
"""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Protocol

from flask import Flask

_log = logging.getLogger(__name__)
_SENTRY, _TRACES = (
    ("SENTRY_DSN",),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
)
_OF_TRACES = (  # a part of them may have come along with another program
    "opentelemetry.sdk", "opentelemetry.instrumentation.flask",
    "opentelemetry.exporter.otlp.proto.http",
)  # fmt: skip
_OF_SENTRY = ("sentry_sdk",)
_STANDARD = ("OTEL_", "SENTRY_")  # the packages read more of these themselves

Around = Callable[[str], AbstractContextManager[object]]


class Destination(Protocol):
    """A service outside that is told something."""

    def prepare(self, app: Flask) -> None:
        """Before the fork."""

    def begin(self) -> None:
        """In each process, after the fork."""

    def end(self) -> None:
        """Send what is left, for some seconds at most."""

    def around_carrier(self, operation: str) -> AbstractContextManager[object]:
        """What goes around what the carrier is told or asked."""

    def around_statement(self, sql: str) -> AbstractContextManager[object]:
        """What goes around a statement of the database; it has places for its values."""


@dataclass(frozen=True, slots=True)
class Telemetry:
    """All who are told, of one process; perhaps nobody."""

    traces: Destination | None = None
    errors: Destination | None = None

    def prepare(self, app: Flask) -> None:
        """Before the fork."""
        for one in self._all():
            one.prepare(app)

    def begin(self) -> None:
        """In each process, after the fork."""
        for one in self._all():
            one.begin()

    def end(self) -> None:
        """Send what is left."""
        for one in self._all():
            one.end()

    @property
    def around_carrier(self) -> Around:
        """What goes around what the carrier is told or asked."""
        return self.traces.around_carrier if self.traces else nullcontext

    @property
    def around_statement(self) -> Around:
        """What goes around each statement of the database."""
        return self.traces.around_statement if self.traces else nullcontext

    def _all(self) -> Sequence[Destination]:
        return [one for one in (self.traces, self.errors) if one is not None]


NO_TELEMETRY = Telemetry()


def telemetry_from(
    environ: Mapping[str, str], is_there: Callable[[str], bool] | None = None
) -> Telemetry:
    """What the environment asks for. A wish that cannot be met is said once and stops no calls.

    `is_there`: whether a module is installed.
    """
    there = is_there or _is_installed
    wants_traces = _is_wanted(environ, _TRACES, _OF_TRACES, "telemetry", there)
    wants_errors = _is_wanted(environ, _SENTRY, _OF_SENTRY, "sentry", there)
    if not wants_traces and not wants_errors:
        return NO_TELEMETRY
    for name, value in environ.items():  # what stands in a file `.env` too
        if name.startswith(_STANDARD):
            os.environ.setdefault(name, value)
    return Telemetry(_traces() if wants_traces else None, _errors() if wants_errors else None)


def _is_wanted(
    environ: Mapping[str, str], settings: Sequence[str], modules: Sequence[str], extra: str,
    is_there: Callable[[str], bool],
) -> bool:  # fmt: skip
    setting = next((name for name in settings if environ.get(name, "").strip()), None)
    if setting is None:
        return False
    if all(is_there(module) for module in modules):
        return True
    _log.warning(
        "%s is set, but its package is not installed, so nothing is sent there:"
        " pip install 'evovoice[%s]'", setting, extra,
    )  # fmt: skip
    return False


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # what it would be in is not there
        return False


def _traces() -> Destination:
    from evovoice.telemetry.traces import Traces  # noqa: PLC0415 (an extra)

    return Traces()


def _errors() -> Destination | None:
    from evovoice.telemetry.sentry import Sentry  # noqa: PLC0415 (an extra)

    return Sentry.made()
