"""The example of docs/dial-element.md on two sites of others: one may dial, one may not."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Page

from evovoice.demo.cast import Cast
from evovoice.demo.processes import HOST
from tests.browser import screenshot
from tests.web.console.axe import flaws
from tests.web.console.stage import Session, Unhurried, sign_in

_DOCUMENT = Path(__file__).parents[3] / "docs/dial-element.md"
_PLACEHOLDER = "https://voice.example.com"
SUPPLIER = "+13125550143"


def _example() -> str:
    (found,) = re.findall(r"^```html\n(.*?)^```$", _DOCUMENT.read_text(), re.M | re.S)
    return str(found)


class Site(ThreadingHTTPServer):
    """Somebody else's pages; by its other name this machine is another site."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Pages)
        self.html = ""
        self.origin = f"http://localhost:{self.server_port}"


class _Pages(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        body = self.server.html.encode() if self.path == "/" else b""
        self.send_response(200 if body else 204)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        """Nothing is said."""


@contextmanager
def served() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        thread.join()
        site.server_close()


class ForOnePage(Unhurried):
    """A service that lets one other origin dial."""

    allowed = ""

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "EVOVOICE_ALLOWED_ORIGINS": self.allowed}


class Stage:
    """Ann, whose device answers at once, and two sites of others: one may dial, one may not."""

    def __init__(self, cast: Cast, crm: Site, stranger: Site) -> None:
        self.cast, self.crm, self.stranger = cast, crm, stranger
        self.base = cast.api.base

    def begin(self) -> None:
        """The pages of both sites are for this service."""
        for site in (self.crm, self.stranger):
            site.html = _example().replace(_PLACEHOLDER, self.base)

    def calls(self) -> list[Session]:
        return list(self.cast.api.get("/sessions/my")["sessions"])

    def parties(self) -> int:
        (call,) = self.calls()
        return len(call["members"])


def looked_at(page: Page, name: str) -> None:
    """No flaw of accessibility, light and dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert [] == flaws(page), f"{name}, {scheme}"
        screenshot(page, f"{name}-{scheme}")


def signed_in_before(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.base}/")
    sign_in(page)
