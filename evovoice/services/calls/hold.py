"""Hold, mute and coach those who are in a call."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.requests import HoldCall, PatchMember, ResumeCall
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.command_runner import change_parts


def hold_call(
    context: AppContext, user: User, session_id: str, call_sid: str | None, reason: str
) -> CallSession:
    """Hold everybody but the one who asks; a plain call becomes a conference first."""
    return change_parts(context, user, session_id, HoldCall(user, call_sid, reason))


def resume_call(
    context: AppContext, user: User, session_id: str, call_sid: str | None
) -> CallSession:
    """Release everybody who is on hold."""
    return change_parts(context, user, session_id, ResumeCall(user, call_sid))


def patch_member(
    context: AppContext, user: User, session_id: str, wish: PatchMember
) -> CallSession:
    """Hold, mute or coach one party; a plain call becomes a conference first."""
    return change_parts(context, user, session_id, wish)
