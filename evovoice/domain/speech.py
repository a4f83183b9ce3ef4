"""Who speaks in a conference, as the carrier hears it: told to consoles, and no part of a session.

It changes many times a minute, and nothing follows from it: no state, no line of the log, no order
(C113, decision 124).
"""

from dataclasses import dataclass
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import SessionEvent


@dataclass(frozen=True, slots=True)
class Speech:
    """Whether a leg is heard to speak. `sequence` is of all events of its conference SID."""

    leg_id: str | None
    call_sid: str
    conference_sid: str
    sequence: int
    speaks: bool
    at: datetime


def told_of(session: CallSession, speech: Speech) -> SessionEvent | None:
    """What consoles are told of it; None where it says nothing any more: the party has left, or
    was put on hold or muted after it, which says that they are silent.
    """
    member = session.member_of(speech.leg_id, speech.call_sid)
    if member is None or session.is_over(member) or _is_outdated(session, speech):
        return None
    kind, how = ("MemberSpeaking", "speaking") if speech.speaks else ("MemberSilent", "silent")
    return SessionEvent(kind, f"{member.display_name} is {how}", speech.at, speech.call_sid,
                        member.id)  # fmt: skip


def _is_outdated(session: CallSession, speech: Speech) -> bool:
    conference = session.conferences.get(speech.conference_sid)
    if conference is None:
        return False
    event = conference.event_of(speech.call_sid)
    is_newer = event is not None and event.sequence > speech.sequence
    is_unheard = event is not None and (not event.inside or event.held or event.muted)
    return conference.closed or (is_newer and is_unheard)
