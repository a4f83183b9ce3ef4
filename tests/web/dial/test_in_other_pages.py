"""The example of docs/dial-element.md, opened from another site in a browser."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from evovoice.demo.cast import COLLEAGUE, Cast, assemble
from evovoice.demo.processes import HOST
from evovoice.emulator.choices import JoinAt
from tests.browser import chromium, screenshot, window
from tests.web.console.axe import flaws
from tests.web.console.stage import PATIENCE, Session, Unhurried, field, sign_in, until

__all__ = ["chromium"]

pytestmark = pytest.mark.browser
_DOCUMENT = Path(__file__).parents[3] / "docs/dial-element.md"
_PLACEHOLDER = "https://voice.example.com"
_NONCE, _PRESS = "a" * 32, "b" * 32
SUPPLIER = "+13125550143"


def _example() -> str:
    (found,) = re.findall(r"^```html\n(.*?)^```$", _DOCUMENT.read_text(), re.M | re.S)
    return str(found)


class _Site(ThreadingHTTPServer):
    """Somebody else's pages; by its other name this machine is another site."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Pages)
        self.html = ""
        self.origin = f"http://localhost:{self.server_port}"


class _Pages(BaseHTTPRequestHandler):
    server: _Site

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
def _served() -> Iterator[_Site]:
    site = _Site()
    thread = threading.Thread(target=site.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        thread.join()
        site.server_close()


class _ForOnePage(Unhurried):
    """A service that lets one other origin dial."""

    allowed = ""

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "EVOVOICE_ALLOWED_ORIGINS": self.allowed}


class Stage:
    """Ann, whose device answers at once, and two sites of others: one may dial, one may not."""

    def __init__(self, cast: Cast, crm: _Site, stranger: _Site) -> None:
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


@pytest.fixture(scope="module")
def stage_by(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[JoinAt], Stage]]:
    """The stage with that value of S1, started where it is asked for first."""
    with _served() as crm, _served() as stranger, ExitStack() as ends:

        @cache
        def started(join_at: JoinAt) -> Stage:
            processes = _ForOnePage(tmp_path_factory.mktemp(f"dial-{join_at}"), join_at)
            processes.allowed = crm.origin
            ends.callback(processes.stop)
            cast = assemble(processes)
            for address in (COLLEAGUE, cast.agent_device):
                cast.phone(address, answer_after=0)
            cast.stage.put(f"/_emulator/phones/{SUPPLIER}", {"outcome": "busy"})
            return Stage(cast, crm, stranger)

        yield started


@pytest.fixture
def stage(stage_by: Callable[[JoinAt], Stage], request: pytest.FixtureRequest) -> Stage:
    """By the value of S1 that a test names; without one the emulator's own."""
    stage = stage_by(getattr(request, "param", "answer"))
    stage.begin()
    return stage


@pytest.fixture
def page(chromium: Browser, stage: Stage) -> Iterator[Page]:
    """A window whose pop-ups count too; at its end nobody is left on the line."""
    harmless = ("Failed to load resource", "Access to script", "Access to fetch")
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(harmless):
            faults.append(message.text)

    with window(chromium, harmless="") as opened:
        opened.context.set_default_timeout(PATIENCE * 1000)
        opened.context.on("console", note)
        opened.context.on("weberror", lambda error: faults.append(str(error.error)))
        yield opened
        for one in opened.context.pages:
            one.goto("about:blank")
    assert [] == faults
    for call in stage.calls():
        stage.cast.api._send("DELETE", f"/sessions/{call['id']}", None)
    until(lambda: not stage.calls())


