"""What agents want of those who are in the call: hold, mute, coach, remove, leave."""

from collections.abc import Callable
from datetime import datetime, timedelta

from evovoice.domain import member_commands
from evovoice.domain.call_session import CallSession
from evovoice.domain.commands import require_part_in
from evovoice.domain.holding import is_as_wished
from evovoice.domain.requests import (
    HoldCall,
    LeaveCall,
    PatchMember,
    RecordCall,
    RejectCall,
    RemoveMember,
    ResumeCall,
)
from evovoice.domain.states import Recording
from evovoice.domain.values import User
from evovoice.services.call_control import PATIENCE, locked, look_again
from evovoice.services.desk import Desk
from evovoice.services.errors import RecordingIsOff

_LONGEST_WAIT = timedelta(seconds=6)

Command = Callable[[CallSession, datetime], None]


def start_conference(desk: Desk, user: User, session_id: str, call_sid: str | None) -> CallSession:
    """Make the call a conference; answers once both parties are in it."""

    def command(session: CallSession, now: datetime) -> None:
        room_name = desk.new_id("room")
        member_commands.start_conference(session, user, call_sid, room_name, now)

    return _carried_out(desk, user, session_id, command)


def hold(desk: Desk, user: User, session_id: str, call_sid: str | None, reason: str) -> CallSession:
    """Hold everybody but the one who asks; a plain call becomes a conference first."""

    def command(session: CallSession, now: datetime) -> None:
        wish = HoldCall(user, call_sid, reason)
        member_commands.hold_call(session, wish, desk.new_id("room"), now)

    return _carried_out(desk, user, session_id, command)


def resume(desk: Desk, user: User, session_id: str, call_sid: str | None) -> CallSession:
    """Release everybody who is on hold."""

    def command(session: CallSession, now: datetime) -> None:
        member_commands.resume_call(session, ResumeCall(user, call_sid), now)

    return _carried_out(desk, user, session_id, command)


def patch(desk: Desk, user: User, session_id: str, wish: PatchMember) -> CallSession:
    """Hold, mute or coach one party."""

    def command(session: CallSession, now: datetime) -> None:
        member_commands.patch_member(session, wish, desk.new_id("room"), now)

    return _carried_out(desk, user, session_id, command)


def remove(desk: Desk, user: User, session_id: str, member: str) -> CallSession:
    """Take one party out, ringing or connected."""

    def command(session: CallSession, now: datetime) -> None:
        member_commands.remove_member(session, RemoveMember(user, member), now)

    return _carried_out(desk, user, session_id, command)


def leave(desk: Desk, user: User, session_id: str, call_sid: str | None) -> CallSession:
    """Hang up one's own leg."""

    def command(session: CallSession, now: datetime) -> None:
        member_commands.leave_call(session, LeaveCall(user, call_sid), now)

    return _carried_out(desk, user, session_id, command)


def reject(desk: Desk, user: User, session_id: str) -> CallSession:
    """Stop ringing the user's own device; the answer shows them gone, or answered meanwhile."""

    def command(session: CallSession, now: datetime) -> None:
        member_commands.reject_call(session, RejectCall(user), now)

    def is_settled(session: CallSession) -> bool:
        return not any(m.user_id == user.id for m in session.pending())

    return _carried_out(desk, user, session_id, command, is_settled)


def record(desk: Desk, user: User, session_id: str) -> CallSession:
    """Record the conversation. Errors: `RecordingIsOff` where the service is not to do that."""

    def command(session: CallSession, now: datetime) -> None:
        require_part_in(session, user)
        if not desk.may_record:
            raise RecordingIsOff
        member_commands.record_call(session, RecordCall(user), now)

    def is_settled(session: CallSession) -> bool:
        return not any(m.leg.part.recording is Recording.ORDERED for m in session.members)

    return _carried_out(desk, user, session_id, command, is_settled)


def _carried_out(
    desk: Desk, user: User, session_id: str, command: Command,
    is_settled: Callable[[CallSession], bool] | None = None,
) -> CallSession:  # fmt: skip
    """Store the wish with its orders, give them, and wait for the carrier's report of it.

    Where the report takes longer the answer shows what is so by then; the wish stands.
    """
    started = desk.clock()
    with desk.database.writing() as work:
        session = locked(work, user, session_id, started)
        command(session, started)
        orders = work.sessions.save(session, desk.dispatch.lease())
    for order in orders:
        settled = desk.dispatch.carry_out(order, PATIENCE)
        if settled.error is not None:
            raise settled.error
        session = settled.session or session
    return look_again(desk, session, started + _LONGEST_WAIT, is_settled or _is_settled)


def _is_settled(session: CallSession) -> bool:
    """Whether what was wished is so, as far as it can be by now."""
    if session.has_ended:
        return True
    return not session.is_converting and all(
        is_as_wished(session, member) for member in session.connected()
    )
