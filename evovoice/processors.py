"""Keeps each process of the service on one processor.

Python runs one thread of a process at a time, so a process cannot use more than one. Where its
threads are spread over several, each that comes to run finds nothing of the others' work at hand
in its processor (decision 25, with what speaks against it).
"""

import os
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from secrets import randbelow


class Processors:
    """Those this machine lets us use, and which one a new process is to have."""

    def __init__(self, usable: Iterable[int], first: int | None = None) -> None:
        """`first`: the place to begin at; by default any, as others may share the machine."""
        self._usable = sorted(usable)
        begin = randbelow(max(len(self._usable), 1)) if first is None else first
        self._usable = self._usable[begin:] + self._usable[:begin]

    def least_used(self, in_use: Iterable[int | None]) -> int | None:
        """One that the fewest others have; None where there is no choice."""
        if len(self._usable) < 2:  # noqa: PLR2004 (one is no choice)
            return None
        uses = Counter(in_use)
        return min(self._usable, key=lambda processor: uses[processor])


def usable_processors() -> Processors:
    """Those of this process; none where the system does not tell."""
    if not hasattr(os, "sched_getaffinity"):
        return Processors(())
    return Processors(os.sched_getaffinity(0))


def stay_on(processor: int | None) -> None:
    """Keep this process, with all threads it will start, there; a wish the system may refuse."""
    if processor is None:
        return
    with suppress(OSError):
        os.sched_setaffinity(0, {processor})
