"""The lines of the log that tell of a transfer (contract 1.4)."""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import SessionEvent
from evovoice.domain.transfer import Substitute, Transfer, TransferEnd, TransferKind
from evovoice.domain.transfer_parties import third_party, why_ended
from evovoice.domain.values import User


def log_start(session: CallSession, transfer: Transfer, by: User, now: datetime) -> None:
    """A transfer has been asked for."""
    blind = transfer.kind is TransferKind.BLIND
    deed = "hands the call over to" if blind else "holds the others and calls"
    _log(session, transfer, "TransferStarted", f"{by.name} {deed} {_third(session, transfer)}", now)


def log_swap(session: CallSession, transfer: Transfer, by: User, to: str, now: datetime) -> None:
    """Whoever was on hold talks, and the other way round."""
    _log(session, transfer, "TransferSwapped", f"{by.name} has the agent talk to {to}", now)


def log_return(
    session: CallSession, transfer: Transfer, substitute: Substitute, now: datetime
) -> None:
    """Somebody else is rung, since the third party was not reached and the agent has left."""
    text = f"{_third(session, transfer)} was not reached: {substitute.display_name} is called"
    _log(session, transfer, "TransferReturned", text, now)


def log_end(session: CallSession, transfer: Transfer, now: datetime) -> None:
    """It is over."""
    name = _third(session, transfer)
    match transfer.end:
        case TransferEnd.JOINED:
            kind, text = "TransferCompleted", f"{name} talks with all others"
        case TransferEnd.HANDED_OVER:
            kind, text = "TransferCompleted", f"{name} has got the call"
        case TransferEnd.CANCELLED:
            kind, text = "TransferCancelled", f"The transfer to {name} is cancelled"
        case _:
            kind, text = "TransferFailed", why_ended(session, transfer) or ""
    _log(session, transfer, kind, text, now)


def _third(session: CallSession, transfer: Transfer) -> str:
    to = third_party(session, transfer)
    return to.display_name if to else "the third party"


def _log(session: CallSession, transfer: Transfer, kind: str, text: str, now: datetime) -> None:
    to = third_party(session, transfer)
    data = {"transferId": transfer.id}
    if transfer.end is not None:
        data["end"] = transfer.end.value
    member_id = to.id if to else None
    session.log(SessionEvent(kind, text, now, None, member_id, transfer.user_id, data))
