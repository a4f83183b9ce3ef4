"""The small window of dial buttons in other people's pages: it dials for origins that are allowed.

The page that opened it says who it is; the service answers whether that origin may dial, and the
window then hears nobody else. Nothing of the sign-in leaves it.
"""

from collections.abc import Callable

from flask import Response, make_response, render_template, request

from evovoice.web.console.files import ServedFile, base_of, loaded_with

SCRIPT = "dial/window.js"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
)
_MAY_USE = "microphone=(), camera=(), geolocation=()"


def dial_page(files: dict[str, ServedFile], origins: frozenset[str]) -> Callable[[], Response]:
    """The view of `GET /dial?from=ORIGIN` (C121). `files`: the modules; `origins`: those
    whose pages may dial.
    """
    base = base_of(files)
    modules = loaded_with(SCRIPT, files)

    def view() -> Response:
        asked = request.args.get("from", "")
        origin = asked if asked in origins else ""
        response = make_response(
            render_template("dial.html", origin=origin, base=base, modules=modules)
        )
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["Permissions-Policy"] = _MAY_USE
        return response

    return view
