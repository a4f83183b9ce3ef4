"""A stretch of sound in memory: 8,000 samples a second, one channel."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evovoice.emulator.audio.ulaw import RATE


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """After its end comes silence, or its beginning again."""

    samples: NDArray[np.int16]
    repeats: bool = False

    @property
    def seconds(self) -> float:
        """Of one run."""
        return round(len(self.samples) / RATE, 3)

    def read(self, start: int, count: int) -> NDArray[np.int16]:
        """As many samples from there on."""
        if self.repeats:
            return self.samples[np.arange(start, start + count) % len(self.samples)]
        found = self.samples[start : start + count]
        return np.pad(found, (0, count - len(found))) if len(found) < count else found


NOTHING = Clip(np.zeros(0, np.int16))
