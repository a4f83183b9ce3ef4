"""Which orders go first: those that end or release somebody (decision 56)."""

from evovoice.domain.orders import AdjustLeg, CancelLeg, EndConference, HangUpLeg, Order


def is_urgent(order: Order) -> bool:
    """Whether somebody rings, listens or waits on hold for as long as the order is not given."""
    if isinstance(order, AdjustLeg):
        return order.held is False
    return isinstance(order, CancelLeg | HangUpLeg | EndConference)
