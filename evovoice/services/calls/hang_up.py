"""Hang up: everybody, one party, one's own leg, or a device that rings."""

from dataclasses import dataclass
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.command_handlers import handle
from evovoice.domain.commands import acting_leg
from evovoice.domain.member import Member
from evovoice.domain.requests import EndCall, LeaveCall, RejectCall, RemoveMember
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.add_purpose import plan_of
from evovoice.services.calls.command_runner import deadline, give_orders, order, run
from evovoice.services.calls.ringing import checked
from evovoice.services.calls.waiting import wait_until
from evovoice.services.outbox.session_changes import OfUser
from evovoice.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class _Leave:
    """Who leaves by which leg."""

    context: AppContext
    user: User
    call_sid: str | None


def end_session(context: AppContext, user: User, session_id: str, call_sid: str | None) -> None:
    """Hang up everybody, or one leg. The hang-up outlives a carrier that cannot be reached."""
    order(context, user, session_id, EndCall(user, call_sid), patience=0)


def remove_member(context: AppContext, user: User, session_id: str, member: str) -> CallSession:
    """Take one party out, ringing or connected."""
    return run(context, user, session_id, RemoveMember(user, member))


def leave_call(
    context: AppContext, user: User, session_id: str, call_sid: str | None
) -> CallSession:
    """Hang up one's own leg. While the call becomes a conference, or the only party who would be
    left with the other has not been dialled yet, that is waited for (C84).

    Errors: the domain's; where that party is not reached, theirs: the user stays in the call.
    """
    wish = _Leave(context, user, call_sid)
    changed = context.changes.apply(OfUser(user, session_id), _left, wish)
    session = give_orders(context, changed)
    leaving = acting_leg(session, user, call_sid)
    return session if leaving is None else wait_to_leave(context, session, leaving)


def _left(work: UnitOfWork, session: CallSession, wish: _Leave, now: datetime) -> None:
    rung = [m for m in session.pending() if m.from_number is not None]
    plan = plan_of(wish.context, work, session, rung[-1].from_number or "") if rung else None
    handle(session, LeaveCall(wish.user, wish.call_sid, plan), now)


def wait_to_leave(context: AppContext, session: CallSession, leaving: Member) -> CallSession:
    """The session once that party is out, or as it is after six seconds. Errors: those of the
    party that was to be reached first, where that failed: they stay.
    """

    def is_done(session: CallSession) -> bool:
        leg = _same(session, leaving).leg
        return session.is_over(_same(session, leaving)) or not leg.leave_wanted

    until = deadline(context, context.clock())
    session = wait_until(context, session, until, is_done)
    leg = _same(session, leaving).leg
    missing = session.member_of(leg.leave_after) if leg.leave_after else None
    if missing is not None and not leg.leave_wanted:
        checked(context, session, missing.id)
    return session


def reject_call(context: AppContext, user: User, session_id: str) -> CallSession:
    """Stop ringing the user's own device; the answer shows them gone, or answered meanwhile."""

    def is_done(session: CallSession) -> bool:
        return not any(m.user_id == user.id for m in session.legs()[1])

    return run(context, user, session_id, RejectCall(user), is_done)


def _same(session: CallSession, member: Member) -> Member:
    return next(m for m in session.members if m.id == member.id)
