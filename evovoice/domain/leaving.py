"""Leaving as a wish: whose turn it is to be hung up, and who has to stay after all (contract C84).

A leg that leaves while its call becomes a conference would end the call on its way there, and one
that leaves before the next party is accepted by the carrier would leave somebody alone
(decision 58).
"""

from evovoice.domain.call_session import CallSession
from evovoice.domain.leg import AskedBy
from evovoice.domain.member import Member
from evovoice.domain.states import HangupLevel
from evovoice.domain.values import User

_A_TALK = 2  # parties


def wish_to_leave(session: CallSession, member: Member, by: User) -> None:
    """Note that this party hangs up, as `by` asks, once nobody is left alone by it."""
    _note_who(member, by)
    member.leg.leave_wanted = True
    member.leg.leave_after = _needed(session, member)


def wish_to_hand_over(member: Member, to: Member, by: User) -> None:
    """Note that this party hangs up, as `by` asks, once the carrier has accepted the dial."""
    _note_who(member, by)
    member.leg.leave_wanted, member.leg.leave_after = True, to.leg.id


def stay(member: Member) -> None:
    """Take back the wish that this party hangs up; for whom they waited stays known."""
    member.leg.leave_wanted, member.leg.hangup_by = False, None


def _note_who(member: Member, by: User) -> None:
    """Whoever asked for it first: somebody may have taken them out already."""
    if member.leg.hangup_level is HangupLevel.NOT:
        member.leg.hangup_by = AskedBy(by.id, by.name)


def ready_to_leave(session: CallSession) -> list[Member]:
    """Those whom nothing keeps any more."""
    if session.is_converting:
        return []
    return [m for m in _wishing(session) if _has_come(_awaited(session, m))]


def bound_to_stay(session: CallSession) -> list[tuple[Member, Member]]:
    """Those for whom the party has failed who was to take their place, with that party."""
    pairs = [(m, _awaited(session, m)) for m in _wishing(session)]
    return [(m, to) for m, to in pairs if to is not None and session.is_over(to)]


def _wishing(session: CallSession) -> list[Member]:
    return [
        m
        for m in session.members
        if m.leg.leave_wanted and m.leg.hangup_level is HangupLevel.NOT and not session.is_over(m)
    ]


def _needed(session: CallSession, leaving: Member) -> str | None:
    """The leg without which one party would be left alone; None where there is none to wait for."""
    if leaving.supervises:
        return None
    connected, pending = session.parties()
    waiting = [m for m in pending if m.leg.call_sid is None and not m.is_original]
    if len([m for m in connected if m is not leaving]) >= _A_TALK or len(waiting) < len(pending):
        return None
    return waiting[0].leg.id if waiting else None


def _awaited(session: CallSession, leaving: Member) -> Member | None:
    after = leaving.leg.leave_after
    return session.member_of(after) if after else None


def _has_come(awaited: Member | None) -> bool:
    """Whether the carrier has accepted to ring that party, if there is one."""
    return awaited is None or awaited.leg.call_sid is not None
