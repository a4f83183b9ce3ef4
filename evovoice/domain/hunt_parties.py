"""Who takes part in a hunt, and how far it is by what is known of their legs (C114)."""

from enum import StrEnum

from evovoice.domain.call_session import CallSession
from evovoice.domain.hunt import RING_SECONDS, Hunt
from evovoice.domain.member import Member
from evovoice.domain.states import AnsweredBy


class HuntState(StrEnum):
    """How far a hunt is, by the contract's names."""

    RINGING = "Ringing"  # somebody is rung, or is to be
    REACHED = "Reached"
    FAILED = "Failed"  # nobody was reached
    CANCELLED = "Cancelled"


def hunt_of(session: CallSession, member_id: str) -> Hunt | None:
    """The hunt in which that member was tried."""
    hunts = (h for h in session.hunts if any(a.member_id == member_id for a in h.attempts))
    return next(hunts, None)


def attempted(session: CallSession, hunt: Hunt) -> list[Member]:
    """Everybody whose turn has come, in that order."""
    members = {member.id: member for member in session.members}
    return [members[one.member_id] for one in hunt.attempts if one.member_id in members]


def hunt_state(session: CallSession, hunt: Hunt) -> HuntState:
    """How far it is."""
    if hunt.winner is not None:
        return HuntState.REACHED
    if hunt.stopped:
        return HuntState.CANCELLED
    is_open = any(_may_be_reached(session, member) for member in attempted(session, hunt))
    return HuntState.RINGING if is_open or hunt.waiting else HuntState.FAILED


def _may_be_reached(session: CallSession, member: Member) -> bool:
    """Whether they ring, talk or, the call going on, have talked and may have been a person."""
    if not session.is_over(member):
        return True
    return is_answerer_untold(session, member) and not session.has_ended


def machine_at(session: CallSession, member: Member) -> AnsweredBy | None:
    """Which machine has answered for that party and was sent away for it (C120)."""
    for hunt in session.hunts:
        detection = hunt.detection_of(member.id)
        if detection is not None and detection.is_sent_away:
            return detection.answered_by
    return None


def is_answerer_untold(session: CallSession, member: Member) -> bool:
    """Whether they have answered, the carrier listened and it has not told who it was."""
    for hunt in session.hunts:
        detection = hunt.detection_of(member.id)
        if detection is not None and detection.answered_by is None and hunt.winner is None:
            return session.was_connected(member)
    return False


def is_heard_for_machine(session: CallSession, member: Member) -> bool:
    """Whether the carrier is to listen who answers there."""
    return any(hunt.detection_of(member.id) is not None for hunt in session.hunts)


def addresses(session: CallSession, hunt: Hunt) -> list[str]:
    """Of all its destinations, in their order, as `str(address)` writes them."""
    tried = [str(member.address) for member in attempted(session, hunt)]
    return [*tried, *(one.address for one in hunt.waiting)]


def ring_seconds(session: CallSession, member: Member) -> int:
    """How long that party is rung."""
    tried = (one for hunt in session.hunts for one in hunt.attempts)
    own = (one.ring_seconds for one in tried if one.member_id == member.id)
    return next(own, RING_SECONDS)
