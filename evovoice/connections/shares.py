"""How many connections each process of a server holds, so that none takes nearly all of them."""

import mmap
import struct
import time
from collections.abc import Callable

_ROW = struct.Struct("dd")  # when it was written (monotonic, one clock for all), connections
_ROWS = 64  # processes at one time, old and new ones during a reload
_FRESH = 3.0  # seconds; a process writes once a second at least, one that was killed never again
_MARGIN = 2  # connections; to be even to the last one would be nothing but waiting


class ConnectionShares:
    """A table in memory that processes share: made before the first fork, a row for each.

    Nothing is locked. A row that is read while it is written may be wrong for a moment, and the
    process with more than its share waits for a moment only.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._table = mmap.mmap(-1, _ROWS * _ROW.size)
        self._row = 0

    def join(self, age: int) -> None:
        """Take the row of that process: the arbiter's count of those it has started."""
        self._row = age % _ROWS
        self.note(0)

    def note(self, connections: int) -> None:
        """Write how many this process holds."""
        _ROW.pack_into(self._table, self._row * _ROW.size, self._clock(), connections)

    def leave(self) -> None:
        """Accept no more from now on."""
        _ROW.pack_into(self._table, self._row * _ROW.size, 0.0, 0)

    def has_others(self) -> bool:
        """Whether any other process accepts connections."""
        return bool(self._others())

    def is_above(self, connections: int) -> bool:
        """Whether another process has so few that it should take the next."""
        others = self._others()
        return bool(others) and connections > min(others) + _MARGIN

    def _others(self) -> list[float]:
        since = self._clock() - _FRESH
        rows = enumerate(_ROW.iter_unpack(self._table))
        return [count for row, (at, count) in rows if at > since and row != self._row]
