"""How a call with more than two goes on or ends, by who goes and when."""

import pytest
from playwright.sync_api import Page, expect

from evovoice.demo.cast import COLLEAGUE, CUSTOMER
from tests.web.console.looks import looked_at
from tests.web.console.stage import (
    SILENT,
    Stage,
    add,
    both_ways,
    button,
    field,
    joins,
    party,
    until,
)
from tests.web.console.truth import nobody_is_up, page_is_true

pytestmark = [pytest.mark.browser, both_ways]


def _rings(page: Page) -> None:
    add(page, SILENT)
    expect(party(page, SILENT)).to_contain_text("ringing")


def _consults(page: Page, whom: str) -> None:
    field(page).fill(whom)
    button(page, "Consult").click()


def _is_over(page: Page, stage: Stage) -> None:
    page.get_by_text("The call is over:").wait_for()
    nobody_is_up(stage)


def test_customer_hangs_up_held_and_the_others_talk_on(in_call: Page, stage: Stage) -> None:
    joins(in_call, COLLEAGUE)
    button(in_call, "Hold", CUSTOMER).click()
    expect(party(in_call, CUSTOMER)).to_contain_text("on hold")
    stage.hangs_up(CUSTOMER)
    party(in_call, CUSTOMER).wait_for(state="hidden")
    page_is_true(in_call, stage)
    assert ["Connected"] * 2 == [one["callState"] for one in stage.session()["members"]]
    assert button(in_call, "Hang up").is_visible()


def test_customer_hangs_up_while_a_third_rings_and_the_ringing_stops(
    in_call: Page, stage: Stage
) -> None:
    _rings(in_call)
    stage.hangs_up(CUSTOMER)
    _is_over(in_call, stage)


def test_consultation_is_left_by_all_talk_by_handing_over_and_by_going_back_c108(
    in_call: Page, stage: Stage
) -> None:
    """Back also while the other rings: nobody is left ringing."""
    _consults(in_call, SILENT)
    expect(party(in_call, SILENT)).to_contain_text("ringing")
    expect(party(in_call, CUSTOMER)).to_contain_text("on hold")
    button(in_call, "Back to +1 202 555 0123").click()
    party(in_call, SILENT).wait_for(state="hidden")
    expect(party(in_call, CUSTOMER)).to_contain_text("talking")
    _consults(in_call, "Bea")
    in_call.get_by_text("You talk with Bea.").wait_for()
    page_is_true(in_call, stage)
    button(in_call, "All talk").click()
    expect(party(in_call, CUSTOMER)).to_contain_text("talking")
    page_is_true(in_call, stage)
    _consults(in_call, COLLEAGUE)
    in_call.get_by_text("You talk with +1 312 555 0142.").wait_for()
    button(in_call, "Hand over").click()
    in_call.get_by_text("You have left. The others talk on.").wait_for()
    until(lambda: 3 == len(stage.up()))
    assert ["Connected"] * 3 == [one["callState"] for one in stage.session()["members"]]
    for phone in (CUSTOMER, COLLEAGUE):
        stage.hangs_up(phone)
    _is_over(in_call, stage)


def test_customer_leaves_in_a_consultation(in_call: Page, stage: Stage) -> None:
    """Who was consulted and the agent talk on, in a call that is no consultation any more."""
    _consults(in_call, COLLEAGUE)
    in_call.get_by_text("You talk with +1 312 555 0142.").wait_for()
    stage.hangs_up(CUSTOMER)
    party(in_call, CUSTOMER).wait_for(state="hidden")
    button(in_call, "Hand over").wait_for(state="hidden")
    page_is_true(in_call, stage)
    looked_at(in_call, "customer-left-consultation")
    assert ["Connected"] * 2 == [one["callState"] for one in stage.session()["members"]]


def test_who_is_consulted_does_not_answer_and_the_customer_is_back(
    in_call: Page, stage: Stage
) -> None:
    _consults(in_call, SILENT)
    expect(party(in_call, SILENT)).to_contain_text("ringing")
    stage.nobody_picks_up()
    expect(in_call.locator(".failed > li")).to_contain_text("Nobody picked up.")
    expect(party(in_call, CUSTOMER)).to_contain_text("talking")
    button(in_call, "Hand over").wait_for(state="hidden")
    page_is_true(in_call, stage)


def test_agent_leaves_while_a_third_rings_who_then_answers(in_call: Page, stage: Stage) -> None:
    _rings(in_call)
    button(in_call, "Leave").click()
    in_call.get_by_text("You have left.").wait_for()
    stage.picks_up(SILENT)
    expect(party(in_call, SILENT)).to_contain_text("talking")
    page_is_true(in_call, stage)
    assert ["Connected"] * 2 == [one["callState"] for one in stage.session()["members"]]
    stage.hangs_up(CUSTOMER)
    _is_over(in_call, stage)


def test_nobody_stays_on_hold_when_the_agent_leaves(in_call: Page, stage: Stage) -> None:
    joins(in_call, COLLEAGUE)
    button(in_call, "Hold", CUSTOMER).click()
    expect(party(in_call, CUSTOMER)).to_contain_text("on hold")
    button(in_call, "Leave").click()
    in_call.get_by_text("You have left. The others talk on.").wait_for()
    expect(party(in_call, CUSTOMER)).to_contain_text("talking")
    page_is_true(in_call, stage)
    stage.hangs_up(COLLEAGUE)
    _is_over(in_call, stage)


def test_last_agent_with_the_customer_hangs_up_and_that_ends_it(
    in_call: Page, stage: Stage
) -> None:
    """The button says so: Leave is for a call that goes on."""
    joins(in_call, COLLEAGUE)
    assert button(in_call, "Leave").is_visible()
    stage.hangs_up(COLLEAGUE)
    party(in_call, COLLEAGUE).wait_for(state="hidden")
    button(in_call, "Hang up").click()
    _is_over(in_call, stage)


def test_call_is_ended_for_all_by_two_presses_and_not_by_one(in_call: Page, stage: Stage) -> None:
    """The first is taken back by itself after three seconds."""
    joins(in_call, COLLEAGUE)
    button(in_call, "End for all").click()
    button(in_call, "Press again to end for all").wait_for()
    button(in_call, "End for all").wait_for()
    assert 3 == len(stage.up())
    page_is_true(in_call, stage)
    button(in_call, "End for all").click()
    button(in_call, "Press again to end for all").click()
    _is_over(in_call, stage)
