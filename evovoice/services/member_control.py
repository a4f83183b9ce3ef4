"""What agents want of those who are in the call: hold, mute, coach, remove, leave."""

from dataclasses import replace

from evovoice.domain.call_session import CallSession
from evovoice.domain.commands import require_part_in
from evovoice.domain.requests import (
    HoldCall,
    LeaveCall,
    PatchMember,
    RecordCall,
    RejectCall,
    RemoveMember,
    ResumeCall,
    StartConference,
)
from evovoice.domain.states import Recording
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.command_runner import run
from evovoice.services.errors import RecordingIsOff
from evovoice.services.session_access import seen


def start_conference(
    context: AppContext, user: User, session_id: str, call_sid: str | None
) -> CallSession:
    """Make the call a conference; answers once both parties are in it."""
    return run(context, user, session_id, StartConference(user, call_sid, context.new_id("room")))


def hold(
    context: AppContext, user: User, session_id: str, call_sid: str | None, reason: str
) -> CallSession:
    """Hold everybody but the one who asks; a plain call becomes a conference first."""
    return run(context, user, session_id, HoldCall(user, call_sid, reason, context.new_id("room")))


def resume(context: AppContext, user: User, session_id: str, call_sid: str | None) -> CallSession:
    """Release everybody who is on hold."""
    return run(context, user, session_id, ResumeCall(user, call_sid))


def patch(context: AppContext, user: User, session_id: str, wish: PatchMember) -> CallSession:
    """Hold, mute or coach one party; a plain call becomes a conference first."""
    return run(context, user, session_id, replace(wish, room_name=context.new_id("room")))


def remove(context: AppContext, user: User, session_id: str, member: str) -> CallSession:
    """Take one party out, ringing or connected."""
    return run(context, user, session_id, RemoveMember(user, member))


def leave(context: AppContext, user: User, session_id: str, call_sid: str | None) -> CallSession:
    """Hang up one's own leg."""
    return run(context, user, session_id, LeaveCall(user, call_sid))


def reject(context: AppContext, user: User, session_id: str) -> CallSession:
    """Stop ringing the user's own device; the answer shows them gone, or answered meanwhile."""

    def is_done(session: CallSession) -> bool:
        return not any(m.user_id == user.id for m in session.pending())

    return run(context, user, session_id, RejectCall(user), is_done)


def record(context: AppContext, user: User, session_id: str) -> CallSession:
    """Record the conversation. Errors: `RecordingIsOff` where the service is not to do that."""
    if not context.may_record:
        with context.database.reading() as work:
            require_part_in(seen(work, user, session_id, context.clock()), user)
        raise RecordingIsOff
    return run(context, user, session_id, RecordCall(user), _is_recording_known)


def _is_recording_known(session: CallSession) -> bool:
    return not any(m.leg.settings.recording is Recording.ORDERED for m in session.members)
