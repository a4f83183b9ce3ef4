"""One press rings several places of one person; a voicemail is no person where that is ticked."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.console.looks import looked_at
from tests.web.console.stage import BUSY, SILENT, Stage, add, button, field, party, talking

pytestmark = pytest.mark.browser
VOICEMAIL, MOBILE = "+13125550148", "+13125550149"
FAVORITES = "/directory/favorites"


@pytest.fixture
def numbers_of_bea(stage: Stage) -> Stage:
    """Kept by Ann under Bea's name, whose own device is busy."""
    for number in (BUSY, MOBILE):
        stage.cast.api.post(FAVORITES, {"destination": number, "name": "Bea"})
    stage.cast.stage.put(f"/_emulator/phones/{stage.bea_device}", {"outcome": "busy"})
    return stage


def test_colleague_is_rung_at_all_their_numbers_by_one_press_c114(
    numbers_of_bea: Stage, console: Page
) -> None:
    """Each says which it is, and why those before were not reached; who answers is in."""
    stage = numbers_of_bea
    stage.cast.stage.put(f"/_emulator/phones/{MOBILE}", {"outcome": "answer", "answerAfter": 3})
    talking(console, stage)
    field(console).press_sequentially("be")
    bea = console.get_by_role("option", name="Bea")
    expect(bea).to_contain_text("then +1 312 555 0143, +1 312 555 0149", use_inner_text=True)
    assert 1 == bea.count()
    looked_at(console, "directory-places")
    field(console).press("ArrowDown")
    field(console).press("Enter")
    field(console).press("Enter")
    row = party(console, MOBILE)
    expect(row).to_contain_text("number 3 of 3 (Bea: busy; +1 312 555 0143: busy)")
    failed = console.locator(".failed li")
    expect(failed.first).to_contain_text("The next number rings.")
    assert 0 == failed.get_by_role("button", name="Call again").locator("visible=true").count()
    looked_at(console, "next-number")
    button(console, "Remove", MOBILE).wait_for()
    expect(row).to_contain_text("talking")
    expect(failed.first).to_contain_text("Another number has answered.")
    for number in (BUSY, MOBILE):
        stage.cast.api._send("DELETE", f"{FAVORITES}?destination=%2B{number[1:]}", None)
    for address in (MOBILE, stage.bea_device):
        stage.cast.phone(address, answer_after=0)


def test_voicemail_is_hung_up_where_only_a_person_is_wanted_c120(
    console: Page, stage: Stage
) -> None:
    stage.cast.stage.put(
        f"/_emulator/phones/{VOICEMAIL}", {"outcome": "voicemail", "answerAfter": 0}
    )
    talking(console, stage)
    console.get_by_label("Only a person").check()
    add(console, VOICEMAIL)
    expect(party(console, VOICEMAIL)).to_contain_text("a person or a voicemail?")
    looked_at(console, "listened-to")
    expect(console.locator(".failed li")).to_contain_text("A voicemail answered.")
    party(console, VOICEMAIL).wait_for(state="hidden")


def test_tick_is_folded_up_where_the_screen_is_small(console: Page, stage: Stage) -> None:
    """And not there at all without a call to add to."""
    tick = console.get_by_label("Only a person")
    assert not tick.is_visible()
    talking(console, stage)
    tick.wait_for()
    assert not console.locator("evo-dial summary").is_visible()
    console.set_viewport_size({"width": 320, "height": 640})
    tick.wait_for(state="hidden")
    console.locator("evo-dial summary").click()
    tick.wait_for()
    assert not tick.is_checked()


def test_caller_ids_stay_while_somebody_is_looked_for(console: Page, stage: Stage) -> None:
    talking(console, stage)
    button(console, "Add").wait_for()
    callers = console.get_by_label("Calls as").locator("option").count()
    with console.expect_response("**/directory?search=be"):
        field(console).press_sequentially("be")
    console.get_by_role("option", name="Bea").wait_for()
    assert callers == console.get_by_label("Calls as").locator("option").count()
    assert SILENT not in console.locator("#dial-list").inner_text()
