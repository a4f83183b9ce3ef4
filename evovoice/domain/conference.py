"""Conferences as the carrier reports them: one `Conference` for each conference SID."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from evovoice.domain.messages import LOOK, LegPresence

_CLOCK_SLACK = timedelta(seconds=2)  # the carrier's times are whole seconds of another clock
_DOUBTED_FOR = timedelta(seconds=8)  # two looks, five seconds apart


@dataclass(frozen=True, slots=True)
class ParticipantState:
    """The newest report on one leg in one conference."""

    sequence: int
    inside: bool
    held: bool
    muted: bool
    coaching: bool = False


@dataclass(slots=True)
class Conference:
    """One conference SID; its reports are numbered by themselves.

    That it is over is told by the carrier (`ended`), or presumed where it was not found; what was
    presumed gives way to every sign of life that is not older, whichever is heard of first.
    """

    conference_sid: str
    first_heard_at: datetime
    started: bool = False
    ended: bool = False
    close_ordered: bool = False
    # by call SID: it outlives our legs' ids
    states: dict[str, ParticipantState] = field(default_factory=dict)
    presumed_over_at: datetime | None = None
    last_alive_at: datetime | None = None
    doubted_at: datetime | None = None

    @property
    def closed(self) -> bool:
        """Whether it is over, by all that is known."""
        return self.ended or _outlasts(self.presumed_over_at, self.last_alive_at)

    def is_doubted(self, now: datetime) -> bool:
        """Whether the carrier did not find it a moment ago, and has told nothing of it since."""
        if self.doubted_at is None or self.closed:
            return False
        young = now - self.doubted_at < _DOUBTED_FOR
        return young and _outlasts(self.doubted_at, self.last_alive_at)

    def note_end(self, at: datetime, *, is_guess: bool) -> None:
        """Merge that it is over, as the carrier says or as is presumed."""
        self.ended = self.ended or not is_guess
        if is_guess:
            self.presumed_over_at = max(self.presumed_over_at or at, at)

    def note_doubt(self, at: datetime) -> None:
        """Merge that it was not found."""
        self.doubted_at = max(self.doubted_at or at, at)

    def note_life(self, at: datetime, *, by_event: bool) -> bool:
        """Merge a sign of life; True where it is open again by it.

        A look counts only against a doubt: it would change the session each time it is repeated.
        """
        in_doubt = self.presumed_over_at is not None or self.doubted_at is not None
        if not (by_event or in_doubt):
            return False
        was_closed = self.closed
        self.last_alive_at = max(self.last_alive_at or at, at)
        return was_closed and not self.closed

    def heard_at(self, at: datetime) -> None:
        """Keep the earliest moment we heard of this conference."""
        self.first_heard_at = min(self.first_heard_at, at)

    def note(self, fact: LegPresence) -> bool:
        """Merge a report: the highest sequence wins, of two looks the later; True where it said
        something newer.
        """
        known = self.states.get(fact.call_sid)
        newest = LOOK if known is None else known.sequence
        if fact.sequence < newest or (known is not None and fact.sequence == newest != LOOK):
            return False
        self.states[fact.call_sid] = ParticipantState(
            fact.sequence, fact.inside, fact.held, fact.muted, fact.coaching
        )
        return True

    def holds(self, call_sid: str | None) -> bool:
        """Whether that leg is inside and the conference is open."""
        return not self.closed and self.has_inside(call_sid)

    def has_inside(self, call_sid: str | None) -> bool:
        """Whether the newest report on that leg has it inside, open or closed."""
        state = self.states.get(call_sid) if call_sid else None
        return state is not None and state.inside


def _outlasts(doubt: datetime | None, life: datetime | None) -> bool:
    """Whether there is a doubt and no sign of life that is as new."""
    return doubt is not None and (life is None or life < doubt - _CLOCK_SLACK)
