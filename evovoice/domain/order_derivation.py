"""Derives from the present state the orders not given yet, and the lines for the log.

`derive_orders` runs after every command and every fact, under the row lock. It looks at levels,
not at edges: what is needed and not yet ordered is ordered, so a repeated or late fact
orders nothing twice.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from evovoice.domain.call_session import CallSession, Member
from evovoice.domain.coaching import end_vain_coaching
from evovoice.domain.conference import Conference
from evovoice.domain.conversion_check import Move, judge_move, redirect_again
from evovoice.domain.end_rules import verdict
from evovoice.domain.hold_changes import settle_hold
from evovoice.domain.holding import (
    derive_adjustments,
    follow_carrier,
    reset_unordered_settings,
    unhold_without_agent,
)
from evovoice.domain.leaving import bound_to_stay, ready_to_leave
from evovoice.domain.leg import AskedBy, Leg
from evovoice.domain.looking import plan_look, waits_too_long
from evovoice.domain.messages import (
    CancelLeg,
    DialLeg,
    EndConference,
    HangUpLeg,
    Order,
    RedirectLeg,
    SessionEvent,
)
from evovoice.domain.recording import move_recording
from evovoice.domain.returning import hold_for_return, note_lost_device
from evovoice.domain.states import HangupLevel, Verdict
from evovoice.domain.values import User

APART = "We are sorry, a fault has interrupted this call. Please call again."

_BY_PEOPLE = frozenset({HangupLevel.DECLINE, HangupLevel.REMOVE})
_SPARING = frozenset({HangupLevel.CANCEL, HangupLevel.DECLINE})


def derive_orders(
    session: CallSession, now: datetime, returns_within: timedelta = timedelta(0)
) -> None:
    """Append the orders and log lines that are due, and set when the carrier is asked next.

    `returns_within` is how long a call waits for a device that was lost.
    """
    note_lost_device(session, now, returns_within)
    _finish_conversion(session, now)
    _give_up_conversion(session, now)
    _judge_conversion(session, now)
    _let_leave(session, now)
    _apply_end_rules(session, now)
    _dial_waiting(session, now)
    follow_carrier(session)
    hold_for_return(session)
    unhold_without_agent(session, now)
    end_vain_coaching(session, now)
    derive_adjustments(session)
    settle_hold(session, now)
    move_recording(session)
    _close(session, now)
    session.modified_at = now
    plan_look(session, now)


def start_conversion(session: CallSession, room_name: str, now: datetime) -> None:
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
    session.redirects, session.rooms_seen_at = 1, None
    session.orders.append(RedirectLeg(child.leg.id, _sid(child), session.room_name))
    session.log(SessionEvent("ConversionStarted", "The call becomes a conference", now))


def remove(session: CallSession, member: Member, now: datetime, by: User | None = None) -> None:
    """Order that leg to end because `by` wants it gone, who leaves where it is their own (C82);
    the end rules judge the rest.
    """
    if by is not None and member.leg.hangup_level < HangupLevel.REMOVE:
        member.leg.hangup_by = AskedBy(by.id, by.name)
    _order_hangup(session, member, HangupLevel.REMOVE, now)


def decline(session: CallSession, member: Member, now: datetime) -> None:
    """Order that leg to stop ringing because whoever it rings wants that; if they have just
    answered on another device, the call goes on.
    """
    _order_hangup(session, member, HangupLevel.DECLINE, now)


def fail_conversion(
    session: CallSession, reason: str, now: datetime, code: int | None = None, *,
    is_certain: bool = False,
) -> None:  # fmt: skip
    """Release the claim; whoever waited for the conference is not dialled any more. `code`: the
    carrier's number, where it was refused.

    Where nobody was sent to the conference, nor can be, the call is plain again.
    """
    session.moving_leg_id = None
    if is_certain and session.dial_finished_at is None:
        session.room_name = None
    session.log(SessionEvent("ConversionFailed", reason, now))
    reset_unordered_settings(session)
    for member in session.pending():
        if member.leg.dial_ordered_at is None and not member.is_original:
            member.leg.withdrawn_code = code
            _withdraw(session, member, reason, now)


def _finish_conversion(session: CallSession, now: datetime) -> None:
    conference = session.open_conference()
    if session.converted_at is not None or conference is None:
        return
    if session.end_wanted:
        return
    session.converted_at, session.moving_leg_id = now, None
    data = {"conferenceSid": conference.conference_sid}
    session.log(SessionEvent("ConversionDone", "The call is a conference", now, data=data))


def _give_up_conversion(session: CallSession, now: datetime) -> None:
    """A moved leg that hung up on the way leaves the other alone: the end rules follow."""
    if session.moving_leg_id is None:
        return
    moving = session.member_of(session.moving_leg_id)
    if moving is not None and session.is_over(moving):
        reason = f"{moving.display_name} hung up while the call became a conference"
        fail_conversion(session, reason, now)


def _judge_conversion(session: CallSession, now: datetime) -> None:
    """Nobody stays in silence: the legs are brought together, or told that it is over."""
    match judge_move(session, now):
        case Move.NOBODY_MOVED:
            fail_conversion(session, "The call did not become a conference in time", now)
        case Move.APART:
            redirect_again(session, now)
        case Move.LOST:
            _end_apart(session, now)


def _end_apart(session: CallSession, now: datetime) -> None:
    """They cannot be brought together: each hears why, instead of silence."""
    text = "The parties did not come together in the conference: the call is ended"
    session.log(SessionEvent("CarrierReport", text, now))
    session.end_wanted = True
    for member in session.connected():
        _order_hangup(session, member, HangupLevel.HANG_UP, now, APART)


def _let_leave(session: CallSession, now: datetime) -> None:
    """Hang up whoever wishes to leave and is kept by nothing; whoever must stay is told so."""
    for member, missing in bound_to_stay(session):
        member.leg.leave_wanted, member.leg.hangup_by = False, None
        text = f"{member.display_name} stays in the call: {missing.display_name} is not reached"
        session.log(SessionEvent("CarrierReport", text, now, member.leg.call_sid, member.id))
    for member in ready_to_leave(session):
        _order_hangup(session, member, HangupLevel.REMOVE, now)


def _dial_waiting(session: CallSession, now: datetime) -> None:
    waiting = [m for m in session.members if _waits_for_its_dial(m) and session.is_pending(m)]
    conference = session.open_conference() if waiting else None
    if conference is None or verdict(session) is not Verdict.GO_ON:
        return
    for member in waiting:
        member.leg.dial_ordered_at = now
        to, shown = str(member.address), member.from_number or ""
        session.orders.append(DialLeg(member.leg.id, conference.conference_sid, to, shown))


def _waits_for_its_dial(member: Member) -> bool:
    return not member.is_original and member.leg.dial_ordered_at is None


def _apply_end_rules(session: CallSession, now: datetime) -> None:
    judged = verdict(session)
    if judged is Verdict.CANCEL_PENDING:
        for member in session.pending():
            _order_hangup(session, member, HangupLevel.CANCEL, now)
        judged = verdict(session)
    if judged is Verdict.END:
        _hang_up_everybody(session, now)


def _hang_up_everybody(session: CallSession, now: datetime) -> None:
    """One order for the conference, one for each live leg that is not in it.

    None for a conference whose people are all being hung up by themselves: they hear a sentence.
    """
    conference = session.current_conference()
    if conference is not None and _has_to_be_closed(session, conference):
        conference.close_ordered = True
        session.orders.append(EndConference(conference.conference_sid))
    for member in session.live():
        if not (conference and conference.holds(member.leg.call_sid)) and _needs_own_order(
            session, member
        ):
            _order_hangup(session, member, HangupLevel.HANG_UP, now)


def _has_to_be_closed(session: CallSession, conference: Conference) -> bool:
    if conference.closed or conference.close_ordered:
        return False
    inside = [m for m in session.live() if conference.holds(m.leg.call_sid)]
    return not inside or any(m.leg.hangup_level < HangupLevel.HANG_UP for m in inside)


def _needs_own_order(session: CallSession, member: Member) -> bool:
    """In a plain call hanging up the calling leg ends the dial, and with it all it rang."""
    return member.is_calling or not session.is_plain


def _order_hangup(
    session: CallSession,
    member: Member,
    level: HangupLevel,
    now: datetime,
    sentence: str | None = None,
) -> None:
    leg = member.leg
    if leg.call_sid is None:
        if not member.was_rung:
            _withdraw(session, member, _why_cancelled(leg), now)
        elif level in _BY_PEOPLE:
            leg.hangup_level = max(
                leg.hangup_level, level
            )  # on its way: stopped as soon as the carrier has told us its SID
        return
    if leg.hangup_level >= level:
        return
    leg.hangup_level = level
    if level in _SPARING:
        session.orders.append(CancelLeg(leg.id, leg.call_sid))
    else:
        session.orders.append(HangUpLeg(leg.id, leg.call_sid, sentence))


def _why_cancelled(leg: Leg) -> str:
    by = leg.hangup_by
    return f"{by.name} cancelled it" if by else "The call was over before this party was rung"


def _withdraw(session: CallSession, member: Member, reason: str, now: datetime) -> None:
    leg = member.leg
    if leg.withdrawn is not None or member.is_original:
        return
    leg.withdrawn = reason
    text = f"{member.display_name} is not called: {reason}"
    user_id = leg.hangup_by.user_id if leg.hangup_by else None
    session.log(SessionEvent("MemberFailed", text, now, member_id=member.id, user_id=user_id))


def _close(session: CallSession, now: datetime) -> None:
    if session.has_ended or not all(session.is_over(m) for m in session.members):
        return
    session.ended_at = now
    session.log(SessionEvent("SessionEnded", "Everybody has left", now))


def reissue_hangups(
    session: CallSession, now: datetime, still_open: Collection[Order] = ()
) -> None:
    """Order again what was ordered to end, since the carrier says that these legs are alive; but
    not where the order before is `still_open`, and repeated anyhow.
    """
    legs = {order.leg_id for order in still_open if isinstance(order, CancelLeg | HangUpLeg)}
    closing = {o.conference_sid for o in still_open if isinstance(o, EndConference)}
    for member in session.live():
        if member.leg.id not in legs:
            reissue_hangup(session, member, now)
    for conference in session.conferences.values():
        if conference.conference_sid not in closing:
            conference.close_ordered = False


def reissue_hangup(session: CallSession, member: Member, now: datetime) -> None:
    """Order the hang-up that a person asked for once more, now that the leg has a SID.

    Not that of declining to somebody who has answered all the same: it would be in vain.
    """
    wanted, member.leg.hangup_level = member.leg.hangup_level, HangupLevel.NOT
    in_vain = wanted is HangupLevel.DECLINE and session.is_connected(member)
    if wanted in _BY_PEOPLE and not in_vain:
        _order_hangup(session, member, wanted, now)


def give_up_queued(session: CallSession, now: datetime) -> None:
    """End every dial that the carrier, just asked, still keeps waiting; at the next look again
    if it has rung all the same. One who has answered by then goes on.
    """
    for member in session.pending():
        if waits_too_long(member, now):
            member.leg.withdrawn = "The carrier had not begun to call after 30 seconds"
        if member.leg.withdrawn is not None:
            _order_hangup(session, member, HangupLevel.CANCEL, now)


def _sid(member: Member) -> str:
    assert member.leg.call_sid is not None, "a connected leg has a call SID"  # noqa: S101
    return member.leg.call_sid
