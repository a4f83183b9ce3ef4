"""What a client reads whose request no application has seen, in the contract's one shape (C24)."""

import json
from secrets import token_hex

from gunicorn.http import errors

from evovoice.connections.incoming import CUT_SHORT, LONG_HEAD, MOST_BODY, Flaw

_LONG_LINE = Flaw(414, "Request URI Too Long")
_EXPECTATION = Flaw(417, "Expectation Failed")
_BUG = Flaw(500, "Internal Server Error", "ServerError")


def flaw_of(error: Exception) -> Flaw:
    """Why the parser refused a request; all that has no status of its own is a bad request."""
    match error:
        case errors.LimitRequestLine():
            return _LONG_LINE
        case errors.LimitRequestHeaders():
            return LONG_HEAD
        case errors.ExpectationFailed():
            return _EXPECTATION
        case errors.InvalidResponseHeader() | errors.InvalidResponseHeaderName():
            return _BUG
        case errors.ParseException() | errors.NoMoreData():
            return CUT_SHORT
    return _BUG


def refusal(flaw: Flaw) -> tuple[bytes, str]:
    """The whole response, and the id in it by which the log knows it."""
    request_id = token_hex(16)
    status = {
        "errorCode": flaw.code, "message": _message(flaw, request_id), "errors": [],
        "meta": {"requestId": request_id},
    }  # fmt: skip
    body = json.dumps({"responseStatus": status}, separators=(",", ":")).encode()
    head = (
        f"HTTP/1.1 {flaw.status} {flaw.name}\r\n"
        "Content-Type: application/json; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        f"X-Request-Id: {request_id}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body, request_id


def _message(flaw: Flaw, request_id: str) -> str:
    match flaw.code:
        case "BodyTooLarge":
            return f"The body may have at most {MOST_BODY} bytes"
        case "ServerError":
            return f"Internal error, quote request {request_id}"
    return f"Could not read the request: {flaw.name}"
