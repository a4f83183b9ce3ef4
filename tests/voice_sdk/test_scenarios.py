"""What an agent's page does with the SDK, and what happens to its calls; everything with sound."""

import pytest
from playwright.sync_api import Browser

from evovoice.emulator.audio.tones import pitch_of_words
from tests.emulator.outside_emulator import wait_for
from tests.voice_sdk.browsers import ANN, BOB, RINGING, hears, person
from tests.voice_sdk.sdk_window import SdkWindow, token
from tests.voice_sdk.stage import COLLEAGUE, CUSTOMER, OURS, Stage

pytestmark = pytest.mark.browser


def test_a_page_registers_is_warned_of_the_end_of_its_token_and_takes_it_back(
    stage: Stage,
) -> None:
    """A token that is refused says why; one that ends in 13 seconds is told 10 seconds before."""
    ann = stage.window(stage.ann)
    ann.start(token(secret="of somebody else, who has no account"))
    assert 20151 == ann.sees("error")
    ann.does("device.destroy()")
    ann.start(token(ttl=-5))
    assert 20104 == ann.sees("error")
    ann.does("device.destroy()")
    ann.start(token(ttl=13))
    ann.sees("registered")
    ann.sees("tokenWillExpire")
    ann.page.evaluate("token => device.updateToken(token)", token())
    ann.does("void device.unregister()")
    ann.sees("unregistered")
    assert [] == stage.pages()
    ann.close()


def test_a_page_calls_somebody_and_is_told_how_it_goes(stage: Stage) -> None:
    """With parameters, ringing while nobody answers, digits, and the end from either side."""
    ann = stage.window(stage.ann).ready("ann")
    _dialled_and_hears_ringing(stage, ann)
    _digits_then_the_far_end_hangs_up(stage, ann)
    _hangs_up_before_and_after_the_answer(stage, ann)
    stage.app.answer("/out", '<Reject reason="busy"/>')
    ann.dial()
    assert 31005 == ann.sees("callError")  # 31486 with an option
    ann.sees("disconnect")
    assert not ann.does("device.isBusy")
    ann.close()


def _dialled_and_hears_ringing(stage: Stage, ann: SdkWindow) -> None:
    stage.phone(COLLEAGUE, outcome="silent")
    stage.app.answer("/out", f'<Dial callerId="{OURS}">{COLLEAGUE}</Dial>')
    ann.dial(To="+1 555", note="a=b&c")
    ann.sees("ringing")
    fields = stage.app.last("/out")
    assert ("+1 555", "a=b&c", "client:ann") == (fields["To"], fields["note"], fields["From"])
    ann.sees("accept")
    hears(ann.page, *RINGING)
    stage.acts(COLLEAGUE, "answer")
    hears(ann.page, stage.speaks(stage.call(COLLEAGUE)["sid"]))


def _digits_then_the_far_end_hangs_up(stage: Stage, ann: SdkWindow) -> None:
    ann.does("call.sendDigits('12w#')")
    wait_for(lambda: "12#" == stage.call(COLLEAGUE)["keysHeard"])
    stage.acts(COLLEAGUE, "hangup")
    ann.sees("disconnect")
    assert not ann.does("device.isBusy")


def _hangs_up_before_and_after_the_answer(stage: Stage, ann: SdkWindow) -> None:
    ann.dial()
    ann.sees("ringing")
    wait_for(lambda: "ringing" == stage.call(COLLEAGUE)["status"])
    ann.does("call.disconnect()")
    assert "canceled" == stage.ends(stage.call(COLLEAGUE)["sid"])
    stage.app.answer("/out", "<Say>Please hold the line, somebody comes</Say><Pause length='60'/>")
    ann.sees("disconnect")
    ann.dial()
    ann.sees("accept")
    hears(ann.page, pitch_of_words("Please hold the line, somebody comes"))
    ann.does("call.disconnect()")
    ann.sees("disconnect")
    assert "completed" == stage.ends(ann.does("call.parameters.CallSid"))


def test_a_page_is_called_and_answers_declines_or_does_nothing(stage: Stage) -> None:
    """Two windows of one identity ring at once; who answers has the call, the other stops."""
    ann, other = (stage.window(stage.ann).ready("ann") for _ in range(2))
    parameter = '<Parameter name="customer" value="Müller &amp; Co"/>'
    client = f"<Client><Identity>ann</Identity>{parameter}</Client>"
    stage.app.answer("/in", f'<Dial action="{stage.app.address}/after">{client}</Dial>')
    _answered_in_one_of_two_windows(stage, ann, other)
    other.close()
    wait_for(lambda: 1 == len(stage.pages()))
    _declined(stage, ann)
    _abandoned_and_ignored(stage, ann)
    ann.close()


