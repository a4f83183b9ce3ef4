"""<Record>: the far end speaks for a while, then is silent, presses a key, or hangs up."""

from typing import TYPE_CHECKING

from evovoice.emulator.engine import recordings
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.leg import StopCause

if TYPE_CHECKING:
    from evovoice.emulator.engine.script import Script

_LONGEST = 3600
_ANY_KEY = "1234567890*#"


class Recording:
    """The speech lasts as long as the choices say; `timeout` seconds of silence end it."""

    def __init__(self, script: "Script", verb: Verb) -> None:
        self._script = script
        self._verb = verb
        world = script.world
        target = recordings.recording_target(script, verb)
        self._recording = recordings.of_call(world, script.leg.sid, "RecordVerb", target)
        speech = world.choices.speech_seconds + verb.number("timeout", 5)
        seconds = min(speech, verb.number("maxLength", _LONGEST))
        self._timer = world.clock.after(seconds, self._done)

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
        heard = recordings.finish(self._script.world, self._recording)
        if cause == "hang-up":
            params = (*heard, ("Digits", "hangup"))
            url = self._script.resolve(self._verb.get("action") or "")
            self._script.ask_without_effect(url, self._verb.method(), "action", params)

    def _done(self, key: str | None = None) -> None:
        self._timer.cancel()
        script = self._script
        heard = recordings.finish(script.world, self._recording)
        digits = () if key is None else (("Digits", key),)
        url = script.resolve(self._verb.get("action") or "")
        script.open(url, self._verb.method(), "action", (*heard, *digits))


def record(script: "Script", verb: Verb) -> bool:
    """Record the leg; without an action the current document is asked for again."""
    script.activity = Recording(script, verb)
    return False
