"""What holds for every request, whatever it asks: limits, headers, log, errors, matching."""

from collections.abc import Callable

from flask import Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import Map

from evovoice.web.auth import GuardedBlueprint
from evovoice.web.cors import install_cors
from evovoice.web.errors import install_errors
from evovoice.web.guards import MAX_BODY
from evovoice.web.request_log import install_request_log
from evovoice.web.request_metrics import install_request_metrics
from evovoice.web.servicestack.addresses import Addressing

# A response of the API is no page: nothing in it is loaded or framed. Pages have their own policy.
_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_ONLY_HTTPS = "max-age=31536000; includeSubDomains"  # for a year


def install(
    app: Flask,
    *blueprints: GuardedBlueprint,
    allowed_origins: frozenset[str] = frozenset(),
    is_https: bool = False,
) -> None:
    """Register the blueprints and everything around them; nothing may be added afterwards.

    Pages of `allowed_origins` may read the responses. `is_https`: people reach us by https, and
    browsers are told to use nothing else, for hosts below ours too.
    """
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY + 1  # see guards.whole_body
    app.url_map.merge_slashes = False  # `//x` is no route of ours, and no redirect either
    install_request_log(app)
    install_request_metrics(app)
    install_errors(app)
    install_cors(app, allowed_origins)  # before the headers: what is done last is undone first
    app.after_request(_headers_with({"Strict-Transport-Security": _ONLY_HTTPS} if is_https else {}))
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    app.before_request(_literal_first(app.url_map))
    app.wsgi_app = Addressing(app.wsgi_app, app.url_map)  # type: ignore[method-assign]


def _literal_first(routes: Map) -> Callable[[], None]:
    """A path that is a route to the letter is never an id, whatever the verb (C1)."""
    literal: dict[str, set[str]] = {}
    for rule in routes.iter_rules():
        if not rule.arguments:
            literal.setdefault(rule.rule, set()).update(rule.methods or ())

    def check() -> None:
        verbs = literal.get(request.path)
        if verbs is not None and request.method not in verbs:
            raise MethodNotAllowed(valid_methods=sorted(verbs))

    return check


def _headers_with(more: dict[str, str]) -> Callable[[Response], Response]:
    """What tells browsers and caches how little they may do with a response."""
    # to other sites no address of ours is told; `no-referrer` would leave our own forms no origin
    always = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        **more,
    }

    def add(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Content-Security-Policy", _NOTHING)
        response.headers.update(always)
        response.vary.add("Accept")
        return response

    return add
