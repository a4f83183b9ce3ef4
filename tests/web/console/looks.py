"""How the page looks at some moment: without flaws, and kept as a picture where that is wanted."""

from playwright.sync_api import Page

from tests.browser import screenshot
from tests.web.console.axe import flaws, flaws_of_looks

PHONE = {"width": 320, "height": 640}


def looked_at(page: Page, name: str) -> None:
    """The page at this moment has no flaw of accessibility, light on a desk and dark on a phone."""
    desk = page.viewport_size
    assert desk
    assert (found := flaws(page)) == [], f"{name}: {found}"
    screenshot(page, f"{name}-light")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert [] == flaws_of_looks(page), f"{name}, dark"
    screenshot(page, f"{name}-dark")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert [] == flaws_of_looks(page), f"{name}, dark on a phone"
    screenshot(page, f"{name}-dark-phone")
    page.set_viewport_size(desk)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
