"""Evens out when packets come: a queue of bytes that is neither empty nor long."""

from evovoice.emulator.audio.ulaw import FRAME, SILENCE

_PRIMED = 3 * FRAME  # how much is waited for before anything is heard, and kept when it is too much
_MOST = 8 * FRAME
_HALF = 1 << 15  # of the sequence numbers: what is further ahead is behind


class JitterBuffer:
    """What comes late or twice is lost; what is missing is not made up for."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._flows = False
        self._last: int | None = None  # the sequence number of the latest packet

    def put(self, sequence: int, payload: bytes) -> None:
        """A packet has come."""
        if self._last is not None and not 0 < (sequence - self._last) % (2 * _HALF) < _HALF:
            return
        self._last = sequence
        self._bytes += payload
        if len(self._bytes) > _MOST:
            del self._bytes[:-_PRIMED]

    def take(self) -> bytes:
        """The next 20 ms; silence when there is nothing."""
        if not self._flows and len(self._bytes) < _PRIMED:
            return SILENCE * FRAME
        frame = bytes(self._bytes[:FRAME])
        del self._bytes[:FRAME]
        self._flows = len(frame) == FRAME
        return frame.ljust(FRAME, SILENCE)
