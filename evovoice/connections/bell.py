"""Wakes a thread that waits at a selector, from any other one."""

import os
from contextlib import suppress


class Bell:
    """Rung many times before it is heard, it costs one write. A signal's handler may ring it."""

    def __init__(self) -> None:
        self._heard, self._rung = os.pipe()
        for end in (self._heard, self._rung):
            os.set_blocking(end, False)
        self._is_ringing = False

    def fileno(self) -> int:
        """What a selector finds readable once it rings."""
        return self._heard

    def ring(self) -> None:
        """Wake who waits. What they are to find has to be there already."""
        if not self._is_ringing:
            self._is_ringing = True
            with suppress(OSError):  # full: it rings
                os.write(self._rung, b"x")

    def silence(self) -> None:
        """Before looking at what is there: what comes later rings anew."""
        with suppress(OSError):
            os.read(self._heard, 4096)
        self._is_ringing = False
