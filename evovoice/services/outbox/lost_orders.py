"""What became of an order whose outcome is unknown: asked, and taken for granted only where sure.

A call is an order's own by its label or by a report at its own address. One that is found by its
numbers may be somebody else's: two agents call the same party, and one of the requests is lost
(decision 55).
"""

from evovoice.carrier.port import Carrier, CarrierRefused, OutcomeUnknown
from evovoice.domain.messages import Fact
from evovoice.domain.orders import DialLeg, PlaceCall
from evovoice.storage.unit_of_work import Database, StoredOrder


class Undecided(OutcomeUnknown):
    """There is a call that the order may have placed, or another one: its own report will tell."""

    def __init__(self) -> None:
        super().__init__("It cannot be told whether the carrier calls this party")


def outcome_of(
    carrier: Carrier, database: Database, stored: StoredOrder
) -> tuple[Fact, ...] | None:
    """What the order did; None where it did nothing.

    Errors: those of the questions, of which a refusal says nothing of the order, and `Undecided`.
    """
    order = stored.order
    try:
        facts = carrier.find_out(order)
        if facts is not None or not isinstance(order, DialLeg | PlaceCall):
            return facts
        possible = carrier.calls_like(order, stored.created_at)
    except CarrierRefused as refusal:
        raise OutcomeUnknown(str(refusal)) from None
    with database.reading() as work:
        # the orders first: once one of them is done, its call is known as that of a leg
        has_rivals = work.outbox.has_rivals(stored) if possible else False
        free = [call for call in possible if work.sessions.find_by_leg(call.call_sid) is None]
    if not free:
        return None
    if has_rivals or len(free) > 1:
        raise Undecided
    return free[0].facts
