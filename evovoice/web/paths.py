"""Matches routes as the contract does (C1): literals in any case, a slash at the end or not."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.routing import Map

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Template = tuple[str | None, ...]  # one entry per part of the path: the literal, or None


class AnyCase:
    """Rewrites the path that is matched; what came over the wire stays in `RAW_URI`.

    Only parts that are literals of a fitting route are touched: ids keep their case.
    """

    def __init__(self, app: "WSGIApplication", routes: Map) -> None:
        self._app = app
        self._templates = _templates(routes)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        environ["PATH_INFO"] = self._canonical(environ.get("PATH_INFO", ""))
        return self._app(environ, start_response)

    def _canonical(self, path: str) -> str:
        parts = path.removeprefix("/").removesuffix("/").split("/")
        for template in self._templates.get(len(parts), ()):
            if _fits(template, parts):
                pairs = zip(template, parts, strict=True)
                return "/" + "/".join(literal or part for literal, part in pairs)
        return path


def _templates(routes: Map) -> dict[int, list[Template]]:
    """Every route, by its number of parts; the one with the earlier literal is tried first."""
    found: dict[int, set[Template]] = {}
    for rule in routes.iter_rules():
        parts = rule.rule.removeprefix("/").split("/")
        template = tuple(None if part.startswith("<") else part for part in parts)
        found.setdefault(len(parts), set()).add(template)
    return {
        count: sorted(group, key=lambda t: [literal is None for literal in t])
        for count, group in found.items()
    }


def _fits(template: Template, parts: list[str]) -> bool:
    pairs = zip(template, parts, strict=True)
    return all(literal is None or literal == part.lower() for literal, part in pairs)
