"""The way to the identity provider and back (C96): two addresses that a browser is led over."""

from flask import Response, request

from evovoice.services.auth.single_sign_on import SingleSignOn
from evovoice.web.auth import GuardedBlueprint, Policy
from evovoice.web.authenticator import Authenticator

START, CALLBACK = "/auth/oidc", "/auth/oidc/callback"
_FIRST_PAGE = "/docs"
_LONGEST = 1024


def single_sign_on_blueprint(
    single_sign_on: SingleSignOn, authenticator: Authenticator
) -> GuardedBlueprint:
    """`GET /auth/oidc` and where the provider sends browsers back to; for strangers."""
    blueprint = GuardedBlueprint("single_sign_on", Policy.OPEN, None)

    def depart() -> Response:
        departure = single_sign_on.depart(own_path(request.args.get("continue", "")))
        response = _led_to(departure.address)
        authenticator.keep_way(response, departure.cookie)
        return response

    def arrive() -> Response:
        state, code = (request.args.get(name, "") for name in ("state", "code"))
        return _led_to(authenticator.arrive(single_sign_on, state, code))

    for path, name, view in ((START, "BeginOidc", depart), (CALLBACK, "CompleteOidc", arrive)):
        blueprint.add_url_rule(path, name, view, methods=["GET"], provide_automatic_options=False)
    return blueprint


def own_path(text: str) -> str:
    """The path where somebody wants to go; the first page where that is none of ours.

    Browsers read `//host` and `/\\host` as another host, and pass over blanks and line breaks.
    """
    is_path = text.startswith("/") and not text.startswith(("//", "/\\"))
    is_plain = text.isascii() and text.isprintable() and " " not in text and "\\" not in text
    return text if is_path and is_plain and len(text) <= _LONGEST else _FIRST_PAGE


def _led_to(address: str) -> Response:
    response = Response(status=303, headers={"Location": address})
    del response.headers["Content-Type"]
    return response