def _answered_in_one_of_two_windows(stage: Stage, ann: SdkWindow, other: SdkWindow) -> None:
    sid = stage.call_in()
    assert [CUSTOMER, {"customer": "Müller & Co"}] == ann.sees("incoming")
    other.sees("incoming")
    other.does("call.accept()")
    other.sees("accept")
    ann.sees("cancel")
    hears(other.page, stage.speaks(sid))
    stage.control("POST", f"/calls/{sid}/hangup")
    other.sees("disconnect")
    assert "completed" == stage.ends(stage.call("client:ann")["sid"])


def _declined(stage: Stage, ann: SdkWindow) -> None:
    sid = stage.call_in()
    ann.sees("incoming")
    ann.does("call.reject()")
    ann.sees("reject")
    stage.ends(sid)
    assert "busy" == stage.app.last("/after")["DialCallStatus"]


def _abandoned_and_ignored(stage: Stage, ann: SdkWindow) -> None:
    """Ignoring tells nobody: it goes on ringing for the caller until they give up."""
    sid = stage.call_in()
    ann.sees("incoming")
    stage.control("POST", f"/calls/{sid}/hangup")
    ann.sees("cancel")
    sid = stage.call_in()
    ann.sees("incoming")
    ann.does("call.ignore()")
    assert not ann.does("device.isBusy")
    assert "ringing" == stage.call("client:ann")["status"]
    stage.control("POST", f"/calls/{sid}/hangup")
    assert "canceled" == stage.ends(stage.call("client:ann")["sid"])


def test_a_page_whose_microphone_is_refused_declines_what_it_answers_and_calls_nobody(
    stage: Stage, browsers: tuple[Browser, Browser]
) -> None:
    """The SDK registers without asking; the end of the call comes before its error."""
    stage.app.answer("/in", f'<Dial action="{stage.app.address}/after"><Client>ann</Client></Dial>')
    with person(browsers[0], has_microphone=False) as context:
        ann = stage.window(context).ready("ann")
        sid = stage.call_in()
        ann.sees("incoming")
        ann.does("call.accept()")
        stage.ends(sid)
        assert "busy" == stage.app.last("/after")["DialCallStatus"]
        assert [["disconnect", None], ["callError", 31401]] == ann.seen()
        before = len(stage.state()["calls"])
        ann.does("seen.length = 0")
        ann.dial()
        assert 31401 == ann.sees("callError")
        assert (before, False) == (len(stage.state()["calls"]), ann.does("device.isBusy"))
        ann.close()


def test_two_browsers_talk_and_a_call_outlives_its_socket(stage: Stage) -> None:
    """Each hears the other and never itself; a muted microphone is silent, a cut socket is not."""
    ann = stage.window(stage.ann).ready("ann")
    bob = stage.talks_with_bob(ann)
    hears(ann.page, BOB)
    hears(bob.page, ANN)
    assert min(_milliseconds_until_silent(ann, bob) for _ in range(3)) < 300
    _socket_is_cut(stage, ann, bob)
    stage.tells(ann, '{"waiting": 3}')
    ann.page.reload()
    bob.sees("disconnect")
    assert "completed" == stage.ends(stage.call("client:bob")["sid"])
    ann.close()
    bob.close()


def _milliseconds_until_silent(ann: SdkWindow, bob: SdkWindow) -> float:
    """From Ann's mute until Bob hears nothing of her any more, while she hears him; then she is
    heard again. The best of some counts: a busy machine carries sound late.
    """
    muted_at = ann.does("(call.mute(true), Date.now())")
    hears(bob.page)
    hears(ann.page, BOB)
    silent_at = bob.does("lastHeard()")
    ann.does("call.mute(false)")
    hears(bob.page, ANN)
    return float(silent_at - muted_at)


def _socket_is_cut(stage: Stage, ann: SdkWindow, bob: SdkWindow) -> None:
    """Of both, one after the other: placed and received calls come back in ways of their own."""
    for name, window in zip(stage.pages(), (ann, bob), strict=True):
        stage.control("POST", f"/pages/{name}/cut")
        assert 53001 == window.sees("reconnecting")
        window.sees("reconnected")
        assert "open" == window.does("call.status()")
    hears(ann.page, BOB)
    hears(bob.page, ANN)
