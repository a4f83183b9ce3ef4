"""The sounds of the application, fetched where its `<Play>` says, once each."""

import asyncio
from collections.abc import Callable
from io import BytesIO

import av
import numpy as np
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar
from numpy.typing import NDArray
from yarl import URL

from evovoice.emulator.audio.clip import NOTHING, Clip
from evovoice.emulator.audio.ulaw import RATE

_PATIENCE = ClientTimeout(total=4)  # the core waits for five seconds
_LARGEST = 20 << 20
_LONGEST = 3600  # seconds that are kept in memory: 58 MB
_OK = 200

Delivered = Callable[[str], tuple[str, dict[str, str]]]


class Unplayable(Exception):
    """The message is a sentence for whoever wrote the document."""


class SoundFiles:
    """`delivered` says where an address is really asked, and with which fields."""

    def __init__(self, delivered: Delivered) -> None:
        self._delivered = delivered
        self._clips: dict[str, Clip] = {}
        self._session: ClientSession | None = None

    def clip(self, url: str) -> Clip:
        """Nothing before it is fetched."""
        return self._clips.get(url, NOTHING)

    async def fetch(self, url: str) -> Clip:
        """Errors: `Unplayable`."""
        if url not in self._clips:
            data = await self._download(url)
            self._clips[url] = Clip(await asyncio.to_thread(decode, data))
        return self._clips[url]

    async def close(self) -> None:
        """Its connections."""
        if self._session is not None:
            await self._session.close()

    async def _download(self, url: str) -> bytes:
        if self._session is None:
            self._session = ClientSession(timeout=_PATIENCE, cookie_jar=DummyCookieJar())
        address, proxied = self._delivered(url)
        try:
            async with self._session.get(
                URL(address, encoded=True), headers=proxied, allow_redirects=not proxied
            ) as response:
                if response.status != _OK:
                    raise Unplayable(f"its address answered with status {response.status}")
                data = await response.content.read(_LARGEST + 1)
                while len(data) <= _LARGEST and (more := await response.content.read(_LARGEST)):
                    data += more
        except (ClientError, TimeoutError, ValueError) as error:
            raise Unplayable(f"its address did not answer: {error or 'too late'}") from error
        if len(data) > _LARGEST:
            raise Unplayable(f"it is larger than {_LARGEST >> 20} MB")
        return data


def decode(data: bytes) -> NDArray[np.int16]:
    """WAV, MP3 or AIFF as samples of one channel. Errors: `Unplayable`."""
    form = _format_of(data)
    try:
        with av.open(BytesIO(data), "r", form) as container:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            parts = []
            for frame in container.decode(audio=0):
                parts += [one.to_ndarray()[0] for one in resampler.resample(frame)]
            parts += [one.to_ndarray()[0] for one in resampler.resample(None)]
    except (av.FFmpegError, ValueError, IndexError) as error:
        raise Unplayable(f"it cannot be read as {form.upper()}: {error}") from error
    samples = np.concatenate(parts) if parts else np.zeros(0, np.int16)
    return samples[: _LONGEST * RATE].astype(np.int16)


def _format_of(data: bytes) -> str:
    """Told to FFmpeg, which would otherwise take play lists too, and follow what they name."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav"
    if data[:4] == b"FORM" and data[8:12] in {b"AIFF", b"AIFC"}:
        return "aiff"
    if data[:3] == b"ID3" or (data[:1] == b"\xff" and data[1:2] >= b"\xe0"):
        return "mp3"
    raise Unplayable("it is neither WAV nor MP3 nor AIFF")
