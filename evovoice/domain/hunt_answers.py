"""Who or what has answered a destination of a hunt that is for people only (C120).

The carrier listens and tells it some seconds after the answer, perhaps late, twice or never. Until
then whoever has answered is in the conversation, and the hunt goes on as if they rang.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from evovoice.domain.call_session import CallSession
from evovoice.domain.hunt import Hunt
from evovoice.domain.hunt_parties import attempted, hunt_of
from evovoice.domain.member import Member
from evovoice.domain.messages import AnswererHeard, SessionEvent
from evovoice.domain.states import AnsweredBy

# The carrier gives up after 15 s, and its report takes a moment. Whoever has talked for longer is
# a person to us, whatever is told later.
JUDGED_WITHIN = timedelta(seconds=20)
_AFTER_THE_END = timedelta(seconds=5)  # the report may come after that of the leg's end


def note_answerer(session: CallSession, member: Member, fact: AnswererHeard, now: datetime) -> None:
    """The carrier has told who answered; what follows is judged with the hunt."""
    hunt = hunt_of(session, member.id)
    if hunt is None or not hunt.note_answerer(member.id, fact.answered_by):
        return
    if fact.answered_by is AnsweredBy.UNKNOWN:
        text = f"The carrier cannot tell whether a person answered for {member.display_name}"
        session.log(SessionEvent("CarrierReport", text, now, fact.call_sid, member.id))


def awaits_verdict(session: CallSession, hunt: Hunt, member: Member, now: datetime) -> bool:
    """Whether they have answered, and the carrier may still tell that it was a machine."""
    due = _told_by(session, hunt, member)
    return due is not None and now < due


def next_verdicts(session: CallSession, now: datetime) -> Iterator[datetime]:
    """When those of whom nothing was told count as people."""
    for hunt in session.hunts:
        for member in attempted(session, hunt):
            due = _told_by(session, hunt, member)
            if due is not None and due > now and hunt.winner != member.id:
                yield due


def _told_by(session: CallSession, hunt: Hunt, member: Member) -> datetime | None:
    """Until when the carrier is waited for; None where it need not be."""
    detection = hunt.detection_of(member.id)
    if detection is None or detection.answered_by is not None:
        return None
    if not session.was_connected(member):
        return None
    leg, moments = member.leg, list[datetime]()
    if leg.answered_at is not None:
        moments.append(leg.answered_at + JUDGED_WITHIN)
    if leg.end is not None:
        moments.append(leg.end.at + _AFTER_THE_END)
    return min(moments, default=None)
