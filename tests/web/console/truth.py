"""Whether the console shows what the service says, and nothing else."""

from typing import Any

from playwright.sync_api import Page

from tests.web.console.stage import Session, Stage, until

_ROWS = """
  [...document.querySelectorAll('.parties:not(.failed) > li')].map(row => {
    const part = name => row.querySelector(`[data-part=${name}]`)
    return [part('name').textContent, part('state').dataset.state, !part('muted').hidden]
  })
"""


def page_is_true(page: Page, stage: Stage) -> None:
    """Each party by name, state and mute comes to be as GET /sessions/my has them."""
    until(lambda: _shown(page) == _told(stage.session()), lambda: _shown(page))


def _shown(page: Page) -> list[Any]:
    return list(page.evaluate(_ROWS))


def _told(session: Session) -> list[Any]:
    return [[one["displayName"], one["callState"], one["muted"]] for one in session["members"]]


def nobody_is_up(stage: Stage) -> None:
    """Every call at the carrier comes to be over."""
    until(lambda: not stage.up())
