"""Make a call of two legs a conference."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.requests import StartConference
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.command_runner import run


def start_conference(
    context: AppContext, user: User, session_id: str, call_sid: str | None
) -> CallSession:
    """Make the call a conference; answers once both parties are in it."""
    return run(context, user, session_id, StartConference(user, call_sid))
