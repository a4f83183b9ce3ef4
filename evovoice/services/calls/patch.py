"""What a console changes of a session itself: its own data, and hold by state."""

from dataclasses import dataclass
from datetime import datetime

from evovoice.domain import commands
from evovoice.domain.call_session import CallSession
from evovoice.domain.values import User
from evovoice.domain.views import call_state
from evovoice.services.app_context import AppContext
from evovoice.services.calls.hold import hold_call, resume_call
from evovoice.services.errors import StateNotWritable
from evovoice.services.outbox.session_changes import OfUser
from evovoice.storage.unit_of_work import UnitOfWork


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
        return hold_call(context, user, session_id, None, patch.hold_reason or "None")
    if wanted == "Connected":
        return resume_call(context, user, session_id, None)
    raise StateNotWritable("CallState", wanted)


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
