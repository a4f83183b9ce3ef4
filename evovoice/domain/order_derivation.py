"""Derives from the present state the orders not given yet, and the lines for the log.

`derive_orders` runs after every command and every fact, under the row lock. It looks at levels,
not at edges: what is needed and not yet ordered is ordered, so a repeated or late fact
orders nothing twice.
"""

from datetime import datetime, timedelta

from evovoice.domain.call_session import CallSession
from evovoice.domain.coaching import end_vain_coaching
from evovoice.domain.conference import Conference
from evovoice.domain.conversion_check import Move, judge_move, redirect_again
from evovoice.domain.digits import derive_digits, drop_unordered_digits
from evovoice.domain.end_rules import verdict
from evovoice.domain.endings import ending_of
from evovoice.domain.erasure import keep_erased
from evovoice.domain.hanging_up import hang_up_everybody, order_hangup, withdraw
from evovoice.domain.hold_changes import settle_hold
from evovoice.domain.holding import (
    derive_adjustments,
    follow_carrier,
    reset_unordered_settings,
    unhold_without_agent,
)
from evovoice.domain.hunt_parties import is_heard_for_machine, ring_seconds
from evovoice.domain.hunting import end_hunts_with_call, go_on_with_hunts
from evovoice.domain.leaving import bound_to_stay, ready_to_leave, stay
from evovoice.domain.looking import plan_look
from evovoice.domain.member import Member
from evovoice.domain.messages import RedirectFailed, SessionEvent
from evovoice.domain.nobody_came import tell_that_nobody_came
from evovoice.domain.orders import DialLeg, DialSupervisor, RedirectLeg
from evovoice.domain.recording import move_recording
from evovoice.domain.returning import hold_for_return, note_lost_device
from evovoice.domain.room_claim import room_name_of
from evovoice.domain.states import HangupLevel, Verdict
from evovoice.domain.supervision import coached_at_dial, settle_supervision
from evovoice.domain.transferring import end_transfer_with_call, go_on_with_transfer

# Longer than a conversion takes with all its repeats. Whoever added them expects no call any more.
NOT_CALLED_AFTER = timedelta(seconds=60)
APART = "We are sorry, a fault has interrupted this call. Please call again."


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
    _give_up_waiting(session, now)
    _let_leave(session, now)
    go_on_with_hunts(session, now)
    go_on_with_transfer(session, now)
    _apply_end_rules(session, now)
    _dial_waiting(session, now)
    follow_carrier(session)
    settle_supervision(session, now)
    hold_for_return(session)
    unhold_without_agent(session, now)
    end_vain_coaching(session, now)
    derive_adjustments(session)
    derive_digits(session, now)
    settle_hold(session, now)
    move_recording(session)
    _close(session, now)
    keep_erased(session)
    session.modified_at = now
    plan_look(session, now)


def start_conversion(session: CallSession, now: datetime) -> None:
    """Claim the conversion: the dialled leg is moved, its caller follows through its dial.

    Only the dialled leg may be redirected; redirecting the other drops it (R2, R6).
    """
    if session.converted_at is not None or session.moving_leg_id is not None:
        return
    child = next((m for m in session.dialled() if session.is_connected(m)), None)
    if child is None:
        return
    session.room_name = session.room_name or room_name_of(session.id)
    session.moving_leg_id, session.moved_at = child.leg.id, now
    session.redirects, session.rooms_seen_at = 1, None
    session.orders.append(RedirectLeg(child.leg.id, _sid(child), session.room_name))
    session.log(SessionEvent("ConversionStarted", "The call becomes a conference", now))


def fail_conversion(session: CallSession, failed: RedirectFailed, now: datetime) -> None:
    """Release the claim; whoever waited for the conference is not dialled any more.

    Where nobody was sent to the conference, nor can be, the call is plain again.
    """
    reason, code = failed.reason, failed.code
    session.moving_leg_id = None
    if failed.is_certain and session.dial_finished_at is None:
        session.room_name = None
    data = {} if code is None else {"twilioCode": str(code)}
    session.log(SessionEvent("ConversionFailed", reason, now, data=data))
    reset_unordered_settings(session, reason)
    drop_unordered_digits(session, reason, now)
    for member in session.legs()[1]:
        if member.leg.dial_ordered_at is None and not member.is_original:
            member.leg.withdrawn_code, member.leg.withdrawn_failure = code, failed.failure
            withdraw(session, member, reason, now)


