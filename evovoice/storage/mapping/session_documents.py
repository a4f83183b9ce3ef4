"""What rows of sessions and members keep as words and documents: states of a leg, conferences.

The words and keys are part of the stored data. During a deploy the process of the version before
reads them too, so they stay as they are when a class or a field gets another name in the program.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from evovoice.domain.conference import Conference, ParticipantState
from evovoice.domain.leg import ParticipantSettings
from evovoice.domain.messages import LOOK
from evovoice.domain.states import EndSource, Failure, HangupLevel, LegProgress, Recording
from evovoice.domain.values import HoldChange

Document = dict[str, Any]

PROGRESS_WORDS: dict[LegProgress, str] = {
    LegProgress.QUEUED: "QUEUED",
    LegProgress.INITIATED: "INITIATED",
    LegProgress.RINGING: "RINGING",
    LegProgress.ANSWERED: "ANSWERED",
}
END_SOURCE_WORDS: dict[EndSource, str] = {
    EndSource.INFERRED: "INFERRED",
    EndSource.CONFERENCE: "ROOM",
    EndSource.ORDER: "ORDER",
    EndSource.CALL: "CALL",
}
HANGUP_LEVEL_WORDS: dict[HangupLevel, str] = {
    HangupLevel.NOT: "NOT",
    HangupLevel.CANCEL: "CANCEL",
    HangupLevel.DECLINE: "DECLINE",
    HangupLevel.HANG_UP: "HANG_UP",
    HangupLevel.REMOVE: "REMOVE",
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
HANGUP_LEVEL_OF = {word: stop for stop, word in HANGUP_LEVEL_WORDS.items()}
_FAILURES = frozenset(Failure)
_RECORDING_OF = {number: recording for recording, number in _RECORDING_NUMBERS.items()}
_NO_SETTINGS = ParticipantSettings()


def settings_document(settings: ParticipantSettings) -> Document:
    """How a leg is wished to take part; empty for most legs, of which nothing is wished."""
    if settings == _NO_SETTINGS:
        return {}
    document: Document = {
        "held": settings.held,
        "muted": settings.muted,
        "coaching": settings.coaching,
        "ordered_held": settings.ordered_held,
        "ordered_muted": settings.ordered_muted,
        "ordered_coaching": settings.ordered_coaching,
        "in_flight": settings.in_flight,
        "recording": _RECORDING_NUMBERS[settings.recording],
        **_refusals_document(settings),
    }
    if settings.adjusted_at is not None:
        document["adjusted_at"] = settings.adjusted_at.isoformat()
    if settings.coached_before:
        document["coached_before"] = settings.coached_before
    if settings.uncoached:
        document["uncoached"] = settings.uncoached
    if settings.refused:
        document["refused"] = settings.refused
    return document


def _refusals_document(settings: ParticipantSettings) -> Document:
    """Seldom there, so seldom written."""
    if not settings.refused_releases:
        return {}
    again_at = settings.release_again_at
    return {
        "refused_releases": settings.refused_releases,
        "release_again_at": again_at.isoformat() if again_at else None,
    }


def settings_from(document: Document) -> ParticipantSettings:
    """The same read back; a key that an earlier version did not write has its default."""
    return ParticipantSettings(
        held=document.get("held", False),
        muted=document.get("muted", False),
        coaching=document.get("coaching", ""),
        ordered_held=document.get("ordered_held", False),
        ordered_muted=document.get("ordered_muted", False),
        ordered_coaching=document.get("ordered_coaching", ""),
        in_flight=document.get("in_flight", False),
        recording=_RECORDING_OF[document.get("recording", 0)],
        refused_releases=document.get("refused_releases", 0),
        release_again_at=_moment(document, "release_again_at"),
        adjusted_at=_moment(document, "adjusted_at"),
        coached_before=document.get("coached_before", ""),
        uncoached=document.get("uncoached", ""),
        refused=document.get("refused", ""),
    )


def hold_change_document(change: HoldChange | None) -> Document | None:
    """A hold, or its end, that the carrier has not answered yet."""
    if change is None:
        return None
    return {
        "user_id": change.user_id,
        "user_name": change.user_name,
        "held": change.held,
        "reason": change.reason,
        "whole": change.is_whole,
        "member_ids": list(change.member_ids),
    }


def hold_change_from(document: Document | None) -> HoldChange | None:
    """The same read back."""
    if document is None:
        return None
    return HoldChange(
        document["user_id"],
        document["user_name"],
        document["held"],
        document["reason"],
        document["whole"],
        tuple(document["member_ids"]),
    )


def conference_documents(conferences: Iterable[Conference]) -> list[Document]:
    """Every conference of a session with what counts of each leg in it."""
    return [_conference_document(conference) for conference in conferences]


def look_documents(conferences: Iterable[Conference]) -> Document:
    """The looks, by conference and call SID; apart, as most of them say nothing new."""
    return {
        conference.conference_sid: {
            sid: _state_document(look) for sid, look in conference.looks.items()
        }
        for conference in conferences
        if conference.looks
    }


def conferences_from(documents: Sequence[Document], looks: Document) -> dict[str, Conference]:
    """The same read back, by conference SID and in the same order."""
    return {
        document["conference_sid"]: _conference_from(
            document, looks.get(document["conference_sid"], {})
        )
        for document in documents
    }


def _conference_document(conference: Conference) -> Document:
    document: Document = {
        "conference_sid": conference.conference_sid,
        "first_heard_at": conference.first_heard_at.isoformat(),
        "started": conference.started,
        "closed": conference.closed,  # all that the version before knows of an end
        "close_ordered": conference.close_ordered,
        "marks": {sid: _mark(state) for sid, state in conference.states.items()},
        **_evidence_document(conference),
    }
    if conference.overruled:
        document["overruled"] = {
            sid: _state_document(event) for sid, event in conference.overruled.items()
        }
    if conference.region is not None:
        document["region"] = conference.region
    return document


def _mark(state: ParticipantState) -> Document:
    """What counts; when it was seen stands with the looks, for it moves on with each."""
    is_look = state.sequence == LOOK
    return _state_document(replace(state, at=None, is_answer=False) if is_look else state)


def _evidence_document(conference: Conference) -> Document:
    """When it was presumed to be over, seen alive and not found, and its legs last seen.

    Of one that has ended by the carrier's word nothing is presumed.
    """
    moments = {
        "presumed_over_at": None if conference.ended else conference.presumed_over_at,
        "last_alive_at": conference.last_alive_at,
        "doubted_at": conference.doubted_at,
        "end_wanted_at": conference.end_wanted_at,
    }
    document: Document = {
        key: moment.isoformat() for key, moment in moments.items() if moment is not None
    }
    if conference.inside_at:
        document["inside_at"] = {sid: at.isoformat() for sid, at in conference.inside_at.items()}
    return document


def _state_document(state: ParticipantState) -> Document:
    document: Document = {
        "sequence": state.sequence,
        "inside": state.inside,
        "held": state.held,
        "muted": state.muted,
        "coaching": state.coaching,
    }
    if state.at is not None:
        document["at"] = state.at.isoformat()
    if state.is_answer:
        document["is_answer"] = True
    return document


def _conference_from(document: Document, looks: Document) -> Conference:
    seen = _states_from(looks)
    return Conference(
        conference_sid=document["conference_sid"],
        first_heard_at=datetime.fromisoformat(document["first_heard_at"]),
        started=document["started"],
        ended=document["closed"] and "presumed_over_at" not in document,
        close_ordered=document["close_ordered"],
        states=_states_from(document["marks"]) | _counting(document["marks"], seen),
        looks=seen,
        overruled=_states_from(document.get("overruled", {})),
        presumed_over_at=_moment(document, "presumed_over_at"),
        last_alive_at=_moment(document, "last_alive_at"),
        doubted_at=_moment(document, "doubted_at"),
        region=document.get("region"),
        end_wanted_at=_moment(document, "end_wanted_at"),
        inside_at={
            sid: datetime.fromisoformat(at) for sid, at in document.get("inside_at", {}).items()
        },
    )


def _counting(marks: Document, looks: dict[str, ParticipantState]) -> dict[str, ParticipantState]:
    """The looks that count, of those that are known with their time."""
    return {
        sid: look for sid, look in looks.items() if sid in marks and marks[sid]["sequence"] == LOOK
    }


def _states_from(documents: Document) -> dict[str, ParticipantState]:
    return {sid: _state_from(state) for sid, state in documents.items()}


def _state_from(document: Document) -> ParticipantState:
    return ParticipantState(
        sequence=document["sequence"],
        inside=document["inside"],
        held=document["held"],
        muted=document["muted"],
        coaching=document.get("coaching", False),
        at=_moment(document, "at"),
        is_answer=document.get("is_answer", False),
    )


def _moment(document: Document, key: str) -> datetime | None:
    text = document.get(key)
    return datetime.fromisoformat(text) if text else None


def failure_word(failure: Failure | None) -> str | None:
    """That failure as its columns have it."""
    return failure.value if failure else None


def failure_from(word: str | None) -> Failure | None:
    """That failure; None for one of a later version, as a party without any is told too."""
    return Failure(word) if word in _FAILURES else None
