"""Whether an order is still wanted when its turn comes, and what follows if it fails."""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.end_rules import verdict
from evovoice.domain.messages import (
    AdjustLeg,
    AdjustRefused,
    CancelLeg,
    CloseRoom,
    DialLeg,
    Fact,
    HangUpLeg,
    LegEnded,
    MoveFailed,
    MoveLeg,
    Order,
    PlaceCall,
    RecordingRefused,
    RecordLeg,
    RoomClosed,
)
from evovoice.domain.states import EndSource, Outcome, Recording, Stop, Verdict

_ROOM_IS_GONE = frozenset({16001, 16003, 16022, 20404})  # the carrier's codes (twilio-voice 3.6)


def has_happened(session: CallSession, order: Order) -> bool:
    """Whether callbacks have told already that the order was carried out."""
    if isinstance(order, MoveLeg):
        return session.converted_at is not None
    if isinstance(order, DialLeg | PlaceCall):
        member = session.member_of(order.leg_id)
        return member is not None and member.leg.call_sid is not None
    if isinstance(order, CancelLeg | HangUpLeg):
        member = session.member_of(order.leg_id)
        return member is None or session.is_over(member)
    if isinstance(order, RecordLeg):
        member = session.member_of(order.leg_id)
        return member is not None and member.leg.part.recording >= Recording.STARTED
    return False


def is_wanted(session: CallSession, order: Order) -> bool:
    """Whether carrying the order out would still be right: no leg rings for an ended call, and
    nobody is hung up for an end that was taken back since.
    """
    if isinstance(order, CloseRoom):
        room = session.rooms.get(order.conference_sid)
        return room is None or (room.close_ordered and not room.closed)
    member = session.member_of(order.leg_id)
    if member is None or session.is_over(member):
        return False
    if isinstance(order, CancelLeg | HangUpLeg):
        return member.leg.stop is not Stop.NOT
    if isinstance(order, DialLeg | PlaceCall):
        return member.leg.call_sid is None and verdict(session) is Verdict.GO_ON
    if isinstance(order, MoveLeg):
        return session.moving_leg_id == order.leg_id
    return not isinstance(order, AdjustLeg) or session.open_room() is not None


def facts_of_failure(
    order: Order, reason: str, code: int | None, now: datetime
) -> tuple[Fact, ...]:
    """What is so once an order has been given up; nothing for one that must be repeated.

    A hang-up or a close is repeated until it is heard: somebody may be listening.
    """
    if isinstance(order, MoveLeg):
        return (MoveFailed(order.leg_id, now, reason, code),)
    if isinstance(order, DialLeg | PlaceCall):
        ended = LegEnded(order.leg_id, None, Outcome.FAILED, EndSource.ORDER, now, reason, code)
        if isinstance(order, DialLeg) and code in _ROOM_IS_GONE:
            return (ended, RoomClosed(order.conference_sid, now, reason))
        return (ended,)
    if isinstance(order, AdjustLeg):
        return (AdjustRefused(order.leg_id, now, reason),)
    if isinstance(order, RecordLeg):
        return (RecordingRefused(order.leg_id, now, reason),)
    return ()
