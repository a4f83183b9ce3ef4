"""What a browser asks for by itself beside a page: the site's icon."""

from flask import Response

from evovoice.web.auth import GuardedBlueprint, Policy

_ICON = "favicon.svg"
_ICON_KEPT = "public, max-age=86400"  # a day: a browser would ask with every page


def icon_blueprint() -> GuardedBlueprint:
    """`/favicon.ico`; nobody has to sign in for it."""
    start = GuardedBlueprint("icon", Policy.OPEN, None)
    with start.open_resource(_ICON, "r") as file:
        icon = file.read()
    start.add_url_rule(
        "/favicon.ico", "GetIcon", lambda: _icon(icon), methods=["GET"],
        provide_automatic_options=False,
    )  # fmt: skip
    return start


def _icon(icon: str) -> Response:
    """Browsers go by the content type, whatever the name ends in."""
    return Response(icon, content_type="image/svg+xml", headers={"Cache-Control": _ICON_KEPT})
