"""<Record>: the far end speaks for a while, then is silent, presses a key, or hangs up."""

from evovoice.emulator.engine import recordings
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.voice_network import Execution
from evovoice.emulator.state.leg import StopCause

_LONGEST = 3600
_ANY_KEY = "1234567890*#"


class RecordingSpeech:
    """The speech lasts as long as the choices say; `timeout` seconds of silence end it."""

    def __init__(self, executor: Execution, verb: Verb) -> None:
        self._executor = executor
        self._verb = verb
        network = executor.network
        target = recordings.recording_target(executor, verb)
        self._recording = recordings.of_call(network, executor.leg.sid, "RecordVerb", target)
        speech = network.choices.speech_seconds + verb.number("timeout", 5)
        seconds = min(speech, verb.number("maxLength", _LONGEST))
        self._timer = network.clock.after(seconds, self._done)

    def press(self, digits: str) -> bool:
        """Any key ends it, unless finishOnKey says which."""
        keys = self._verb.attributes.get("finishOnKey", _ANY_KEY)
        key = next((digit for digit in digits if digit in keys), None)
        if key is not None:
            self._done(key)
        return True

    def abandon(self, cause: StopCause) -> None:
        """Hung up: the action is requested, and its answer ignored."""
        self._timer.cancel()
        heard = recordings.finish(self._executor.network, self._recording)
        if cause == "hang-up":
            params = (*heard, ("Digits", "hangup"))
            url = self._executor.resolve(self._verb.get("action") or "")
            self._executor.ask_without_effect(url, self._verb.method(), "action", params)

    def _done(self, key: str | None = None) -> None:
        self._timer.cancel()
        executor = self._executor
        heard = recordings.finish(executor.network, self._recording)
        digits = () if key is None else (("Digits", key),)
        url = executor.resolve(self._verb.get("action") or "")
        executor.open(url, self._verb.method(), "action", (*heard, *digits))


def record(executor: Execution, verb: Verb) -> bool:
    """Record the leg; without an action the current document is asked for again."""
    executor.activity = RecordingSpeech(executor, verb)
    return False
