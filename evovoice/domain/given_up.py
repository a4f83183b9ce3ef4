"""What the log says of an order that was repeated for minutes and given up."""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import SessionEvent
from evovoice.domain.orders import AnnounceToLeg, EndConference, Order


def note_given_up(session: CallSession, order: Order, reason: str, now: datetime) -> None:
    """Somebody may have to look: whom the order was to end is on the line, as far as we know."""
    if isinstance(order, EndConference):
        text, member = f"The conference cannot be ended: {reason}", None
    else:
        member = session.member_of(order.leg_id)
        name = member.display_name if member else "A party"
        deed = "told what happens" if isinstance(order, AnnounceToLeg) else "hung up"
        text = f"{name} cannot be {deed}: {reason}"
    call_sid = member.leg.call_sid if member else None
    session.log(SessionEvent("CarrierReport", text, now, call_sid, member.id if member else None))
