"""What follows from the present state: orders not given yet, and the lines for the log.

`settle` runs after every command and every fact, under the row lock. It looks at levels,
not at edges: what is needed and not yet ordered is ordered, so a repeated or late fact
orders nothing twice.
"""

from datetime import datetime, timedelta

from evovoice.domain.call_session import CallSession, Member
from evovoice.domain.end_rules import verdict
from evovoice.domain.holding import adjust, forget_wishes, release_the_forsaken
from evovoice.domain.messages import (
    CancelLeg,
    CloseRoom,
    DialLeg,
    HangUpLeg,
    MoveLeg,
    SessionEvent,
)
from evovoice.domain.recording import follow_talk
from evovoice.domain.states import Stop, Verdict

_CONVERSION_CHECK = timedelta(seconds=5)
_STOP_CHECK = timedelta(seconds=15)
_RINGING_CHECK = timedelta(seconds=65)  # the carrier's 60 s of ringing and 5 s on top (R35)
_TALKING_CHECK = timedelta(seconds=120)
_BY_PEOPLE = frozenset({Stop.DECLINE, Stop.REMOVE})
_SPARING = frozenset({Stop.CANCEL, Stop.DECLINE})


def settle(session: CallSession, now: datetime) -> None:
    """Bring orders and log in line with what is known, and set the next look."""
    _finish_conversion(session, now)
    _give_up_conversion(session, now)
    _apply_end_rules(session, now)
    _dial_waiting(session, now)
    release_the_forsaken(session)
    adjust(session)
    follow_talk(session)
    _close(session, now)
    session.modified_at = now
    session.next_check = _next_check(session, now)


def start_move(session: CallSession, room_name: str, now: datetime) -> None:
    """Claim the conversion: the dialled leg is moved, its caller follows through its dial.

    Only the dialled leg may be redirected; redirecting the other drops it (R2, R6).
    """
    if session.converted_at is not None or session.moving_leg_id is not None:
        return
    child = next((m for m in session.dialled() if session.is_connected(m)), None)
    if child is None:
        return
    session.room_name = session.room_name or room_name
    session.moving_leg_id, session.moved_at = child.leg.id, now
    session.orders.append(MoveLeg(child.leg.id, _sid(child), session.room_name))
    session.log(SessionEvent("ConversionStarted", "The call becomes a conference", now))


def remove(session: CallSession, member: Member, now: datetime) -> None:
    """Order that leg to end because a person wants it gone; the end rules judge the rest."""
    _stop(session, member, Stop.REMOVE, now)


def decline(session: CallSession, member: Member, now: datetime) -> None:
    """Order that leg to stop ringing because whoever it rings wants that; if they have just
    answered on another device, the call goes on.
    """
    _stop(session, member, Stop.DECLINE, now)


def fail_conversion(session: CallSession, reason: str, now: datetime) -> None:
    """Release the claim; whoever waited for the room is not dialled any more."""
    session.moving_leg_id = None
    session.log(SessionEvent("ConversionFailed", reason, now))
    forget_wishes(session)
    for member in session.pending():
        if member.leg.dial_ordered_at is None and not member.is_original:
            _withdraw(session, member, reason, now)


def _finish_conversion(session: CallSession, now: datetime) -> None:
    room = session.open_room()
    if session.converted_at is not None or room is None or session.room_name is None:
        return
    session.converted_at, session.moving_leg_id = now, None
    data = {"conferenceSid": room.conference_sid}
    session.log(SessionEvent("ConversionDone", "The call is a conference", now, data=data))


def _give_up_conversion(session: CallSession, now: datetime) -> None:
    """A moved leg that hung up on the way leaves the other alone: the end rules follow."""
    if session.moving_leg_id is None:
        return
    moving = session.member_of(session.moving_leg_id)
    if moving is not None and session.is_over(moving):
        reason = f"{moving.display_name} hung up while the call became a conference"
        fail_conversion(session, reason, now)


