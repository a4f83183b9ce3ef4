"""Warm transfer: talk to a third party alone while the others are held, then decide (C108)."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.requests import CancelTransfer, CompleteTransfer, SwapTransfer
from evovoice.domain.transfer import TransferEnd
from evovoice.domain.transfer_parties import transfer_of
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.add import AddRequest, add_member
from evovoice.services.calls.command_runner import change_parts, order
from evovoice.services.calls.hang_up import wait_to_leave
from evovoice.services.errors import ChangeRefused


def start_transfer(context: AppContext, user: User, request: AddRequest) -> CallSession:
    """Hold the others and ring the third party, in one commit; answers as an add does.

    Errors: those of an add and of a hold; the third party is not rung where the others would hear
    the consultation.
    """
    session = add_member(context, user, request)
    last = session.transfers[-1] if session.transfers else None
    if last is not None and last.end is TransferEnd.HOLD_REFUSED:
        raise ChangeRefused(*_refused_hold(session))
    return session


def swap_transfer(
    context: AppContext, user: User, session_id: str, transfer_id: str
) -> CallSession:
    """Hold the third party and talk to the others, or the other way round."""
    return change_parts(context, user, session_id, SwapTransfer(user, transfer_id))


def complete_transfer(
    context: AppContext, user: User, session_id: str, transfer_id: str, *, joins: bool
) -> CallSession:
    """Bring all together, or have the agent leave once the others have what they need (C84)."""
    command = CompleteTransfer(user, transfer_id, joins)
    if joins:
        return change_parts(context, user, session_id, command)
    session = order(context, user, session_id, command)
    transfer = transfer_of(session, transfer_id)
    leaving = session.member_of(transfer.own_leg_id) if transfer else None
    return session if leaving is None else wait_to_leave(context, session, leaving)


def cancel_transfer(
    context: AppContext, user: User, session_id: str, transfer_id: str
) -> CallSession:
    """Take the third party out and bring the others back."""
    return change_parts(context, user, session_id, CancelTransfer(user, transfer_id))


def _refused_hold(session: CallSession) -> tuple[str, str]:
    """Of whom the hold was refused, and why."""
    refused = [m for m in session.connected() if m.leg.settings.refused]
    if not refused:
        return "The call", "a hold was refused"
    return refused[0].display_name, refused[0].leg.settings.refused
