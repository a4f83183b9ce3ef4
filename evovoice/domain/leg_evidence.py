"""What a report on a leg is worth where reports contradict each other or what was declared
(decision 54).
"""

from collections.abc import Iterable
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.hanging_up import reissue_hangup, remove
from evovoice.domain.member import Member
from evovoice.domain.messages import Fact, LegEnded, LegProgressed, SessionEvent
from evovoice.domain.states import EndSource, HangupLevel, LegProgress


def without_disproved(session: CallSession, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """What a report tells, but for ends that the same report shows to be none.

    While the two sides of a call are tied by their dial, neither ends without the other (R1, R6):
    a leg that is not found lives as long as the other side's call goes on.
    """
    told = tuple(facts)
    if not session.is_plain or len(told) < 2:  # noqa: PLR2004 (there is no other side in it)
        return told
    return tuple(fact for fact in told if not _is_disproved(session, fact, told))


def note_life(session: CallSession, member: Member, seen_at: datetime, now: datetime) -> None:
    """A leg was seen alive: what was only guessed of its end is taken back, and of the end of the
    other side of its dial.
    """
    for alive in (member, *_tied_to(session, member)):
        if alive.leg.take_back_end(seen_at):
            _judge_anew(session, alive, now)
    if member.leg.end is not None and member.leg.end.source is EndSource.ORDER:
        hang_up_failed_dial(session, member, member.leg.end.reason, now)


def hang_up_failed_dial(
    session: CallSession, member: Member, reason: str | None, now: datetime
) -> None:
    """A dial that was given up was carried out all the same. Whoever ordered it was told that it
    failed (contract C77), so the party is hung up, and counts until it has ended.
    """
    leg = member.leg
    leg.end, leg.withdrawn = None, leg.withdrawn or reason or "The call was given up"
    text = f"{member.display_name} is called after all and is hung up: the call was given up"
    session.log(SessionEvent("CarrierReport", text, now, leg.call_sid, member.id))
    leg.hangup_level = HangupLevel.NOT  # what was asked for without a SID was never ordered
    remove(session, member, now)


def _is_disproved(session: CallSession, fact: Fact, facts: tuple[Fact, ...]) -> bool:
    if not isinstance(fact, LegEnded) or not fact.is_guess:
        return False
    member = session.member_of(fact.leg_id, fact.call_sid)
    if member is None or not member.is_original:
        return False
    if member.is_calling:
        rung = [other for other in session.dialled() if other.leg.end is None]
        return any(_comes_to(session, other, facts, LegProgress.RINGING) for other in rung)
    return member.leg.was_answered and _comes_to(
        session, session.calling(), facts, LegProgress.ANSWERED
    )


def _comes_to(
    session: CallSession, member: Member, facts: tuple[Fact, ...], progress: LegProgress
) -> bool:
    """Whether that leg is told to be as far as that, and alive."""
    return any(
        isinstance(fact, LegProgressed)
        and fact.progress >= progress
        and session.member_of(fact.leg_id, fact.call_sid) is member
        for fact in facts
    )


def _tied_to(session: CallSession, member: Member) -> list[Member]:
    """Who lives as long as that party does: the other side of the dial of a plain call."""
    if not session.is_plain or not member.is_original:
        return []
    if member.is_calling:
        return [other for other in session.dialled() if other.leg.was_answered]
    return [session.calling()]


def _judge_anew(session: CallSession, member: Member, now: datetime) -> None:
    """What followed from the end is judged anew; whom a person has sent away is told so again."""
    session.ended_at = None
    for conference in session.conferences.values():
        conference.close_ordered = conference.close_ordered and conference.closed
    text = f"{member.display_name} is in the call after all"
    session.log(SessionEvent("CarrierReport", text, now, member.leg.call_sid, member.id))
    reissue_hangup(session, member, now)
