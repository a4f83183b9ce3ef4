"""What a manager asks of a call that they supervise: monitor it, coach one party, barge in."""

from dataclasses import dataclass
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.commands import (
    new_member,
    require_live,
    require_open_conference,
    require_room,
)
from evovoice.domain.errors import (
    CallNotInSession,
    CoachesThemselves,
    ConferenceNotOpen,
    MemberNotConnected,
    SupervisesOwnCall,
    TooFewToSupervise,
    WhomToCoach,
)
from evovoice.domain.holding import can_be_ordered, forget_refusals, waiting_for_orders
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.order_derivation import start_conversion
from evovoice.domain.requests import AddMember
from evovoice.domain.rights import Right, require_right
from evovoice.domain.states import Supervision, SupervisionMode
from evovoice.domain.supervision import mode_of

_A_TALK = 2  # parties


@dataclass(frozen=True, slots=True)
class Supervise:
    """Take part in that way with one's own device, which `add` rings where it is not there yet.

    `coached`: call or member id of who is to hear the coach; None: the only agent who talks.
    `is_hidden`: whether those who do not oversee the call are kept from seeing it.
    """

    add: AddMember
    mode: SupervisionMode
    coached: str | None
    is_hidden: bool
    max_members: int


def supervise(session: CallSession, command: Supervise, now: datetime) -> Member:
    """The leg that supervises: the user's own, or a new one that is rung once the call is a
    conference. What is so already changes nothing.
    """
    require_live(session)
    require_open_conference(session)
    own = own_supervisor(session, command.add.by.id)
    require_right(session, command.add.by, Right.SUPERVISE)
    coached = _coached(session, command, own)
    if own is None:
        return _ring(session, command, coached, now)
    if mode_of(own) is command.mode and own.leg.settings.coaching == coached:
        return own
    _change(session, own, command, coached, now)
    return own


def own_supervisor(session: CallSession, user_id: str) -> Member | None:
    """The live leg with which that user supervises or has barged in. Errors:
    `SupervisesOwnCall`, where they are a party in another way.
    """
    own = next((m for m in session.live() if m.user_id == user_id), None)
    if own is not None and own.supervision is None:
        raise SupervisesOwnCall(session.id)
    return own


def _ring(session: CallSession, command: Supervise, coached: str, now: datetime) -> Member:
    if command.mode is SupervisionMode.BARGE:
        require_room(session, command.max_members)
    member = new_member(command.add, now)
    member.supervision = _supervision(command)
    _wish(member, command.mode, coached)
    if command.mode is SupervisionMode.BARGE:
        member.supervision = Supervision.JOINED
    session.members.append(member)
    _note(session, member, command.mode, now)
    start_conversion(session, now)
    return member


def _change(
    session: CallSession, own: Member, command: Supervise, coached: str, now: datetime
) -> None:
    if command.mode is SupervisionMode.BARGE:
        require_room(session, command.max_members)
    elif not own.supervises:
        if len(session.connected()) <= _A_TALK:
            raise TooFewToSupervise(session.id)
        own.supervision = _supervision(command)
        own.leg.settings.held = False
    _wish(own, command.mode, coached)
    _note(session, own, command.mode, now)
    forget_refusals(session)
    if waiting_for_orders(session) and not can_be_ordered(session):
        raise ConferenceNotOpen(session.id)


def _supervision(command: Supervise) -> Supervision:
    return Supervision.HIDDEN if command.is_hidden else Supervision.SHOWN


def _wish(member: Member, mode: SupervisionMode, coached: str) -> None:
    settings = member.leg.settings
    settings.muted, settings.coaching = mode is SupervisionMode.MONITOR, coached
    settings.uncoached = ""


def _note(session: CallSession, member: Member, mode: SupervisionMode, now: datetime) -> None:
    """Write what was asked for. The id of a user who is hidden stands in lines of their leg alone,
    which are kept from those who do not oversee the call.
    """
    coached = session.member_on_call(member.leg.settings.coaching)
    words = {
        SupervisionMode.MONITOR: "listens to the call",
        SupervisionMode.COACH: f"coaches {coached.display_name if coached else 'somebody'}",
        SupervisionMode.BARGE: "joins the conversation",
    }
    text, data = f"{member.display_name} {words[mode]}", {"mode": mode.value}
    sid, user_id = member.leg.call_sid, member.user_id
    event = SessionEvent("SupervisionChanged", text, now, sid, member.id, user_id, data)
    session.log(event)
    if not member.is_hidden:
        session.last_modified_by = user_id


def _coached(session: CallSession, command: Supervise, own: Member | None) -> str:
    """The call of who is to hear the coach: a party who is connected and not on hold."""
    if command.mode is not SupervisionMode.COACH:
        return ""
    coached = _named(session, command.coached) if command.coached else _only_agent(session, own)
    if coached.user_id == command.add.by.id:
        raise CoachesThemselves(command.add.by.name)
    if coached.supervises:
        raise CallNotInSession(session.id, command.coached)
    if coached.leg.settings.held or coached.leg.call_sid is None:
        raise MemberNotConnected(coached.display_name)
    return coached.leg.call_sid


def _named(session: CallSession, key: str) -> Member:
    found = next((m for m in session.members if key in (m.id, m.leg.call_sid)), None)
    if found is None or session.is_over(found):
        raise CallNotInSession(session.id, key)
    if not session.is_connected(found):
        raise MemberNotConnected(found.display_name)
    return found


def _only_agent(session: CallSession, own: Member | None) -> Member:
    agents = [m for m in session.connected() if m.is_our_user and m is not own]
    if len(agents) != 1:
        raise WhomToCoach(session.id, len(agents))
    return agents[0]
