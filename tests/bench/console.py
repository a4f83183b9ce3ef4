"""`python -m tests.bench.console`: from a press to the screens of consoles, and from an address to
a console that can be used, as JSON lines.

Some consoles are real pages in Chromium, in one call; the others are listeners that only read. The
change is a note, asked of the service: the time is from the request, so it is more than the time
from the commit. The browser is fresh, and the service has served before: after its start the first
requests open connections to the database and compile their statements.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from evovoice.domain.states import LegProgress
from evovoice.services import administration
from tests.bench.databases import SqliteFiles, postgres
from tests.bench.figures import show
from tests.bench.parts import BenchProblem
from tests.bench.stream import Listeners, Scene
from tests.browser import started, window
from tests.storage.builders import ANN, NOW

_ACCOUNT, _SESSION = "a-acme", "s-1"
_LOOK = """() => {
  window.seen = {};
  const look = () => {
    const { value } = document.querySelector("evo-call textarea");
    if (!(value in seen)) seen[value] = Date.now();
    requestAnimationFrame(look);
  };
  look();
}"""
_ASKED_FIRST = ("/auth/status", "/app/rights", "/sessions/my", "/directory")  # by a page
_USABLE = "() => new Promise((done) => requestAnimationFrame(() => done(performance.now())))"


class Desk(Scene):
    """A call of Ann's that goes on, and her key."""

    def __init__(self, folder: Path, database_url: str) -> None:
        super().__init__(folder, database_url)
        with self.database.writing() as work:
            work.directory.add_user(ANN, "no password")
            session = work.sessions.for_update(_ACCOUNT, _SESSION)
            assert session is not None
            for number, member in enumerate(session.members):
                member.leg.progress, member.leg.answered_at = LegProgress.ANSWERED, NOW
                member.leg.call_sid = f"CA{number + 1}"
            work.sessions.save(session)
        self.own_key = administration.add_key(self.database, ANN.id, datetime.now(UTC)).key

    def note(self, text: str) -> float:
        """Ask the service for a change; when that was, by the clock that pages have too."""
        begin = time.time()
        self._ask("PATCH", f"/sessions/{_SESSION}", {"consoleData": text})
        return begin

    def warm(self) -> None:
        """Ask what a page asks first, several times, for there are several processes."""
        for path in _ASKED_FIRST * 4:
            self._ask("GET", path)

    def _ask(self, verb: str, path: str, wish: dict[str, str] | None = None) -> None:
        headers = {"Authorization": f"Bearer {self.own_key}", "Content-Type": "application/json"}
        body = None if wish is None else json.dumps(wish).encode()
        address = f"{self.parts.service_url}{path}"
        request = urllib.request.Request(address, body, headers, method=verb)
        with urllib.request.urlopen(request, timeout=20) as response:
            response.read()


def _measure(desk: Desk, browser: Browser, asked: argparse.Namespace) -> None:
    same = {"database": asked.database, "consoles": asked.consoles, "pages": asked.pages}
    desk.warm()
    with ExitStack() as opened:
        pages, loads = [], []
        for _ in range(asked.pages):  # a window that is being made takes a processor of its own
            pages.append(opened.enter_context(window(browser)))
            loads.append(round(_open(pages[-1], desk)))
        show({"bench": "to a usable console", **same, "ms": loads})
        for page in pages:
            page.evaluate(_LOOK)
        begun = _notes(desk, asked)
        pages[0].wait_for_timeout(1000)  # the last of them
        spans = sorted(_spans(pages, begun))
    show({
        "bench": "from a request to the screen", **same,
        "p50_ms": _ms(spans, 0.5), "p95_ms": _ms(spans, 0.95), "most_ms": _ms(spans, 1.0),
        "seen": len(spans), "wanted": asked.changes * asked.pages,
    })  # fmt: skip


def _open(page: Page, desk: Desk) -> float:
    """Milliseconds until the call stands there, from where the page's clock begins."""
    page.context.set_extra_http_headers({"Authorization": f"Bearer {desk.own_key}"})
    page.goto(f"{desk.parts.service_url}/", wait_until="commit")
    page.locator("evo-call .party").first.wait_for()
    at: float = page.evaluate(_USABLE)
    page.get_by_text("Live", exact=True).wait_for()
    return at


def _notes(desk: Desk, asked: argparse.Namespace) -> dict[str, float]:
    begun = {}
    for number in range(asked.changes):
        due = time.monotonic() + 1 / asked.rate
        begun[str(number)] = desk.note(str(number))
        time.sleep(max(0.0, due - time.monotonic()))
    return begun


def _spans(pages: list[Page], begun: dict[str, float]) -> list[float]:
    seen: list[dict[str, Any]] = [page.evaluate("seen") for page in pages]
    return [at - begun[text] * 1000 for one in seen for text, at in one.items() if text in begun]


def _ms(spans: list[float], share: float) -> float | None:
    return round(spans[round(share * (len(spans) - 1))], 1) if spans else None


async def _among_listeners(desk: Desk, browser_work: Any, count: int) -> None:
    listeners = Listeners(desk.parts.service_port, desk.key)
    await listeners.open(count)
    try:
        await asyncio.to_thread(browser_work)
    finally:
        await listeners.close()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.console", description=__doc__)
    parser.add_argument("--consoles", type=int, default=100, help="those in the browser included")
    parser.add_argument("--pages", type=int, default=3, help="consoles in the browser")
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--rate", type=float, default=4.0, help="changes a second")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args()


def main() -> int:
    """Measure and print."""
    asked = _asked()

    def in_a_browser() -> None:
        with started() as browser:
            _measure(desk, browser, asked)

    with tempfile.TemporaryDirectory(prefix="evovoice-console-") as name:
        databases = SqliteFiles(Path(name)) if asked.database == "sqlite" else postgres()
        desk = Desk(Path(name), databases.create("console"))
        try:
            desk.parts.start_service()
            desk.parts.wait()
            asyncio.run(_among_listeners(desk, in_a_browser, asked.consoles - asked.pages))
        except BenchProblem as problem:
            print(f"The benchmark stopped: {problem}", file=sys.stderr)
            return 1
        finally:
            desk.database.dispose()
            desk.parts.stop()
            databases.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
