"""What a browser asks for by itself: the address without a path, and the site's icon."""

from flask import Response, abort

from evovoice.web.auth import GuardedBlueprint, Policy
from evovoice.web.servicestack.negotiation import wants_page

_FIRST_PAGE = "/docs"
_ICON = "favicon.svg"
_ICON_KEPT = "public, max-age=86400"  # a day: a browser would ask with every page


def start_page_blueprint() -> GuardedBlueprint:
    """`/` and `/favicon.ico`; nobody has to sign in for them."""
    start = GuardedBlueprint("start_page", Policy.OPEN, None)
    with start.open_resource(_ICON, "r") as file:
        icon = file.read()
    rules = (("/", "GetStartPage", _start), ("/favicon.ico", "GetIcon", lambda: _icon(icon)))
    for path, name, view in rules:
        start.add_url_rule(path, name, view, methods=["GET"], provide_automatic_options=False)
    return start


def _start() -> Response:
    """Browsers are led to a page; for programs nothing is here (C24).

    The address has no host: what a request says of ours may be somebody else's.
    """
    if not wants_page():
        abort(404)
    response = Response(status=303, headers={"Location": _FIRST_PAGE})
    del response.headers["Content-Type"]
    return response


def _icon(icon: str) -> Response:
    """Browsers go by the content type, whatever the name ends in."""
    return Response(icon, content_type="image/svg+xml", headers={"Cache-Control": _ICON_KEPT})
