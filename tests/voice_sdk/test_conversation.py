"""The product with sound: a call rings in Ann's console, and three others come into it.

Everybody has a tone of their own, and hears exactly the others.
"""

import pytest

from evovoice.demo.cast import COLLEAGUE, COLLEAGUE_EMAIL, CUSTOMER
from tests.voice_sdk.browsers import ANN, BOB, hears
from tests.voice_sdk.office import Office
from tests.web.console.stage import add, button

pytestmark = pytest.mark.browser


def test_everybody_hears_exactly_the_others_also_on_hold_and_once_the_agent_has_left(
    office: Office,
) -> None:
    ann = office.console(office.ann)
    bob = office.console(office.bob, office.cast.other_url, COLLEAGUE_EMAIL)
    office.call_in()
    button(ann, "Answer").click()
    customer = office.speaks(CUSTOMER)
    hears(ann, customer)
    add(ann, "Bob")
    button(bob, "Answer").click()
    hears(ann, customer, BOB)
    hears(bob, customer, ANN)
    add(ann, "(312) 555-0142")
    colleague = office.speaks(COLLEAGUE)
    hears(ann, customer, BOB, colleague)
    hears(bob, customer, ANN, colleague)
    button(ann, "Hold", CUSTOMER).click()
    hears(ann, BOB, colleague)
    hears(bob, ANN, colleague)
    button(ann, "Hold", CUSTOMER).click()
    hears(bob, customer, ANN, colleague)
    button(ann, "Leave").click()
    hears(bob, customer, colleague)
    hears(ann)
