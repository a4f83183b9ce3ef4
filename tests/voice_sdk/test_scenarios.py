"""What an agent's page does with the SDK, and what happens to its calls; everything with sound."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Playwright, sync_playwright

from evovoice.emulator.audio.tones import pitch_of_telephone, pitch_of_words
from tests.emulator.outside_emulator import ask, emulator, sdk, wait_for
from tests.voice_sdk import needed
from tests.voice_sdk.application import Application, application
from tests.voice_sdk.browsers import hears, launch, person
from tests.voice_sdk.sdk_window import APPLICATION, KEY, SECRET, SdkWindow, token

pytestmark = pytest.mark.browser
OURS, CUSTOMER, COLLEAGUE = "+15550001111", "+15559998888", "+15552223333"
ANN, BOB = 440, 1000  # what their microphones hear, in hertz
PHONES = [pitch_of_telephone(number) for number in range(2)]  # in the order in which they speak
RINGING = (440, 480)


@dataclass(frozen=True, slots=True)
class Stage:
    """The emulator, the application that it asks, and the windows of two browsers."""

    emulator: str
    app: Application
    ann: BrowserContext
    bob: BrowserContext

    def window(self, context: BrowserContext) -> SdkWindow:
        """With the SDK, which has done nothing yet."""
        return SdkWindow(context, self.app.page, self.emulator)

    def control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        return ask(method, f"{self.emulator}/_emulator{path}", body)

    def state(self) -> dict[str, Any]:
        return self.control("GET", "/state")

    def call_in(self) -> str:
        """The customer calls our number; their call."""
        call = self.control("POST", "/calls", {"from": CUSTOMER, "to": OURS})
        return str(call["callSid"])

    def phone(self, number: str, **character: object) -> None:
        """How the telephone there behaves from now on."""
        self.control("PUT", f"/phones/{number}", character)

    def acts(self, number: str, deed: str) -> None:
        """Whoever is at the telephone there answers or hangs up."""
        wait_for(lambda: any(one["to"] == number for one in self.state()["calls"]))
        self.control("POST", f"/calls/{self.call(number)['sid']}/{deed}")

    def speaks(self, sid: str) -> None:
        """Whoever is at the telephone of that call does, for a long time."""
        self.control("POST", f"/calls/{sid}/speech", {"seconds": 600})

    def call(self, to: str) -> dict[str, Any]:
        """The latest one there."""
        found: dict[str, Any] = [one for one in self.state()["calls"] if one["to"] == to][-1]
        return found

    def ends(self, sid: str) -> str:
        """Waits for the end of that call; how it ended."""
        over = {"completed", "busy", "failed", "no-answer", "canceled"}
        wait_for(lambda: self._status(sid) in over)
        return self._status(sid)

    def pages(self) -> list[str]:
        """The names of the pages that are registered."""
        return [one["name"] for one in self.state()["devices"]]

    def _status(self, sid: str) -> str:
        (found,) = [one["status"] for one in self.state()["calls"] if one["sid"] == sid]
        return str(found)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    needed.require()
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def stage(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Started once, and ended with the module."""
    folder = tmp_path_factory.mktemp("tones")
    with ExitStack() as open_:
        app = open_.enter_context(application())
        ours = ["--number", f"{OURS}={app.address}/in", "--answer-after", "0.2"]
        ours += ["--api-key", f"{KEY}:{SECRET}"]
        ours += ["--application", f"{APPLICATION}={app.address}/out"]
        address = open_.enter_context(emulator(*ours, judged=False))
        people = []
        for tone in (ANN, BOB):
            browser = launch(playwright, tone, folder)
            open_.callback(browser.close)
            people.append(open_.enter_context(person(browser)))
        yield Stage(address, app, *people)


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
    stage.speaks(stage.call(COLLEAGUE)["sid"])
    hears(ann.page, PHONES[0])


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
    stage.speaks(sid)
    hears(other.page, PHONES[1])
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


def test_two_browsers_talk_and_a_call_outlives_its_socket(stage: Stage) -> None:
    """Each hears the other and never itself; a muted microphone is silent, a cut socket is not."""
    ann, bob = stage.window(stage.ann).ready("ann"), stage.window(stage.bob).ready("bob")
    stage.app.answer("/out", "<Dial><Client>bob</Client></Dial>")
    ann.dial()
    bob.sees("incoming")
    bob.does("call.accept()")
    bob.sees("accept")
    hears(ann.page, BOB)
    hears(bob.page, ANN)
    assert min(_milliseconds_until_silent(ann, bob) for _ in range(3)) < 300
    _socket_is_cut(stage, ann, bob)
    _message_comes(stage, ann)
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


def _message_comes(stage: Stage, ann: SdkWindow) -> None:
    call = sdk(stage.emulator).calls(ann.does("call.parameters.CallSid"))
    call.user_defined_messages.create(content='{"waiting": 3}')
    assert '{"waiting": 3}' == ann.sees("messageReceived")
