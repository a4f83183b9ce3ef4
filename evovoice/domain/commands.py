"""What a person asks of a session. Commands are guarded: each may be refused by its error."""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.end_policies import set_policy
from evovoice.domain.errors import (
    CallNotInSession,
    ConferenceFull,
    ConferenceIsOver,
    NotConnectedYet,
    PersonalDataAreErased,
    SessionHasEnded,
    TooManyPendingMembers,
)
from evovoice.domain.hanging_up import remove
from evovoice.domain.hunting import stop_hunt
from evovoice.domain.leg import Leg
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.order_derivation import start_conversion
from evovoice.domain.requests import AddMember, AddNote, EndCall, SetEndPolicy
from evovoice.domain.rights import Right, require_no_colleague, require_own, require_right
from evovoice.domain.states import MemberRole
from evovoice.domain.values import User


def require_can_add(
    session: CallSession, user: User, call_sid: str | None, right: Right = Right.ADD
) -> None:
    """Everything that must hold before a destination is even looked at (contract 5), or before
    another `right` of those who talk is used.
    """
    require_right(session, user, right)
    require_own(session, user, call_sid)
    require_live(session)
    if acting_leg(session, user, call_sid) is None:
        raise CallNotInSession(session.id, call_sid)


def require_own_leg(session: CallSession, user: User, call_sid: str | None, right: Right) -> Member:
    """The live leg the command comes from, where the user has that right."""
    require_can_add(session, user, call_sid, right)
    own = acting_leg(session, user, call_sid)
    if own is None:
        raise CallNotInSession(session.id, call_sid)
    return own


def require_live(session: CallSession) -> None:
    """The call has been answered and is not over."""
    require_not_ended(session)
    if not session.was_answered:
        raise NotConnectedYet(session.id)


def require_open_conference(session: CallSession) -> None:
    """The conference that the call has become is not over: to a closed one nobody can be added,
    and nobody in it held or muted, however long its legs take to end.
    """
    conference = session.current_conference()
    if session.converted_at is not None and conference is not None and conference.closed:
        raise ConferenceIsOver(session.id)


def require_not_ended(session: CallSession) -> None:
    """The call is not over."""
    if session.ended_at is not None:
        raise SessionHasEnded(session.id, session.ended_at)


def require_not_erased(session: CallSession) -> None:
    """What users write about a call whose personal data are erased would never be (C91)."""
    if session.erased_at is not None:
        raise PersonalDataAreErased(session.id)


def require_capacity(
    session: CallSession, max_members: int, max_pending: int, more: int = 1
) -> None:
    """Whether the conference takes so many more, and is not calling too many at once."""
    require_room(session, max_members, more)
    pending = session.pending()
    if len(pending) + more > max_pending:
        raise TooManyPendingMembers(len(pending))


def require_room(session: CallSession, max_members: int, more: int = 1) -> None:
    """Whether the conference takes so many more parties."""
    count = sum(map(len, session.parties()))
    if count + more > max_members:
        raise ConferenceFull(count)


def new_member(command: AddMember, now: datetime) -> Member:
    """The party that the command is to add."""
    return Member(
        command.member_id, MemberRole.TRANSFER, command.address, command.display_name,
        Leg(command.leg_id), now, user_id=command.user_id, added_by=command.by.id,
        destination=command.destination, from_number=str(command.from_number),
    )  # fmt: skip


def add_member(session: CallSession, command: AddMember, now: datetime) -> Member:
    """Add a party; they are rung as soon as the conference is live. Guards are asked before."""
    member = new_member(command, now)
    session.members.append(member)
    session.last_modified_by = command.by.id
    text = f"{command.by.name} adds {member.display_name}"
    session.log(SessionEvent("MemberQueued", text, now, None, member.id, command.by.id))
    start_conversion(session, now)
    return member


def end_call(session: CallSession, command: EndCall, now: datetime) -> None:
    """Hang up everybody, or one leg and let the end rules decide; again is harmless."""
    require_right(session, command.by, Right.END)
    require_no_colleague(session, command.by, command.call_sid)
    if session.has_ended:
        return
    session.last_modified_by = command.by.id
    if command.call_sid is None:
        _end_for_all(session, command.by, now)
    else:
        _hang_up_one(session, command.call_sid, command.by, now)


def _end_for_all(session: CallSession, by: User, now: datetime) -> None:
    if not session.end_wanted:
        text = f"{by.name} ends the call for everybody"
        session.log(SessionEvent("SessionEnding", text, now, user_id=by.id))
    session.end_wanted = True
    conference = session.current_conference()
    if conference is not None and conference.end_wanted_at is None:
        conference.end_wanted_at = now


def add_note(session: CallSession, command: AddNote, now: datetime) -> None:
    """A line of the log in the user's own words."""
    require_right(session, command.by, Right.NOTE)
    require_not_erased(session)
    session.log(SessionEvent("Note", command.text, now, user_id=command.by.id))
    session.last_modified_by = command.by.id


def set_end_policy(session: CallSession, command: SetEndPolicy, now: datetime) -> None:
    """Say when the call ends; it is judged by that at once (C105)."""
    require_right(session, command.by, Right.SET_END_POLICY)
    require_not_ended(session)
    set_policy(session, command.policy, command.by, now)


def _hang_up_one(session: CallSession, call_sid: str, by: User, now: datetime) -> None:
    member = session.member_on_call(call_sid)
    if member is None:
        raise CallNotInSession(session.id, call_sid)
    stop_hunt(session, member, by, now)
    if not session.is_over(member):
        remove(session, member, now, by)


def acting_leg(session: CallSession, user: User, call_sid: str | None) -> Member | None:
    """The live leg the command comes from; without a call SID the user's only one."""
    if call_sid is not None:
        member = session.member_on_call(call_sid)
        is_party = member is not None and session.is_connected(member) and not member.supervises
        return member if is_party else None
    own = [m for m in session.connected() if m.user_id == user.id]
    if not own and user.oversees:
        own = [m for m in session.connected() if m.role is MemberRole.AGENT]
    return own[0] if len(own) == 1 else None


def has_acting_leg(session: CallSession, user: User) -> bool:
    """Whether there is a live leg that such a command may come from, of whatever call SID."""
    live = session.connected()
    own = any(m.user_id == user.id for m in live)
    return own or (user.oversees and any(m.role is MemberRole.AGENT for m in live))
