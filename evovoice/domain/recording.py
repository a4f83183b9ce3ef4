"""Recording a conversation: on one leg at a time, followed to another when that leg ends."""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.end_rules import verdict
from evovoice.domain.member import Member
from evovoice.domain.messages import (
    RecordingEnded,
    RecordingRefused,
    RecordingStarted,
    SessionEvent,
)
from evovoice.domain.orders import RecordLeg
from evovoice.domain.states import Recording, Verdict

RecordingFact = RecordingStarted | RecordingEnded | RecordingRefused

_REACHED: dict[type[RecordingFact], Recording] = {
    RecordingRefused: Recording.REFUSED,
    RecordingStarted: Recording.STARTED,
    RecordingEnded: Recording.ENDED,
}
_MOST_REFUSALS = 2  # then what is wrong is not the leg
_NEVER_TRIED = frozenset({Recording.NOT})
_MAY_BE_TRIED = frozenset({Recording.NOT, Recording.REFUSED})


def is_recorded(session: CallSession) -> bool:
    """Whether a leg that lives is being recorded, or has been ordered to be."""
    going_on = {Recording.ORDERED, Recording.STARTED}
    return any(m.leg.settings.recording in going_on for m in session.live())


def start_recording(session: CallSession) -> bool:
    """Order it because a person asks for it; False where there is no talk to record."""
    return verdict(session) is Verdict.GO_ON and _order(session, _MAY_BE_TRIED)


def move_recording(session: CallSession) -> None:
    """Go on with another leg where the recorded one has left and others talk on.

    Where a recording was stopped at the carrier while its leg lives, nobody starts it again; where
    two legs were refused, no third is tried.
    """
    refused = [m for m in session.members if m.leg.settings.recording is Recording.REFUSED]
    if len(refused) >= _MOST_REFUSALS:
        return
    recorded = [m for m in session.members if m.leg.settings.recording >= Recording.STARTED]
    has_left = recorded and all(session.is_over(m) for m in recorded)
    if has_left and not is_recorded(session) and verdict(session) is Verdict.GO_ON:
        _order(session, _NEVER_TRIED)


def note_recording(session: CallSession, fact: RecordingFact, now: datetime) -> None:
    """Merge what is told of a recording."""
    member = session.member_of(fact.leg_id)
    reached = _REACHED[type(fact)]
    if member is None or reached <= member.leg.settings.recording:
        return
    member.leg.settings.recording = reached
    kind, text, data = _line(fact)
    session.log(SessionEvent(kind, text, now, member.leg.call_sid, member.id, data=data))


def _order(session: CallSession, states: frozenset[Recording]) -> bool:
    """Record the leg that is likely to stay longest; all that its party says and hears.

    A recording belongs to a call and ends with it. The leg that made the original call comes
    first: it is not redirected where the call becomes a conference as it should (twilio-voice 1),
    and the carrier files the recordings of a two-leg call with it. Then outside parties.
    """
    able = [m for m in session.connected() if m.leg.call_sid and m.leg.settings.recording in states]
    chosen = min(able, key=_rank, default=None)
    if chosen is None or chosen.leg.call_sid is None:
        return False
    chosen.leg.settings.recording = Recording.ORDERED
    session.orders.append(RecordLeg(chosen.leg.id, chosen.leg.call_sid))
    return True


def _rank(member: Member) -> tuple[bool, bool, datetime]:
    return not member.is_calling, member.is_our_user, member.added_at


def _line(fact: RecordingFact) -> tuple[str, str, dict[str, str]]:
    """Type, sentence and data of the log's line. The recording's address is not kept."""
    match fact:
        case RecordingStarted():
            data = {"recordingSid": fact.recording_sid} if fact.recording_sid else {}
            return "RecordingStarted", "The conversation is being recorded", data
        case RecordingEnded(is_kept=False):
            data = {"recordingSid": fact.recording_sid}
            return "RecordingFailed", "Nothing was kept of the recording", data
        case RecordingEnded(seconds=None):
            return "RecordingEnded", "The recording is over", {"recordingSid": fact.recording_sid}
        case RecordingEnded():
            data = {"recordingSid": fact.recording_sid, "seconds": str(fact.seconds)}
            return "RecordingEnded", f"The recording is over after {fact.seconds} seconds", data
        case RecordingRefused():
            return "RecordingFailed", f"The conversation is not recorded: {fact.reason}", {}
