"""Whether an order is still wanted when it is to be given, and the facts if it fails."""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.end_rules import verdict
from evovoice.domain.member import Member
from evovoice.domain.messages import (
    AdjustRefused,
    ConferenceDoubted,
    ConferenceEnded,
    DigitsRefused,
    Fact,
    LegEnded,
    RecordingRefused,
    RedirectFailed,
)
from evovoice.domain.orders import (
    AdjustLeg,
    AnnounceToLeg,
    CancelLeg,
    DialLeg,
    EndConference,
    HangUpLeg,
    Order,
    PlaceCall,
    PlayDigits,
    RecordLeg,
    RedirectLeg,
)
from evovoice.domain.states import (
    ConferenceStatus,
    EndSource,
    Failure,
    HangupLevel,
    Outcome,
    Recording,
    Verdict,
)


def has_happened(session: CallSession, order: Order) -> bool:
    """Whether callbacks have told already that the order was carried out."""
    if isinstance(order, RedirectLeg):
        return session.converted_at is not None
    if isinstance(order, DialLeg | PlaceCall):
        member = session.member_of(order.leg_id)
        return member is not None and member.leg.call_sid is not None
    if isinstance(order, CancelLeg | HangUpLeg):
        member = session.member_of(order.leg_id)
        return member is None or session.is_over(member)
    if isinstance(order, RecordLeg):
        member = session.member_of(order.leg_id)
        return member is not None and member.leg.settings.recording >= Recording.STARTED
    if isinstance(order, PlayDigits):
        member = session.member_of(order.leg_id)
        return member is None or member.leg.digits.ordered != order.key
    return False


def is_wanted(session: CallSession, order: Order) -> bool:
    """Whether carrying the order out would still be right: no leg rings for an ended call, and
    nobody is hung up for an end that was taken back since.
    """
    if isinstance(order, EndConference):
        conference = session.conferences.get(order.conference_sid)
        return conference is None or (conference.close_ordered and not conference.closed)
    member = session.member_of(order.leg_id)
    if member is None or session.is_over(member):
        return False
    if isinstance(order, CancelLeg | HangUpLeg):
        return member.leg.hangup_level is not HangupLevel.NOT
    if isinstance(order, DialLeg | PlaceCall):
        return _may_still_ring(member) and verdict(session) is Verdict.GO_ON
    if isinstance(order, RedirectLeg):
        return session.is_converting
    needs_conference = isinstance(order, AdjustLeg | AnnounceToLeg | PlayDigits)
    return not needs_conference or session.open_conference() is not None


def _may_still_ring(member: Member) -> bool:
    """Whether they have not been rung, and nobody has taken that back meanwhile."""
    return member.leg.call_sid is None and member.leg.hangup_level < HangupLevel.DECLINE


def facts_of_failure(
    order: Order,
    reason: str,
    code: int | None,
    now: datetime,
    *,
    uncertain: bool = False,
    failure: Failure | None = None,
) -> tuple[Fact, ...]:
    """What is so once an order has been given up; nothing for one that must be repeated.

    A hang-up or a close is repeated until it is heard: somebody may be listening. A refusal says
    nothing of the leg or the conference that the order names (contract C80). `uncertain`: a try
    of it may have been carried out.
    """
    if isinstance(order, RedirectLeg):
        is_certain = not uncertain
        return (RedirectFailed(order.leg_id, now, reason, code, is_certain, failure),)
    if isinstance(order, DialLeg | PlaceCall):
        how = Outcome.FAILED, EndSource.ORDER
        return (LegEnded(order.leg_id, None, *how, now, reason, code, failure),)
    if isinstance(order, AdjustLeg):
        return (AdjustRefused(order.leg_id, now, reason),)
    if isinstance(order, PlayDigits):
        return (DigitsRefused(order.leg_id, now, order.key, reason),)
    if isinstance(order, RecordLeg):
        return (RecordingRefused(order.leg_id, now, reason),)
    return ()


def facts_of_refused_dial(
    order: DialLeg,
    conference: ConferenceStatus | None,
    reason: str,
    code: int | None,
    now: datetime,
) -> tuple[Fact, ...]:
    """What is so once a dial was refused for its conference, and the carrier was asked how that
    is; None where it could not say. Only its own word ends a conference.
    """
    failed = facts_of_failure(order, reason, code, now, failure=Failure.CALL_OVER)
    match conference:
        case ConferenceStatus.COMPLETED:
            return (*failed, ConferenceEnded(order.conference_sid, now, reason))
        case ConferenceStatus.IN_PROGRESS:
            return failed
        case _:
            return (*failed, ConferenceDoubted(order.conference_sid, now))
