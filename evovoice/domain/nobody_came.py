"""An agent's device is lost while somebody who was added rings, and nobody comes (contract E2)."""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.hanging_up import order_hangup
from evovoice.domain.instructions import NOBODY_HERE
from evovoice.domain.member import Member
from evovoice.domain.returning import lost_devices
from evovoice.domain.states import HangupLevel


def tell_that_nobody_came(session: CallSession, now: datetime) -> None:
    """Have the outside party who waited alone for somebody hear that nobody came, before their
    leg is hung up because the call is over.
    """
    connected, _ = session.parties()
    if session.end_wanted or len(connected) != 1 or connected[0].is_our_user:
        return
    if _waited_for_somebody(session):
        order_hangup(session, connected[0], HangupLevel.HANG_UP, now, NOBODY_HERE)


def _waited_for_somebody(session: CallSession) -> bool:
    lost_at = [m.leg.end.at for m in lost_devices(session) if m.leg.end is not None]
    since = max(lost_at, default=None)
    return since is not None and any(_rang_until(session, m, since) for m in session.members)


def _rang_until(session: CallSession, member: Member, since: datetime) -> bool:
    """Whether that party was added, never reached, and expected at that moment or later."""
    if member.is_original or member.supervises or session.was_connected(member):
        return False
    end = member.leg.end
    return end.at >= since if end is not None else session.is_pending(member)
