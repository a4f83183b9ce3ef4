"""Whom an agent brings into the call, one by one: rung once, told apart, and taken out again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from evovoice.demo.cast import COLLEAGUE, CUSTOMER
from tests.web.console.looks import looked_at
from tests.web.console.stage import (
    SILENT,
    SWITCHED_OFF,
    VOICEMAIL,
    Stage,
    add,
    both_ways,
    button,
    field,
    joins,
    party,
    until,
)
from tests.web.console.truth import page_is_true

pytestmark = [pytest.mark.browser, both_ways]


@contextmanager
def _weather(stage: Stage, *rules: dict[str, Any]) -> Iterator[None]:
    """What goes wrong with the carrier's reports meanwhile."""
    for rule in rules:
        stage.cast.stage.post("/_emulator/chaos", rule)
    try:
        yield
    finally:
        stage.cast.stage._send("DELETE", "/_emulator/chaos", None)


def test_adds_a_number_that_is_pasted(in_call: Page, stage: Stage) -> None:
    """As it stands in a mail, with brackets, dashes and blanks."""
    in_call.context.grant_permissions(["clipboard-read", "clipboard-write"])
    in_call.evaluate("navigator.clipboard.writeText(' +1 (312) 555-0142 ')")
    field(in_call).focus()
    in_call.keyboard.press("Control+V")
    expect(field(in_call)).to_have_value("+1 312 555 0142")
    in_call.keyboard.press("Enter")
    button(in_call, "Remove", COLLEAGUE).wait_for()
    page_is_true(in_call, stage)


def test_page_ends_true_though_reports_come_twice_late_and_out_of_order(
    in_call: Page, stage: Stage
) -> None:
    rules = ({"do": "duplicate", "seconds": 0.4}, {"do": "reorder", "seconds": 0.6})
    with _weather(stage, *rules, {"do": "delay", "seconds": 0.1, "seconds_to": 0.8, "rate": 0.5}):
        joins(in_call, COLLEAGUE)
        joins(in_call, "Bea")
        button(in_call, "Hold", COLLEAGUE).click()
        expect(party(in_call, COLLEAGUE)).to_contain_text("on hold")
        button(in_call, "Remove", "Bea").click()
        party(in_call, "Bea").wait_for(state="hidden")
    button(in_call, "Hold", COLLEAGUE).click()  # and is told of after all that was late
    expect(party(in_call, COLLEAGUE)).to_contain_text("talking")
    page_is_true(in_call, stage)
    assert 3 == len(stage.session()["members"]) == len(stage.up())


def test_double_press_rings_once(in_call: Page, stage: Stage) -> None:
    """The same where the carrier's answer to the request is lost."""
    fault = {"kind": "timeout-after", "method": "POST", "path": "*/Participants.json", "count": 1}
    stage.cast.stage.post("/_emulator/faults", fault)
    field(in_call).fill(COLLEAGUE)
    button(in_call, "Add").dblclick()
    button(in_call, "Remove", COLLEAGUE).wait_for()
    page_is_true(in_call, stage)
    assert 1 == [one["to"] for one in stage.up()].count(COLLEAGUE)
    assert 3 == len(stage.session()["members"])


def test_who_is_not_reached_is_told_apart_and_can_be_called_again(
    in_call: Page, stage: Stage
) -> None:
    add(in_call, SWITCHED_OFF)
    _is_told(in_call, SWITCHED_OFF, "The phone is switched off or not connected.")
    add(in_call, SILENT)
    expect(party(in_call, SILENT)).to_contain_text("ringing")
    stage.nobody_picks_up()
    _is_told(in_call, SILENT, "Nobody picked up.")
    looked_at(in_call, "not-reached-two")
    page_is_true(in_call, stage)
    _failed(in_call, SWITCHED_OFF).get_by_role("button", name="Dismiss").click()
    _failed(in_call, SWITCHED_OFF).wait_for(state="hidden")
    _failed(in_call, SILENT).get_by_role("button", name="Call again").click()
    expect(party(in_call, SILENT)).to_contain_text("ringing")
    stage.picks_up(SILENT)
    button(in_call, "Remove", SILENT).wait_for()
    page_is_true(in_call, stage)


def test_voicemail_that_was_to_count_as_nobody_is_told_c120(in_call: Page, stage: Stage) -> None:
    """Asked for by another program of the agent's: the console itself takes whoever answers."""
    path = f"/sessions/{stage.session()['id']}/conference/members"
    stage.cast.api.post(path, {"destinations": [VOICEMAIL], "humanOnly": True})
    _is_told(in_call, VOICEMAIL, "A voicemail answered.")
    _failed(in_call, VOICEMAIL).get_by_role("button", name="Call again").wait_for()
    page_is_true(in_call, stage)


def _is_told(page: Page, number: str, reason: str) -> None:
    expect(_failed(page, number)).to_contain_text(reason)


def _failed(page: Page, number: str) -> Locator:
    again = page.get_by_role("button", name=f"Call again {number}", exact=True)
    return page.locator(".failed > li").filter(has=again)


def test_each_of_three_is_held_and_muted_alone(in_call: Page, stage: Stage) -> None:
    """By a button of their own, while nobody else is touched."""
    for name in (COLLEAGUE, "Bea"):
        joins(in_call, name)
    for name in (COLLEAGUE, "Bea", CUSTOMER):
        button(in_call, "Hold", name).click()
        expect(party(in_call, name)).to_contain_text("on hold")
        assert [name] == _those(stage, "callState", "Hold")
        button(in_call, "Hold", name).click()
        expect(party(in_call, name)).to_contain_text("talking")
        button(in_call, "Mute", name).click()
        expect(party(in_call, name)).to_contain_text("muted")
        assert [name] == _those(stage, "muted", True)
        page_is_true(in_call, stage)
        button(in_call, "Mute", name).click()
        expect(party(in_call, name)).not_to_contain_text("muted")
    assert [] == _those(stage, "muted", True) + _those(stage, "callState", "Hold")


def _those(stage: Stage, fact: str, value: object) -> list[str]:
    return [one["displayName"] for one in stage.session()["members"] if one[fact] == value]


def test_who_rings_is_not_said_to_talk_and_is_cancelled(in_call: Page, stage: Stage) -> None:
    add(in_call, SILENT)
    expect(party(in_call, SILENT)).to_contain_text("ringing")
    page_is_true(in_call, stage)
    looked_at(in_call, "third-rings")
    expect(button(in_call, "Hold", SILENT)).to_have_attribute("aria-disabled", "true")
    button(in_call, "Cancel", SILENT).click()
    party(in_call, SILENT).wait_for(state="hidden")
    until(lambda: SILENT not in {one["to"] for one in stage.up()})
    page_is_true(in_call, stage)
    expect(in_call.locator(".failed > li")).to_have_count(0)  # who was stopped did not fail


def test_who_talks_is_removed_and_the_others_talk_on(in_call: Page, stage: Stage) -> None:
    joins(in_call, COLLEAGUE)
    joins(in_call, "Bea")
    button(in_call, "Remove", COLLEAGUE).click()
    party(in_call, COLLEAGUE).wait_for(state="hidden")
    until(lambda: COLLEAGUE not in {one["to"] for one in stage.up()})
    page_is_true(in_call, stage)
    assert ["Connected"] * 3 == [one["callState"] for one in stage.session()["members"]]
