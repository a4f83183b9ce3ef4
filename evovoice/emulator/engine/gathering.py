"""<Gather>: prompts, then keys, speech, or whichever of the two comes first.

https://www.twilio.com/docs/voice/twiml/gather
"""

from functools import partial

from evovoice.emulator.engine import lengths, speaking
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.speech_input import SpeechInput
from evovoice.emulator.engine.voice_network import Execution
from evovoice.emulator.state.clock import Timer
from evovoice.emulator.state.leg import StopCause
from evovoice.emulator.state.messages import Params
from evovoice.emulator.state.speech import Utterance

_PROMPTS = ("Say", "Play", "Pause")
_INPUTS = frozenset({"dtmf", "speech"})


class Gathering:
    """Nested prompts, then `timeout` seconds for the first key or word, or between two keys."""

    def __init__(self, executor: Execution, verb: Verb) -> None:
        self._executor = executor
        self._verb = verb
        self._digits = ""
        self._inputs = _inputs_of(verb)
        self._speech = SpeechInput(executor, verb)
        clock = executor.network.clock
        prompts = sum(lengths.seconds_of(executor, one) for one in verb.named(*_PROMPTS))
        self._silence = lengths.play_prompts(executor, verb.named(*_PROMPTS))
        self._patience = float(verb.number("timeout", 5))
        self._timer = clock.after(
            prompts + self._patience, self._done, limit=executor.context.in_background
        )
        self._longest: Timer | None = None
        self._answer: Timer | None = None
        if "speech" in self._inputs:
            self._answer = speaking.answer_after(executor.network, executor.leg, prompts)

    def press(self, digits: str) -> bool:
        """The far end presses keys; they count for nothing once somebody has spoken."""
        if "dtmf" not in self._inputs or self._speech.has_begun:
            return False
        finish = self._verb.attributes.get("finishOnKey", "#")
        for digit in digits:
            if finish and digit in finish:
                self._done()
                return True
            self._digits += digit
            if len(self._digits) == self._verb.number("numDigits", 0):
                self._done()
                return True
        self._wait(self._patience)
        return True

    def speech_begins(self) -> None:
        """Somebody speaks: the wait is over, unless a key came first."""
        if "speech" not in self._inputs or self._digits:
            return
        self._silence()
        self._timer.cancel()
        if not self._speech.has_begun and self._speech.longest is not None:
            clock = self._executor.network.clock
            self._longest = clock.after(self._speech.longest, self._done)
        self._speech.has_begun = True

    def speech_goes_on(self, words: str) -> None:
        """Some of it is understood."""
        if self._speech.has_begun:
            self._speech.go_on(words)

    def speech_ends(self, utterance: Utterance) -> None:
        """Silence: the result follows, unless somebody goes on speaking."""
        if self._speech.has_begun:
            self._speech.end(utterance)
            self._wait(self._speech.pause)

    def abandon(self, cause: StopCause) -> None:  # noqa: ARG002 - every cause is the same here
        """Stop waiting; no other verb runs."""
        self._stop()

    def _wait(self, seconds: float) -> None:
        self._silence()
        self._timer.cancel()
        self._timer = self._executor.network.clock.after(seconds, self._done)

    def _stop(self) -> None:
        self._silence()
        for timer in (self._timer, self._longest, self._answer):
            if timer is not None:
                timer.cancel()

    def _done(self) -> None:
        self._stop()
        executor, verb, result = self._executor, self._verb, self._result()
        if not result and not verb.flag("actionOnEmptyResult"):
            executor.proceed()
            return
        url = executor.resolve(verb.get("action") or "")
        executor.open(url, verb.method(), "action", result or self._nothing())

    def _result(self) -> Params:
        return (("Digits", self._digits),) if self._digits else self._speech.result()

    def _nothing(self) -> Params:
        """Of an empty result: each input that was asked for, without a value."""
        names = {"dtmf": "Digits", "speech": "SpeechResult"}
        return tuple((names[one], "") for one in sorted(self._inputs))


def _inputs_of(verb: Verb) -> frozenset[str]:
    asked = frozenset((verb.get("input") or "").split())
    return asked if asked and asked <= _INPUTS else frozenset({"dtmf"})


def gather(executor: Execution, verb: Verb) -> bool:
    """Play the nested prompts and wait for keys or speech."""
    begin = partial(_begin, executor, verb)
    lengths.when_measured(executor, verb.named(*_PROMPTS), begin)
    return False


def _begin(executor: Execution, verb: Verb) -> None:
    executor.activity = Gathering(executor, verb)
