"""Hang up: everybody, one party, one's own leg, or a device that rings."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.requests import EndCall, LeaveCall, RejectCall, RemoveMember
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.command_runner import order, run


def end_session(context: AppContext, user: User, session_id: str, call_sid: str | None) -> None:
    """Hang up everybody, or one leg. The hang-up outlives a carrier that cannot be reached."""
    order(context, user, session_id, EndCall(user, call_sid), patience=0)


def remove_member(context: AppContext, user: User, session_id: str, member: str) -> CallSession:
    """Take one party out, ringing or connected."""
    return run(context, user, session_id, RemoveMember(user, member))


def leave_call(
    context: AppContext, user: User, session_id: str, call_sid: str | None
) -> CallSession:
    """Hang up one's own leg."""
    return run(context, user, session_id, LeaveCall(user, call_sid))


def reject_call(context: AppContext, user: User, session_id: str) -> CallSession:
    """Stop ringing the user's own device; the answer shows them gone, or answered meanwhile."""

    def is_done(session: CallSession) -> bool:
        return not any(m.user_id == user.id for m in session.pending())

    return run(context, user, session_id, RejectCall(user), is_done)