def _looked_at(page: Page, name: str) -> None:
    """No flaw of accessibility, light and dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert [] == flaws(page), f"{name}, {scheme}"
        screenshot(page, f"{name}-{scheme}")


def _signed_in_before(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.base}/")
    sign_in(page)


def test_press_signs_in_in_the_window_dials_once_and_tells_how_it_goes_c122(
    page: Page, stage: Stage
) -> None:
    """By keyboard; the page itself gets no token, and is nobody to the service."""
    page.goto(stage.crm.origin)
    page.get_by_role("button", name="Call Bea").wait_for()
    with page.expect_popup() as opening:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    small = opening.value
    small.get_by_text("Sign in to the console first").wait_for()
    expect(page.get_by_text("Sign in, in the telephone window.")).to_be_visible()
    _looked_at(small, "dial-sign-in")
    assert [] == stage.calls()
    with small.expect_popup() as console:
        small.get_by_role("link", name="Open the console").click()
    sign_in(console.value)
    console.value.close()
    small.get_by_role("button", name="Go on").click()
    expect(page.locator("#last")).to_have_text("connected")
    expect(page.get_by_text("In the call")).to_be_visible()
    assert 2 == stage.parties()
    page.get_by_role("button", name="Call Bea").click()  # brings the window forward
    small.get_by_text("In the call").first.wait_for()
    _looked_at(small, "dial-window")
    _looked_at(page, "dial-button")
    assert 2 == stage.parties()
    cookies = "document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"
    assert "{}{}" == page.evaluate(cookies)
    asked = f"fetch('{stage.base}/sessions/my', {{credentials: 'include'}}).then(one => one.status)"
    assert 401 == page.evaluate(asked)
    small.close()
    page.get_by_text("The telephone window was closed.").wait_for()
    assert 2 == stage.parties()


@pytest.mark.parametrize("stage", ["answer", "ringing"], indirect=True)
def test_number_is_added_to_the_live_call_and_busy_is_told_c122(page: Page, stage: Stage) -> None:
    _signed_in_before(page, stage)
    stage.cast.call_in()
    until(lambda: [one["callState"] for one in stage.calls()] == ["Connected"])
    page.goto(stage.crm.origin)
    with page.expect_popup() as opening:
        page.get_by_role("button", name="Ring the supplier").click()
    expect(page.locator("#last")).to_have_text("busy")
    expect(opening.value.locator("#presses")).to_contain_text("The line is busy")
    page.get_by_role("button", name="Call Bea").click()  # the same window
    expect(page.locator("#last")).to_have_text("connected")
    assert 3 == stage.parties()
    assert 2 == len(page.context.pages)


def test_wrong_attribute_and_blocked_window_say_so_and_dial_nothing_c122(
    page: Page, stage: Stage
) -> None:
    page.goto(stage.crm.origin)
    bea = page.locator("evovoice-dial").first
    bea.evaluate("one => one.setAttribute('number', 'Bea')")
    page.get_by_role("button", name="Call Bea").click()
    page.get_by_text("“Bea” is no telephone number. Nothing was dialled.").wait_for()
    assert [page] == page.context.pages
    page.evaluate("window.open = () => null")
    bea.evaluate("one => { one.setAttribute('number', '+13125550142'); one.dial(); }")
    page.get_by_text("The browser has blocked the telephone window.").wait_for()
    assert "blocked" == page.locator("#last").inner_text()
    _looked_at(page, "dial-blocked")
    assert [] == stage.calls()


def test_origin_that_is_not_allowed_is_heard_by_nobody_c121(page: Page, stage: Stage) -> None:
    """Neither does the script load, nor may its window dial, nor one that names another origin."""
    _signed_in_before(page, stage)
    page.goto(stage.stranger.origin)
    assert not page.evaluate("Boolean(customElements.get('evovoice-dial'))")
    opened = "window.{name} = window.open('{base}/dial?from={origin}#{nonce}'); undefined"
    origins = {"own": stage.stranger.origin, "stolen": stage.crm.origin}
    for name, origin in origins.items():
        with page.expect_popup() as opening:
            page.evaluate(opened.format(name=name, base=stage.base, origin=origin, nonce=_NONCE))
        words = "may not dial here" if name == "own" else f"Calls from {origin}"
        opening.value.get_by_text(words).wait_for()
        _looked_at(opening.value, f"dial-{name}")
        page.evaluate(
            "([to, at, nonce, press]) => to.postMessage("
            "{evovoice: 1, type: 'dial', nonce, press, number: '+13125550142'}, at)",
            [page.evaluate_handle(f"window.{name}"), stage.base, _NONCE, _PRESS],
        )
        # what was posted before is heard before
        opening.value.evaluate("new Promise(heard => setTimeout(heard))")
        assert 0 == opening.value.locator("#presses li").count()
    assert [] == stage.calls()


def test_telephone_link_fills_the_console_in_and_dials_nothing_c122(
    page: Page, stage: Stage
) -> None:
    page.goto(f"{stage.base}/?dial=tel%3A%2B1-312-555-0142")
    sign_in(page)
    expect(field(page)).to_have_value("+1 312 555 0142")
    expect(field(page)).to_be_focused()
    assert f"{stage.base}/" == page.url
    assert [] == stage.calls()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("button", name="Open telephone links of other pages here").wait_for()
