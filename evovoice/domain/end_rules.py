"""When a call is over: E1 to E5 of contract 4.4 or another policy, by what is known now."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.departures import customer_has_gone
from evovoice.domain.end_policies import judge_by_policy, policy_in_force
from evovoice.domain.member import Member
from evovoice.domain.returning import waits_for_return
from evovoice.domain.states import EndPolicy, Verdict


def verdict(session: CallSession) -> Verdict:
    """What to do about whoever is left.

    Safe against late reports: a leg that is not known to be over counts as pending at
    least, so nobody is ended who may be talking. Where the customer has gone and one of our
    users is left with somebody pending (E3), the pending legs are cancelled first and the call
    judged again: a leg that was answered a moment ago survives that (twilio-voice 1.5).
    """
    if session.end_wanted:
        return Verdict.END
    if not session.was_answered:
        return _before_the_answer(session)
    connected, pending = session.parties()
    policy = policy_in_force(session)
    if connected and policy is not EndPolicy.TWO_LEFT:
        return judge_by_policy(session, policy, connected, pending)
    return _two_left(session, connected, pending)


def _two_left(session: CallSession, connected: list[Member], pending: list[Member]) -> Verdict:
    if len(connected) == 1 and not pending and waits_for_return(session, connected):
        return Verdict.GO_ON
    if not connected or (len(connected) == 1 and not pending):
        return Verdict.END
    if len(connected) == 1 and connected[0].is_our_user and customer_has_gone(session):
        return Verdict.CANCEL_PENDING
    return Verdict.GO_ON


def _before_the_answer(session: CallSession) -> Verdict:
    """Where nobody is left to answer, the one who calls hears a sentence, and then it is over."""
    return Verdict.END if session.is_over(session.calling()) else Verdict.GO_ON
