"""A leg, one phone connection, and how reports about it merge whatever their order."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from evovoice.domain.messages import LegEnded, LegProgressed
from evovoice.domain.states import EndSource, Failure, HangupLevel, LegProgress, Outcome, Recording

CLOCK_SLACK = timedelta(seconds=2)  # the carrier's times are whole seconds of another clock
_BELIEVED_AFTER = timedelta(seconds=4)  # between the two looks that make a guess an end


@dataclass(frozen=True, slots=True)
class LegEnd:
    """How a leg ended, by the best informed report so far."""

    outcome: Outcome
    source: EndSource
    at: datetime
    reason: str | None = None
    code: int | None = None
    failure: Failure | None = None

    @property
    def is_guess(self) -> bool:
        """As in `LegEnded`: the next report that the leg lives takes it back."""
        return self.source is EndSource.INFERRED and self.code is not None

    def yields_to(self, other: "LegEnd") -> bool:
        """Whether `other` is better informed; between equals the earlier one stays."""
        if other.source != self.source:
            return other.source > self.source
        return (other.at, other.outcome) < (self.at, self.outcome)


@dataclass(frozen=True, slots=True)
class AskedBy:
    """One of our users who asked for a leg to be hung up; `user_id` tells whether it was theirs
    (decision 63).
    """

    user_id: str
    name: str


@dataclass(slots=True)
class ParticipantSettings:
    """Hold, mute and coaching as they are wished for a leg, and what of it was ordered."""

    held: bool = False
    muted: bool = False
    coaching: str = ""  # call SID of the only one to hear it; empty where everybody does
    ordered_held: bool = False
    ordered_muted: bool = False
    ordered_coaching: str = ""
    in_flight: bool = False  # one order at a time, or two might arrive the wrong way round
    recording: Recording = Recording.NOT
    refused_releases: int = 0  # how often our own end of a hold was refused since one worked
    release_again_at: datetime | None = None  # None where none was refused, or it was given up
    adjusted_at: datetime | None = None  # when the carrier took the last change, by its clock
    coached_before: str = ""  # the call SID that was coached when the last change was ordered
    uncoached: str = ""  # the call SID whose coaching we have ended ourselves
    refused: str = ""  # why what a user wished last will not happen; empty until that is known

    @property
    def is_ordered(self) -> bool:
        """Whether nothing is wished that has not been ordered."""
        wished = (self.held, self.muted, self.coaching)
        return wished == (self.ordered_held, self.ordered_muted, self.ordered_coaching)

    def note_ordered(self, *, in_flight: bool) -> None:
        """What is wished has been ordered, or is given up because it was refused."""
        if in_flight:
            self.coached_before = self.ordered_coaching
        self.in_flight = in_flight
        self.ordered_held, self.ordered_muted = self.held, self.muted
        self.ordered_coaching = self.coaching


@dataclass(slots=True)
class LegDigits:
    """Digits wished on a leg, by the key that they are kept under, and how far they have come."""

    waiting: str = ""  # not ordered yet; empty: none
    waiting_seconds: float = 0.0  # how long those take
    ordered: str = ""  # ordered, and not asked for by the carrier yet
    ordered_seconds: float = 0.0
    ordered_at: datetime | None = None
    heard_at: datetime | None = None  # when the leg has heard the last that were asked for
    by: str = ""  # the user who wished the last
    refused: str = ""  # why the last were not sent
    with_dial: str = ""  # what the carrier itself sends at the answer, as its dial says
    with_dial_seconds: float = 0.0

    def take_waiting(self, now: datetime) -> str:
        """They are ordered now; their key."""
        self.ordered, self.ordered_seconds, self.ordered_at = (
            self.waiting,
            self.waiting_seconds,
            now,
        )
        self.waiting, self.waiting_seconds = "", 0.0
        return self.ordered


@dataclass(slots=True)
class Leg:
    """One phone connection: facts (merged, one-way) and wishes (ours) kept apart."""

    id: str
    call_sid: str | None = None
    progress: LegProgress = LegProgress.QUEUED
    answered_at: datetime | None = None
    end: LegEnd | None = None
    dial_ordered_at: datetime | None = None
    withdrawn: str | None = None  # why we gave the dialling up, ordered already or not
    hangup_level: HangupLevel = HangupLevel.NOT
    settings: ParticipantSettings = field(default_factory=ParticipantSettings)
    doubted_at: datetime | None = None  # when it was not found; not believed until it is again
    leave_wanted: bool = False  # to be hung up as soon as the others have what they need
    leave_after: str | None = None  # the leg that the carrier must have accepted before that
    hangup_by: AskedBy | None = None  # None too where it was stored before that was kept
    withdrawn_code: int | None = None  # the carrier's number, where a refusal of its led to that
    withdrawn_failure: Failure | None = None  # what that means to us
    digits: LegDigits = field(default_factory=LegDigits)

    @property
    def was_answered(self) -> bool:
        """Whether somebody picked up; an ending we only infer proves nothing."""
        if self.progress is LegProgress.ANSWERED:
            return True
        if self.end is None or self.end.outcome is not Outcome.COMPLETED:
            return False
        return self.end.source > EndSource.INFERRED

    @property
    def never_dialled(self) -> bool:
        """Whether we withdrew it before the carrier ever heard of it."""
        if self.withdrawn is None:
            return False
        return self.dial_ordered_at is None and self.call_sid is None

    def bind(self, call_sid: str | None) -> None:
        """Learn the carrier's id; a second id for the same leg is not ours to follow."""
        if self.call_sid is None:
            self.call_sid = call_sid

    def advance(self, fact: LegProgressed) -> bool:
        """Merge progress; True where the leg came further than was known."""
        if fact.progress is LegProgress.ANSWERED:
            since = fact.since or fact.at
            self.answered_at = min(self.answered_at or since, since)
            self.withdrawn = None
        if fact.progress <= self.progress:
            return False
        self.progress = fact.progress
        return self.end is None

    def take_back_end(self, seen_at: datetime) -> bool:
        """Live on where the end was a guess and the leg was seen alive later; True if so."""
        if self.doubted_at is not None and seen_at >= self.doubted_at - CLOCK_SLACK:
            self.doubted_at = None
        if self.end is None or not self.end.is_guess or seen_at < self.end.at - CLOCK_SLACK:
            return False
        self.end = None
        return True

    def believes(self, fact: LegEnded, seen_at: datetime | None) -> bool:
        """Whether that ending counts: a guess does once the leg was not found by two looks, some
        seconds apart, with no sign of life since the first; `seen_at`: the last one there was.
        """
        if self.end is not None or not fact.is_guess:
            return True
        if seen_at is not None and seen_at >= fact.at - CLOCK_SLACK:
            return False
        first = self.doubted_at
        self.doubted_at = min(first or fact.at, fact.at)
        return first is not None and abs(fact.at - first) >= _BELIEVED_AFTER

    def finish(self, fact: LegEnded) -> bool:
        """Merge an ending; True where this is the first that we hear of it."""
        end = LegEnd(fact.outcome, fact.source, fact.at, fact.reason, fact.code, fact.failure)
        first, known = self.end is None, self.end.failure if self.end else None
        if self.end is None or self.end.yields_to(end):
            self.end = replace(end, reason=end.reason or (self.end.reason if self.end else None))
        if self.end.outcome is end.outcome and self.end.failure is None:
            self.end = replace(self.end, failure=known or end.failure)
        return first
