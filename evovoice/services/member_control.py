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
from evovoice.services.command_runner import run
from evovoice.services.desk import Desk
from evovoice.services.errors import RecordingIsOff
from evovoice.services.session_access import seen


def start_conference(desk: Desk, user: User, session_id: str, call_sid: str | None) -> CallSession:
    """Make the call a conference; answers once both parties are in it."""
    return run(desk, user, session_id, StartConference(user, call_sid, desk.new_id("room")))


def hold(desk: Desk, user: User, session_id: str, call_sid: str | None, reason: str) -> CallSession:
    """Hold everybody but the one who asks; a plain call becomes a conference first."""
    return run(desk, user, session_id, HoldCall(user, call_sid, reason, desk.new_id("room")))


def resume(desk: Desk, user: User, session_id: str, call_sid: str | None) -> CallSession:
    """Release everybody who is on hold."""
    return run(desk, user, session_id, ResumeCall(user, call_sid))


def patch(desk: Desk, user: User, session_id: str, wish: PatchMember) -> CallSession:
    """Hold, mute or coach one party; a plain call becomes a conference first."""
    return run(desk, user, session_id, replace(wish, room_name=desk.new_id("room")))


def remove(desk: Desk, user: User, session_id: str, member: str) -> CallSession:
    """Take one party out, ringing or connected."""
    return run(desk, user, session_id, RemoveMember(user, member))


def leave(desk: Desk, user: User, session_id: str, call_sid: str | None) -> CallSession:
    """Hang up one's own leg."""
    return run(desk, user, session_id, LeaveCall(user, call_sid))


def reject(desk: Desk, user: User, session_id: str) -> CallSession:
    """Stop ringing the user's own device; the answer shows them gone, or answered meanwhile."""

    def is_done(session: CallSession) -> bool:
        return not any(m.user_id == user.id for m in session.pending())

    return run(desk, user, session_id, RejectCall(user), is_done)


def record(desk: Desk, user: User, session_id: str) -> CallSession:
    """Record the conversation. Errors: `RecordingIsOff` where the service is not to do that."""
    if not desk.may_record:
        with desk.database.reading() as work:
            require_part_in(seen(work, user, session_id, desk.clock()), user)
        raise RecordingIsOff
    return run(desk, user, session_id, RecordCall(user), _is_recording_known)


def _is_recording_known(session: CallSession) -> bool:
    return not any(m.leg.part.recording is Recording.ORDERED for m in session.members)
