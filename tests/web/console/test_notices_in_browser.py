"""Notices of the desktop for calls that ring while the console is hidden; the browser's own are
doubles, since nobody sees those of a browser without a screen.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState

from evovoice.demo.cast import CUSTOMER
from tests.web.console.stage import (
    Stage,
    button,
    console_window,
    open_console,
    until,
)

pytestmark = pytest.mark.browser
_DOUBLE = """
  window.notices = []
  window.fronts = 0
  window.hides = true
  window.focus = () => { window.fronts += 1 }
  Object.defineProperty(document, 'hidden', { get: () => window.hides })
  window.Notification = class {
    static permission = 'default'
    static async requestPermission() { return this.permission = 'granted' }
    constructor(title, options) {
      Object.assign(this, { title, ...options, isOpen: true })
      window.notices.push(this)
    }
    close() { this.isOpen = false }
  }
"""


@pytest.fixture
def hidden(chromium: Browser, stage: Stage, kept: StorageState) -> Iterator[Page]:
    """Ann's console, which nobody looks at; she takes calls, and her device rings for long."""
    stage.cast.phone(stage.cast.agent_device, answer_after=600)
    with console_window(chromium, kept) as page:
        page.add_init_script(_DOUBLE)
        open_console(page, stage)
        yield page


def _allow(page: Page) -> None:
    """Asked for by the press that starts taking calls, and by nothing else."""
    assert "default" == page.evaluate("Notification.permission")
    button(page, "Stop taking calls").click()
    button(page, "Start taking calls").click()
    button(page, "Stop taking calls").wait_for()
    assert "granted" == page.evaluate("Notification.permission")


def _notices(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("notices.map(one => ({ ...one }))")
    return found


def _rings(page: Page, stage: Stage) -> str:
    """The customer calls, and the notice is there; the SID of their call."""
    sid = stage.call_in()
    button(page, "Decline").wait_for()
    until(lambda: 1 == _open(page))
    return sid


def _open(page: Page) -> int:
    return sum(one["isOpen"] for one in _notices(page))


def _is_closed(page: Page) -> None:
    until(lambda: 0 == _open(page))


def test_notice_names_the_caller_and_a_click_brings_the_page_forward(
    hidden: Page, stage: Stage
) -> None:
    """It answers nothing: that stays in the page."""
    _allow(hidden)
    _rings(hidden, stage)
    (notice,) = _notices(hidden)
    assert notice["title"] == f"Incoming call: {CUSTOMER}."
    assert notice["body"] == "Answer it in the console."
    assert notice["tag"] == f"evovoice {_ringing(stage)['id']}"
    assert notice["requireInteraction"]
    hidden.evaluate("notices[0].onclick()")
    _is_closed(hidden)
    assert 1 == hidden.evaluate("fronts")
    assert "Ringing" == _ringing(stage)["callState"]


def _ringing(stage: Stage) -> dict[str, Any]:
    (found,) = stage.cast.api.get("/sessions/my")["sessions"]
    return dict(found)


def test_notice_outlives_no_call_and_no_page(hidden: Page, stage: Stage) -> None:
    """Given up, declined, answered at another device, page gone, signed out."""
    _allow(hidden)
    stage.cast.hang_up(_rings(hidden, stage))
    _is_closed(hidden)
    _rings(hidden, stage)
    button(hidden, "Decline").click()
    _is_closed(hidden)
    customer = _rings(hidden, stage)
    stage.picks_up(stage.cast.agent_device)
    _is_closed(hidden)
    stage.cast.hang_up(customer)
    hidden.get_by_text("The call is over:").wait_for()
    customer = _rings(hidden, stage)
    hidden.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    _is_closed(hidden)
    stage.cast.hang_up(customer)
    button(hidden, "Decline").wait_for(state="hidden")
    _rings(hidden, stage)
    hidden.route(
        "**/auth/logout", lambda _route: None
    )  # never answered: the page stays to be asked
    with hidden.expect_request("**/auth/logout"):
        button(hidden, "Sign out").click()
    _is_closed(hidden)


def test_nobody_who_looks_at_the_page_or_has_refused_is_sent_a_notice(
    hidden: Page, stage: Stage
) -> None:
    hidden.evaluate("window.hides = false")
    _allow(hidden)
    sid = stage.call_in()
    button(hidden, "Decline").wait_for()
    assert [] == _notices(hidden)
    stage.cast.hang_up(sid)
    button(hidden, "Decline").wait_for(state="hidden")
    hidden.evaluate("[window.hides, Notification.permission] = [true, 'denied']")
    stage.call_in()
    button(hidden, "Decline").wait_for()
    assert [] == _notices(hidden)
