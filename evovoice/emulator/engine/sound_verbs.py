"""Verbs that take time and need nobody: Say, Play, Pause; and keys for those that listen."""

from evovoice.emulator.choices import Choices
from evovoice.emulator.engine import keypad
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.dtmf import TakesKeys
from evovoice.emulator.engine.voice_network import Execution
from evovoice.emulator.state.clock import Timer
from evovoice.emulator.state.leg import StopCause
from evovoice.emulator.state.phones import seconds_to_press

_ENDLESS = 86_400.0  # loop="0"


class Listening:
    """A sound, keys, or a silence with a known length."""

    def __init__(self, executor: Execution, verb: Verb, seconds: float, *, limit: bool) -> None:
        network = executor.network
        self._timers: list[Timer] = keypad.press(network, executor.leg, _digits(verb))
        self._timers.append(network.clock.after(seconds, executor.proceed, limit=limit))

    def abandon(self, cause: StopCause) -> None:  # noqa: ARG002 - every cause is the same here
        """Stop the sound; no other verb runs."""
        for timer in self._timers:
            timer.cancel()


def seconds_of(verb: Verb, choices: Choices) -> float:
    """How long a Say, Play or Pause lasts."""
    if verb.name == "Pause":
        return float(verb.number("length", 1))
    once = _seconds_once(verb, choices)
    loops = verb.number("loop", 1)
    return once * loops if loops else _ENDLESS


def _seconds_once(verb: Verb, choices: Choices) -> float:
    if verb.name == "Say":
        return len(verb.text) * choices.say_seconds_per_character
    digits = _digits(verb)
    return seconds_to_press(digits) if digits else choices.play_seconds


def _digits(verb: Verb) -> str:
    return verb.get("digits") or "" if verb.name == "Play" else ""


def _listen(executor: Execution, verb: Verb) -> bool:
    seconds = seconds_of(verb, executor.network.choices)
    background = executor.context.in_background or seconds >= _ENDLESS
    executor.activity = Listening(executor, verb, seconds, limit=background)
    return False


say = play = pause = _listen


def press(executor: Execution, digits: str) -> bool:
    """Give digits to whoever listens on this leg; False when nobody does."""
    activity: object = executor.activity
    return isinstance(activity, TakesKeys) and activity.press(digits)
