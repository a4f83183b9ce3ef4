"""What the row of a member keeps of digits wished on its leg: nothing for most of them."""

from datetime import datetime
from typing import Any

from evovoice.domain.leg import LegDigits

_NONE = LegDigits()


def digits_document(digits: LegDigits) -> dict[str, Any] | None:
    """None where none were ever wished."""
    if digits == _NONE:
        return None
    return {
        "waiting": digits.waiting,
        "waiting_seconds": digits.waiting_seconds,
        "ordered": digits.ordered,
        "ordered_seconds": digits.ordered_seconds,
        "ordered_at": _written(digits.ordered_at),
        "heard_at": _written(digits.heard_at),
        "by": digits.by,
        "refused": digits.refused,
        "with_dial": digits.with_dial,
        "with_dial_seconds": digits.with_dial_seconds,
    }


def digits_from(document: dict[str, Any] | None) -> LegDigits:
    """The same read back."""
    if not document:
        return LegDigits()
    return LegDigits(
        waiting=document["waiting"],
        waiting_seconds=document["waiting_seconds"],
        ordered=document["ordered"],
        ordered_seconds=document["ordered_seconds"],
        ordered_at=_moment(document["ordered_at"]),
        heard_at=_moment(document["heard_at"]),
        by=document["by"],
        refused=document["refused"],
        with_dial=document.get("with_dial", ""),  # none in what was stored before
        with_dial_seconds=document.get("with_dial_seconds", 0.0),
    )


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
