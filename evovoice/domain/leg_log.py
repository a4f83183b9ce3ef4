"""The lines of the log that tell how a leg comes along, takes part and ends."""

from collections.abc import Callable
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.conference import ParticipantState
from evovoice.domain.failures import ADVICE, data_of, failure_of
from evovoice.domain.hunt_parties import machine_at
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.states import HangupLevel, LegProgress, Outcome


def log_progress(session: CallSession, member: Member, now: datetime) -> None:
    """That a leg has come further."""
    kinds: dict[LegProgress, tuple[str, str]] = {
        LegProgress.INITIATED: ("MemberDialed", "is being called"),
        LegProgress.RINGING: ("MemberRinging", "rings"),
        LegProgress.ANSWERED: ("MemberAnswered", "answered"),
    }
    kind, verb = kinds[member.leg.progress]
    if member.is_original and member.is_our_user and member.leg.progress is LegProgress.RINGING:
        kind = "AgentRinging"
    text, call_sid = f"{member.display_name} {verb}", member.leg.call_sid
    session.log(SessionEvent(kind, text, now, call_sid, member.id))


def log_end(session: CallSession, member: Member, now: datetime) -> None:
    """That a leg is over, and why."""
    end = member.leg.end
    assert end is not None  # noqa: S101
    outcome = _known_outcome(member, end.outcome)
    data = {"outcome": str(outcome), **data_of(session, member, end.code)}
    kind, verb = _ending_words(session, member, outcome)
    why, by = end.reason or member.leg.withdrawn, member.leg.hangup_by
    text = f"{member.display_name} {verb}{f': {why}' if why else ''}"
    user_id = by.user_id if by else None
    session.log(SessionEvent(kind, text, now, member.leg.call_sid, member.id, user_id, data))


def _known_outcome(member: Member, outcome: Outcome) -> Outcome:
    """Nobody completes a call that they have not answered: we have ended it."""
    unanswered = _was_called(member) and not member.leg.was_answered
    return Outcome.CANCELED if unanswered and outcome is Outcome.COMPLETED else outcome


def _was_called(member: Member) -> bool:
    return not member.is_calling or member.was_placed


def _ending_words(session: CallSession, member: Member, outcome: Outcome) -> tuple[str, str]:
    """Type and verb of the line. Whoever hangs up their own leg leaves; nobody has removed them."""
    failure = failure_of(session, member)
    if failure is not None and machine_at(session, member) is not None:
        return "MemberFailed", f"was not reached: {ADVICE[failure].sentence}"
    if _was_called(member) and not member.leg.was_answered:
        cancelled = outcome is Outcome.CANCELED
        return "MemberFailed", _why_cancelled(session, member) if cancelled else (
            f"was not reached ({outcome})"
        )
    if not member.was_removed:
        return "MemberLeft", "left"
    by = member.leg.hangup_by
    return "MemberRemoved", f"was removed by {by.name}" if by else "was removed"


def _why_cancelled(session: CallSession, member: Member) -> str:
    """Why that party's ringing was stopped, as far as it is known."""
    level, by = member.leg.hangup_level, member.leg.hangup_by
    if level is HangupLevel.DECLINE:
        return "is not rung any more" if member.leg.withdrawn is not None else "declined"
    if level is HangupLevel.REMOVE:
        return f"is not rung any more: {by.name} cancelled it" if by else "is not rung any more"
    if level is not HangupLevel.NOT or session.is_over(session.calling()):
        return "is not rung any more: the call is over"
    if member.is_original and session.was_answered:
        return "is not rung any more: somebody else answered"
    return "is not rung any more"


def log_presence(
    session: CallSession,
    member: Member,
    before: ParticipantState | None,
    after: ParticipantState,
    now: datetime,
) -> None:
    """That a leg is held or muted, or is so no more."""
    changes: list[tuple[str, Callable[[ParticipantState], bool]]] = [
        ("Held,Resumed", lambda state: state.held),
        ("Muted,Unmuted", lambda state: state.muted),
    ]
    for words, read in changes:
        was, is_now = (before is not None and read(before)), read(after)
        if was != is_now:
            word = words.split(",")[0 if is_now else 1]
            text = f"{member.display_name} is {word.lower()}"
            event = SessionEvent(f"Member{word}", text, now, member.leg.call_sid, member.id)
            session.log(event)
