"""A document that plays over and over: to one who waits, is on hold, or stands in a queue."""

from collections.abc import Callable

from evovoice.emulator.engine.courier import Params
from evovoice.emulator.engine.leg import Leg
from evovoice.emulator.engine.messages import DeliveryKind
from evovoice.emulator.engine.part import SOUNDS_ONLY, Part
from evovoice.emulator.engine.script import Script
from evovoice.emulator.engine.world import World


def nothing() -> Params:
    """No parameters of its own."""
    return ()


class Music:
    """Asked for again whenever it has been played, unless it was over at once."""

    def __init__(
        self, world: World, leg: Leg, kind: DeliveryKind, allowed: frozenset[str] = SOUNDS_ONLY
    ) -> None:
        self._world = world
        self._leg = leg
        self._kind = kind
        self._allowed = allowed
        self._source = ("", "POST")
        self.extra: Callable[[], Params] = nothing
        self.owner: object = None
        self.script: Script | None = None

    def play(self, url: str, method: str) -> None:
        """From the start, with this document."""
        self.stop()
        self._source = (url, method)
        strict = self._allowed is SOUNDS_ONLY
        code = 13238 if strict else 12200
        part = Part(self._again, self.stop, self._allowed, code, strict, in_background=True)
        self.script = Script(self._world, self._leg, part)
        self.script.owner = self.owner
        self.script.extra = self.extra()
        self.script.open(url, method, self._kind)

    def stop(self) -> None:
        """Silence."""
        script, self.script = self.script, None
        if script is not None:
            script.stop("redirect")

    def _again(self) -> None:
        script = self.script
        if script is not None and self._world.now > script.ran_since:
            self.play(*self._source)
