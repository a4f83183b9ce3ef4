"""The session's room as the carrier reports it: one `Room` for each conference SID."""

from dataclasses import dataclass, field
from datetime import datetime

from evovoice.domain.messages import LOOK, LegPresence


@dataclass(frozen=True, slots=True)
class Mark:
    """The newest report on one leg in one conference."""

    sequence: int
    inside: bool
    held: bool
    muted: bool
    coaching: bool = False


@dataclass(slots=True)
class Room:
    """One conference SID. A new SID is a new room: its numbering of reports starts again."""

    conference_sid: str
    first_heard_at: datetime
    started: bool = False
    closed: bool = False
    close_ordered: bool = False
    marks: dict[str, Mark] = field(default_factory=dict)  # by call SID: it outlives our legs' ids

    def heard_at(self, at: datetime) -> None:
        """Keep the earliest moment we heard of this room."""
        self.first_heard_at = min(self.first_heard_at, at)

    def note(self, fact: LegPresence) -> bool:
        """Merge a report: the highest sequence wins, of two looks the later; True where it said
        something newer.
        """
        known = self.marks.get(fact.call_sid)
        newest = LOOK if known is None else known.sequence
        if fact.sequence < newest or (known is not None and fact.sequence == newest != LOOK):
            return False
        self.marks[fact.call_sid] = Mark(
            fact.sequence, fact.inside, fact.held, fact.muted, fact.coaching
        )
        return True

    def holds(self, call_sid: str | None) -> bool:
        """Whether that leg is inside and the room is open."""
        return not self.closed and self.knows_inside(call_sid)

    def knows_inside(self, call_sid: str | None) -> bool:
        """Whether the newest report on that leg has it inside, open or closed."""
        mark = self.marks.get(call_sid) if call_sid else None
        return mark is not None and mark.inside
