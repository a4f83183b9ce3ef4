"""Between a line of a session's log and its row."""

from typing import Any

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import SessionEvent
from evovoice.storage.database.connection import Row


def event_values(session: CallSession) -> list[dict[str, Any]]:
    """The log's new lines, numbered so that the last one has the session's last sequence."""
    first = session.last_sequence - len(session.events) + 1
    return [
        {
            "account_id": session.account_id,
            "session_id": session.id,
            "sequence": sequence,
            "type": event.type,
            "message": event.message,
            "at": event.at,
            "call_sid": event.call_sid,
            "member_id": event.member_id,
            "user_id": event.user_id,
            "data": event.data,
        }
        for sequence, event in enumerate(session.events, first)
    ]


def event_from(row: Row) -> SessionEvent:
    """One line of the log as it was stored."""
    return SessionEvent(
        row.type, row.message, row.at, row.call_sid, row.member_id, row.user_id, row.data
    )
