"""Conferences as the carrier reports them: one `Conference` for each conference SID."""

from dataclasses import dataclass, field
from datetime import datetime

from evovoice.domain.messages import LOOK, LegPresence


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
    """One conference SID; its reports are numbered by themselves."""

    conference_sid: str
    first_heard_at: datetime
    started: bool = False
    closed: bool = False
    close_ordered: bool = False
    # by call SID: it outlives our legs' ids
    states: dict[str, ParticipantState] = field(default_factory=dict)

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
