"""What a person asks of a session. Commands are guarded: each may be refused by its error."""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import (
    CallNotInSession,
    ConferenceFull,
    ConferenceIsOver,
    NotConnectedYet,
    NotYourCall,
    PersonalDataAreErased,
    SessionHasEnded,
    TooManyPendingMembers,
)
from evovoice.domain.hanging_up import remove
from evovoice.domain.leg import Leg
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.order_derivation import start_conversion
from evovoice.domain.requests import AddMember, AddNote, EndCall
from evovoice.domain.states import MemberRole
from evovoice.domain.values import Address, User, is_same_party


def require_member(session: CallSession, user: User) -> None:
    """Who rejects a session is or was a member of it, if only rung, or oversees (contract 2.6)."""
    if user.oversees or any(m.user_id == user.id for m in session.members):
        return
    raise NotYourCall(f"You have no leg in session {session.id}")


def require_part_in(session: CallSession, user: User) -> None:
    """Who acts on a session has or had the call, has it placed, or oversees: who was only rung for
    it may reject it, no more (contract 2.6).
    """
    own = (m for m in session.members if m.user_id == user.id)
    if user.oversees or any(m.is_rung_first or session.was_connected(m) for m in own):
        return
    raise NotYourCall(f"You have no leg in session {session.id}")


def require_part_in_live(session: CallSession, user: User) -> None:
    """As `require_part_in`, for what needs a live call: while nobody has answered, whoever is rung
    passes, as the next guard tells them that it is not connected yet (contract 5).
    """
    (require_part_in if session.was_answered else require_member)(session, user)


def require_can_add(session: CallSession, user: User, call_sid: str | None) -> None:
    """Everything that must hold before a destination is even looked at (contract 5)."""
    require_part_in_live(session, user)
    require_own(session, user, call_sid)
    require_live(session)
    if acting_leg(session, user, call_sid) is None:
        raise CallNotInSession(session.id, call_sid)


def require_own_leg(session: CallSession, user: User, call_sid: str | None) -> Member:
    """The live leg the command comes from, where the user may act on the call."""
    require_can_add(session, user, call_sid)
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


def already_there(
    session: CallSession, address: Address, user_id: str | None = None
) -> Member | None:
    """The party with that address, or that user of ours, who is pending or connected.

    Nobody is rung twice, nor is a user whose device got another address during the call.
    """
    same = (
        m
        for m in session.members
        if is_same_party(m.address, address) or (user_id is not None and m.user_id == user_id)
    )
    return next((m for m in same if not session.is_over(m)), None)


def require_capacity(session: CallSession, max_members: int, max_pending: int) -> None:
    """Whether the conference takes one more, and is not calling too many at once."""
    require_room(session, max_members)
    pending = session.pending()
    if len(pending) >= max_pending:
        raise TooManyPendingMembers(len(pending))


def require_room(session: CallSession, max_members: int) -> None:
    """Whether the conference takes one more party."""
    count = sum(map(len, session.parties()))
    if count >= max_members:
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
    require_part_in(session, command.by)
    _require_no_colleague(session, command.by, command.call_sid)
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
    require_part_in(session, command.by)
    require_not_erased(session)
    session.log(SessionEvent("Note", command.text, now, user_id=command.by.id))
    session.last_modified_by = command.by.id


def _hang_up_one(session: CallSession, call_sid: str, by: User, now: datetime) -> None:
    member = session.member_on_call(call_sid)
    if member is None:
        raise CallNotInSession(session.id, call_sid)
    if not session.is_over(member):
        remove(session, member, now, by)


def require_own(session: CallSession, user: User, call_sid: str | None) -> None:
    """Who adds somebody names their own leg; overseers may name any."""
    member = session.member_on_call(call_sid)
    if member is None or user.oversees or member.user_id == user.id:
        return
    raise NotYourCall(f"Call {call_sid} is not yours")


def _require_no_colleague(session: CallSession, user: User, call_sid: str | None) -> None:
    """Outside parties may be hung up by everybody in the call, colleagues by overseers only."""
    member = session.member_on_call(call_sid)
    if member is not None and member.is_our_user:
        require_own(session, user, call_sid)


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
