"""The states that clients see, computed from the facts (contract 4.2, 4.3 and the outcome)."""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.conference import Conference
from evovoice.domain.hunt_parties import machine_at
from evovoice.domain.leg import CLOCK_SLACK
from evovoice.domain.member import Member
from evovoice.domain.states import (
    CallState,
    DialState,
    Direction,
    LegProgress,
    MemberCallState,
    MemberRole,
    Outcome,
)

_UNANSWERED = {
    Outcome.BUSY: "Busy",
    Outcome.NO_ANSWER: "NoAnswer",
    Outcome.FAILED: "Failed",
    Outcome.CANCELED: "Cancelled",
    Outcome.COMPLETED: "NoAnswer",
}
_NEVER = 2**31  # above every sequence: no report of leaving
_PROGRESS_WORDS = {
    LegProgress.QUEUED: "queued",
    LegProgress.INITIATED: "initiated",
    LegProgress.RINGING: "ringing",
    LegProgress.ANSWERED: "connected",
}


def call_state(session: CallSession) -> CallState:
    """State of the call as a whole; the first line of contract 4.2 that holds."""
    return state_among(session, session.connected())


def state_among(session: CallSession, connected: list[Member]) -> CallState:
    """The same, for whoever knows already who is connected."""
    if session.has_ended:
        return CallState.DISCONNECTED
    if not session.was_answered:
        return CallState.RINGING
    if not any(m.is_our_user for m in connected):
        return CallState.PASSIVE
    conference = session.current_conference()
    held = [m for m in connected if is_held_in(conference, m)]
    if held and len(connected) - len(held) < 2:  # noqa: PLR2004 (a talk takes two)
        return CallState.HOLD
    return CallState.CONNECTED


def dial_state(session: CallSession) -> DialState:
    """Active from the first leg we dial until the end."""
    dialled = any(not m.is_calling or m.was_placed for m in session.members)
    return DialState.ACTIVE if dialled and not session.has_ended else DialState.NONE


def outcome(session: CallSession) -> str | None:
    """How the call ended, in the contract's words; None while it lives."""
    if not session.has_ended:
        return None
    if session.was_answered or answered_by(session) is not None:
        return _transfer(session) or "Completed"
    if session.direction is Direction.INCOMING:
        return "MissedCall"
    called = _called(session)
    ends = [m.leg.end for m in called if m.leg.end is not None]
    if not called:
        return "Failed"
    return _UNANSWERED[ends[0].outcome] if ends else "Cancelled"


def was_missed(session: CallSession) -> bool:
    """Whether this was an inbound call that nobody answered."""
    incoming = session.direction is Direction.INCOMING
    return session.has_ended and incoming and not session.was_answered


def answered_by(session: CallSession) -> Member | None:
    """Who answered the original call first; in a call that we place, the party called
    (decision 64).
    """
    calling = session.calling()
    if calling.was_placed and not calling.is_rung_first:
        return calling if calling.leg.was_answered else None
    return first_of_dialled(session)


def first_of_dialled(session: CallSession) -> Member | None:
    """Who picked up first of those whom the call's own dial rang."""
    answered = [m for m in session.dialled() if m.leg.was_answered]
    return min(answered, key=lambda m: (m.leg.answered_at or m.added_at, m.id), default=None)


def visible_members(session: CallSession) -> list[Member]:
    """Who is listed: while it lives the parties pending or connected, after it all who were
    ever connected, and of a missed call those it rang (contract 4.3).
    """
    if not session.has_ended:
        return _in_order(session.live())
    shown = [m for m in session.members if session.was_connected(m)]
    if not session.was_answered:
        shown = [m for m in session.members if m.is_original]
    return _in_order(shown)


def shown_members(session: CallSession) -> list[Member]:
    """The same without those who supervise and are hidden from the agents."""
    return [m for m in visible_members(session) if not m.is_hidden]


def supervising(session: CallSession, member: Member) -> str | None:
    """How a leg supervises, as the carrier says; None for a party (contract 1.4)."""
    if not member.supervises:
        return None
    is_heard = is_coaching(session, member) and not is_muted(session, member)
    return "coach" if is_heard else "monitor"


