"""Everything that is heard and is nobody's recording: ringing, music, keys, and speech as tones."""

from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from evovoice.emulator.audio.clip import NOTHING, Clip
from evovoice.emulator.audio.ulaw import RATE
from evovoice.emulator.state.media import File, Keys, Music, Ringing, Silence, Sound, Words

_LOUD, _SOFT = 6000.0, 2500.0
_EDGE = 0.01  # seconds in which a tone swells and fades, lest it clicks

_RINGING = ((440.0, 480.0), 2.0, 4.0)  # tones, seconds of them, seconds of silence
_MELODY = (523.25, 659.25, 783.99, 1046.5, 783.99, 659.25)  # C major, up and down
_NOTE = 0.4
_ROWS, _COLUMNS = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0, 1633.0)
_KEYS = {
    key: (row, column)
    for row, keys in zip(_ROWS, ("123A", "456B", "789C", "*0#D"), strict=True)
    for column, key in zip(_COLUMNS, keys, strict=True)
}
_KEY, _PRESSED = 0.1, 0.08  # seconds for a key, and of its tone
_PAUSES = {"w": 0.5, "W": 1.0}

SECONDS_PER_CHARACTER = 0.06
_WORDS_FROM, _WORDS_STEP, _WORDS_PITCHES = 330, 27, 97
_TELEPHONES_FROM, _TELEPHONES_STEP, _TELEPHONES = 520, 130, 18


def clip_of(sound: Sound) -> Clip:
    """What is heard of it; nothing of a file, which somebody has to fetch."""
    if isinstance(sound, Words):
        return words(sound.text)
    if isinstance(sound, Keys):
        return keys(sound.digits)
    if isinstance(sound, Ringing):
        return ringing()
    if isinstance(sound, Music):
        return music()
    assert isinstance(sound, Silence | File)  # noqa: S101 - a new kind of sound would be forgotten
    return NOTHING


@lru_cache(64)
def words(text: str) -> Clip:
    """A text has a pitch of its own, and is as long as the emulator's other speech."""
    return Clip(_tones((float(pitch_of_words(text)),), len(text) * SECONDS_PER_CHARACTER, _LOUD))


def pitch_of_words(text: str) -> int:
    """In hertz; the same text has the same for ever."""
    return _WORDS_FROM + _WORDS_STEP * (crc32(text.encode()) % _WORDS_PITCHES)


@lru_cache(64)
def telephone(number: int) -> Clip:
    """How the scripted telephone of that number speaks, without end."""
    step = np.arange(RATE) / RATE  # whole hertz, so that one second follows the other smoothly
    tone = np.sin(2 * np.pi * pitch_of_telephone(number) * step) * _LOUD
    return Clip(tone.astype(np.int16), repeats=True)


def pitch_of_telephone(number: int) -> int:
    """In hertz; the telephones after the eighteenth sound like the first again."""
    return _TELEPHONES_FROM + _TELEPHONES_STEP * (number % _TELEPHONES)


@lru_cache(64)
def keys(digits: str) -> Clip:
    """DTMF; what is neither a key nor a pause has no tone."""
    parts = [_key(key) for key in digits]
    return Clip(np.concatenate(parts)) if parts else NOTHING


def _key(key: str) -> NDArray[np.int16]:
    if key in _PAUSES:
        return _silence(_PAUSES[key])
    tones = _tones(_KEYS.get(key.upper(), ()), _PRESSED, _SOFT)
    return np.concatenate([tones, _silence(_KEY - _PRESSED)])


@lru_cache(1)
def ringing() -> Clip:
    """Two seconds of six."""
    tones, sounding, silent = _RINGING
    return Clip(np.concatenate([_tones(tones, sounding, _SOFT), _silence(silent)]), repeats=True)


@lru_cache(1)
def music() -> Clip:
    """A broken chord."""
    notes = [_tones((pitch,), _NOTE, _SOFT) for pitch in _MELODY]
    return Clip(np.concatenate(notes), repeats=True)


def _silence(seconds: float) -> NDArray[np.int16]:
    return np.zeros(round(seconds * RATE), np.int16)


def _tones(pitches: tuple[float, ...], seconds: float, level: float) -> NDArray[np.int16]:
    """All at once, each at that level."""
    step = np.arange(round(seconds * RATE)) / RATE
    edge = np.clip(np.minimum(step, step[::-1]) / _EDGE, 0, 1)
    total = np.zeros(len(step))
    for pitch in pitches:
        total += np.sin(2 * np.pi * pitch * step)
    return (total * edge * level).astype(np.int16)
