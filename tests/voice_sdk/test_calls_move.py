"""Calls that go from one page to another, or outlive a token or a socket; with the real SDK."""

import pytest

from tests.emulator.outside_emulator import wait_for
from tests.voice_sdk.browsers import ANN, BOB, hears
from tests.voice_sdk.sdk_window import SdkWindow, token
from tests.voice_sdk.stage import Stage

pytestmark = pytest.mark.browser


def test_a_call_goes_to_another_window_by_its_connect_token(stage: Stage) -> None:
    """First one that is up, then one that rings; the window that had it is told."""
    ann, other = stage.window(stage.ann).ready("ann"), stage.window(stage.ann)
    other.page.evaluate(
        "token => start(token)", token("ann")
    )  # not registered: nothing rings there
    bob = stage.talks_with_bob(ann)
    _take_over(ann, other)
    ann.sees("disconnect")
    hears(other.page, BOB)
    hears(bob.page, ANN)
    other.does("call.disconnect()")
    bob.sees("disconnect")
    assert "completed" == stage.ends(bob.does("call.parameters.CallSid"))
    stage.app.answer("/in", "<Dial><Client>ann</Client></Dial>")
    sid = stage.call_in()
    ann.sees("incoming")
    _take_over(ann, other)
    ann.sees("cancel")
    hears(other.page, stage.speaks(sid))
    other.does("call.disconnect()")
    other.sees("disconnect")
    for window in (ann, other, bob):
        window.close()


def test_a_call_goes_on_with_a_renewed_token_and_the_page_still_steers_it(stage: Stage) -> None:
    """Then the gateway sends the page away: it is registered again only when it asks."""
    ann = stage.window(stage.ann).ready("ann")
    bob = stage.talks_with_bob(ann)
    ann.page.evaluate("token => device.updateToken(token)", token("ann"))
    wait_for(lambda: ["connected", "invite", "answer"] == stage.frames()[-3:])
    hears(bob.page, ANN)
    hears(ann.page, BOB)
    ann.does("call.disconnect()")
    bob.sees("disconnect")
    ann.sees("disconnect")
    stage.control("POST", f"/pages/{stage.pages('ann')[0]}/close")
    ann.sees("unregistered")
    assert (0, 1) == (len(stage.pages("ann")), len(stage.pages("bob")))
    ann.does("void device.register()")
    ann.sees("registered")
    ann.close()
    bob.close()


def _take_over(ann: SdkWindow, other: SdkWindow) -> None:
    other.page.evaluate("token => void takeOver(token)", ann.does("call.connectToken"))
    other.sees("accept")
