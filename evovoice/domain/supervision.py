"""Legs that only monitor or coach: how they are dialled, and when one becomes a party
(decision 113).
"""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.conference import Conference
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.states import Supervision, SupervisionMode


def coached_at_dial(session: CallSession, conference: Conference, member: Member) -> str:
    """Note that this leg is dialled muted, and the call that it is to coach from the first moment:
    one that is inside and not on hold, or the carrier would refuse the dial (16027, 16028).

    Whoever coaches is unmuted once they are inside: until then the coached party may leave, and
    who hears a coach without one is not known (twilio-voice 10.4).
    """
    settings = member.leg.settings
    settings.ordered_muted = True
    coached = session.member_on_call(settings.coaching) if settings.coaching else None
    if coached is not None and _can_be_coached(session, conference, coached):
        settings.ordered_coaching = settings.coaching
    return settings.ordered_coaching


def settle_supervision(session: CallSession, now: datetime) -> None:
    """Who supervises and is heard by everybody, as was wished and as the carrier says, is a party
    from then on.
    """
    for member in session.members:
        if not member.supervises or mode_of(member) is not SupervisionMode.BARGE:
            continue
        state = session.state_of(member.leg)
        is_heard = state is not None and state.inside and not (state.muted or state.coaching)
        if is_heard and member.leg.settings.is_ordered and session.is_connected(member):
            member.supervision = Supervision.JOINED
            text = f"{member.display_name} has joined the conversation"
            data = {"mode": SupervisionMode.BARGE.value}
            session.log(
                SessionEvent(
                    "SupervisionChanged", text, now, member.leg.call_sid, member.id,
                    member.user_id, data,
                )
            )  # fmt: skip


def mode_of(member: Member) -> SupervisionMode:
    """What is wished of that leg."""
    settings = member.leg.settings
    if settings.coaching:
        return SupervisionMode.COACH
    return SupervisionMode.MONITOR if settings.muted else SupervisionMode.BARGE


def _can_be_coached(session: CallSession, conference: Conference, coached: Member) -> bool:
    is_inside = session.is_connected(coached) and conference.holds(coached.leg.call_sid)
    settings = coached.leg.settings
    return is_inside and not settings.held and not settings.ordered_held
