"""What an agent does with those who are in the call: hold, mute, coach, remove, leave."""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.coaching import stands_in_the_way
from evovoice.domain.commands import (
    acting_leg,
    require_can_add,
    require_live,
    require_not_ended,
    require_open_conference,
    require_own_leg,
)
from evovoice.domain.errors import (
    CoachedOnHold,
    CoachesThemselves,
    ConferenceNotOpen,
    MemberNotConnected,
    MemberNotFound,
    NobodyElseConnected,
    NobodyEndsHold,
    NotConnectedYet,
    NothingRings,
    NotYourCall,
    OnlySupervises,
)
from evovoice.domain.hanging_up import decline, remove
from evovoice.domain.hold_changes import hold_all_but, hold_one, release_all
from evovoice.domain.holding import (
    can_be_ordered,
    forget_refusals,
    is_anybody_ours,
    waiting_for_orders,
)
from evovoice.domain.hunting import stop_hunt
from evovoice.domain.leaving import wish_to_leave
from evovoice.domain.member import Member
from evovoice.domain.order_derivation import start_conversion
from evovoice.domain.recording import is_recorded, start_recording
from evovoice.domain.requests import (
    HoldCall,
    LeaveCall,
    PatchMember,
    RecordCall,
    RejectCall,
    RemoveMember,
    ResumeCall,
    StartConference,
)
from evovoice.domain.rights import Right, require_right
from evovoice.domain.values import User


def start_conference(session: CallSession, command: StartConference, now: datetime) -> None:
    """Make the call a conference without adding anybody; again it changes nothing."""
    require_can_add(session, command.by, command.call_sid, Right.CONVERT)
    moving_before = session.moving_leg_id
    start_conversion(session, now)
    if session.moving_leg_id != moving_before:
        session.last_modified_by = command.by.id


def hold_call(session: CallSession, command: HoldCall, now: datetime) -> None:
    """Hold all others, each time anew; repeated, it takes over reason and holder (C85)."""
    require_can_add(session, command.by, command.call_sid, Right.HOLD)
    require_open_conference(session)
    own = acting_leg(session, command.by, command.call_sid)
    if all(member is own for member in session.connected()):
        raise NobodyElseConnected(session.id)
    session.last_modified_by = command.by.id
    hold_all_but(session, own, command.by, command.reason, now)
    order_settings(session, now)


def resume_call(session: CallSession, command: ResumeCall, now: datetime) -> None:
    """Release everybody."""
    del now
    require_can_add(session, command.by, command.call_sid, Right.RESUME)
    require_open_conference(session)
    session.last_modified_by = command.by.id
    release_all(session, command.by)
    forget_refusals(session)
    if not can_be_ordered(session):
        raise ConferenceNotOpen(session.id)


def patch_member(session: CallSession, command: PatchMember, now: datetime) -> None:
    """Hold, mute or coach one; to the present value it changes nothing (contract 2.1)."""
    require_right(session, command.by, Right.CHANGE_MEMBER)
    require_known_member(session, command.member)
    require_live(session)
    member = connected_member(session, command.member)
    _require_not_supervised_by(session, member, command.by)
    if member.supervises:
        raise OnlySupervises(member.display_name)
    require_open_conference(session)
    settings = member.leg.settings
    if command.hold and not is_anybody_ours(session):
        raise NobodyEndsHold(session.id)
    if command.hold is not None:
        hold_one(session, member, command.by, held=command.hold)
    settings.muted = settings.muted if command.muted is None else command.muted
    if command.coaching is not None:
        settings.coaching = _coached(session, member, command.coaching)
        settings.uncoached = ""
    session.last_modified_by = command.by.id
    if settings.is_ordered:
        return
    coached = stands_in_the_way(session, member)
    if coached is not None:
        raise CoachedOnHold(member.display_name, coached.display_name)
    order_settings(session, now)


def remove_member(session: CallSession, command: RemoveMember, now: datetime) -> None:
    """Take one out; who is gone already stays gone."""
    require_right(session, command.by, Right.REMOVE)
    member = require_known_member(session, command.member)
    _require_not_supervised_by(session, member, command.by)
    stop_hunt(session, member, command.by, now)
    if session.is_over(member):
        return
    if not member.is_hidden:
        session.last_modified_by = command.by.id
    remove(session, member, now, command.by)


