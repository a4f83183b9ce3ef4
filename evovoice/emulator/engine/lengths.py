"""What a verb lets be heard, and for how long: as media measures it, or as the choices say.

A call without a media leg plays nothing, and its sounds are as long as the choices say. Where
somebody listens media is asked before the verb begins, once for every sound.
"""

from collections.abc import Callable, Iterable
from functools import partial

from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.voice_network import Execution
from evovoice.emulator.state.leg import StopCause
from evovoice.emulator.state.media import (
    File,
    Keys,
    Measurable,
    Measured,
    Piece,
    Playing,
    Silence,
    Sound,
    Words,
)
from evovoice.emulator.state.phones import seconds_to_press

ENDLESS = 86_400.0  # loop="0"
_CANNOT_PLAY = 11200
_MOST_LOOPS = 100  # of a prompt inside a Gather


class Measuring:
    """The leg waits until media has said how long its next sounds are."""

    def __init__(self, sounds: set[Measurable], then: Callable[[], None]) -> None:
        self._sounds = sounds
        self._then: Callable[[], None] | None = then

    def measured(self, sound: Measurable) -> None:
        """One of them is known."""
        self._sounds.discard(sound)
        then = self._then
        if not self._sounds and then is not None:
            self._then = None
            then()

    def abandon(self, cause: StopCause) -> None:  # noqa: ARG002 - every cause is the same here
        """Nobody waits any more."""
        self._then = None


def when_measured(executor: Execution, verbs: Iterable[Verb], then: Callable[[], None]) -> None:
    """Do `then` once the lengths of these Says and Plays are known, at once if they are."""
    measured, is_heard = executor.network.media.lengths, executor.leg.media_leg is not None
    unknown = {
        sound
        for sound in (sound_of(executor, verb) for verb in verbs if is_heard)
        if isinstance(sound, Words | File) and sound not in measured
    }
    if not unknown:
        then()
        return
    measuring = executor.activity = Measuring(set(unknown), then)
    for sound in sorted(unknown, key=repr):
        measured.ask(sound, partial(_note, executor, measuring))


def _note(executor: Execution, measuring: Measuring, measured: Measured) -> None:
    if measured.problem:
        network, sid = executor.network, executor.leg.sid
        network.alert(_CANNOT_PLAY, f"{measured.sound}: {measured.problem}", sid)
    measuring.measured(measured.sound)


def sound_of(executor: Execution, verb: Verb) -> Sound:
    """What is heard of a Say, Play or Pause."""
    if verb.name == "Say":
        return Words(verb.text, verb.get("language") or "", verb.get("voice") or "")
    if verb.name == "Pause":
        return Silence()
    digits = verb.get("digits")
    if digits:
        return Keys(digits)
    return File(executor.resolve(verb.text) if verb.text else executor.base_url or "")


def seconds_of(executor: Execution, verb: Verb) -> float:
    """How long a Say, Play or Pause lasts, with its repetitions."""
    if verb.name == "Pause":
        return float(verb.number("length", 1))
    loops = verb.number("loop", 1)
    return seconds_once(executor, verb) * loops if loops else ENDLESS


def seconds_once(executor: Execution, verb: Verb) -> float:
    """How long it lasts once."""
    if verb.name == "Pause":
        return float(verb.number("length", 1))
    digits, choices = verb.get("digits"), executor.network.choices
    if verb.name == "Play" and digits:
        return seconds_to_press(digits)
    default = choices.play_seconds
    if verb.name == "Say":
        default = len(verb.text) * choices.say_seconds_per_character
    if executor.leg.media_leg is None:
        return default
    sound = sound_of(executor, verb)
    measured = executor.network.media.lengths
    return measured.length_of(sound, default) if isinstance(sound, Words | File) else default


def play(executor: Execution, verb: Verb) -> Callable[[], None]:
    """Let whoever has a media leg hear that verb; what comes back stops it."""
    return _play(executor, (verb,), verb.number("loop", 1))


def play_prompts(executor: Execution, verbs: Iterable[Verb]) -> Callable[[], None]:
    """One after the other; what comes back stops them."""
    repeated: list[Verb] = []
    for verb in verbs:
        repeated += [verb] * min(verb.number("loop", 1) or _MOST_LOOPS, _MOST_LOOPS)
    return _play(executor, repeated, 1)


def _play(executor: Execution, verbs: Iterable[Verb], loops: int) -> Callable[[], None]:
    leg, silence = executor.leg, Silence()
    if leg.media_leg is None:
        return _nothing
    pieces = (Piece(sound_of(executor, one), seconds_once(executor, one)) for one in verbs)
    heard = tuple(piece for piece in pieces if piece.seconds > 0)
    if all(piece.sound == silence for piece in heard):
        return _nothing
    number = executor.network.media.next_number()
    leg.playing[number] = Playing(number, heard, loops)
    return partial(_stop, leg.playing, number)


def _stop(playing: dict[int, Playing], number: int) -> None:
    playing.pop(number, None)


def _nothing() -> None:
    """Nobody hears it."""
