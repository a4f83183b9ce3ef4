"""Who hears whom, 50 times a second: one multiplication of what is heard with what is said."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from evovoice.emulator.audio import ulaw
from evovoice.emulator.audio.clip import Clip
from evovoice.emulator.audio.playback import Playback
from evovoice.emulator.audio.ulaw import FRAME
from evovoice.emulator.state.media import Hear, Sound


class Line(Protocol):
    """One browser."""

    def take(self) -> bytes:
        """What was said in the next 20 ms."""

    def send(self, frame: bytes) -> None:
        """What is heard in them."""


@dataclass(slots=True)
class _Listener:
    line: Line
    voices: frozenset[str] = frozenset()
    playbacks: dict[int, Playback] = field(default_factory=dict)


@dataclass(slots=True)
class _Speaker:
    """A scripted telephone."""

    clip: Clip
    position: int = 0

    def read(self) -> NDArray[np.int16]:
        found = self.clip.read(self.position, FRAME)
        self.position += FRAME
        return found


class Mixer:
    """`tick` takes 20 ms from everybody and gives 20 ms to everybody."""

    def __init__(self, clip_of: Callable[[Sound], Clip]) -> None:
        self._clip_of = clip_of
        self._listeners: dict[str, _Listener] = {}
        self._speaking: dict[str, _Speaker] = {}
        self._hearing: NDArray[np.float32] | None = None  # a row for each listener; None: unknown

    @property
    def is_idle(self) -> bool:
        """Nobody is there to hear anything."""
        return not self._listeners

    def add(self, name: str, line: Line) -> None:
        """It hears silence for now."""
        self._listeners[name] = _Listener(line)
        self._hearing = None

    def remove(self, name: str) -> None:
        """Harmless when it is not there."""
        self._listeners.pop(name, None)
        self._hearing = None

    def hear(self, order: Hear) -> None:
        """All that it hears from now on; what was already playing goes on undisturbed."""
        listener = self._listeners.get(order.leg)
        if listener is None:
            return
        listener.voices = order.voices
        playing, before = order.playing, listener.playbacks
        listener.playbacks = {
            one.number: before.get(one.number) or Playback(one, self._clip_of) for one in playing
        }
        self._hearing = None

    def speak(self, voice: str, clip: Clip | None) -> None:
        """A scripted telephone speaks, from the beginning of that clip on, or is silent."""
        if clip is None:
            self._speaking.pop(voice, None)
        else:
            self._speaking[voice] = _Speaker(clip)
        self._hearing = None

    def tick(self) -> None:
        """20 ms of everything."""
        listeners = tuple(self._listeners.values())
        if not listeners:
            return
        heard = self._rows() @ self._said(listeners)
        for index, listener in enumerate(listeners):
            for playback in listener.playbacks.values():
                if not playback.is_over:
                    heard[index] += playback.read(FRAME)
        frames = ulaw.encode(heard).tobytes()
        for index, listener in enumerate(listeners):
            listener.line.send(frames[index * FRAME : (index + 1) * FRAME])

    def _said(self, listeners: tuple[_Listener, ...]) -> NDArray[np.float32]:
        """A row of samples for each voice, in the order of the columns of `_rows`."""
        count = len(listeners)
        said = np.zeros((count + len(self._speaking), FRAME), np.float32)
        taken = b"".join(listener.line.take() for listener in listeners)
        said[:count] = ulaw.decode(taken).reshape(count, FRAME)
        for index, speaker in enumerate(self._speaking.values()):
            said[count + index] = speaker.read()
        return said

    def _rows(self) -> NDArray[np.float32]:
        if self._hearing is None:
            voices = [*self._listeners, *self._speaking]
            self._hearing = np.array(
                [
                    [voice in listener.voices for voice in voices]
                    for listener in self._listeners.values()
                ],
                np.float32,
            )
        return self._hearing
