"""Digits to be heard on a leg of the conference: for menus, PINs and extensions (C111, C112).

The digits themselves are no part of the session: it knows them by a key. One order is under way
for a leg at a time; what is asked for meanwhile goes out with the next, in the order asked.
"""

from datetime import datetime, timedelta

from evovoice.domain.call_session import CallSession
from evovoice.domain.member import Member
from evovoice.domain.messages import DigitsRefused, DigitsTaken, SessionEvent
from evovoice.domain.orders import PlayDigits
from evovoice.domain.states import LegProgress

FETCHED_WITHIN = timedelta(seconds=20)  # the carrier asks for them at once, and repeats for less
_NOT_FETCHED = "the carrier did not ask for them"


def key_to_wait_under(member: Member, key: str, seconds: float, user_id: str) -> str:
    """Note that digits are wished on that leg, which take so long; the key to keep them under:
    that one, or the one of those that wait already.
    """
    digits = member.leg.digits
    digits.waiting = digits.waiting or key
    digits.waiting_seconds += seconds
    digits.by, digits.refused = user_id, ""
    return digits.waiting


def send_with_dial(member: Member, key: str, seconds: float, user_id: str) -> None:
    """Note that the carrier sends digits itself once it has dialled that party and they have
    answered; `key`: what they are kept under, `seconds`: how long they take.
    """
    digits = member.leg.digits
    digits.with_dial, digits.with_dial_seconds, digits.by = key, seconds, user_id


def key_with_dial(session: CallSession) -> str:
    """What the digits are kept under that the call's dial is to say; empty: none."""
    return next((m.leg.digits.with_dial for m in session.dialled() if m.leg.digits.with_dial), "")


def note_sent_with_dial(session: CallSession, member: Member, at: datetime) -> None:
    """That party has come further: once they have answered, the carrier sends what its dial says,
    and what is asked for later has to wait.
    """
    digits = member.leg.digits
    if not digits.with_dial or member.leg.progress is not LegProgress.ANSWERED:
        return
    digits.with_dial, digits.heard_at = "", at + timedelta(seconds=digits.with_dial_seconds)
    _log_sent(session, member, at)


def derive_digits(session: CallSession, now: datetime) -> None:
    """Order what waits, once its leg is in the conference and has heard what came before."""
    for member in session.members:
        if member.leg.digits.ordered:
            _give_up_late(session, member, now)
    waiting = [member for member in session.legs()[0] if _is_due(member, now)]
    conference = session.open_conference() if waiting else None
    if conference is None or session.end_wanted:
        return
    for member in waiting:
        call_sid = member.leg.call_sid
        if call_sid is None or not conference.holds(call_sid):
            continue
        key = member.leg.digits.take_waiting(now)
        session.orders.append(PlayDigits(member.leg.id, call_sid, conference.conference_sid, key))


def note_digits(session: CallSession, fact: DigitsTaken | DigitsRefused, now: datetime) -> None:
    """The carrier has asked for digits, or will not; once each, whatever is told again."""
    member = session.member_of(fact.leg_id)
    if member is None or member.leg.digits.ordered != fact.key:
        return None
    if isinstance(fact, DigitsRefused):
        return _refuse(session, member, fact.reason, now)
    digits = member.leg.digits
    digits.ordered, digits.heard_at = "", now + timedelta(seconds=digits.ordered_seconds)
    return _log_sent(session, member, now)


def drop_unordered_digits(session: CallSession, reason: str, now: datetime) -> None:
    """Without a conference none can be sent; what was wished is not kept for a later one."""
    for member in session.legs()[0]:
        if member.leg.digits.waiting:
            member.leg.digits.take_waiting(now)
            _refuse(session, member, reason, now)


def next_digits(session: CallSession, now: datetime) -> datetime | None:
    """When digits that wait for earlier ones can be sent, or some count as not asked for."""
    moments = list[datetime]()
    for member in session.legs()[0]:
        digits = member.leg.digits
        if digits.waiting and digits.heard_at is not None and digits.heard_at > now:
            moments.append(digits.heard_at)
        if digits.ordered and digits.ordered_at is not None:
            moments.append(max(digits.ordered_at + FETCHED_WITHIN, now))
    return min(moments, default=None)


def _is_due(member: Member, now: datetime) -> bool:
    digits = member.leg.digits
    if not digits.waiting or digits.ordered:
        return False
    return digits.heard_at is None or digits.heard_at <= now


def _give_up_late(session: CallSession, member: Member, now: datetime) -> None:
    ordered_at = member.leg.digits.ordered_at
    if ordered_at is not None and now - ordered_at >= FETCHED_WITHIN:
        _refuse(session, member, _NOT_FETCHED, now)


def _log_sent(session: CallSession, member: Member, at: datetime) -> None:
    text, by = f"Digits are sent to {member.display_name}", member.leg.digits.by or None
    session.log(SessionEvent("DigitsSent", text, at, member.leg.call_sid, member.id, by))


def _refuse(session: CallSession, member: Member, reason: str, now: datetime) -> None:
    digits = member.leg.digits
    digits.ordered, digits.refused = "", reason
    text = f"The digits did not reach {member.display_name}: {reason}"
    by = digits.by or None
    session.log(SessionEvent("CarrierReport", text, now, member.leg.call_sid, member.id, by))
