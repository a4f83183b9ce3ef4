"""One `Playing` in the course of being heard."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from evovoice.emulator.audio.clip import Clip
from evovoice.emulator.audio.ulaw import RATE
from evovoice.emulator.state.media import Piece, Playing, Sound


class Playback:
    """Piece by piece, each cut or filled with silence, then again as often as it loops."""

    def __init__(self, playing: Playing, clip_of: Callable[[Sound], Clip]) -> None:
        self._clip_of = clip_of
        pieces = [(piece, _samples(piece)) for piece in playing.pieces]
        self._pieces = [(piece, length) for piece, length in pieces if length > 0]
        self._loops = playing.loops if self._pieces else 1
        self._piece = self._within = self._loop = 0

    @property
    def is_over(self) -> bool:
        """Nothing but silence follows."""
        return not self._pieces or (self._loops > 0 and self._loop >= self._loops)

    def read(self, count: int) -> NDArray[np.int16]:
        """The next so many samples."""
        heard = np.zeros(count, np.int16)
        done = 0
        while done < count and not self.is_over:
            piece, length = self._pieces[self._piece]
            some = min(count - done, length - self._within)
            heard[done : done + some] = self._clip_of(piece.sound).read(self._within, some)
            done += some
            self._go_on(some, length)
        return heard

    def _go_on(self, some: int, length: int) -> None:
        self._within += some
        if self._within < length:
            return
        self._within, self._piece = 0, self._piece + 1
        if self._piece == len(self._pieces):
            self._piece, self._loop = 0, self._loop + 1


def _samples(piece: Piece) -> int:
    return round(piece.seconds * RATE)
