"""Verbs that take time: Say, Play, Pause, and Gather around them."""

from typing import TYPE_CHECKING

from evovoice.emulator.choices import Choices
from evovoice.emulator.engine.clock import Timer
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.leg import StopCause

if TYPE_CHECKING:
    from evovoice.emulator.engine.script import Script

_ENDLESS = 86_400.0  # loop="0"


class Listening:
    """A sound or a silence with a known length."""

    def __init__(self, script: "Script", seconds: float, *, limit: bool = False) -> None:
        self._timer: Timer = script.world.clock.after(seconds, script.proceed, limit=limit)

    def abandon(self, cause: StopCause) -> None:  # noqa: ARG002 - every cause is the same here
        """Nothing follows."""
        self._timer.cancel()


def seconds_of(verb: Verb, choices: Choices) -> float:
    """How long a Say, Play or Pause lasts."""
    if verb.name == "Pause":
        return float(verb.number("length", 1))
    once = (
        len(verb.text) * choices.say_seconds_per_character
        if verb.name == "Say"
        else choices.play_seconds
    )
    loops = verb.number("loop", 1)
    return once * loops if loops else _ENDLESS


def _listen(script: "Script", verb: Verb) -> bool:
    seconds = seconds_of(verb, script.world.choices)
    script.activity = Listening(script, seconds, limit=seconds >= _ENDLESS)
    return False


say = play = pause = _listen


class Gathering:
    """Nested prompts, then `timeout` seconds for the first digit or between two."""

    def __init__(self, script: "Script", verb: Verb) -> None:
        self._script = script
        self._verb = verb
        self._digits = ""
        clock = script.world.clock
        prompts = sum(seconds_of(one, script.world.choices) for one in verb.children)
        self._patience = float(verb.number("timeout", 5))
        self._timer = clock.after(prompts + self._patience, self._done)

    def press(self, digits: str) -> None:
        """The far end presses keys."""
        finish = self._verb.attributes.get("finishOnKey", "#")
        for digit in digits:
            if finish and digit in finish:
                self._done()
                return
            self._digits += digit
            if len(self._digits) == self._verb.number("numDigits", 0):
                self._done()
                return
        self._timer.cancel()
        self._timer = self._script.world.clock.after(self._patience, self._done)

    def abandon(self, cause: StopCause) -> None:  # noqa: ARG002 - every cause is the same here
        """Nothing follows."""
        self._timer.cancel()

    def _done(self) -> None:
        self._timer.cancel()
        script, verb = self._script, self._verb
        if not self._digits and not verb.flag("actionOnEmptyResult"):
            script.proceed()
            return
        url = script.resolve(verb.get("action") or "")
        digits = (("Digits", self._digits),)
        script.open(url, verb.get("method") or "POST", "action", digits)


def gather(script: "Script", verb: Verb) -> bool:
    """Play the nested prompts and wait for digits."""
    script.activity = Gathering(script, verb)
    return False


def press(script: "Script", digits: str) -> bool:
    """Give digits to a Gather; False when none is listening."""
    if not isinstance(script.activity, Gathering):
        return False
    script.activity.press(digits)
    return True
