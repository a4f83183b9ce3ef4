"""What generated files of any language begin with, and say of a request's routes."""

from collections.abc import Sequence

from evovoice.web.servicestack.documents import VERSION
from evovoice.web.servicestack.documents.dto_model import DtoModel
from evovoice.web.servicestack.formats.described import pascal


def header(base_url: str, options: Sequence[str], included: Sequence[DtoModel]) -> str:
    """The comment by which the platform's tools know where to update the file from."""
    names = ",".join(one.name for one in included)
    return "\n".join(
        [
            "/* Options:",
            f"Version: {VERSION}",
            'Tip: To override a DTO option, remove "//" prefix before updating',
            f"BaseUrl: {base_url}",
            "",
            *options,
            "//AddDescriptionAsComments: True",
            f"IncludeTypes: {names}" if names else "//IncludeTypes: ",
            "*/",
        ]
    )


def routes(one: DtoModel) -> list[str]:
    """`Route("/sessions/{SessionId}", "GET")` for each route of a request."""
    if one.row is None:
        return []
    verbs = ", ".join(one.row.verbs)
    return [f'Route("{_pascal(route, one)}", "{verbs}")' for route in one.row.routes]


def quoted(text: str) -> str:
    """A text that may stand between double quotes."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _pascal(route: str, one: DtoModel) -> str:
    return route.format_map({part.key: f"{{{pascal(part.key)}}}" for part in one.parts})
