"""The one chain that every line goes through, structlog's and the standard library's alike."""

import logging
import sys
from collections.abc import Callable, Iterable
from typing import Any, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from evovoice import __version__
from evovoice.logs.line_formats import json_line, text_line
from evovoice.logs.masking import Masking


def _without_leftovers(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Other formatters leave their own text in a record of the standard library, unmasked."""
    if "_record" in event:
        event.pop("message", None)
        event.pop("asctime", None)
    return event


CHAIN: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    _without_leftovers,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
]
_OURS = ("timestamp", "level", "logger", "version")  # made here, so there is nothing to mask
_formatter: logging.Formatter | None = None

get_logger: Callable[[str], structlog.stdlib.BoundLogger] = structlog.stdlib.get_logger


def set_up(*, as_json: bool, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Write every line of this process to standard error. Once in a process counts."""
    global _formatter  # noqa: PLW0603 (gunicorn makes its logger by itself, and asks for it)
    if _formatter is not None:
        return
    _formatter = new_formatter(Masking(secrets), as_json=as_json)
    handler = LineHandler(stream or sys.stderr)
    handler.setFormatter(_formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)  # a health check reads its version


def formatter_in_force() -> logging.Formatter | None:
    """That of `set_up`; None where nothing was set up."""
    return _formatter


def new_formatter(masking: Masking, *, as_json: bool) -> logging.Formatter:
    """Writes records as lines; `masking` is the last to see what is in them."""

    def mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        ours = {name: event.pop(name) for name in _OURS if name in event}
        known = {name: value for name, value in event.items() if value is not None}
        return {**ours, "version": __version__, **masking.fields(known)}

    return ProcessorFormatter(
        foreign_pre_chain=CHAIN,
        processors=[
            ProcessorFormatter.remove_processors_meta,
            mask,
            json_line if as_json else text_line,
        ],
    )


class LineHandler(logging.StreamHandler[Any]):
    """A record that cannot be written is told of without what is in it: it was not masked."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (the library's)
        error = sys.exception()
        self.stream.write(f"A line of {record.name} was lost: {type(error).__name__}\n")


structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *CHAIN,
        ProcessorFormatter.wrap_for_formatter,
    ],
    wrapper_class=structlog.stdlib.BoundLogger,
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
