"""Policies by which a call ends otherwise than with one party left (contract 4.4, C105).

Judged from what the carrier has reported, never by a flag at the carrier, which would pass over
whoever is on hold.
"""

from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.returning import waits_for_return
from evovoice.domain.states import EndPolicy, Verdict
from evovoice.domain.values import User


def policy_in_force(session: CallSession) -> EndPolicy:
    """The session's own; the default where nobody of the kind it waits for has ever talked."""
    kinds = {EndPolicy.LAST_AGENT: True, EndPolicy.LAST_CUSTOMER: False}
    wanted = kinds.get(session.end_policy)
    if wanted is None or any(
        m.is_our_user is wanted and not m.supervises and session.was_connected(m)
        for m in session.members
    ):
        return session.end_policy
    return EndPolicy.TWO_LEFT


def judge_by_policy(
    session: CallSession, policy: EndPolicy, connected: list[Member], pending: list[Member]
) -> Verdict:
    """What to do about whoever is left; somebody is connected (else E1)."""
    if policy is EndPolicy.LAST_AGENT:
        stays = any(m.is_our_user for m in (*connected, *pending))
        return Verdict.GO_ON if stays or waits_for_return(session, connected) else Verdict.END
    if policy is EndPolicy.LAST_CUSTOMER and all(m.is_our_user for m in connected):
        # one of them may have answered a moment ago, as in E3
        rings = any(not m.is_our_user for m in pending)
        return Verdict.CANCEL_PENDING if rings else Verdict.END
    return Verdict.GO_ON


def let_outside_party_talk(session: CallSession, name: str, now: datetime) -> None:
    """By `last_agent` an outside party who takes over what no agent took would be hung up."""
    if session.end_policy is not EndPolicy.LAST_AGENT:
        return
    session.end_policy = EndPolicy.TWO_LEFT
    text = f"No agent is left: {name} may have the call"
    session.log(SessionEvent("EndPolicySet", text, now, data={"endPolicy": "two_left"}))


def set_policy(session: CallSession, policy: EndPolicy, by: User, now: datetime) -> None:
    """From now on the call ends by that policy; the same again changes nothing."""
    if session.end_policy is policy:
        return
    session.end_policy, session.last_modified_by = policy, by.id
    text = f"{by.name} sets when the call ends: {policy.value}"
    data = {"endPolicy": policy.value}
    session.log(SessionEvent("EndPolicySet", text, now, user_id=by.id, data=data))
