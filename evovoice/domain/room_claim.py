"""The room of a session, and its claim for a calling leg that goes there alone, unasked."""

from datetime import datetime

from evovoice.domain.call_session import CallSession


def room_name_of(session_id: str) -> str:
    """The name of a session's conference, which tells nothing of who is in it. It follows from the
    id, so that it is known without the database (decision 59).
    """
    return f"room-{session_id}"


def claim_for_caller(session: CallSession, at: datetime) -> None:
    """From `at` on the calling leg of a plain call is on its way into the session's conference."""
    if not session.is_plain:
        return
    session.room_name = room_name_of(session.id)
    session.moving_leg_id, session.moved_at = session.calling().leg.id, at
    session.redirects, session.rooms_seen_at = 1, None
