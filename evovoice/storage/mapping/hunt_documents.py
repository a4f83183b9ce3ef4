"""What rows of sessions keep of their hunts. Numbers of outside parties are among it only while
somebody waits for their turn; whoever was rung is a member, and has them there.

The words and keys are part of the stored data, as in `session_documents`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from evovoice.domain.hunt import Attempt, Candidate, Detection, Hunt, HuntStrategy
from evovoice.domain.states import AnsweredBy

Document = dict[str, Any]


def hunt_documents(hunts: Iterable[Hunt]) -> list[Document] | None:
    """Every hunt of a session, oldest first; None for most sessions, which have none."""
    return [_document(hunt) for hunt in hunts] or None


def hunts_from(documents: Sequence[Document] | None) -> list[Hunt]:
    """The same read back."""
    return [_hunt_from(document) for document in documents or ()]


def _document(hunt: Hunt) -> Document:
    document = {
        "id": hunt.id,
        "strategy": hunt.strategy.value,
        "user_id": hunt.user_id,
        "from_number": hunt.from_number,
        "started_at": hunt.started_at.isoformat(),
        "total": hunt.total,
        "waiting": [_candidate_document(one) for one in hunt.waiting],
        "attempts": [[one.member_id, one.ring_seconds] for one in hunt.attempts],
        "winner": hunt.winner,
        "won_at": hunt.won_at.isoformat() if hunt.won_at else None,
        "dismissed": list(hunt.dismissed),
        "stopped": hunt.stopped,
    }
    if hunt.human_only:
        document["human_only"] = True
        document["detections"] = [_detection_document(one) for one in hunt.detections]
    return document


def _detection_document(detection: Detection) -> Document:
    told = detection.answered_by
    return {
        "member_id": detection.member_id,
        "answered_by": told.value if told is not None else None,
        "is_sent_away": detection.is_sent_away,
    }


def _detection_from(document: Document) -> Detection:
    told = document["answered_by"]
    by = AnsweredBy(told) if told is not None else None
    return Detection(document["member_id"], by, document["is_sent_away"])


def _candidate_document(candidate: Candidate) -> Document:
    return {
        "member_id": candidate.member_id,
        "leg_id": candidate.leg_id,
        "address": candidate.address,
        "display_name": candidate.display_name,
        "destination": candidate.destination,
        "ring_seconds": candidate.ring_seconds,
        "user_id": candidate.user_id,
        "digits_key": candidate.digits_key,
        "digits_seconds": candidate.digits_seconds,
    }


def _hunt_from(document: Document) -> Hunt:
    won_at = document["won_at"]
    return Hunt(
        id=document["id"],
        strategy=HuntStrategy(document["strategy"]),
        user_id=document["user_id"],
        from_number=document["from_number"],
        started_at=datetime.fromisoformat(document["started_at"]),
        total=document["total"],
        waiting=tuple(Candidate(**one) for one in document["waiting"]),
        attempts=tuple(Attempt(*one) for one in document["attempts"]),
        winner=document["winner"],
        won_at=datetime.fromisoformat(won_at) if won_at else None,
        dismissed=tuple(document["dismissed"]),
        stopped=document["stopped"],
        human_only=document.get("human_only", False),
        detections=tuple(_detection_from(one) for one in document.get("detections", ())),
    )