def member_state(session: CallSession, member: Member) -> MemberCallState:
    """State of one party."""
    if session.is_over(member):
        return MemberCallState.NONE
    if session.is_connected(member):
        return MemberCallState.HOLD if is_held(session, member) else MemberCallState.CONNECTED
    rings_by_dial = member.is_original and (member.is_calling or not session.waits_for_own_device)
    ringing = member.leg.progress >= LegProgress.RINGING or rings_by_dial
    return MemberCallState.RINGING if ringing else MemberCallState.NONE


def member_status(session: CallSession, member: Member) -> str:
    """The same with the reasons, for `applicationData.status` (contract 1.4)."""
    if session.is_connected(member):
        return "held" if is_held(session, member) else "connected"
    if not session.is_over(member):
        return _PROGRESS_WORDS[member.leg.progress]
    if machine_at(session, member) is not None:
        return "failed"
    if session.was_connected(member):
        return "removed" if member.was_removed else "left"
    if member.leg.end is not None:
        return str(member.leg.end.outcome)
    was_given_up = member.leg.withdrawn is not None and member.leg.hangup_by is None
    return "failed" if was_given_up else "canceled"  # by somebody, or by another who answered


def is_held(session: CallSession, member: Member) -> bool:
    """Whether the carrier says that this party is on hold."""
    return is_held_in(session.current_conference(), member)


def is_held_in(conference: Conference | None, member: Member) -> bool:
    """The same, where the current conference has been found already."""
    state = conference.states.get(member.leg.call_sid or "") if conference else None
    return state is not None and state.inside and state.held


def is_muted(session: CallSession, member: Member) -> bool:
    """Whether the carrier says that this party is not heard."""
    state = session.state_of(member.leg)
    return state is not None and state.inside and state.muted


def is_coaching(session: CallSession, member: Member) -> bool:
    """Whether the carrier says that this party is heard by one other only."""
    state = session.state_of(member.leg)
    return state is not None and state.inside and state.coaching


def _called(session: CallSession) -> list[Member]:
    """Those whose not answering is why an outgoing call came to nothing."""
    calling = session.calling()
    waits = calling.was_placed and not calling.leg.was_answered
    return [calling] if waits else session.dialled()


def _in_order(members: list[Member]) -> list[Member]:
    """The caller, the agents, then everybody added, by time of request."""

    def rank(member: Member) -> tuple[bool, bool, datetime]:
        return (not member.is_original, member.role is not MemberRole.CALLER, member.added_at)

    return sorted(members, key=rank)


def _transfer(session: CallSession) -> str | None:
    """Whether the original agent left others talking, and whom."""
    agents = _agents(session)
    others = [m for m in session.members if _took_part(session, m) and m not in agents]
    if not agents or len(others) < 2 or _was_ended_with(session, agents):  # noqa: PLR2004 (a talk takes two)
        return None
    left = max(gone(session, m) for m in agents)
    stayed = [m for m in others if gone(session, m) > left]
    if len(stayed) < 2:  # noqa: PLR2004 (a talk takes two)
        return None
    colleague = any(m.is_our_user for m in stayed)
    return "TransferredInternal" if colleague else "TransferredExternal"


def _took_part(session: CallSession, member: Member) -> bool:
    return session.was_connected(member) and not member.supervises


def _was_ended_with(session: CallSession, agents: list[Member]) -> bool:
    """Whether the call was ended for all while one of these was part of it."""
    if not session.end_wanted:
        return False
    wanted_at = max(
        filter(None, (c.end_wanted_at for c in session.conferences.values())), default=None
    )
    if wanted_at is None:
        return True
    ends = [m.leg.end for m in agents]
    return any(end is None or end.at > wanted_at - CLOCK_SLACK for end in ends)


def _agents(session: CallSession) -> list[Member]:
    """The legs of the original agents: whoever comes back on another one has not left for good."""
    first = [m for m in session.members if m.role is MemberRole.AGENT and m.leg.was_answered]
    users = {m.user_id for m in first if m.user_id is not None}
    again = [m for m in session.members if m.user_id in users and _took_part(session, m)]
    return [*first, *(m for m in again if m not in first)]


def gone(session: CallSession, member: Member) -> tuple[datetime, int]:
    """When that party left. The carrier's clock counts whole seconds (twilio-voice 4.3), so
    within one the numbering of the conference's reports decides.
    """
    end, state = member.leg.end, session.state_of(member.leg)
    left_at = state.sequence if state and not state.inside else _NEVER
    moment = end.at if end else session.ended_at or session.modified_at
    return moment.replace(microsecond=0), left_at
