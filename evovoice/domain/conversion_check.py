"""A conversion that does not come to its end: when to look where its legs are, and what it means.

Nobody talks while one leg is in the conference and the other is not, or while each is in a
conference of its own, as happens in two regions (twilio-voice 10.1; decision 60).
"""

from datetime import datetime, timedelta
from enum import Enum, auto

from evovoice.domain.call_session import CallSession
from evovoice.domain.conference import Conference
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.orders import RedirectLeg
from evovoice.domain.states import MemberRole

_FIRST_LOOK = timedelta(seconds=4)
_DECIDED_AFTER = timedelta(seconds=10)  # late reports have come by then, mostly
_SECOND_LOOK = timedelta(seconds=13)
_GIVEN_UP_AFTER = timedelta(seconds=15)
_LOOKS = (_FIRST_LOOK, _DECIDED_AFTER, _SECOND_LOOK, _GIVEN_UP_AFTER)
_LATER = timedelta(seconds=5)
_MOST_REDIRECTS = 2


class Move(Enum):
    """How far a conversion is, as a look into its rooms shows it."""

    ON_ITS_WAY = auto()
    NOBODY_MOVED = auto()  # the two are still tied by their dial
    APART = auto()  # one leg has to be redirected once more
    LOST = auto()  # they did not come together for all that was done


def judge_move(session: CallSession, now: datetime) -> Move:
    """What is to be done about the conversion; only a look tells that somebody is missing."""
    seen_at, moved_at = session.rooms_seen_at, session.moved_at
    if not session.is_converting or seen_at is None or moved_at is None:
        return Move.ON_ITS_WAY
    if seen_at - moved_at < _DECIDED_AFTER:
        return Move.ON_ITS_WAY
    if _room_of_caller(session) is None:
        return Move.NOBODY_MOVED
    if session.redirects < _MOST_REDIRECTS and _leg_elsewhere(session) is not None:
        return Move.APART
    return Move.LOST if now - moved_at >= _GIVEN_UP_AFTER else Move.ON_ITS_WAY


def redirect_again(session: CallSession, now: datetime) -> None:
    """Send whoever is elsewhere into the conference of the caller, and say so."""
    found = _leg_elsewhere(session)
    if found is None or session.room_name is None or found[0].leg.call_sid is None:
        return
    (member, room), call_sid = found, found[0].leg.call_sid
    session.redirects += 1
    session.orders.append(RedirectLeg(member.leg.id, call_sid, session.room_name, room.region))
    text = f"{member.display_name} is not in the conference of the others, and is moved once more"
    session.log(SessionEvent("CarrierReport", text, now, call_sid, member.id))


def next_look(session: CallSession, now: datetime) -> datetime:
    """When to ask the carrier next, if nothing is heard."""
    moved_at = session.moved_at or now
    ahead = (moved_at + after for after in _LOOKS if moved_at + after > now)
    return next(ahead, now + _LATER)


def _leg_elsewhere(session: CallSession) -> tuple[Member, Conference] | None:
    """Who is to be redirected, and into which conference: that of the caller.

    Either leg may be: whoever dialled is no longer tied to a leg that has been moved (R2, R6).
    """
    room = _room_of_caller(session)
    if room is None:
        return None
    missing = (m for m in _originals(session) if not room.holds(m.leg.call_sid))
    found = next((m for m in missing if m.leg.call_sid is not None), None)
    return (found, room) if found is not None else None


def _room_of_caller(session: CallSession) -> Conference | None:
    """The open conference with the caller inside, else one with whoever is in one."""
    for member in sorted(_originals(session), key=lambda m: m.role is not MemberRole.CALLER):
        for conference in session.conferences.values():
            if conference.holds(member.leg.call_sid):
                return conference
    return None


def _originals(session: CallSession) -> list[Member]:
    return [m for m in session.connected() if m.is_original]
