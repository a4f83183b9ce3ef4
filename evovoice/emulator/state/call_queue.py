"""A queue of calls, and the legs that dialled it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from evovoice.emulator.state.clock import whole_seconds
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.messages import Params

DEFAULT_SIZE = 1000


class Waiting(Protocol):
    """A call in the queue."""

    leg: Leg
    entered: int

    def taken(self, gone: Callable[[], None]) -> None:
        """Somebody dialled the queue; `gone` is what to call when this call goes."""

    def connected_to(self, leg: Leg) -> None:
        """The two talk from now on."""

    def released(self) -> None:
        """Whoever dialled the queue went."""


class Seeker(Protocol):
    """Somebody who dialled the queue while it was empty."""

    def offer(self, one: Waiting) -> None:
        """A call has come."""


@dataclass(slots=True, eq=False)
class CallQueue:
    """First come, first served; the average counts those who have left."""

    sid: str
    name: str
    members: list[Waiting] = field(default_factory=list)
    seekers: list[Seeker] = field(default_factory=list)
    served: int = 0
    served_seconds: int = 0

    def leave(self, one: Waiting, now: int) -> None:
        """Out of the queue, for whatever reason."""
        if one in self.members:
            self.members.remove(one)
            self.served += 1
            self.served_seconds += whole_seconds(one.entered, now)

    def describe(self, one: Waiting, now: int) -> Params:
        """What the wait document's request says."""
        average = self.served_seconds // self.served if self.served else 0
        return (
            ("QueueSid", self.sid),
            ("QueuePosition", str(self.members.index(one) + 1)),
            ("QueueTime", str(whole_seconds(one.entered, now))),
            ("AvgQueueTime", str(average)),
            ("CurrentQueueSize", str(len(self.members))),
        )
