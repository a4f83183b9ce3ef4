"""The page that tries the API, in a real browser against the whole service."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page
from werkzeug.serving import make_server

from evovoice.demo.processes import HOST, free_port
from evovoice.storage.migrations.upgrade import upgrade
from tests.browser import chromium, screenshot, window
from tests.web.site import ANN, PASSWORD, Site, fast_passwords

__all__ = ["chromium"]

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=document.title='owned'>"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The whole service, without a carrier, under an address of this machine."""
    fast_passwords(monkeypatch)
    url, port = f"sqlite:///{tmp_path / 'x.db'}", free_port()
    upgrade(url)
    site = Site(url, f"http://{HOST}:{port}")
    site.furnish()
    server = make_server(HOST, port, site.app, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield site
    server.shutdown()
    serving.join()
    server.server_close()
    site.database.dispose()


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """The page, opened; an error answer is no script error."""
    with window(chromium, harmless="Failed to load resource") as opened:
        opened.goto(f"{site.base}/docs")
        yield opened
        opened.goto("about:blank")


def opened(page: Page, name: str) -> Locator:
    """The form of that operation, opened by keyboard."""
    entry = page.locator(f"details#{name}")
    entry.locator("summary").focus()
    page.keyboard.press("Enter")
    return entry


def sent(entry: Locator) -> tuple[str, str]:
    """Press Send; status line and body of the answer."""
    entry.get_by_role("button", name="Send").click()
    entry.get_by_role("button", name="Stop").wait_for(state="hidden")
    return entry.locator(".status").inner_text(), entry.locator(".answer").inner_text()


def test_with_a_key_what_is_asked_is_answered(page: Page, site: Site) -> None:
    page.get_by_label("API key").fill(site.key)
    page.get_by_label("API key").press("Tab")
    page.get_by_text("Signed in as Ann van Lee (User).").wait_for()
    status, body = sent(opened(page, "GetMySessions"))
    assert status.startswith("200 OK")
    assert '"sessions": []' in body
    screenshot(page, "docs")


def test_fields_go_to_path_and_body_and_errors_are_shown(page: Page, site: Site) -> None:
    page.get_by_label("API key").fill(site.key)
    add = opened(page, "AddConferenceMember")
    add.get_by_label("sessionId").fill("s/1")
    add.get_by_label("destination body").fill("+12025550123")
    status, body = sent(add)
    request = add.locator(".sent").inner_text()
    assert "POST /sessions/s%2F1/conference/members" in request
    assert '{"destination":"+12025550123"}' in request
    assert status.startswith("404 NOT FOUND")
    assert '"errorCode": "NotFound"' in body
    assert "x-request-id: " in add.locator(".headers").inner_text()


def test_signing_in_by_password_lasts_by_cookie_until_signing_out(page: Page) -> None:
    status, _ = sent(opened(page, "GetActiveSessions"))
    assert status.startswith("401 UNAUTHORIZED")
    page.get_by_label("E-mail address").fill(ANN.email)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.get_by_text("Signed in as Ann van Lee (User).").wait_for()
    page.reload()
    page.get_by_text("Signed in as Ann van Lee (User).").wait_for()
    status, _ = sent(opened(page, "GetActiveSessions"))
    assert status.startswith("200 OK")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("Nobody has signed in.").wait_for()


def test_wrong_password_is_told(page: Page) -> None:
    page.get_by_label("E-mail address").fill(ANN.email)
    page.locator("#password").fill("wrong")
    page.get_by_role("button", name="Sign in with cookies").click()
    page.get_by_text("Invalid Username or Password").wait_for()


def test_hostile_text_in_an_answer_stays_text(page: Page, site: Site) -> None:
    page.get_by_label("API key").fill(site.key)
    get = opened(page, "GetSession")
    get.get_by_label("sessionId").fill(HOSTILE)
    status, body = sent(get)
    assert status.startswith("404 NOT FOUND")
    assert HOSTILE in body
    assert "API" == page.title()


def test_operations_are_found_and_linked_to(page: Page, site: Site) -> None:
    page.get_by_label("Find an operation").fill("mutes or coaches")
    page.locator("details#GetSession").wait_for(state="hidden")
    assert ["PatchConferenceMember"] == [
        one.get_attribute("id") for one in page.locator(".group details:visible").all()
    ]
    page.goto(f"{site.base}/docs#HoldSession")
    page.locator("details#HoldSession[open]").wait_for()


def test_console_links_to_the_page_and_their_icon_is_shown(page: Page, site: Site) -> None:
    page.goto(site.base)
    page.get_by_label("E-mail address").wait_for()
    assert "/docs" == page.locator("nav a").last.get_attribute("href")
    width = page.evaluate(
        "async () => { const icon = new Image(); icon.src = '/favicon.ico';"
        " await icon.decode(); return icon.naturalWidth }"
    )
    assert width > 0


def test_page_is_dark_in_the_dark_and_fits_a_telephone(page: Page, site: Site) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/docs#AddConferenceMember", "/json/metadata?op=AddConferenceMember"):
        page.goto(site.base + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        back = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert "rgb(20, 25, 31)" == back
