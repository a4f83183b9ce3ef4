"""Gives every request an id, and writes one line about each.

Every other line of the request carries the id too, and whatever else is known of it by then.
"""

import re
import time
from functools import partial
from secrets import token_hex

from flask import Flask, Response, g, request

from evovoice import logs
from evovoice.web.raw_path import raw_path

_LOG = logs.get_logger("evovoice.web.access")
_NAME = "X-Request-Id"
_GIVEN_ID = re.compile(r"[0-9A-Za-z._:/+=-]{1,128}")
_VERBS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}


def request_id() -> str:
    """The id of the present request: in its response, in its log lines, in its errors."""
    if "request_id" not in g:
        g.request_id = _given_id() or token_hex(16)
    return str(g.request_id)


def install_request_log(app: Flask) -> None:
    """Have each request timed, named and logged."""
    app.before_request(_start)
    app.after_request(_finish)
    app.teardown_request(_forget)


def _given_id() -> str | None:
    """The client's own, so that one id leads through all the services on the way (C88). One that
    the log would mask, such as a telephone number, could not be found there again.
    """
    given = request.headers.get(_NAME, "")
    return given if _GIVEN_ID.fullmatch(given) and logs.masked(given) == given else None


def _start() -> None:
    g.started = time.perf_counter()
    g.known_before = logs.known()
    logs.only({"request_id": request_id()})


def _finish(response: Response) -> Response:
    response.headers[_NAME] = request_id()
    took = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
    verb = request.method if request.method in _VERBS else "other"
    status, took = response.status_code, round(took, 1)
    _LOG.info("request", method=verb, path=raw_path(), status=status, ms=took)
    if response.is_streamed:
        g.goes_on = True
        response.call_on_close(partial(logs.only, {}))
    return response


def _forget(_error: BaseException | None) -> None:
    """The thread will serve others. A stream goes on in it, and forgets by itself."""
    if "goes_on" not in g:
        logs.only(g.get("known_before", {}))
