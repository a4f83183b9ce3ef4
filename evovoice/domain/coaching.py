"""Coaching that has lost its purpose: the coached party has left, or cannot be coached on hold.

The carrier does not say whom a coach is heard by then (twilio-voice 10.4), so it is ended here
(decision 62).
"""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent

_A_TALK = 2  # parties


def end_vain_coaching(session: CallSession, now: datetime) -> None:
    """Nobody goes on coaching a party who is gone, nor one on hold by whom a change of the coach
    would be refused (16027), and with it whatever else it says.

    While others talk the coach stays unheard, muted: what they say was not meant for them. With
    one other left the coach is heard, or that one would sit in silence; but never one who only
    supervises. Tried once for a party: a refusal is told, and asking again and again would not
    help.
    """
    for coach in session.legs()[0]:
        why = _why_in_vain(session, coach)
        if why is not None:
            others = [m for m in session.connected() if m is not coach]
            _end(session, coach, why, others=len(others), now=now)


def stands_in_the_way(session: CallSession, coach: Member) -> Member | None:
    """The party on hold by whose coaching the carrier would refuse every change of the coach."""
    sid = coach.leg.settings.coaching
    coached = session.member_on_call(sid) if sid else None
    return coached if coached is not None and _stays_held(coached) else None


def _why_in_vain(session: CallSession, coach: Member) -> str | None:
    settings = coach.leg.settings
    coached = session.member_on_call(settings.coaching) if settings.coaching else None
    if coached is None or settings.uncoached == settings.coaching:
        return None
    if session.is_over(coached):
        return f"{coached.display_name}, who has left"
    if _stays_held(coached) and not settings.is_ordered:
        return f"{coached.display_name}, who is on hold"
    return None


def _stays_held(coached: Member) -> bool:
    return coached.leg.settings.held and coached.leg.settings.ordered_held


def _end(session: CallSession, coach: Member, why: str, *, others: int, now: datetime) -> None:
    settings = coach.leg.settings
    settings.coaching, settings.uncoached = "", settings.coaching
    settings.muted = settings.muted or others >= _A_TALK or coach.supervises
    heard = "is muted" if settings.muted else "speaks to whoever is left"
    text = f"{coach.display_name} no longer coaches {why}, and {heard}"
    session.log(SessionEvent("CarrierReport", text, now, coach.leg.call_sid, coach.id))
