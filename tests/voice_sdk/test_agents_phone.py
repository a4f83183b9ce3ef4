"""The agent's phone (`/phone`) with the real SDK: its microphone, its tabs, a second browser."""

import pytest
from playwright.sync_api import Browser, Page, expect

from evovoice.demo.cast import CUSTOMER
from tests.voice_sdk.browsers import MICROPHONE, hears, person
from tests.voice_sdk.office import Office
from tests.web.console.stage import button

pytestmark = pytest.mark.browser


def test_an_agent_whose_microphone_is_refused_is_told_so_and_how_to_go_on(
    office: Office, browsers: tuple[Browser, Browser]
) -> None:
    """Nothing rings meanwhile; once it is allowed the same button starts the phone."""
    with person(browsers[0], has_microphone=False) as context:
        page = office.phone(context)
        button(page, "Start taking calls").click()
        _reads(page, "The browser may not use your microphone.")
        _reads(page, "Click the sign beside the address, allow the microphone, then start again.")
        assert not office.cast.is_at_page
        context.grant_permissions(MICROPHONE)
        _talks_with_the_customer(office, page)


def test_a_microphone_that_is_refused_at_the_answer_is_told_as_well(office: Office) -> None:
    """The SDK ends the call first, and tells why afterwards."""
    page = office.phone(office.ann)
    button(page, "Start taking calls").click()
    _reads(page, "Ready. Waiting for calls.")
    office.ann.clear_permissions()
    office.call_in()
    button(page, "Answer").click()
    _reads(page, "The browser may not use your microphone.", "told")
    _reads(page, "Ready. Waiting for calls.")


def test_one_of_two_tabs_has_the_phone_and_the_other_takes_over_when_it_is_closed(
    office: Office,
) -> None:
    first = office.phone(office.ann)
    button(first, "Start taking calls").wait_for()
    second = office.phone_again(office.ann)
    _reads(second, "Your phone is in another tab of this browser.")
    _talks_with_the_customer(office, first)
    hears(second)
    assert not button(second, "Answer").is_visible()
    button(second, "Use the phone here").click()
    _reads(second, "A call goes on in the other tab. Hang up there first.", "told")
    button(first, "Hang up").click()
    _reads(first, "Ready. Waiting for calls.")
    first.close()
    _talks_with_the_customer(office, second)


def test_two_browsers_of_one_agent_ring_one_answers_and_the_other_stops(office: Office) -> None:
    here, there = office.phone(office.ann), office.phone(office.bob)
    for page in (here, there):
        button(page, "Start taking calls").click()
        _reads(page, "Ready. Waiting for calls.")
    office.call_in()
    button(here, "Answer").wait_for()
    button(there, "Answer").click()
    button(here, "Answer").wait_for(state="hidden")
    _reads(here, "Ready. Waiting for calls.")
    hears(there, office.speaks(CUSTOMER))
    hears(here)
    _reads(there, f"You talk with {CUSTOMER}", "callText")


def _talks_with_the_customer(office: Office, page: Page) -> None:
    """From the page's first button on."""
    button(page, "Start taking calls").click()
    _reads(page, "Ready. Waiting for calls.")
    office.call_in()
    button(page, "Answer").click()
    hears(page, office.speaks(CUSTOMER))


def _reads(page: Page, text: str, place: str = "status") -> None:
    expect(page.locator(f"#{place}")).to_contain_text(text)
