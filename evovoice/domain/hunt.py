"""A hunt as it is kept: several destinations for one party, of which the first to answer is in.

Kept are who is tried, who waits for their turn, and who has won; its state is computed from the
legs (`hunt_parties`).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

RING_SECONDS = 30  # where a destination has no time of its own


class HuntStrategy(StrEnum):
    """In which order the destinations ring; the words are stored."""

    SEQUENTIAL = "sequential"  # the next one once the one before was not reached
    SIMULTANEOUS = "simultaneous"  # all at once


@dataclass(frozen=True, slots=True)
class Candidate:
    """A destination that waits for its turn. The ids are those that its member and leg will have;
    `address` as `str(address)` writes it, `destination` as typed. `digits_key`: under which digits
    for the answer are kept, which take `digits_seconds`; empty: none.
    """

    member_id: str
    leg_id: str
    address: str
    display_name: str
    destination: str
    ring_seconds: int = RING_SECONDS
    user_id: str | None = None
    digits_key: str = ""
    digits_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """A destination whose turn has come; it is a member of the session."""

    member_id: str
    ring_seconds: int


@dataclass(slots=True)
class Hunt:
    """One hunt. `total`: with how many destinations it began; `attempts` in their order; `winner`:
    the member who answered first, since `won_at`; `dismissed`: members who answered as well and
    were told so. `stopped`: somebody took it back.
    """

    id: str
    strategy: HuntStrategy
    user_id: str
    from_number: str
    started_at: datetime
    total: int
    waiting: tuple[Candidate, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    winner: str | None = None
    won_at: datetime | None = None
    dismissed: tuple[str, ...] = ()
    stopped: bool = False

    def take_next(self) -> Candidate:
        """The turn of the next one has come; at least one waits."""
        following, *rest = self.waiting
        self.waiting = tuple(rest)
        return following

    def note_attempt(self, candidate: Candidate) -> None:
        """That one is a member now."""
        tried = Attempt(candidate.member_id, candidate.ring_seconds)
        self.attempts = (*self.attempts, tried)

    def forget_waiting(self) -> None:
        """Nobody else is to be rung; who was never rung is kept nowhere."""
        self.waiting = ()


def with_digits(candidate: Candidate, key: str, seconds: float) -> Candidate:
    """The same, to hear digits once it has answered."""
    return replace(candidate, digits_key=key, digits_seconds=seconds)
