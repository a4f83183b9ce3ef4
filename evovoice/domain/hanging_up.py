"""Hanging up: which order ends which leg, and what becomes of one that cannot be given yet."""

from collections.abc import Collection
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.conference import Conference
from evovoice.domain.failures import data_of
from evovoice.domain.leg import AskedBy, Leg
from evovoice.domain.looking import waits_too_long
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.orders import CancelLeg, EndConference, HangUpLeg, Order
from evovoice.domain.states import HangupLevel
from evovoice.domain.values import User

_BY_PEOPLE = frozenset({HangupLevel.DECLINE, HangupLevel.REMOVE})
_SPARING = frozenset({HangupLevel.CANCEL, HangupLevel.DECLINE})


def remove(session: CallSession, member: Member, now: datetime, by: User | None = None) -> None:
    """Order that leg to end because `by` wants it gone, who leaves where it is their own (C82);
    the end rules judge the rest.
    """
    if by is not None and member.leg.hangup_level < HangupLevel.REMOVE:
        member.leg.hangup_by = AskedBy(by.id, by.name)
    order_hangup(session, member, HangupLevel.REMOVE, now)


def decline(session: CallSession, member: Member, now: datetime) -> None:
    """Order that leg to stop ringing because whoever it rings wants that; if they have just
    answered on another device, the call goes on.
    """
    order_hangup(session, member, HangupLevel.DECLINE, now)


def rung_devices(session: CallSession, user_id: str) -> list[Member]:
    """The devices of that user that ring, are to, or only supervise the call, where nothing was
    done against it yet.
    """
    return [
        m
        for m in session.live()
        if m.user_id == user_id
        and (m.supervises or session.is_pending(m))
        and m.leg.hangup_level is HangupLevel.NOT
    ]


def stop_ringing(session: CallSession, user_id: str, reason: str, now: datetime) -> None:
    """Ring that user no more; one who has just answered is spared, as in `decline`, but for one
    who only supervises.
    """
    for member in rung_devices(session, user_id):
        if session.is_connected(member):
            remove(session, member, now)
        else:
            call_off(session, member, reason, now)


def call_off(session: CallSession, member: Member, reason: str, now: datetime) -> None:
    """Ring that party no more, or not at all, and say why; one who has just answered is spared."""
    if member.was_rung:
        member.leg.withdrawn = reason
        decline(session, member, now)
    else:
        withdraw(session, member, reason, now)
        member.leg.hangup_level = HangupLevel.DECLINE


def hang_up_everybody(session: CallSession, now: datetime) -> None:
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
            order_hangup(session, member, HangupLevel.HANG_UP, now)


def _has_to_be_closed(session: CallSession, conference: Conference) -> bool:
    if conference.closed or conference.close_ordered:
        return False
    inside = [m for m in session.live() if conference.holds(m.leg.call_sid)]
    return not inside or any(m.leg.hangup_level < HangupLevel.HANG_UP for m in inside)


def _needs_own_order(session: CallSession, member: Member) -> bool:
    """In a plain call hanging up the calling leg ends the dial, and with it all it rang."""
    return member.is_calling or not session.is_plain


def order_hangup(
    session: CallSession,
    member: Member,
    level: HangupLevel,
    now: datetime,
    sentence: str | None = None,
) -> None:
    """Order that leg to end, unless as much is ordered already; `sentence` is said to them first.

    Without a SID it is withdrawn where it was not rung yet, else ended once the SID is known.
    """
    leg = member.leg
    if leg.call_sid is None:
        if not member.was_rung:
            withdraw(session, member, _why_cancelled(leg), now)
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


def withdraw(session: CallSession, member: Member, reason: str, now: datetime) -> None:
    """Give up a party that was added and that the carrier has not heard of."""
    leg = member.leg
    if leg.withdrawn is not None or member.is_original:
        return
    leg.withdrawn = reason
    text = f"{member.display_name} is not called: {reason}"
    user_id = leg.hangup_by.user_id if leg.hangup_by else None
    data = data_of(session, member, leg.withdrawn_code)
    event = SessionEvent("MemberFailed", text, now, None, member.id, user_id, data)
    session.log(event)


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
        order_hangup(session, member, wanted, now)


def give_up_queued(session: CallSession, now: datetime) -> None:
    """End every dial that the carrier, just asked, still keeps waiting; at the next look again
    if it has rung all the same. One who has answered by then goes on.
    """
    for member in session.legs()[1]:
        if waits_too_long(member, now):
            member.leg.withdrawn = "The carrier had not begun to call after 30 seconds"
        if member.leg.withdrawn is not None:
            order_hangup(session, member, HangupLevel.CANCEL, now)
