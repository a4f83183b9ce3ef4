"""A browser as media sees it, by aiortc's own means: says one tone, and keeps what it hears."""

import asyncio
from collections.abc import Iterable
from fractions import Fraction

import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame
from numpy.typing import NDArray

from evovoice.emulator.audio.private_parts import use_loopback_only

RATE, FRAME = 8000, 160
LEVEL = 5000
_WINDOW = 4096  # half a second: peaks are known to two hertz
_SETTLED = 2400  # samples that may still be from before a change
_FAINT = 30.0  # decibels below the strongest: leakage, and clicks of what was late
_SILENT = 60.0  # of an amplitude of 32,767
_NEIGHBOURS = 10  # bins that belong to the same peak
_NEAR = 8.0  # hertz
PATIENCE = 30.0


class _Tone(MediaStreamTrack):
    kind = "audio"

    def __init__(self, pitch: float) -> None:
        super().__init__()
        self._pitch = pitch
        self._sent = 0
        self._began = 0.0

    async def recv(self) -> AudioFrame:
        now = asyncio.get_running_loop().time()
        self._began = self._began or now
        await asyncio.sleep(max(0.0, self._began + self._sent / RATE - now))
        step = np.arange(self._sent, self._sent + FRAME) / RATE
        tone = np.sin(2 * np.pi * self._pitch * step) * LEVEL
        frame = AudioFrame.from_ndarray(tone.astype(np.int16)[None, :], "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._sent, Fraction(1, RATE)
        self._sent += FRAME
        return frame


class FarEnd:
    """Make it inside a running loop."""

    def __init__(self, pitch: float) -> None:
        use_loopback_only()
        self.pitch = pitch
        self.heard: NDArray[np.int16] = np.zeros(0, np.int16)
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connection.addTrack(_Tone(pitch))
        self._connection.on("track", self._read)
        self._reading: asyncio.Task[None] | None = None

    async def offer(self) -> str:
        """Its SDP, without candidates, as the SDK sends it."""
        return await self._describe("offer")

    async def take_answer(self, sdp: str) -> None:
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def answer(self, sdp: str) -> str:
        """Likewise."""
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        return await self._describe("answer")

    async def close(self) -> None:
        await self._connection.close()
        if self._reading is not None:
            await self._reading

    async def hears(self, *pitches: float) -> None:
        """Until it hears exactly these tones, or the test fails."""
        found: list[float] = []
        try:
            async with asyncio.timeout(PATIENCE):
                while not _same(pitches, found := peaks(await self._listen())):
                    pass
        except TimeoutError:
            raise AssertionError(f"{self.pitch} hears {found} and not {pitches}") from None

    async def _listen(self) -> NDArray[np.int16]:
        self.heard = self.heard[:0]
        while len(self.heard) < _SETTLED + _WINDOW:
            await asyncio.sleep(0.02)
        return self.heard[-_WINDOW:]

    async def _describe(self, kind: str) -> str:
        make = self._connection.createOffer if kind == "offer" else self._connection.createAnswer
        await self._connection.setLocalDescription(await make())
        lines = self._connection.localDescription.sdp.split("\r\n")
        return "\r\n".join(line for line in lines if "candidate" not in line)

    def _read(self, track: MediaStreamTrack) -> None:
        self._reading = asyncio.ensure_future(self._keep(track))

    async def _keep(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                frame = await track.recv()
                assert isinstance(frame, AudioFrame)
                self.heard = np.concatenate([self.heard, frame.to_ndarray().reshape(-1)])
        except MediaStreamError:
            return


def peaks(samples: NDArray[np.int16]) -> list[float]:
    """The tones of which a sound consists, in hertz, from low to high; none of silence."""
    if not len(samples) or float(np.abs(samples).max()) < _SILENT:
        return []
    spectrum = np.abs(np.fft.rfft(samples * np.blackman(len(samples))))
    spectrum[: int(100 * len(samples) / RATE)] = 0
    faint = spectrum.max() / 10 ** (_FAINT / 20)
    found = []
    while spectrum.max() > faint:
        place = int(spectrum.argmax())
        found.append(round(place * RATE / len(samples), 1))
        spectrum[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS] = 0
    return sorted(found)


def _same(wanted: Iterable[float], found: list[float]) -> bool:
    tones = sorted(wanted)
    near = (abs(one - other) < _NEAR for one, other in zip(tones, found, strict=False))
    return len(tones) == len(found) and all(near)
