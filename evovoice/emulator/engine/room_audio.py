"""What participants hear besides each other: wait music, hold music, announcements (R25)."""

from collections.abc import Callable
from typing import Literal

from evovoice.emulator.engine.courier import Params
from evovoice.emulator.engine.music import Music
from evovoice.emulator.engine.part import SOUNDS_ONLY, Part
from evovoice.emulator.engine.room import Participant, Room
from evovoice.emulator.engine.script import Script
from evovoice.emulator.engine.world import World


def play(
    world: World, participant: Participant, kind: Literal["wait", "hold"], url: str, method: str
) -> None:
    """Over and over, instead of what was playing."""
    silence(participant)
    music = Music(world, participant.leg, kind)
    music.extra = lambda: _where(participant.room)
    participant.music = music
    music.play(url, method)


def silence(participant: Participant) -> None:
    """Nothing plays any more."""
    music, participant.music = participant.music, None
    if music is not None:
        music.stop()


def announce(
    world: World,
    room: Room,
    to: Participant,
    source: tuple[str, str],
    ended: Callable[[bool], None],
) -> None:
    """Once; `ended` learns whether it could be played."""
    part = Part(lambda: ended(True), lambda: ended(False), SOUNDS_ONLY, 13238, stops=True)
    script = Script(world, to.leg, part)
    script.extra = _where(room)
    script.open(*source, "announce")


def _where(room: Room) -> Params:
    return (("ConferenceSid", room.sid),)
