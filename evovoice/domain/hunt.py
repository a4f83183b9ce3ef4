"""A hunt as it is kept: several destinations for one party, of which the first to answer is in.

Kept are who is tried, who waits for their turn, and who has won; its state is computed from the
legs (`hunt_parties`).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from evovoice.domain.states import AnsweredBy

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

    @property
    def is_heard(self) -> bool:
        """Whether who answers can be told by listening: our users' devices have no voicemail, and
        digits are for a machine.
        """
        return self.user_id is None and not self.digits_key


@dataclass(frozen=True, slots=True)
class Attempt:
    """A destination whose turn has come; it is a member of the session."""

    member_id: str
    ring_seconds: int


# Of two reports that contradict each other, the one that spares whoever has answered counts.
_SPARING = (AnsweredBy.MACHINE, AnsweredBy.FAX, AnsweredBy.UNKNOWN, AnsweredBy.HUMAN)


@dataclass(frozen=True, slots=True)
class Detection:
    """That the carrier is to hear who answers for that member; `answered_by` once it has told,
    `is_sent_away` once that was a machine and the leg was ordered to end.
    """

    member_id: str
    answered_by: AnsweredBy | None = None
    is_sent_away: bool = False


@dataclass(slots=True)
class Hunt:
    """One hunt. `total`: with how many destinations it began; `attempts` in their order; `winner`:
    the member who answered first, since `won_at`; `dismissed`: members who answered as well and
    were told so. `stopped`: somebody took it back. `human_only`: a machine that answers counts as
    not reached (C120); `detections`: where the carrier listens for that.
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
    human_only: bool = False
    detections: tuple[Detection, ...] = ()

    def take_next(self) -> Candidate:
        """The turn of the next one has come; at least one waits."""
        following, *rest = self.waiting
        self.waiting = tuple(rest)
        return following

    def note_attempt(self, candidate: Candidate) -> None:
        """That one is a member now."""
        tried = Attempt(candidate.member_id, candidate.ring_seconds)
        self.attempts = (*self.attempts, tried)
        if self.human_only and candidate.is_heard:
            self.detections = (*self.detections, Detection(candidate.member_id))

    def detection_of(self, member_id: str) -> Detection | None:
        """What the carrier hears there; None where it does not listen."""
        return next((one for one in self.detections if one.member_id == member_id), None)

    def note_answerer(self, member_id: str, answered_by: AnsweredBy) -> bool:
        """The carrier has told who answered; True where that says more than was known."""
        known = self.detection_of(member_id)
        if known is None:
            return False
        before = known.answered_by
        if before is not None and _SPARING.index(answered_by) <= _SPARING.index(before):
            return False
        self._detect(replace(known, answered_by=answered_by))
        return True

    def send_away(self, member_id: str) -> None:
        """A machine has answered there, and its leg is ordered to end."""
        known = self.detection_of(member_id)
        if known is not None:
            self._detect(replace(known, is_sent_away=True))

    def _detect(self, detection: Detection) -> None:
        self.detections = tuple(
            detection if one.member_id == detection.member_id else one for one in self.detections
        )

    def forget_waiting(self) -> None:
        """Nobody else is to be rung; who was never rung is kept nowhere."""
        self.waiting = ()


def with_digits(candidate: Candidate, key: str, seconds: float) -> Candidate:
    """The same, to hear digits once it has answered."""
    return replace(candidate, digits_key=key, digits_seconds=seconds)