def _dial_waiting(session: CallSession, now: datetime) -> None:
    waiting = [m for m in session.members if _waits_for_its_dial(m) and session.is_pending(m)]
    room = session.open_room() if waiting else None
    if room is None or verdict(session) is not Verdict.GO_ON:
        return
    for member in waiting:
        member.leg.dial_ordered_at = now
        to, shown = str(member.address), member.from_number or ""
        session.orders.append(DialLeg(member.leg.id, room.conference_sid, to, shown))


def _waits_for_its_dial(member: Member) -> bool:
    return not member.is_original and member.leg.dial_ordered_at is None


def _apply_end_rules(session: CallSession, now: datetime) -> None:
    judged = verdict(session)
    if judged is Verdict.CANCEL_PENDING:
        for member in session.pending():
            _stop(session, member, Stop.CANCEL, now)
        judged = verdict(session)
    if judged is Verdict.END:
        _hang_up_everybody(session, now)


def _hang_up_everybody(session: CallSession, now: datetime) -> None:
    """One order for the room, one for each live leg that is not in it."""
    room = session.current_room()
    if room is not None and not room.closed and not room.close_ordered:
        room.close_ordered = True
        session.orders.append(CloseRoom(room.conference_sid))
    for member in session.live():
        if not (room and room.holds(member.leg.call_sid)) and _needs_own_order(session, member):
            _stop(session, member, Stop.HANG_UP, now)


def _needs_own_order(session: CallSession, member: Member) -> bool:
    """In a plain call hanging up the calling leg ends the dial, and with it all it rang."""
    return member.is_calling or not session.is_plain


def _stop(session: CallSession, member: Member, how: Stop, now: datetime) -> None:
    leg = member.leg
    if leg.call_sid is None:
        if not member.was_rung:
            _withdraw(session, member, "The call was over before this party was rung", now)
        elif how in _BY_PEOPLE:
            leg.stop = max(
                leg.stop, how
            )  # on its way: stopped as soon as the carrier has told us its SID
        return
    if leg.stop >= how:
        return
    leg.stop = how
    order = CancelLeg if how in _SPARING else HangUpLeg
    session.orders.append(order(leg.id, leg.call_sid))


def _withdraw(session: CallSession, member: Member, reason: str, now: datetime) -> None:
    if member.leg.withdrawn is not None or member.is_original:
        return
    member.leg.withdrawn = reason
    text = f"{member.display_name} is not called: {reason}"
    session.log(SessionEvent("MemberFailed", text, now, member_id=member.id))


def _close(session: CallSession, now: datetime) -> None:
    if session.has_ended or not all(session.is_over(m) for m in session.members):
        return
    session.ended_at = now
    session.log(SessionEvent("SessionEnded", "Everybody has left", now))


def doubt_stops(session: CallSession, now: datetime) -> None:
    """The carrier was asked, and legs we had stopped are alive: the orders are given once more."""
    for member in session.live():
        repeat_stop(session, member, now)
    for room in session.rooms.values():
        room.close_ordered = False


def repeat_stop(session: CallSession, member: Member, now: datetime) -> None:
    """Give the order that a person asked for once more, now that it can be heard.

    Not that of declining to somebody who has answered all the same: it would be in vain.
    """
    wanted, member.leg.stop = member.leg.stop, Stop.NOT
    in_vain = wanted is Stop.DECLINE and session.is_connected(member)
    if wanted in _BY_PEOPLE and not in_vain:
        _stop(session, member, wanted, now)


def _next_check(session: CallSession, now: datetime) -> datetime | None:
    """When to ask the carrier if nothing has been heard by then; None once all is over."""
    connected, pending = session.parties()
    if not connected and not pending:
        return None
    room = session.current_room()
    if session.is_converting or (room is not None and room.closed):
        return now + _CONVERSION_CHECK
    if session.end_wanted or any(m.leg.stop is not Stop.NOT for m in (*connected, *pending)):
        return now + _STOP_CHECK
    return now + (_RINGING_CHECK if pending else _TALKING_CHECK)


def _sid(member: Member) -> str:
    assert member.leg.call_sid is not None, "a connected leg has a call SID"  # noqa: S101
    return member.leg.call_sid
