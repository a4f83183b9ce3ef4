"""<Record>: the far end speaks for a while, then is silent, presses a key, or hangs up.

https://www.twilio.com/docs/voice/twiml/record
"""

from evovoice.emulator.engine import recordings, speaking
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.transcribing import transcribe
from evovoice.emulator.engine.voice_network import Execution
from evovoice.emulator.state.leg import StopCause
from evovoice.emulator.state.messages import Params
from evovoice.emulator.state.speech import Utterance

_LONGEST = 3600
_ANY_KEY = "1234567890*#"


class RecordingSpeech:
    """A character's words, or speech as long as the choices say; `timeout` seconds of silence end
    it, and so does `maxLength`.
    """

    def __init__(self, executor: Execution, verb: Verb) -> None:
        self._executor = executor
        self._verb = verb
        network, leg = executor.network, executor.leg
        target = recordings.recording_target(executor, verb)
        self._recording = recordings.of_call(network, leg.sid, "RecordVerb", target)
        self._words: list[str] = []
        self._unfinished = ""
        self._was_heard = not leg.says  # somebody without words is heard all the same
        self._silence = float(verb.number("timeout", 5))
        speech = 0.0 if leg.says else network.choices.speech_seconds
        self._timer = network.clock.after(speech + self._silence, self._done)
        self._longest = network.clock.after(verb.number("maxLength", _LONGEST), self._done)
        self._answer = speaking.answer_after(network, leg, 0)

    def press(self, digits: str) -> bool:
        """Any key ends it, unless finishOnKey says which."""
        keys = self._verb.attributes.get("finishOnKey", _ANY_KEY)
        key = next((digit for digit in digits if digit in keys), None)
        if key is not None:
            self._done(key)
        return True

    def speech_begins(self) -> None:
        """No silence as long as somebody speaks."""
        self._was_heard = True
        self._timer.cancel()

    def speech_goes_on(self, words: str) -> None:
        """What is recorded, if nothing follows."""
        self._unfinished = words

    def speech_ends(self, utterance: Utterance) -> None:
        """From here on it is silent, unless somebody goes on."""
        self._unfinished = ""
        self._words.append(utterance.words)
        self._timer.cancel()
        self._timer = self._executor.network.clock.after(self._silence, self._done)

    def abandon(self, cause: StopCause) -> None:
        """Hung up: the action is requested, and its answer ignored."""
        heard = self._finish()
        if cause == "hang-up":
            params = (*heard, ("Digits", "hangup"))
            url = self._executor.resolve(self._verb.get("action") or "")
            self._executor.ask_without_effect(url, self._verb.method(), "action", params)

    def _done(self, key: str | None = None) -> None:
        executor = self._executor
        self._recording.is_silent = key is None and not self._was_heard
        heard = self._finish()
        if self._recording.is_silent:  # an empty recording asks no action
            executor.proceed()
            return
        digits = () if key is None else (("Digits", key),)
        url = executor.resolve(self._verb.get("action") or "")
        executor.open(url, self._verb.method(), "action", (*heard, *digits))

    def _finish(self) -> Params:
        """Nothing more is recorded; what was said is written down if that is asked for."""
        for timer in (self._timer, self._longest, self._answer):
            if timer is not None:
                timer.cancel()
        heard = recordings.finish(self._executor.network, self._recording)
        words = " ".join(filter(None, (*self._words, self._unfinished)))
        transcribe(self._executor, self._verb, self._recording, words)
        return heard


def record(executor: Execution, verb: Verb) -> bool:
    """Record the leg; without an action the current document is asked for again."""
    executor.activity = RecordingSpeech(executor, verb)
    return False
