"""What clients want of a session beyond its parties: their list, notes on it, a hand-over."""

from dataclasses import dataclass
from datetime import datetime

from evovoice.domain import commands
from evovoice.domain.call_session import CallSession, Member
from evovoice.domain.requests import AddNote, HandOver
from evovoice.domain.values import User
from evovoice.domain.views import call_state
from evovoice.services import member_control
from evovoice.services.app_context import AppContext
from evovoice.services.call_control import AddRequest, add_member, get_session
from evovoice.services.command_runner import order
from evovoice.services.errors import StateNotWritable
from evovoice.services.session_changes import OfUser
from evovoice.storage.unit_of_work import UnitOfWork

_LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class SessionPatch:
    """PatchSession: None leaves a field as it is; states as the client named them."""

    console_data: str | None = None
    call_state: str | None = None
    queue_state: str | None = None
    hold_reason: str | None = None


@dataclass(frozen=True, slots=True)
class _UserPatch:
    user: User
    patch: SessionPatch


def my_sessions(context: AppContext, user: User) -> list[CallSession]:
    """Sessions that have not ended and in which the user has or had a leg, newest first."""
    with context.database.reading() as work:
        return work.sessions.open_of(user)


def conference_members(
    context: AppContext, user: User, session_id: str, *, include_ended: bool
) -> tuple[CallSession, list[Member]]:
    """The parties of a session; with `include_ended` those too who are gone or never came."""
    session = get_session(context, user, session_id)
    members = session.members if include_ended else session.live()
    return session, list(members)


def add_log(context: AppContext, user: User, session_id: str, message: str) -> CallSession:
    """Write a line of the user's into the session's log."""
    return order(context, user, session_id, AddNote(user, message[:_LONGEST_NOTE]))


def patch_session(
    context: AppContext, user: User, session_id: str, patch: SessionPatch
) -> CallSession:
    """Store what the console keeps with the session; hold or resume by naming the state.

    Errors: `StateNotWritable` for any other state than the true one: states come from the
    telephone, not from clients (contract 2.2).
    """
    target = OfUser(user, session_id)
    session = context.changes.apply(target, _keep, _UserPatch(user, patch)).session
    wanted = (patch.call_state or "").capitalize()
    if not wanted or wanted == call_state(session).value:
        return session
    if wanted == "Hold":
        return member_control.hold(context, user, session_id, None, patch.hold_reason or "None")
    if wanted == "Connected":
        return member_control.resume(context, user, session_id, None)
    raise StateNotWritable("CallState", wanted)


def redirect(
    context: AppContext, user: User, session_id: str, destination: str, caller_id: str | None
) -> None:
    """Hand the call over without a talk: ring the destination, and take the agent out.

    The others wait for the answer together; nobody stays alone if it does not come (E4, E2).
    """
    add_member(context, user, AddRequest(session_id, None, destination, caller_id))
    order(context, user, session_id, HandOver(user, destination), patience=0)


def _keep(work: UnitOfWork, session: CallSession, by: _UserPatch, now: datetime) -> None:
    del work, now
    commands.require_part_in(session, by.user)
    _require_true(session, by.patch)
    if by.patch.console_data is not None:
        session.console_data = by.patch.console_data
        session.last_modified_by = by.user.id


def _require_true(session: CallSession, patch: SessionPatch) -> None:
    """The queue's state is never a client's to set, a hold reason only while held."""
    if patch.queue_state not in (None, "None"):
        raise StateNotWritable("QueueState", str(patch.queue_state))
    held = call_state(session).value == "Hold" or (patch.call_state or "").capitalize() == "Hold"
    if patch.hold_reason not in (None, "None") and not held:
        raise StateNotWritable("HoldReason", str(patch.hold_reason))
