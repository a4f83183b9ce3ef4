"""Verbs that take time and need nobody: Say, Play, Pause; and keys for those that listen."""

from typing import TYPE_CHECKING, Protocol, runtime_checkable

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
    background = script.part.in_background or seconds >= _ENDLESS
    script.activity = Listening(script, seconds, limit=background)
    return False


say = play = pause = _listen


@runtime_checkable
class TakesKeys(Protocol):
    """An activity that listens for keys."""

    def press(self, digits: str) -> bool:
        """Take them; False when nobody listens just now."""


def press(script: "Script", digits: str) -> bool:
    """Give digits to whoever listens on this leg; False when nobody does."""
    activity: object = script.activity
    return isinstance(activity, TakesKeys) and activity.press(digits)
