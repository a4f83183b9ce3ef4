"""What fewer pages use of the SDK: a second call while one is up, and a test of the line."""

import pytest

from tests.emulator.outside_emulator import wait_for
from tests.voice_sdk.browsers import hears
from tests.voice_sdk.sdk_window import SdkWindow, token
from tests.voice_sdk.stage import Stage

pytestmark = pytest.mark.browser


def test_a_page_in_a_call_drops_another_silently_and_it_rings_on(stage: Stage) -> None:
    ann, bob = _in_a_call(stage)
    invites = stage.frames().count("invite")
    sid = stage.call_in()
    wait_for(lambda: invites < stage.frames().count("invite"))
    stage.tells(ann, '"after the invite"')
    assert "incoming" not in [name for name, _ in ann.seen()]
    assert "ringing" == stage.call("client:ann")["status"]
    ann.does("call.disconnect()")
    bob.sees("disconnect")
    _end(stage, sid, ann, bob)


def test_a_page_that_wants_to_be_told_of_another_call_changes_over_to_it(stage: Stage) -> None:
    ann, bob = _in_a_call(stage, allowIncomingWhileBusy=True)
    ann.does("window.earlier = call")
    sid = stage.call_in()
    ann.sees("incoming")
    ann.does("earlier.disconnect()")
    bob.sees("disconnect")
    ann.does("call.accept()")
    hears(ann.page, stage.speaks(sid))
    _end(stage, sid, ann, bob)


def test_the_line_is_tested_before_a_call(stage: Stage) -> None:
    """`Device.runPreflight` calls the application, and reports once that has hung up."""
    ann = stage.window(stage.ann)
    stage.app.answer("/out", "<Say>This is how it sounds</Say><Pause length='2'/>")
    ann.page.evaluate("token => testLine(token)", token("ann"))
    assert 0 < ann.sees("completed")
    ann.close()


def _in_a_call(stage: Stage, **options: bool) -> tuple[SdkWindow, SdkWindow]:
    """Ann with Bob; her Device has these options."""
    ann = stage.window(stage.ann)
    ann.page.evaluate("([token, options]) => start(token, options)", [token("ann"), options])
    ann.does("void device.register()")
    ann.sees("registered")
    stage.app.answer("/in", "<Dial><Client>ann</Client></Dial>")
    return ann, stage.talks_with_bob(ann)


def _end(stage: Stage, sid: str, *windows: SdkWindow) -> None:
    stage.control("POST", f"/calls/{sid}/hangup")
    for window in windows:
        window.close()
