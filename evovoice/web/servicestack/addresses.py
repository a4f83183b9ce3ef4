"""How a request is addressed: literals in any case, suffixes, prefixes, other verbs (C1-C6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import request
from werkzeug.routing import Map

from evovoice.web.servicestack.formats.kinds import Format, named

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_KEY = "evovoice.address"
_SHORT, _LONG = 2, 3  # parts of `/api/X` and of `/json/reply/X`


@dataclass(frozen=True, slots=True)
class Address:
    """What a path says of the response, beside which operation it is."""

    is_rest: bool = True
    is_one_way: bool = False
    suffix: Format | None = None
    prefix: Format | None = None


_PLAIN = Address()


def address() -> Address:
    """How the present request is addressed."""
    found: Address = request.environ.get(_KEY, _PLAIN)
    return found


class Addressing:
    """Rewrites path and verb to what is matched; what came over the wire stays in `RAW_URI`.

    Only parts that are literals of a fitting route are touched: ids keep their case.
    """

    def __init__(self, app: "WSGIApplication", routes: Map) -> None:
        self._app = app
        self._routes = _Node()
        for rule in routes.iter_rules():
            self._routes.add(rule.rule.removeprefix("/").split("/"))

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        parts = environ.get("PATH_INFO", "").removeprefix("/").removesuffix("/").split("/")
        suffix, found = self._found(parts)
        if found is not None:
            environ["PATH_INFO"] = "/" + "/".join(found)
        environ[_KEY] = _address(parts, suffix)
        if environ["REQUEST_METHOD"] == "POST":
            environ["REQUEST_METHOD"] = _verb(environ.get("HTTP_X_HTTP_METHOD_OVERRIDE", ""))
        return self._app(environ, start_response)

    def _found(self, parts: list[str]) -> tuple[Format | None, list[str] | None]:
        """The suffix, and the path of a route; a literal may end like a suffix itself."""
        stem, _, end = parts[-1].rpartition(".")
        suffix = named(end) if stem else None
        if suffix is None or self._routes.ends_in_literal(parts):
            return None, self._routes.find(_short(parts))
        return suffix, self._routes.find(_short([*parts[:-1], stem]))


@dataclass(slots=True)
class _Node:
    """The routes that begin alike; `literal` as the route spells its own part."""

    literal: str | None = None
    is_end: bool = False
    children: dict[str, "_Node"] = field(default_factory=dict)
    variable: "_Node | None" = None

    def add(self, parts: Sequence[str]) -> None:
        """Take in a route."""
        if not parts:
            self.is_end = True
        elif parts[0].startswith("<"):
            self.variable = self.variable or _Node()
            self.variable.add(parts[1:])
        else:
            child = self.children.setdefault(parts[0].lower(), _Node(parts[0]))
            child.add(parts[1:])

    def find(self, parts: Sequence[str]) -> list[str] | None:
        """That path as the routes spell it; literals win over variables (C1)."""
        if not parts:
            return [] if self.is_end else None
        for child in (self.children.get(parts[0].lower()), self.variable):
            rest = child.find(parts[1:]) if child else None
            if child is not None and rest is not None:
                return [child.literal or parts[0], *rest]
        return None

    def ends_in_literal(self, parts: Sequence[str]) -> bool:
        """Whether that path is a route's and its last part is a literal."""
        found = self.find(parts)
        node: _Node | None = self
        for part in parts[:-1]:
            node = node and (node.children.get(part.lower()) or node.variable)
        return found is not None and node is not None and parts[-1].lower() in node.children


def _short(parts: list[str]) -> list[str]:
    """`/json/reply/X` and its kin are `/api/X` (C3); batches have the one prefix only (C5)."""
    if not _has_prefix(parts):
        return parts
    is_batch = parts[2].endswith("[]")
    is_taken = not is_batch or [part.lower() for part in parts[:2]] == ["json", "reply"]
    return ["api", parts[2]] if is_taken else parts


def _has_prefix(parts: list[str]) -> bool:
    is_long = len(parts) == _LONG
    return is_long and named(parts[0]) is not None and parts[1].lower() in {"reply", "oneway"}


def _address(parts: list[str], suffix: Format | None) -> Address:
    if _has_prefix(parts):
        return Address(False, parts[1].lower() == "oneway", suffix, named(parts[0]))
    if len(parts) == _SHORT and parts[0].lower() == "api":
        return Address(is_rest=False, suffix=suffix)
    return Address(suffix=suffix) if suffix else _PLAIN


def _verb(wished: str) -> str:
    """A POST may stand for another verb (C4), but it is always answered with a body."""
    verb = wished.strip().upper()
    return {"": "POST", "HEAD": "GET"}.get(verb, verb)