def _in_vain(session: CallSession, reason: str, now: datetime) -> RedirectFailed:
    """What the carrier has not told, but time or the leg that was moved."""
    return RedirectFailed(session.moving_leg_id or "", now, reason, is_certain=False)


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
    """A moved leg that hung up on the way leaves the other alone: the end rules follow, unless
    there is somebody to wait for in the conference (E4).
    """
    if session.moving_leg_id is None:
        return
    moving = session.member_of(session.moving_leg_id)
    if moving is not None and session.is_over(moving) and verdict(session) is not Verdict.GO_ON:
        reason = f"{moving.display_name} hung up while the call became a conference"
        fail_conversion(session, _in_vain(session, reason, now), now)


def _judge_conversion(session: CallSession, now: datetime) -> None:
    """Nobody stays in silence: the legs are brought together, or told that it is over."""
    match judge_move(session, now):
        case Move.NOBODY_MOVED:
            reason = "The call did not become a conference in time"
            fail_conversion(session, _in_vain(session, reason, now), now)
        case Move.APART:
            redirect_again(session, now)
        case Move.LOST:
            _end_apart(session, now)


def _end_apart(session: CallSession, now: datetime) -> None:
    """They cannot be brought together: each hears why, instead of silence."""
    text = "The parties did not come together in the conference: the call is ended"
    session.log(SessionEvent("CarrierReport", text, now))
    session.end_wanted = True
    for member in session.legs()[0]:
        order_hangup(session, member, HangupLevel.HANG_UP, now, APART)


def _let_leave(session: CallSession, now: datetime) -> None:
    """Hang up whoever wishes to leave and is kept by nothing; whoever must stay is told so."""
    for member, missing in bound_to_stay(session):
        stay(member)
        text = f"{member.display_name} stays in the call: {missing.display_name} is not reached"
        session.log(SessionEvent("CarrierReport", text, now, member.leg.call_sid, member.id))
    for member in ready_to_leave(session):
        order_hangup(session, member, HangupLevel.REMOVE, now)


def _give_up_waiting(session: CallSession, now: datetime) -> None:
    """Whoever was added long ago and could not be dialled is not rung by surprise."""
    for member in session.members:
        is_old = now - member.added_at > NOT_CALLED_AFTER
        if is_old and _waits_for_its_dial(member) and session.is_pending(member):
            withdraw(session, member, "They could not be called in time", now)


def _dial_waiting(session: CallSession, now: datetime) -> None:
    waiting = [m for m in session.members if _waits_for_its_dial(m) and session.is_pending(m)]
    conference = session.open_conference() if waiting else None
    if conference is None or verdict(session) is not Verdict.GO_ON:
        return
    for member in waiting:
        member.leg.dial_ordered_at = now
        session.orders.append(_dial(session, conference, member))


def _dial(session: CallSession, conference: Conference, member: Member) -> DialLeg:
    to, shown = str(member.address), member.from_number or ""
    if member.supervises:
        coached = coached_at_dial(session, conference, member)
        sid = conference.conference_sid
        return DialSupervisor(member.leg.id, sid, to, shown, coached)
    return DialLeg(
        member.leg.id, conference.conference_sid, to, shown,
        ring_seconds=ring_seconds(session, member),
        detect_machine=is_heard_for_machine(session, member),
    )  # fmt: skip


def _waits_for_its_dial(member: Member) -> bool:
    return not member.is_original and member.leg.dial_ordered_at is None


def _apply_end_rules(session: CallSession, now: datetime) -> None:
    judged = verdict(session)
    if judged is Verdict.CANCEL_PENDING:
        for member in session.pending():
            order_hangup(session, member, HangupLevel.CANCEL, now)
        judged = verdict(session)
    if judged is Verdict.END:
        tell_that_nobody_came(session, now)
        hang_up_everybody(session, now)


def _close(session: CallSession, now: datetime) -> None:
    if session.has_ended or not all(session.is_over(m) for m in session.members):
        return
    session.ended_at = now
    data = {"rule": ending_of(session).rule.value}
    end_transfer_with_call(session, now)
    end_hunts_with_call(session)
    session.log(SessionEvent("SessionEnded", "Everybody has left", now, data=data))


def _sid(member: Member) -> str:
    assert member.leg.call_sid is not None, "a connected leg has a call SID"  # noqa: S101
    return member.leg.call_sid
