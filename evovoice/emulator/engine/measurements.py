"""How long sounds are, as media says; each is asked for once."""

from collections.abc import Callable
from functools import partial

from evovoice.emulator.state.clock import Clock, Timer
from evovoice.emulator.state.media import Measurable, Measure, Measured


class Measurements:
    """`order` takes the question; what nobody answers in time is not known, and asked again."""

    def __init__(self, clock: Clock, patience: float, order: Callable[[Measure], None]) -> None:
        self._clock = clock
        self._patience = patience
        self._order = order
        self._known: dict[Measurable, float | None] = {}
        self._asked: dict[Measurable, list[Callable[[Measured], None]]] = {}
        self._late: dict[Measurable, Timer] = {}

    def __contains__(self, sound: Measurable) -> bool:
        """Whether its length is known, or known not to be had."""
        return sound in self._known

    def length_of(self, sound: Measurable, default: float) -> float:
        """As measured; 0 where it cannot be played, the default where nobody has said."""
        return (self._known[sound] or 0.0) if sound in self._known else default

    def ask(self, sound: Measurable, then: Callable[[Measured], None]) -> None:
        """`then` learns the answer, or after a while that there is none."""
        waiting = self._asked.setdefault(sound, [])
        waiting.append(then)
        if len(waiting) == 1:
            late = partial(self._answer, Measured(sound, None))
            self._late[sound] = self._clock.after(self._patience, late, limit=True)
            self._order(Measure(sound))

    def note(self, measured: Measured) -> None:
        """Media has said."""
        self._known[measured.sound] = measured.seconds
        self._answer(measured)

    def give_up(self) -> None:
        """Media is gone: whoever waits goes on with what the choices say."""
        for sound in tuple(self._asked):
            self._answer(Measured(sound, None))

    def _answer(self, measured: Measured) -> None:
        timer = self._late.pop(measured.sound, None)
        if timer is not None:
            timer.cancel()
        for then in self._asked.pop(measured.sound, ()):
            then(measured)
