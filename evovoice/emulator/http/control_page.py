"""The page for people at /_emulator/: three files of this package, and nothing from elsewhere."""

from pathlib import Path

from aiohttp import web

from evovoice.emulator import imitated
from evovoice.emulator.http.imitated_page import imitated_page

_FOLDER = Path(__file__).parent.parent / "page"
_TYPES = {
    "page.html": "text/html",
    "page.js": "text/javascript",
    "page.css": "text/css",
    "icon.svg": "image/svg+xml",
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


async def page(request: web.Request) -> web.Response:  # noqa: ARG001 - a handler's signature
    """The page itself."""
    return _file("page.html")


async def part(request: web.Request) -> web.Response:
    """Its script, its style, its icon; no other file has a name here."""
    name = request.match_info["name"]
    if name not in _TYPES:
        return web.Response(status=404)
    return _file(name)


async def to_page(request: web.Request) -> web.Response:  # noqa: ARG001 - a handler's signature
    """/_emulator without its slash."""
    return web.Response(status=308, headers={"Location": "/_emulator/"})


async def imitated_list(request: web.Request) -> web.Response:  # noqa: ARG001 - a handler's signature
    """What is and is not imitated, for people."""
    text = imitated_page(imitated.text())
    return web.Response(text=text, content_type="text/html", charset="utf-8", headers=_HEADERS)


def _file(name: str) -> web.Response:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return web.Response(text=text, content_type=_TYPES[name], charset="utf-8", headers=_HEADERS)
