"""The example of docs/dial-element.md, opened from another site in a browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.console.stage import field, sign_in, until
from tests.web.dial.stage import Stage, looked_at, signed_in_before

pytestmark = pytest.mark.browser
_NONCE, _PRESS = "a" * 32, "b" * 32


def test_press_signs_in_in_the_window_dials_once_and_tells_how_it_goes_c122(
    page: Page, stage: Stage
) -> None:
    """By keyboard; the page itself gets no token, and is nobody to the service."""
    page.goto(stage.crm.origin)
    page.get_by_role("button", name="Call Bea").wait_for()
    with page.expect_popup() as opening:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    small = opening.value
    small.get_by_text("Sign in to the console first").wait_for()
    expect(page.get_by_text("Sign in, in the telephone window.")).to_be_visible()
    looked_at(small, "dial-sign-in")
    assert [] == stage.calls()
    with small.expect_popup() as console:
        small.get_by_role("link", name="Open the console").click()
    sign_in(console.value)
    console.value.close()
    small.get_by_role("button", name="Go on").click()
    expect(page.locator("#last")).to_have_text("connected")
    expect(page.get_by_text("In the call")).to_be_visible()
    assert 2 == stage.parties()
    page.get_by_role("button", name="Call Bea").click()  # brings the window forward
    small.get_by_text("In the call").first.wait_for()
    looked_at(small, "dial-window")
    looked_at(page, "dial-button")
    assert 2 == stage.parties()
    cookies = "document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"
    assert "{}{}" == page.evaluate(cookies)
    asked = f"fetch('{stage.base}/sessions/my', {{credentials: 'include'}}).then(one => one.status)"
    assert 401 == page.evaluate(asked)
    small.close()
    page.get_by_text("The telephone window was closed.").wait_for()
    assert 2 == stage.parties()


@pytest.mark.parametrize("stage", ["answer", "ringing"], indirect=True)
def test_number_is_added_to_the_live_call_and_busy_is_told_c122(page: Page, stage: Stage) -> None:
    signed_in_before(page, stage)
    stage.cast.call_in()
    until(lambda: [one["callState"] for one in stage.calls()] == ["Connected"])
    page.goto(stage.crm.origin)
    with page.expect_popup() as opening:
        page.get_by_role("button", name="Ring the supplier").click()
    expect(page.locator("#last")).to_have_text("busy")
    expect(opening.value.locator("#presses")).to_contain_text("The line is busy")
    page.get_by_role("button", name="Call Bea").click()  # the same window
    expect(page.locator("#last")).to_have_text("connected")
    assert 3 == stage.parties()
    assert 2 == len(page.context.pages)


def test_wrong_attribute_and_blocked_window_say_so_and_dial_nothing_c122(
    page: Page, stage: Stage
) -> None:
    page.goto(stage.crm.origin)
    bea = page.locator("evovoice-dial").first
    bea.evaluate("one => one.setAttribute('number', 'Bea')")
    page.get_by_role("button", name="Call Bea").click()
    page.get_by_text("“Bea” is no telephone number. Nothing was dialled.").wait_for()
    assert [page] == page.context.pages
    page.evaluate("window.open = () => null")
    bea.evaluate("one => { one.setAttribute('number', '+13125550142'); one.dial(); }")
    page.get_by_text("The browser has blocked the telephone window.").wait_for()
    assert "blocked" == page.locator("#last").inner_text()
    looked_at(page, "dial-blocked")
    assert [] == stage.calls()


def test_origin_that_is_not_allowed_is_heard_by_nobody_c121(page: Page, stage: Stage) -> None:
    """Neither does the script load, nor may its window dial, nor one that names another origin."""
    signed_in_before(page, stage)
    page.goto(stage.stranger.origin)
    assert not page.evaluate("Boolean(customElements.get('evovoice-dial'))")
    opened = "window.{name} = window.open('{base}/dial?from={origin}#{nonce}'); undefined"
    origins = {"own": stage.stranger.origin, "stolen": stage.crm.origin}
    for name, origin in origins.items():
        with page.expect_popup() as opening:
            page.evaluate(opened.format(name=name, base=stage.base, origin=origin, nonce=_NONCE))
        words = "may not dial here" if name == "own" else f"Calls from {origin}"
        opening.value.get_by_text(words).wait_for()
        looked_at(opening.value, f"dial-{name}")
        page.evaluate(
            "([to, at, nonce, press]) => to.postMessage("
            "{evovoice: 1, type: 'dial', nonce, press, number: '+13125550142'}, at)",
            [page.evaluate_handle(f"window.{name}"), stage.base, _NONCE, _PRESS],
        )
        # what was posted before is heard before
        opening.value.evaluate("new Promise(heard => setTimeout(heard))")
        assert 0 == opening.value.locator("#presses li").count()
    assert [] == stage.calls()


def test_telephone_link_fills_the_console_in_and_dials_nothing_c122(
    page: Page, stage: Stage
) -> None:
    page.goto(f"{stage.base}/?dial=tel%3A%2B1-312-555-0142")
    sign_in(page)
    expect(field(page)).to_have_value("+1 312 555 0142")
    expect(field(page)).to_be_focused()
    assert f"{stage.base}/" == page.url
    assert [] == stage.calls()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("button", name="Open telephone links of other pages here").wait_for()
