"""One writer at a time, for a database that lets in no more.

SQLite has whoever comes second try again after ever longer pauses, and whoever is lucky wins.
Standing in line, first in the process and then with the other processes, is fair and faster.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from time import monotonic, sleep

from evovoice.storage.engine import AWAY, DatabaseUnavailable

_LOOK_EVERY = 0.0005  # seconds; most turns are over within two thousandths


class Turns:
    """The line in front of one file, through a lock file beside it.

    Not the file itself: SQLite keeps locks of its own on it, which end when any handle of this
    process on that file is closed. The lock ends with its process, however that ends.
    """

    def __init__(self, file: Path, patience: float) -> None:
        self._name = file.with_name(f"{file.name}-turn")
        self._patience = patience
        self._in_process = Lock()

    @contextmanager
    def first_in_line(self) -> Iterator[None]:
        """Inside, nobody else of this process is. Errors: `DatabaseUnavailable`."""
        if not self._in_process.acquire(timeout=self._patience):
            raise DatabaseUnavailable(AWAY)
        try:
            yield
        finally:
            self._in_process.release()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Inside, it is our turn; for who is first in line. Errors: `DatabaseUnavailable`."""
        until = monotonic() + self._patience
        # opened for each turn: a handle from before a fork would share its lock
        handle = os.open(self._name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _wait(handle, until)
            yield
        finally:
            os.close(handle)


def _wait(handle: int, until: float) -> None:
    while not _is_ours(handle):
        if monotonic() > until:
            raise DatabaseUnavailable(AWAY)
        sleep(_LOOK_EVERY)


def _is_ours(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
