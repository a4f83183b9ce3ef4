"""What a client is told of a transfer (contract 1.4)."""

from dataclasses import dataclass
from typing import NamedTuple

from evovoice.domain.call_session import CallSession
from evovoice.domain.failures import ADVICE
from evovoice.domain.transfer import Transfer, TransferKind
from evovoice.domain.transfer_parties import (
    TransferState,
    third_party,
    transfer_state,
    why_ended,
    why_not_reached,
)
from evovoice.web.dto.stamps import stamp, stamp_of
from evovoice.web.servicestack.response_fields import choice, nested_list, text
from evovoice.web.servicestack.response_schema import ResponseSchema


class TransferInfoSchema(ResponseSchema):
    """One transfer of a session (contract 1.4)."""

    id = text("id", "Id of the transfer")
    kind = choice(TransferKind, "kind", "Consult: the agent talks to the third party first; Blind")
    state = choice(TransferState, "state", "How far it is")
    user_id = text("userId", "Our user who transfers the call")
    member_id = text("memberId", "The third party")
    call_sid = text("callSid", "Call of the third party; missing until the carrier accepted it")
    date_created = text("dateCreated", "When it was begun, in UTC")
    date_completed = text("dateCompleted", "When it came to its end, in UTC")
    reason = text("reason", "Why it failed, as a sentence")
    reason_code = text(
        "reasonCode", "Why the third party was not reached, as of a member; missing for other ends"
    )
    next = text(
        "next", "What to do about that: retry, anotherNumber, fixCallerId, askAdministrator"
    )


class GetTransfersResponseSchema(ResponseSchema):
    """The transfers of a session (contract 1.4)."""

    rows = "transfers"

    transfers = nested_list(TransferInfoSchema, "transfers", "The transfers, oldest first")


class TransferInfo(NamedTuple):
    """As `TransferInfoSchema`."""

    id: str
    kind: TransferKind
    state: TransferState
    user_id: str
    member_id: str | None
    call_sid: str | None
    date_created: str
    date_completed: str | None
    reason: str | None
    reason_code: str | None = None
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Transfers:
    """As `GetTransfersResponseSchema`."""

    transfers: list[TransferInfo]


def transfers_info(session: CallSession) -> Transfers:
    """All transfers of that session."""
    return Transfers([transfer_info(session, transfer) for transfer in session.transfers])


def newest_transfer(session: CallSession) -> TransferInfo | None:
    """The transfer that is under way, else the last one there was."""
    return transfer_info(session, session.transfers[-1]) if session.transfers else None


def transfer_info(session: CallSession, transfer: Transfer) -> TransferInfo:
    """That transfer, as a client sees it."""
    to, failure = third_party(session, transfer), why_not_reached(session, transfer)
    return TransferInfo(
        transfer.id, transfer.kind, transfer_state(session, transfer), transfer.user_id,
        to.id if to else None, to.leg.call_sid if to else None, stamp(transfer.started_at),
        stamp_of(transfer.ended_at), why_ended(session, transfer),
        str(failure) if failure else None, str(ADVICE[failure].next) if failure else None,
    )  # fmt: skip
