"""All that is stored of one call, as an explanation reads it."""

from dataclasses import dataclass, field
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.endings import Ending, ending_of
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.storage.unit_of_work import OrderRecord, UnitOfWork

_MOST_LINES = 10_000  # of a log


@dataclass(frozen=True, slots=True)
class Record:
    """A session with its log, its orders, and the names of users who did something in it."""

    session: CallSession
    log: tuple[SessionEvent, ...]
    orders: tuple[OrderRecord, ...]
    now: datetime
    names: dict[str, str] = field(default_factory=dict)

    def name_of(self, user_id: str | None) -> str:
        """A user's name."""
        return self.names.get(user_id or "", "somebody")

    def name_on(self, leg_id: str | None) -> str:
        """Who is on that leg."""
        member = self.session.member_of(leg_id)
        return member.display_name if member else "a party"

    def last_line(self, kind: str, member: Member | None = None) -> SessionEvent | None:
        """The newest line of that type, of that member if given."""
        of = member.id if member else None
        lines = (e for e in reversed(self.log) if e.type == kind and of in (None, e.member_id))
        return next(lines, None)

    @property
    def ending(self) -> Ending:
        """How the call ended, by the rule that its log has."""
        line = self.last_line("SessionEnded")
        return ending_of(self.session, line.data.get("rule") if line else None)

    def line_of_cause(self, cause: str) -> SessionEvent | None:
        """The newest line that tells of that (`domain/interruptions.py`)."""
        lines = (e for e in reversed(self.log) if e.data.get("cause") == cause)
        return next(lines, None)


def read_record(work: UnitOfWork, session: CallSession, now: datetime) -> Record:
    """Everything of that session, in one transaction."""
    lines = work.sessions.events(session.account_id, session.id, 0, _MOST_LINES)
    log = tuple(event for _, event in lines)
    orders = work.order_history.of_session(session.account_id, session.id)
    return Record(session, log, tuple(orders), now, _names(work, session, log))


def _names(work: UnitOfWork, session: CallSession, log: tuple[SessionEvent, ...]) -> dict[str, str]:
    names = {m.user_id: m.display_name for m in session.members if m.user_id}
    ids = {e.user_id for e in log} | {m.added_by for m in session.members}
    for user_id in (ids | {session.created_by, session.held_by}) - names.keys() - {None}:
        known = work.known_users.find(user_id or "")
        if user_id is not None and known is not None:
            names[user_id] = known.user.name
    return names
