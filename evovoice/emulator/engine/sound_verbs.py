"""Verbs that take time and need nobody: Say, Play, Pause; and keys for those that listen."""

from functools import partial

from evovoice.emulator.engine import keypad, lengths
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.dtmf import TakesKeys
from evovoice.emulator.engine.voice_network import Execution
from evovoice.emulator.state.clock import Timer
from evovoice.emulator.state.leg import StopCause


class Listening:
    """A sound, keys, or a silence with a known length."""

    def __init__(self, executor: Execution, verb: Verb, seconds: float, *, limit: bool) -> None:
        network = executor.network
        self._executor = executor
        self._silence = lengths.play(executor, verb)
        self._timers: list[Timer] = keypad.press(network, executor.leg, _digits(verb))
        self._timers.append(network.clock.after(seconds, self._done, limit=limit))

    def abandon(self, cause: StopCause) -> None:  # noqa: ARG002 - every cause is the same here
        """Stop the sound; no other verb runs."""
        self._silence()
        for timer in self._timers:
            timer.cancel()

    def _done(self) -> None:
        self._silence()
        self._executor.proceed()


def _digits(verb: Verb) -> str:
    return verb.get("digits") or "" if verb.name == "Play" else ""


def _listen(executor: Execution, verb: Verb) -> bool:
    lengths.when_measured(executor, (verb,), partial(_begin, executor, verb))
    return False


def _begin(executor: Execution, verb: Verb) -> None:
    seconds = lengths.seconds_of(executor, verb)
    background = executor.context.in_background or seconds >= lengths.ENDLESS
    executor.activity = Listening(executor, verb, seconds, limit=background)


say = play = pause = _listen


def press(executor: Execution, digits: str) -> bool:
    """Give digits to whoever listens on this leg; False when nobody does."""
    activity: object = executor.activity
    return isinstance(activity, TakesKeys) and activity.press(digits)
