"""What rows of sessions and members keep as words and documents: states of a leg, conferences.

The words and keys are part of the stored data. During a deploy the process of the version before
reads them too, so they stay as they are when a class or a field gets another name in the program.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from evovoice.domain.leg import Part
from evovoice.domain.room import Mark, Room
from evovoice.domain.states import EndSource, LegProgress, Recording, Stop

Document = dict[str, Any]

PROGRESS_WORDS: dict[LegProgress, str] = {
    LegProgress.QUEUED: "QUEUED",
    LegProgress.INITIATED: "INITIATED",
    LegProgress.RINGING: "RINGING",
    LegProgress.ANSWERED: "ANSWERED",
}
END_SOURCE_WORDS: dict[EndSource, str] = {
    EndSource.INFERRED: "INFERRED",
    EndSource.ROOM: "ROOM",
    EndSource.ORDER: "ORDER",
    EndSource.CALL: "CALL",
}
STOP_WORDS: dict[Stop, str] = {
    Stop.NOT: "NOT",
    Stop.CANCEL: "CANCEL",
    Stop.DECLINE: "DECLINE",
    Stop.HANG_UP: "HANG_UP",
    Stop.REMOVE: "REMOVE",
}
_RECORDING_NUMBERS: dict[Recording, int] = {
    Recording.NOT: 0,
    Recording.ORDERED: 1,
    Recording.REFUSED: 2,
    Recording.STARTED: 3,
    Recording.ENDED: 4,
}
PROGRESS_OF = {word: progress for progress, word in PROGRESS_WORDS.items()}
END_SOURCE_OF = {word: source for source, word in END_SOURCE_WORDS.items()}
STOP_OF = {word: stop for stop, word in STOP_WORDS.items()}
_RECORDING_OF = {number: recording for recording, number in _RECORDING_NUMBERS.items()}
_NO_PART = Part()


def part_document(part: Part) -> Document:
    """How a leg is wished to take part; empty for most legs, of which nothing is wished."""
    if part == _NO_PART:
        return {}
    return {
        "held": part.held,
        "muted": part.muted,
        "coaching": part.coaching,
        "ordered_held": part.ordered_held,
        "ordered_muted": part.ordered_muted,
        "ordered_coaching": part.ordered_coaching,
        "in_flight": part.in_flight,
        "recording": _RECORDING_NUMBERS[part.recording],
    }


def part_from(document: Document) -> Part:
    """The same read back; a key that an earlier version did not write has its default."""
    return Part(
        held=document.get("held", False),
        muted=document.get("muted", False),
        coaching=document.get("coaching", ""),
        ordered_held=document.get("ordered_held", False),
        ordered_muted=document.get("ordered_muted", False),
        ordered_coaching=document.get("ordered_coaching", ""),
        in_flight=document.get("in_flight", False),
        recording=_RECORDING_OF[document.get("recording", 0)],
    )


def room_documents(rooms: Iterable[Room]) -> list[Document]:
    """Every conference of a session with the newest report on each leg in it."""
    return [_room_document(room) for room in rooms]


def rooms_from(documents: Sequence[Document]) -> dict[str, Room]:
    """The same read back, by conference SID and in the same order."""
    return {document["conference_sid"]: _room_from(document) for document in documents}


def _room_document(room: Room) -> Document:
    return {
        "conference_sid": room.conference_sid,
        "first_heard_at": room.first_heard_at.isoformat(),
        "started": room.started,
        "closed": room.closed,
        "close_ordered": room.close_ordered,
        "marks": {sid: _mark_document(mark) for sid, mark in room.marks.items()},
    }


def _mark_document(mark: Mark) -> Document:
    return {
        "sequence": mark.sequence,
        "inside": mark.inside,
        "held": mark.held,
        "muted": mark.muted,
        "coaching": mark.coaching,
    }


def _room_from(document: Document) -> Room:
    return Room(
        conference_sid=document["conference_sid"],
        first_heard_at=datetime.fromisoformat(document["first_heard_at"]),
        started=document["started"],
        closed=document["closed"],
        close_ordered=document["close_ordered"],
        marks={sid: _mark_from(mark) for sid, mark in document["marks"].items()},
    )


def _mark_from(document: Document) -> Mark:
    return Mark(
        sequence=document["sequence"],
        inside=document["inside"],
        held=document["held"],
        muted=document["muted"],
        coaching=document.get("coaching", False),
    )
