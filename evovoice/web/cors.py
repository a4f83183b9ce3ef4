"""Lets pages of configured origins read our responses (C41); without any there are no headers.

Cookies keep to one site (SameSite=Lax): a page of another site signs its requests otherwise.
"""

from collections.abc import Callable

from flask import Flask, Response, request

_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
_REQUEST_HEADERS = (
    "Accept, Authorization, Content-Type, Idempotency-Key, Last-Event-ID, X-HTTP-Method-Override,"
    " X-ss-id, X-ss-opt, X-ss-pid"
)
_EXPOSED = "X-Request-Id, Retry-After, X-Total-Count, X-AutoBatch-Completed"
_REMEMBERED = 600  # seconds for which a browser need not ask again
_ASKS = "Access-Control-Request-Method"


def install_cors(app: Flask, origins: frozenset[str]) -> None:
    """Answer the questions of browsers, and mark every response for pages of these origins."""
    if not origins:
        return
    app.before_request(_preflight(origins))
    app.after_request(_marked(origins))


def _preflight(origins: frozenset[str]) -> Callable[[], Response | None]:
    """A browser asks before it sends what a form could not; it brings no credentials."""

    def respond() -> Response | None:
        asks = request.method == "OPTIONS" and _ASKS in request.headers
        if not asks or request.headers.get("Origin") not in origins:
            return None
        response = Response(status=204)
        del response.headers["Content-Type"]
        response.headers["Access-Control-Allow-Methods"] = _METHODS
        response.headers["Access-Control-Allow-Headers"] = _REQUEST_HEADERS
        response.headers["Access-Control-Max-Age"] = str(_REMEMBERED)
        return response

    return respond


def _marked(origins: frozenset[str]) -> Callable[[Response], Response]:
    """The whole origin or nothing: a prefix or a suffix of one is somebody else's."""

    def mark(response: Response) -> Response:
        response.vary.add("Origin")
        origin = request.headers.get("Origin")
        if origin in origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"
            response.headers["Access-Control-Expose-Headers"] = _EXPOSED
        return response

    return mark
