"""Whether an agent takes calls: what they set, what calls and their console make of it (C99).

Who has never set a state counts as Ready, whatever else is known of them. What follows from a
console or a call is computed and not stored, so that it ends by itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from evovoice.domain.call_session import CallSession
from evovoice.domain.states import AgentState, AgentStateReason, Direction, Outcome

AWAY_AFTER = timedelta(seconds=60)  # a page that is loaded again, a network that is changed
# what an agent may say of themselves; the rest of the contract's enum has no meaning here
SETTABLE = frozenset(
    {
        AgentState.READY, AgentState.NOT_READY, AgentState.OUTGOING, AgentState.WRAP_UP,
        AgentState.LOGGED_OUT,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConsoleStreams:
    """The event streams of a user. `has_listened`: one was open while a state was set.

    `left_at`: when one was closed last; `listening_until`: the latest end of those that are open,
    or were when their process was killed. None: there is none.
    """

    has_listened: bool = False
    left_at: datetime | None = None
    listening_until: datetime | None = None

    def are_gone(self, now: datetime) -> bool:
        """Whether there was a console, and none is there for so long that nobody is at it."""
        if not self.has_listened:
            return False
        ends = [self.left_at, self.listening_until]
        return all(end is None or end <= now - AWAY_AFTER for end in ends)


@dataclass(frozen=True, slots=True)
class Presence:
    """What is known of whether a user takes calls; `set_state` None: they have never said.

    `is_registered`: whether their device is, as their console reported last, None: it never did.
    `dials`: a call that their own device makes is under way. `is_on_call`: they talk.
    """

    set_state: AgentState | None = None
    set_reason: AgentStateReason = AgentStateReason.UNKNOWN
    set_at: datetime | None = None
    is_registered: bool | None = None
    streams: ConsoleStreams = ConsoleStreams()
    dials: bool = False
    is_on_call: bool = False

    def shown(self, now: datetime) -> tuple[AgentState, AgentStateReason]:
        """The state and why; the first that holds."""
        if self.set_state is None:
            return AgentState.READY, AgentStateReason.UNKNOWN
        if self.set_state is not AgentState.READY:
            return self.set_state, self.set_reason
        if self.streams.are_gone(now):
            return AgentState.LOGGED_OUT, AgentStateReason.SET_BY_SYSTEM
        if self.is_registered is False:
            return AgentState.NOT_READY, AgentStateReason.SET_BY_SYSTEM
        if self.dials:
            return AgentState.OUTGOING, AgentStateReason.SET_BY_SYSTEM
        return AgentState.READY, self.set_reason

    def takes_calls(self, now: datetime) -> bool:
        """Whether a call to a number of theirs rings them."""
        return self.shown(now)[0] is AgentState.READY


NEVER_SET = Presence()


def missed_by(session: CallSession) -> tuple[str, ...]:
    """The users who let a call from outside ring until the carrier gave up, once that is known of
    the last of them, by the lines of the log that are not stored yet. Who is rung while somebody
    else answers has missed nothing, whichever report comes first.
    """
    if session.direction is not Direction.INCOMING or not session.hears_farewell:
        return ()
    if not any(line.type == "MemberFailed" for line in session.events):
        return ()
    ends = [(m.user_id, m.leg.end) for m in session.dialled()]
    return tuple(
        user_id for user_id, end in ends if user_id and end and end.outcome is Outcome.NO_ANSWER
    )
