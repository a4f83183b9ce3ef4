"""Gives every request an id, and writes one line about each; numbers in it are masked.

The id stands in front of every line by the handlers' format, so no line repeats it.
"""

import logging
import time
from secrets import token_hex

from flask import Flask, Response, g, has_request_context, request

from evovoice.web.masking import masked
from evovoice.web.raw_path import raw_path

_LOG = logging.getLogger("evovoice.web.access")


def request_id() -> str:
    """The id of the present request: in its response, in its log lines, in its errors."""
    if "request_id" not in g:
        g.request_id = token_hex(16)
    return str(g.request_id)


class RequestIds(logging.Filter):
    """A filter for log handlers: puts the present request's id on the record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Set `record.request_id`; the record always passes."""
        record.request_id = request_id() if has_request_context() else "-"
        return True


def install_request_log(app: Flask) -> None:
    """Have each request timed, named and logged."""
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    response.headers["X-Request-Id"] = request_id()
    if not _LOG.isEnabledFor(logging.INFO):
        return response
    took = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
    line = f"{request.method} {raw_path()} {response.status_code} {took:.1f} ms"
    _LOG.info(masked(line))
    return response
