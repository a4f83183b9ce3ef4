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
from evovoice.web.servicestack.addresses import Addressing


def install(
    app: Flask, *blueprints: GuardedBlueprint, allowed_origins: frozenset[str] = frozenset()
) -> None:
    """Register the blueprints and everything around them; nothing may be added afterwards.

    Pages of `allowed_origins` may read the responses.
    """
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY + 1  # see guards.whole_body
    app.url_map.merge_slashes = False  # `//x` is no route of ours, and no redirect either
    install_request_log(app)
    install_errors(app)
    install_cors(app, allowed_origins)  # before the headers: what is done last is undone first
    app.after_request(_headers)
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


def _headers(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Vary"] = "Accept"
    return response
