"""Who takes part in a transfer, and how far it is by what is known of their legs (C108)."""

from dataclasses import dataclass
from enum import StrEnum

from evovoice.domain.call_session import CallSession
from evovoice.domain.failures import failure_of, sentence_of
from evovoice.domain.member import Member
from evovoice.domain.states import Failure
from evovoice.domain.transfer import Transfer, TransferEnd, TransferKind
from evovoice.domain.views import is_held


class TransferState(StrEnum):
    """How far a transfer is, by the contract's names."""

    DIALING = "Dialing"  # the third party is rung, or is to be
    CONSULTING = "Consulting"  # the agent talks to the third party
    SWAPPED = "Swapped"  # the third party is on hold
    RETURNING = "Returning"  # not reached, the agent has left: somebody else is rung
    COMPLETED = "Completed"
    CANCELLED = "Cancelled"
    FAILED = "Failed"


@dataclass(frozen=True, slots=True)
class TransferParties:
    """The agent, the third party, who is rung in its place, and all others who are connected."""

    own: Member
    to: Member
    substitute: Member | None
    others: list[Member]
    are_others_pending: bool


def live_transfer(session: CallSession) -> Transfer | None:
    """The transfer that is under way."""
    last = session.transfers[-1] if session.transfers else None
    return last if last is not None and last.end is None else None


def transfer_of(session: CallSession, transfer_id: str) -> Transfer | None:
    """The transfer with that id, over or not."""
    return next((t for t in session.transfers if t.id == transfer_id), None)


def transfer_parties(session: CallSession, transfer: Transfer) -> TransferParties | None:
    """None where a member of it is not known to this session."""
    own, to = session.member_of(transfer.own_leg_id), session.member_of(transfer.to_leg_id)
    if own is None or to is None:
        return None
    current = transfer.current_substitute
    substitute = session.member_of(current.leg_id) if current else None
    connected, pending = session.parties()
    ours = {own.id, to.id, *([substitute.id] if substitute else [])}
    others = [m for m in connected if m.id not in ours]
    return TransferParties(own, to, substitute, others, any(m.id not in ours for m in pending))


def consulting_user(session: CallSession) -> str | None:
    """The user who talks to one side while the carrier has the other on hold for them."""
    transfer = live_transfer(session)
    if transfer is None or transfer.kind is not TransferKind.CONSULT or transfer.handed_over:
        return None
    is_apart = any(is_held(session, member) for member in session.connected())
    return transfer.user_id if is_apart else None


def third_party(session: CallSession, transfer: Transfer) -> Member | None:
    """Whom the transfer is to, gone or not."""
    return session.member_of(transfer.to_leg_id)


def transfer_state(session: CallSession, transfer: Transfer) -> TransferState:
    """How far it is."""
    if transfer.end is TransferEnd.CANCELLED:
        return TransferState.CANCELLED
    if transfer.end is not None:
        return TransferState.COMPLETED if transfer.end.is_success else TransferState.FAILED
    if transfer.rung:
        return TransferState.RETURNING
    to = third_party(session, transfer)
    if to is None or not session.is_connected(to):
        return TransferState.DIALING
    return TransferState.SWAPPED if to.leg.settings.held else TransferState.CONSULTING


def why_ended(session: CallSession, transfer: Transfer) -> str | None:
    """A sentence on why it failed; None for one that did not."""
    if transfer.end is None or transfer.end.is_success or transfer.end is TransferEnd.CANCELLED:
        return None
    to = third_party(session, transfer)
    name = to.display_name if to else "The third party"
    text, failure = _REASONS[transfer.end].format(name=name), why_not_reached(session, transfer)
    return text if to is None or failure is None else f"{text}. {sentence_of(to, failure)}"


def why_not_reached(session: CallSession, transfer: Transfer) -> Failure | None:
    """Why the third party did not come, where the transfer failed by that (C106)."""
    to = third_party(session, transfer)
    return failure_of(session, to) if to is not None and transfer.end in _NOT_REACHED else None


_NOT_REACHED = frozenset({
    TransferEnd.NOT_REACHED, TransferEnd.AGENT_BACK, TransferEnd.FALLBACK, TransferEnd.NOBODY,
})  # fmt: skip
_REASONS = {
    TransferEnd.NOT_REACHED: "{name} was not reached",
    TransferEnd.PARTY_LEFT: "{name} has hung up",
    TransferEnd.OTHERS_LEFT: "Nobody else is left in the call",
    TransferEnd.HOLD_REFUSED: "The others could not be put on hold, so {name} is not called",
    TransferEnd.AGENT_BACK: "{name} was not reached; the agent is back in the call",
    TransferEnd.FALLBACK: "{name} was not reached; the fallback number has answered",
    TransferEnd.NOBODY: "{name} was not reached, and nobody else: whoever waited was told so",
    TransferEnd.CALL_ENDED: "The call has ended",
}
