"""Entries of the audit trail on who listened to whom: supervision of a call, from begin to end."""

from collections.abc import Iterable
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.services.audit import record, record_of_service
from evovoice.storage.unit_of_work import UnitOfWork

_CHANGED = "SupervisionChanged"
_ENDS = frozenset({"MemberLeft", "MemberRemoved", "MemberFailed"})


def record_supervision(
    work: UnitOfWork, session: CallSession, events: Iterable[SessionEvent], now: datetime, *,
    is_asked: bool,
) -> None:  # fmt: skip
    """Add what those new lines of the log tell of supervisors (C90). `is_asked`: whether a user has
    asked for this change; else it follows from what the carrier reports.
    """
    for event in events:
        member = _supervisor(session, event)
        if member is None:
            continue
        details: dict[str, object] = {"userId": member.user_id, "memberId": member.id}
        if event.type in _ENDS:
            record_of_service(
                work, "supervision.ended", session.id, session.account_id, details, now
            )
            continue
        details |= event.data
        if is_asked:
            action = "supervision.begun" if member.added_at == now else "supervision.changed"
            record(work, action, session.id, session.account_id, details=details, now=now)
        else:
            action = "supervision.changed"
            record_of_service(work, action, session.id, session.account_id, details, now)


def _supervisor(session: CallSession, event: SessionEvent) -> Member | None:
    """Whose supervision that line tells of."""
    if event.type != _CHANGED and event.type not in _ENDS:
        return None
    found = next((m for m in session.members if m.id == event.member_id), None)
    return found if found is not None and found.supervision is not None else None
