"""Who left last, where one party is left with somebody who is still rung (contract E3)."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.views import gone


def customer_has_gone(session: CallSession) -> bool:
    """Whether an outside party was the last to leave the talk: whoever is still rung was rung for
    them. A colleague who leaves while the customer is being rung is none.
    """
    parties = (m for m in session.members if session.was_connected(m) and not m.supervises)
    left = [m for m in parties if session.is_over(m)]
    last = max((gone(session, m) for m in left), default=None)
    return any(not m.is_our_user for m in left if gone(session, m) == last)
