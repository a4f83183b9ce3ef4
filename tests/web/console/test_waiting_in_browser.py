"""Who waits is said to wait: for the agent who was cut off, for somebody who rings, for nobody."""

import pytest
from playwright.sync_api import Page, expect

from evovoice.demo.cast import CUSTOMER
from tests.web.console.looks import looked_at
from tests.web.console.soft_phone import SoftPhone
from tests.web.console.stage import (
    SILENT,
    Stage,
    add,
    button,
    is_live,
    party,
    talking,
)

pytestmark = pytest.mark.browser


def test_customer_waits_for_an_agent_who_was_cut_off_and_talks_again_c116_c119(
    ready: SoftPhone,
) -> None:
    ready.stage.call_in()
    lost = ready.rings()
    ready.press("Answer")
    expect(party(ready.page, CUSTOMER)).to_contain_text("talking")
    ready.page.reload()
    ready.is_lost(lost)
    is_live(ready.page)
    expect(party(ready.page, CUSTOMER)).to_contain_text("waits for you")
    expect(party(ready.page, CUSTOMER)).not_to_contain_text("talking")
    looked_at(ready.page, "waits-for-you")
    ready.press("Take the call back")
    ready.rings()
    expect(party(ready.page, CUSTOMER)).to_contain_text("talking")


def test_customer_who_was_left_waits_for_whom_rings_c119(console: Page, stage: Stage) -> None:
    talking(console, stage)
    add(console, SILENT)
    button(console, "Cancel", SILENT).wait_for()
    button(console, "Leave").click()
    waits = "waits. Being called: +1 312 555 0144"
    expect(party(console, CUSTOMER)).to_contain_text(waits)
    console.get_by_text("You have left. +1 202 555 0123 waits.").wait_for()
    looked_at(console, "left-waiting")


def test_agent_who_is_alone_is_told_so_c119(console: Page, stage: Stage) -> None:
    """The call goes on for nobody else, where its end policy says so."""
    customer = stage.call_in()
    button(console, "Hold", CUSTOMER).wait_for()
    path = f"/sessions/{stage.session()['id']}/endPolicy"
    stage.cast.api.post(path, {"endPolicy": "nobody"})
    stage.cast.api.post(f"/sessions/{stage.session()['id']}/conference", {})
    stage.cast.hang_up(customer)
    party(console, CUSTOMER).wait_for(state="hidden")
    expect(party(console, "Ann")).to_contain_text("nobody else is in the call")
    console.get_by_text("Nobody else is in the call.", exact=True).first.wait_for()
    looked_at(console, "alone")
