"""Fifty times a second, from a deadline that moves on whatever happens."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

TICK = 0.02
_LATE = TICK / 2
_HOPELESS = 0.5  # behind by so much, what was missed is missed


@dataclass(slots=True)
class Pace:
    """When the next tick is due, and how many began late: half a tick or more."""

    due: float
    ticks: int = 0
    late: int = 0

    def begun(self, now: float) -> None:
        """The tick that was due begins now."""
        behind = now - self.due
        self.ticks += 1
        self.late += behind >= _LATE
        self.due = (now if behind >= _HOPELESS else self.due) + TICK


class Ticker:
    """`idle` says that nothing needs ticks; `wake` that something does again."""

    def __init__(self, tick: Callable[[], None], idle: Callable[[], bool]) -> None:
        self._tick = tick
        self._idle = idle
        self._awake = asyncio.Event()
        self.pace = Pace(0.0)

    def wake(self) -> None:
        """There is something to do."""
        self._awake.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            if self._idle():
                self._awake.clear()
                await self._awake.wait()
                self.pace.due = clock()
            await asyncio.sleep(max(0.0, self.pace.due - clock()))
            self.pace.begun(clock())
            self._tick()
