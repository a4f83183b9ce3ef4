"""What a console changes of a session itself: its own data, and hold by state."""

from dataclasses import dataclass
from datetime import datetime

from evovoice.domain import commands
from evovoice.domain.call_session import CallSession
from evovoice.domain.command_handlers import handle
from evovoice.domain.requests import HoldCall, ResumeCall
from evovoice.domain.rights import Right, require_right
from evovoice.domain.states import CallState
from evovoice.domain.values import User
from evovoice.domain.views import call_state
from evovoice.services.app_context import AppContext
from evovoice.services.calls.command_runner import give_orders, wait_for_wishes
from evovoice.services.errors import StateNotWritable
from evovoice.services.outbox.session_changes import OfUser
from evovoice.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class SessionPatch:
    """PatchSession: None leaves a field as it is; queue state and reason by their names."""

    console_data: str | None = None
    call_state: CallState | None = None
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

    What we refuse stores nothing. Errors: those of a hold or a resume, and `StateNotWritable` for
    any other state than the true one: states come from the telephone, not from clients (contract
    2.2).
    """
    started, target = context.clock(), OfUser(user, session_id)
    asked = _UserPatch(user, patch)
    changed = context.changes.apply(target, _patch, asked)
    if not changed.result:
        return give_orders(context, changed)
    return wait_for_wishes(context, changed, started)


def _patch(work: UnitOfWork, session: CallSession, asked: _UserPatch, now: datetime) -> bool:
    """Do all of it; whether a hold or its end is to be waited for."""
    del work
    user, patch = asked.user, asked.patch
    names_state = patch.call_state is not None
    require_right(session, user, Right.HOLD if names_state else Right.CHANGE_SESSION)
    _require_true(session, patch)
    if patch.console_data is not None:
        commands.require_not_erased(session)
        session.console_data = patch.console_data
        session.last_modified_by = user.id
    command = _command(session, asked)
    if command is not None:
        handle(session, command, now)
    elif patch.hold_reason is not None and call_state(session) is CallState.HOLD:
        session.hold_reason, session.last_modified_by = patch.hold_reason, user.id
    return command is not None


def _command(session: CallSession, asked: _UserPatch) -> HoldCall | ResumeCall | None:
    """The command that naming the state stands for; a hold also where the call is held already,
    perhaps by somebody else (C85).
    """
    patch, true_state = asked.patch, call_state(session)
    if patch.call_state is CallState.HOLD:
        present = session.hold_reason if true_state is CallState.HOLD else "None"
        return HoldCall(asked.user, None, patch.hold_reason or present)
    if patch.call_state in (None, true_state):
        return None
    if patch.call_state is CallState.CONNECTED:
        return ResumeCall(asked.user)
    raise StateNotWritable("CallState", patch.call_state.value)


def _require_true(session: CallSession, patch: SessionPatch) -> None:
    """The queue's state is never a client's to set, a hold reason only while held."""
    if patch.queue_state not in (None, "None"):
        raise StateNotWritable("QueueState", str(patch.queue_state))
    wanted = patch.call_state or call_state(session)
    if patch.hold_reason not in (None, "None") and wanted is not CallState.HOLD:
        raise StateNotWritable("HoldReason", str(patch.hold_reason))
