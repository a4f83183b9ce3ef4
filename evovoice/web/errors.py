"""Turns every exception into the response that the contract has for it."""

import math

from flask import Flask, Response, current_app, g, got_request_exception, request
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)

from evovoice import logs
from evovoice.carrier.cures import cure_of
from evovoice.carrier.inbound import BadReport
from evovoice.carrier.port import CarrierBusy, CarrierRefused
from evovoice.domain.errors import CallNotInSession, ConferenceFull
from evovoice.services.administration.refusals import InvalidLines
from evovoice.services.errors import NotSignedIn, RateLimited, TooManyLogins, TooManySearches
from evovoice.storage.unit_of_work import DatabaseUnavailable
from evovoice.web.error_table import UNEXPECTED, Row, row_of
from evovoice.web.guards import most_bytes
from evovoice.web.refusals import BadFields, FieldFlaw, WrongMetricsToken, WrongRole
from evovoice.web.request_credentials import used_basic
from evovoice.web.request_log import request_id
from evovoice.web.servicestack.binding import bound
from evovoice.web.servicestack.responses import formatted_error

_LOG = logs.get_logger("evovoice.web.errors")
_CARRIERS_MOST = 250  # the carrier's own limit for one conference


def install_errors(app: Flask) -> None:
    """Have every error answered in the contract's shape."""

    def of_framework(error: HTTPException) -> Response:
        return _framework_response(app, error)

    app.register_error_handler(HTTPException, of_framework)
    app.register_error_handler(Exception, error_response)


def error_response(error: Exception) -> Response:
    """The response to an exception that a view or a service has raised."""
    row = row_of(error)
    if row is None:
        return _unexpected(error)
    if isinstance(error, DatabaseUnavailable):  # whoever looks for warnings is to find the request
        _LOG.warning("The database is not ready", why=error.reason or str(error))
    status = "403 Invalid Role" if isinstance(error, WrongRole) else row.status  # C29
    flaws = _flaws(error)
    meta = _meta(error)
    response = formatted_error(row.code, _message(error, row), status, meta, flaws)
    _add_headers(response, error, row)
    return _with_progress(response)


def _flaws(error: Exception) -> list[FieldFlaw]:
    if isinstance(error, InvalidLines):
        return [FieldFlaw("InvalidLine", f"line {line}", flaw) for line, flaw in error.flaws]
    return error.flaws if isinstance(error, BadFields) else []


def log_unexpected(error: Exception) -> None:
    """Write down what happened and where."""
    _LOG.error("request failed", exc_info=error)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    got_request_exception.send(app, exception=error)  # as Flask does where nobody answers it


def _unexpected(error: Exception) -> Response:
    log_unexpected(error)
    message = f"Internal error, quote request {request_id()}"
    status = UNEXPECTED.status
    return _with_progress(formatted_error(UNEXPECTED.code, message, status, _meta(error), []))


def _with_progress(response: Response) -> Response:
    """How many items of a batch came before the one that failed (C5)."""
    if "batch_index" in g:
        response.headers["X-AutoBatch-Completed"] = str(g.batch_index)
    return response


def _add_headers(response: Response, error: Exception, row: Row) -> None:
    if isinstance(error, NotSignedIn):
        response.headers.add("WWW-Authenticate", 'credentials realm="/auth/credentials"')
        if used_basic():
            response.headers.add("WWW-Authenticate", 'Basic realm="/auth/basic"')
    if isinstance(error, WrongMetricsToken):
        response.headers["WWW-Authenticate"] = 'Bearer realm="/metrics"'
    pause = _pause(error, row)
    if pause is not None:
        response.headers["Retry-After"] = str(pause)


def _pause(error: Exception, row: Row) -> int | None:
    if isinstance(error, RateLimited | TooManyLogins | TooManySearches):
        return max(1, error.seconds)
    if isinstance(error, CarrierBusy):
        return max(1, math.ceil(error.retry_after))
    return row.retry_after


def _meta(error: Exception) -> dict[str, str]:
    meta = {"requestId": request_id()}
    if "batch_index" in g:
        meta["AutoBatchIndex"] = str(g.batch_index)
    if isinstance(error, CarrierRefused):
        meta["twilioStatus"] = str(error.status)
        if error.code is not None:
            meta["twilioCode"] = str(error.code)
    return meta


def _message(error: Exception, row: Row) -> str:
    if isinstance(error, CarrierRefused):
        return _refusal(error, row)
    if isinstance(error, CarrierBusy):
        busy = f"The carrier is busy, try again in {_pause(error, row)} seconds"
        return f"{busy}. {error.cure}" if error.cure else busy
    if isinstance(error, BadReport):
        return f"Could not read the form body: {error}"
    return row.message or str(error)


def _refusal(error: CarrierRefused, row: Row) -> str:
    """The contract's sentence: the carrier's own is not written for our clients. Then the cure."""
    destination = bound("destination") or bound("number_to_dial")
    shown = bound("from_number") or bound("caller_id") or "The caller ID"
    sentences = {
        "InvalidDestination": f"'{destination}' is not a number, SIP address or user",
        "FromNumberNotOwned": f"{shown} does not belong to this account",
        "CountryNotAllowed": f"Calls to the country of '{destination}' are not allowed",
        "DestinationForbidden": f"Calls to '{destination}' are not allowed",
        "CallNotInSession": str(CallNotInSession(bound("session_id"), bound("call_sid"))),
        "ConferenceFull": str(ConferenceFull(_CARRIERS_MOST)),
        "CarrierBusy": f"The carrier is busy, try again in {row.retry_after} seconds",
        "CarrierUnavailable": "The carrier cannot be reached",
    }
    refused = f"The carrier refused the call (Twilio {error.code or error.status})"
    sentence, cure = sentences.get(row.code, refused), cure_of(error.code)
    return f"{sentence}. {cure}" if cure else sentence


# --- Flask's and Werkzeug's own --------------------------------------------------------------


def _framework_response(app: Flask, error: HTTPException) -> Response:
    meta = {"requestId": request_id()}
    match error:
        case NotFound():
            text = f"Nothing answers {request.method} {request.path}"
            return formatted_error("NotFound", text, 404, meta, [])
        case MethodNotAllowed():
            return _wrong_verb(app, error, meta)
        case RequestEntityTooLarge():
            text = f"The body may have at most {most_bytes()} bytes"
            return formatted_error("BodyTooLarge", text, 413, meta, [])
        case _ if error.code is not None and error.code < 500:  # noqa: PLR2004
            text = f"Could not read the request: {error.name}"
            return formatted_error("SerializationException", text, error.code, meta, [])
    return _unexpected(error)


def _wrong_verb(app: Flask, error: MethodNotAllowed, meta: dict[str, str]) -> Response:
    verbs = sorted(error.valid_methods or ())
    text = " and ".join(_takers(app, verbs))
    response = formatted_error("MethodNotAllowed", text, 405, meta, [])
    response.headers["Allow"] = ", ".join(verbs)
    return response


def _takers(app: Flask, verbs: list[str]) -> list[str]:
    """`{Op} takes {verbs}` for each operation on that route."""
    adapter = app.url_map.bind_to_environ(request.environ)
    operations: dict[str, list[str]] = {}
    for verb in verbs:
        endpoint, _ = adapter.match(method=verb)
        operations.setdefault(endpoint.rpartition(".")[2], []).append(verb)
    return [f"{name} takes {', '.join(taken)}" for name, taken in operations.items()]
