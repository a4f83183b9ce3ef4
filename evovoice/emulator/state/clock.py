"""Virtual time in whole microseconds, and the events waiting in it."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MICROS = 1_000_000
_SWEEP_FROM = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def whole_seconds(start: int, end: int) -> int:
    """The length of a time between two moments, as Twilio reports it."""
    return (end - start) // MICROS


class Timer:
    """One future event; `limit` marks those that only end a wait (time-outs)."""

    __slots__ = ("_clock", "action", "due", "limit")

    def __init__(self, clock: "Clock", due: int, action: Callable[[], None], limit: bool) -> None:
        self._clock = clock
        self.due = due
        self.action: Callable[[], None] | None = action
        self.limit = limit

    def cancel(self) -> None:
        """Forget the event; harmless when it is over."""
        if self.action is not None:
            self.action = None
            self._clock.forget(self)


class Clock:
    """Moves only when told; events due at one moment run in the order they were set."""

    def __init__(self, start: datetime) -> None:
        self.micros = (start - _EPOCH) // timedelta(microseconds=1)
        self._heap: list[tuple[int, int, Timer]] = []
        self._inserted = 0
        self._cancelled = 0
        self._prompt = 0  # events that are neither cancelled nor limits

    def now(self) -> datetime:
        """The virtual moment, in UTC."""
        return _EPOCH + timedelta(microseconds=self.micros)

    def after(self, seconds: float, action: Callable[[], None], *, limit: bool = False) -> Timer:
        """Run `action` that many virtual seconds from now."""
        timer = Timer(self, self.micros + round(seconds * MICROS), action, limit)
        self._inserted += 1
        heapq.heappush(self._heap, (timer.due, self._inserted, timer))
        self._prompt += not limit
        return timer

    def forget(self, timer: Timer) -> None:
        """Note a cancelled timer, and sweep when they are the majority."""
        self._prompt -= not timer.limit
        self._cancelled += 1
        if self._cancelled > _SWEEP_FROM and self._cancelled * 2 > len(self._heap):
            self._heap = [entry for entry in self._heap if entry[2].action is not None]
            heapq.heapify(self._heap)
            self._cancelled = 0

    def next_due(self) -> int | None:
        """The moment of the next event, or None."""
        while self._heap and self._heap[0][2].action is None:
            heapq.heappop(self._heap)
            self._cancelled -= 1
        return self._heap[0][0] if self._heap else None

    def has_prompt_events(self) -> bool:
        """Whether anything but a time-out is still to come."""
        return self._prompt > 0

    def step(self) -> None:
        """Jump to the next event and run it."""
        due = self.next_due()
        if due is None:
            return
        _, _, timer = heapq.heappop(self._heap)
        self.micros = max(self.micros, due)
        self._prompt -= not timer.limit
        action, timer.action = timer.action, None
        if action is not None:
            action()

    def advance_to(self, micros: int) -> None:
        """Run everything due up to that moment, and stand there."""
        while (due := self.next_due()) is not None and due <= micros:
            self.step()
        self.micros = max(self.micros, micros)
