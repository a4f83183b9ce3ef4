"""What rows of sessions keep of their transfers. No name or number of an outside party is among it:
the address of a substitute is the agent's own device, or the account's own fallback number.

The words and keys are part of the stored data, as in `session_documents`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from evovoice.domain.transfer import Substitute, Transfer, TransferEnd, TransferKind

Document = dict[str, Any]


def transfer_documents(transfers: Iterable[Transfer]) -> list[Document] | None:
    """Every transfer of a session, oldest first; None for most sessions, which have none."""
    return [_document(transfer) for transfer in transfers] or None


def transfers_from(documents: Sequence[Document] | None) -> list[Transfer]:
    """The same read back."""
    return [_transfer_from(document) for document in documents or ()]


def _document(transfer: Transfer) -> Document:
    return {
        "id": transfer.id,
        "kind": transfer.kind.value,
        "user_id": transfer.user_id,
        "own_leg_id": transfer.own_leg_id,
        "to_leg_id": transfer.to_leg_id,
        "from_number": transfer.from_number,
        "started_at": transfer.started_at.isoformat(),
        "substitutes": [_substitute_document(one) for one in transfer.substitutes],
        "rung": transfer.rung,
        "placed": list(transfer.placed),
        "handed_over": transfer.handed_over,
        "end": transfer.end.value if transfer.end else None,
        "ended_at": transfer.ended_at.isoformat() if transfer.ended_at else None,
    }


def _substitute_document(substitute: Substitute) -> Document:
    return {
        "member_id": substitute.member_id,
        "leg_id": substitute.leg_id,
        "address": substitute.address,
        "display_name": substitute.display_name,
        "user_id": substitute.user_id,
    }


def _transfer_from(document: Document) -> Transfer:
    end, ended_at = document["end"], document["ended_at"]
    return Transfer(
        id=document["id"],
        kind=TransferKind(document["kind"]),
        user_id=document["user_id"],
        own_leg_id=document["own_leg_id"],
        to_leg_id=document["to_leg_id"],
        from_number=document["from_number"],
        started_at=datetime.fromisoformat(document["started_at"]),
        substitutes=tuple(Substitute(**one) for one in document["substitutes"]),
        rung=document["rung"],
        placed=tuple(document["placed"]),
        handed_over=document["handed_over"],
        end=TransferEnd(end) if end else None,
        ended_at=datetime.fromisoformat(ended_at) if ended_at else None,
    )
