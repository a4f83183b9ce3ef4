"""Conferences as the carrier reports them: one `Conference` for each conference SID.

Events and looks stand side by side, and what is not found is doubted (decisions 53, 54).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from evovoice.domain.leg import CLOCK_SLACK
from evovoice.domain.messages import LOOK, LegPresence

_DOUBTED_FOR = timedelta(seconds=8)  # two looks, five seconds apart


@dataclass(frozen=True, slots=True)
class ParticipantState:
    """How one leg takes part in one conference, by an event or by a look (`sequence` is `LOOK`).

    `at` by the carrier's clock; None where an earlier version of the program stored none.
    `is_answer`: the look is the answer to a change that we ordered.
    """

    sequence: int
    inside: bool
    held: bool
    muted: bool
    coaching: bool = False
    at: datetime | None = None
    is_answer: bool = False

    @property
    def values(self) -> tuple[bool, bool, bool, bool]:
        """How the leg takes part: inside, held, muted, coaching."""
        return self.inside, self.held, self.muted, self.coaching

    def overrules(self, event: "ParticipantState") -> bool:
        """Whether this look says otherwise than that event and was surely made later. An answer to
        an order of ours was made after every event of that second: for a leg there is one order
        at a time.
        """
        if self.at is None or self.values == event.values:
            return False
        if event.at is None:
            return True
        if self.is_answer and event.inside:
            return self.at >= event.at
        return self.at - event.at > CLOCK_SLACK


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
    states: dict[str, ParticipantState] = field(default_factory=dict)  # what counts
    looks: dict[str, ParticipantState] = field(default_factory=dict)  # the latest of each leg
    overruled: dict[str, ParticipantState] = field(default_factory=dict)  # events before a look
    presumed_over_at: datetime | None = None
    last_alive_at: datetime | None = None
    doubted_at: datetime | None = None
    end_wanted_at: datetime | None = None  # somebody ended the call for all who were in it then
    region: str | None = None  # where the carrier has it, once that was asked for
    inside_at: dict[str, datetime] = field(default_factory=dict)  # by the newest event, of each leg

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

    def note_inside(self, fact: LegPresence) -> None:
        """Merge that this leg was inside at that moment; of looks only what they find counts."""
        if fact.inside and fact.sequence > LOOK:
            known = self.inside_at.get(fact.call_sid, fact.at)
            self.inside_at[fact.call_sid] = max(known, fact.at)

    def note(self, fact: LegPresence) -> bool:
        """Merge a report: of the events the one with the highest sequence is kept, of the looks
        the latest (of two of one moment the one that was noted last); the event counts unless
        the look overrules it. True where another state counts now.
        """
        known = self.states.get(fact.call_sid)
        event, look = self.event_of(fact.call_sid), self.look_of(fact.call_sid)
        told = _state_of(fact)
        if fact.sequence == LOOK:
            if look is not None and look.at is not None and fact.at < look.at:
                return False
            look = self.looks[fact.call_sid] = told
        elif event is not None and fact.sequence <= event.sequence:
            return False
        else:
            event = told
        self._count(fact.call_sid, event, look)
        return known != self.states[fact.call_sid]

    def seen_at(self, call_sid: str) -> datetime | None:
        """When that leg was last heard of, by an event or a look."""
        found = (self.event_of(call_sid), self.look_of(call_sid))
        return max((one.at for one in found if one and one.at), default=None)

    def event_of(self, call_sid: str) -> ParticipantState | None:
        """The newest event about that leg, whether it counts or not."""
        state = self.states.get(call_sid)
        if state is not None and state.sequence != LOOK:
            return state
        return self.overruled.get(call_sid)

    def look_of(self, call_sid: str) -> ParticipantState | None:
        """The latest look at that leg, whether it counts or not."""
        state = self.states.get(call_sid)
        if state is not None and state.sequence == LOOK:
            return state
        return self.looks.get(call_sid)

    def _count(
        self, call_sid: str, event: ParticipantState | None, look: ParticipantState | None
    ) -> None:
        self.overruled.pop(call_sid, None)
        if event is None or (look is not None and look.overrules(event)):
            assert look is not None, "one of them has just been noted"  # noqa: S101
            self.states[call_sid] = look
            if event is not None:
                self.overruled[call_sid] = event
        else:
            self.states[call_sid] = event

    def holds(self, call_sid: str | None) -> bool:
        """Whether that leg is inside and the conference is open."""
        return not self.closed and self.has_inside(call_sid)

    def has_inside(self, call_sid: str | None) -> bool:
        """Whether what counts of that leg has it inside, open or closed."""
        state = self.states.get(call_sid) if call_sid else None
        return state is not None and state.inside


def _outlasts(doubt: datetime | None, life: datetime | None) -> bool:
    """Whether there is a doubt and no sign of life that is as new."""
    return doubt is not None and (life is None or life < doubt - CLOCK_SLACK)


def _state_of(fact: LegPresence) -> ParticipantState:
    return ParticipantState(
        fact.sequence, fact.inside, fact.held, fact.muted, fact.coaching, fact.at, fact.is_answer
    )
