"""By which of the end rules a call has ended, as far as its record shows (contract 4.4)."""

from dataclasses import dataclass
from enum import Enum

from evovoice.domain.call_session import CallSession
from evovoice.domain.end_policies import policy_in_force
from evovoice.domain.member import Member
from evovoice.domain.orders import EndConference
from evovoice.domain.states import EndPolicy, HangupLevel, Outcome
from evovoice.domain.views import gone


class EndRule(Enum):
    """What ended a call."""

    COMMAND = "command"  # somebody, or we, ended it for all
    NOBODY_ANSWERED = "unanswered"  # the original call reached nobody
    CALLER_LEFT = "abandoned"  # who called hung up before the answer
    PLAIN = "plain"  # one side of a plain call hung up, and the carrier ended the other with it
    EVERYBODY_LEFT = "E1"
    ONE_LEFT_ALONE = "E2"
    CUSTOMER_LEFT_RINGING = "E3"  # E2 after what still rang was stopped
    LAST_AGENT_LEFT = "last_agent"
    LAST_CUSTOMER_LEFT = "last_customer"


_BY_POLICY = {
    EndPolicy.LAST_AGENT: (EndRule.LAST_AGENT_LEFT, True),
    EndPolicy.LAST_CUSTOMER: (EndRule.LAST_CUSTOMER_LEFT, False),
}


@dataclass(frozen=True, slots=True)
class Ending:
    """The rule, who left last by themselves, and whom we hung up then; None where there is none."""

    rule: EndRule
    left: Member | None = None
    hung_up: Member | None = None


def ending_of(session: CallSession, noted: str | None = None) -> Ending:
    """How that call ended, or would where all its legs are over. `noted`: the rule that the log
    has; without it a conference that was closed behind the last counts as one that ended them.
    """
    if session.end_wanted:
        return Ending(EndRule.COMMAND)
    if not session.was_answered:
        return _without_answer(session)
    parties = sorted(
        (m for m in session.members if session.was_connected(m) and not m.supervises),
        key=lambda m: gone(session, m),
    )
    last = parties[-1]
    before = parties[-2] if len(parties) > 1 else None
    if session.is_plain:
        return Ending(EndRule.PLAIN, before)
    if noted == EndRule.EVERYBODY_LEFT.value or not _was_hung_up(session, last):
        return Ending(EndRule.EVERYBODY_LEFT, last)
    if policy_in_force(session) in _BY_POLICY:
        return _by_policy(session, parties, last)
    is_e3 = any(m.leg.hangup_level is HangupLevel.CANCEL for m in session.members)
    rule = EndRule.CUSTOMER_LEFT_RINGING if is_e3 else EndRule.ONE_LEFT_ALONE
    return Ending(rule, before, last)


def _by_policy(session: CallSession, parties: list[Member], last: Member) -> Ending:
    """The last of those for whom the policy waits has left, and the others were hung up."""
    rule, is_ours = _BY_POLICY[policy_in_force(session)]
    left = [m for m in parties if m.is_our_user is is_ours]
    return Ending(rule, left[-1] if left else None, last)


def _without_answer(session: CallSession) -> Ending:
    calling = session.calling()
    if calling.was_placed and (session.waits_for_own_device or not session.dialled()):
        return Ending(EndRule.NOBODY_ANSWERED)
    was_left = [m for m in session.dialled() if _ended_with_the_caller(m)]
    if was_left:
        return Ending(EndRule.CALLER_LEFT, calling)
    return Ending(EndRule.NOBODY_ANSWERED)


def _ended_with_the_caller(member: Member) -> bool:
    """Whether their ringing was stopped though nobody asked for it."""
    end = member.leg.end
    is_untouched = member.leg.hangup_level is HangupLevel.NOT
    return is_untouched and (end is None or end.outcome is Outcome.CANCELED)


def _was_hung_up(session: CallSession, member: Member) -> bool:
    """Whether an end rule ended that leg: by its own order, or with its conference."""
    if member.leg.hangup_level is HangupLevel.HANG_UP:
        return True
    behind = {o.conference_sid for o in session.orders if isinstance(o, EndConference)}
    conferences = session.conferences.values()
    closed = [c for c in conferences if c.close_ordered and c.conference_sid not in behind]
    is_free = member.leg.hangup_level is HangupLevel.NOT
    return is_free and any((member.leg.call_sid or "") in c.states for c in closed)