def leave_call(session: CallSession, command: LeaveCall, now: datetime) -> Member:
    """Hang up one's own leg, at once or as soon as the others have what they need (C84)."""
    own = _supervising_or_ringing_leg(session, command.by, command.call_sid)
    if own is None:
        own = require_own_leg(session, command.by, command.call_sid, Right.LEAVE)
    if session.is_connected(own):
        wish_to_leave(session, own, command.by)
    else:
        remove(session, own, now, command.by)
    if not own.is_hidden:
        session.last_modified_by = command.by.id
    return own


def _supervising_or_ringing_leg(
    session: CallSession, user: User, call_sid: str | None
) -> Member | None:
    """The leg of that user that only supervises, or that still rings, if they mean it: whoever
    oversees the call would else be taken to speak for the agent, who would be hung up.
    """

    def is_meant(member: Member) -> bool:
        rings = user.oversees and not member.is_original and not session.was_connected(member)
        is_theirs = member.user_id == user.id and call_sid in (None, member.leg.call_sid)
        return is_theirs and (member.supervises or rings)

    return next(filter(is_meant, session.live()), None)


def _require_not_supervised_by(session: CallSession, member: Member, user: User) -> None:
    """Whoever only supervises is taken out by themselves and by overseers, and others are not told
    of one who is hidden.
    """
    if not member.supervises or user.oversees or member.user_id == user.id:
        return
    if member.is_hidden:
        raise MemberNotFound(session.id, member.id)
    raise NotYourCall(f"{member.display_name} supervises this call")


def reject_call(session: CallSession, command: RejectCall, now: datetime) -> None:
    """Stop ringing one of our users; the last one to decline ends the call (contract 4.4)."""
    require_right(session, command.by, Right.REJECT)
    require_not_ended(session)
    ringing = [m for m in session.legs()[1] if m.user_id == command.by.id and m.was_rung]
    if not ringing:
        raise NothingRings(session.id)
    session.last_modified_by = command.by.id
    for member in ringing:
        decline(session, member, now)


def record_call(session: CallSession, command: RecordCall) -> None:
    """Record the conversation; again it changes nothing."""
    require_right(session, command.by, Right.RECORD)
    require_live(session)
    if is_recorded(session):
        return
    if not start_recording(session):
        raise NotConnectedYet(session.id)
    session.last_modified_by = command.by.id


def find_member(session: CallSession, key: str) -> Member | None:
    """The member with that call SID or member id."""
    by_id = next((m for m in session.members if m.id == key), None)
    return by_id or session.member_on_call(key)


def require_known_member(session: CallSession, key: str) -> Member:
    """The same, gone or not. Errors: `MemberNotFound`."""
    member = find_member(session, key)
    if member is None:
        raise MemberNotFound(session.id, key)
    return member


def connected_member(session: CallSession, key: str) -> Member:
    """The same, who is connected. Errors: `MemberNotConnected` too."""
    member = require_known_member(session, key)
    if session.is_over(member):
        raise MemberNotFound(session.id, key)
    if not session.is_connected(member):
        raise MemberNotConnected(member.display_name)
    return member


def order_settings(session: CallSession, now: datetime) -> None:
    """Make the call a conference where there is something to order in it. Errors:
    `ConferenceNotOpen`: what was asked for would not be ordered, now or when the call is one.
    """
    forget_refusals(session)
    if waiting_for_orders(session):
        start_conversion(session, now)
    if not can_be_ordered(session):
        raise ConferenceNotOpen(session.id)


def _coached(session: CallSession, coach: Member, call_sid: str) -> str:
    """Who alone shall hear the coach: connected and not on hold (16027, 16028)."""
    if not call_sid:
        return ""
    coached = connected_member(session, call_sid)
    if coached is coach:
        raise CoachesThemselves(coach.display_name)
    if coached.leg.settings.held or coached.leg.call_sid is None or coached.supervises:
        raise MemberNotConnected(coached.display_name)
    return coached.leg.call_sid
