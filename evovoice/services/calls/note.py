"""Write a note into a session's log."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.requests import AddNote
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.command_runner import order

_LONGEST_NOTE = 1000


def add_note(context: AppContext, user: User, session_id: str, message: str) -> CallSession:
    """Write a line of the user's into the session's log."""
    return order(context, user, session_id, AddNote(user, message[:_LONGEST_NOTE]))
