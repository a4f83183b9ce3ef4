"""A page that calls hears before it is answered, as the SDK tells it: with early media."""

import pytest

from tests.voice_sdk.browsers import RINGING, hears
from tests.voice_sdk.sdk_window import SdkWindow
from tests.voice_sdk.stage import COLLEAGUE, OURS, Stage

pytestmark = pytest.mark.browser


def test_the_page_hears_ringing_before_the_answer_and_then_the_far_end(stage: Stage) -> None:
    """`ringing` comes twice, without early media and with; the call opens with the answer."""
    ann = _hears_ringing(stage)
    stage.acts(COLLEAGUE, "answer")
    ann.sees("accept")
    hears(ann.page, stage.speaks(stage.call(COLLEAGUE)["sid"]))
    ann.does("call.disconnect()")
    ann.sees("disconnect")
    assert "completed" == stage.ends(stage.call(COLLEAGUE)["sid"])
    ann.close()


def test_the_page_hangs_up_while_it_hears_ringing(stage: Stage) -> None:
    ann = _hears_ringing(stage)
    sid = ann.does("call.parameters.CallSid")
    ann.does("call.disconnect()")
    ann.sees("disconnect")
    assert ("canceled", "canceled") == (stage.ends(sid), stage.ends(stage.call(COLLEAGUE)["sid"]))
    assert ([], False) == (ann.seen(), ann.does("device.isBusy"))
    ann.close()


def _hears_ringing(stage: Stage) -> SdkWindow:
    """A call that is not answered."""
    stage.phone(COLLEAGUE, outcome="silent")
    stage.app.answer("/out", f'<Dial callerId="{OURS}" answerOnBridge="true">{COLLEAGUE}</Dial>')
    ann = stage.window(stage.ann).ready("ann")
    ann.dial()
    assert (False, True) == (ann.sees("ringing"), ann.sees("ringing"))
    hears(ann.page, *RINGING)
    assert "ringing" == ann.does("call.status()")
    return ann
