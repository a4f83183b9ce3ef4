"""Orders as their rows keep them: a word for the kind, and a document with the order's fields.

The words and keys are part of the stored data. During a deploy the process of the version before
reads them too, so they stay as they are when a class or a field gets another name in the program.
"""

from typing import Any

from evovoice.domain.announcements import Announcement
from evovoice.domain.orders import (
    AdjustLeg,
    AnnounceToLeg,
    CancelLeg,
    DialLeg,
    DialSupervisor,
    EndConference,
    HangUpLeg,
    Order,
    PlaceCall,
    PlayDigits,
    RecordLeg,
    RedirectLeg,
)

_KIND_OF: dict[type[Order], str] = {
    RedirectLeg: "MoveLeg",
    DialLeg: "DialLeg",
    DialSupervisor: "DialSupervisor",
    PlaceCall: "PlaceCall",
    CancelLeg: "CancelLeg",
    HangUpLeg: "HangUpLeg",
    EndConference: "CloseRoom",
    AdjustLeg: "AdjustLeg",
    RecordLeg: "RecordLeg",
    AnnounceToLeg: "AnnounceToLeg",
    PlayDigits: "PlayDigits",
}
# the fields of each order with their keys in the document
_KEYS: dict[type[Order], dict[str, str]] = {
    RedirectLeg: {
        "leg_id": "leg_id", "call_sid": "call_sid", "room_name": "room_name", "region": "region",
    },
    DialLeg: {
        "leg_id": "leg_id", "conference_sid": "conference_sid", "to": "to",
        "from_number": "from_number", "ring_seconds": "ring_seconds",
        "detect_machine": "detect_machine",
    },
    DialSupervisor: {
        "leg_id": "leg_id", "conference_sid": "conference_sid", "to": "to",
        "from_number": "from_number", "ring_seconds": "ring_seconds",
        "detect_machine": "detect_machine", "coached": "coached",
    },
    PlaceCall: {"leg_id": "leg_id", "to": "to", "from_number": "from_number"},
    CancelLeg: {"leg_id": "leg_id", "call_sid": "call_sid"},
    HangUpLeg: {"leg_id": "leg_id", "call_sid": "call_sid", "sentence": "sentence"},
    EndConference: {"conference_sid": "conference_sid"},
    AdjustLeg: {
        "leg_id": "leg_id", "call_sid": "call_sid", "conference_sid": "conference_sid",
        "held": "held", "muted": "muted", "coaching": "coaching",
    },
    RecordLeg: {"leg_id": "leg_id", "call_sid": "call_sid"},
    AnnounceToLeg: {
        "leg_id": "leg_id", "call_sid": "call_sid", "conference_sid": "conference_sid",
        "announcement": "announcement",
    },
    PlayDigits: {
        "leg_id": "leg_id", "call_sid": "call_sid", "conference_sid": "conference_sid",
        "key": "digits_key",
    },
}  # fmt: skip
DIAL_KINDS = (_KIND_OF[DialLeg], _KIND_OF[DialSupervisor], _KIND_OF[PlaceCall])
_ORDER_OF = {kind: order for order, kind in _KIND_OF.items()}


def order_kind(order: Order) -> str:
    """The word that is stored for an order of that class."""
    return _KIND_OF[type(order)]


def order_document(order: Order) -> dict[str, Any]:
    """The order's fields under their stored keys."""
    return {key: getattr(order, name) for name, key in _KEYS[type(order)].items()}


def order_from(kind: str, document: dict[str, Any]) -> Order:
    """The order that was stored; a field without its key there has its default."""
    order = _ORDER_OF[kind]
    values = {name: document[key] for name, key in _KEYS[order].items() if key in document}
    if "announcement" in values:
        values["announcement"] = Announcement(values["announcement"])
    return order(**values)
