"""The sounds of the phone in the page, made here, so that no request leaves for another host.

The ring is two tones on and off, as in North America (440 and 480 Hz); keys have the pairs of
ITU-T Q.23. All are PCM of 8 kHz in mono.
"""

import io
import math
import struct
import wave
from functools import cache

RATE = 8000  # samples a second, as on the line
_FADE = 40  # samples, 5 ms: a tone that begins at once clicks
_LOUDNESS = 9000  # of 32767, for each of two tones
_ROWS, _COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477)
_KEYS = "123456789s0h"  # as they stand on a pad; s is the star and h the hash
_RING = (440, 480)

# each sound as tones with their seconds; no tone is a pause
_SOUNDS: dict[str, tuple[tuple[tuple[int, ...], float], ...]] = {
    "incoming": ((_RING, 1.0), ((), 0.2), (_RING, 1.0), ((), 1.8)),
    "outgoing": (((480,), 0.08), ((), 0.04), ((620,), 0.1)),
    "disconnect": (((480,), 0.1), ((), 0.05), ((350,), 0.15)),
    **{
        f"dtmf{key}": (((_ROWS[place // 3], _COLUMNS[place % 3]), 0.12),)
        for place, key in enumerate(_KEYS)
    },
}
NAMES = tuple(_SOUNDS)


@cache
def sound(name: str) -> bytes:
    """That one of `NAMES` as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        for tones, seconds in _SOUNDS[name]:
            writer.writeframes(_tone(tones, seconds))
    return file.getvalue()


def _tone(tones: tuple[int, ...], seconds: float) -> bytes:
    count = int(seconds * RATE)
    if not tones:
        return bytes(2 * count)
    return b"".join(struct.pack("<h", _sample(tones, n, count)) for n in range(count))


def _sample(tones: tuple[int, ...], place: int, count: int) -> int:
    swelling = min(1.0, place / _FADE, (count - place) / _FADE)
    total = sum(math.sin(2 * math.pi * tone * place / RATE) for tone in tones)
    return int(_LOUDNESS * swelling * total)
