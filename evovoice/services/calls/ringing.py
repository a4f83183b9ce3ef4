"""How an add is answered: once the carrier has accepted to ring somebody, or why nobody rings."""

from datetime import datetime
from functools import partial
from typing import TypeVar

from evovoice.carrier.port import CarrierError, CarrierRefused, CarrierUnreachable
from evovoice.domain.call_session import CallSession
from evovoice.domain.end_rules import verdict
from evovoice.domain.errors import MemberNotCalled, SessionHasEnded
from evovoice.domain.hunt_parties import HuntState, attempted, hunt_of, hunt_state
from evovoice.domain.member import Member
from evovoice.domain.states import EndSource, HangupLevel, Verdict
from evovoice.services.app_context import AppContext
from evovoice.services.calls.command_runner import PATIENCE
from evovoice.services.calls.waiting import LONGEST_ANSWER, wait_until
from evovoice.services.outbox.session_changes import Changed

R = TypeVar("R")


def rung(context: AppContext, changed: Changed[R], member: str, started: datetime) -> CallSession:
    """The session once the carrier has accepted to ring that member, or as it is 10 s after
    `started`. Errors: why nothing will ring.
    """
    given = context.dispatch.give(changed.orders, PATIENCE)
    session = given.session or changed.session
    if given.error is not None and _is_given_up(session, member_of(session, member)):
        raise _reason(context, session, given.error)
    done = partial(_is_dialled, member_id=member)
    session = wait_until(context, session, started + LONGEST_ANSWER, done)
    return checked(context, session, member)


def checked(context: AppContext, session: CallSession, member_id: str) -> CallSession:
    """The session, unless the member will never ring because of something the caller can read."""
    error = why_not_rung(context, session, member_of(session, member_id))
    if error is not None:
        raise error
    return session


def why_not_rung(context: AppContext, session: CallSession, member: Member) -> Exception | None:
    """Why that member will never ring, nor any other destination of theirs (C114); None where one
    rang or still may.
    """
    hunt = hunt_of(session, member.id)
    if hunt is None:
        return _why_not_dialled(context, session, member)
    if hunt_state(session, hunt) in {HuntState.RINGING, HuntState.REACHED}:
        return None
    errors = [_why_not_dialled(context, session, one) for one in attempted(session, hunt)]
    return None if None in errors else errors[-1]


def _is_given_up(session: CallSession, member: Member) -> bool:
    hunt = hunt_of(session, member.id)
    if hunt is None:
        return session.is_over(member)
    return hunt_state(session, hunt) in {HuntState.FAILED, HuntState.CANCELLED}


def _is_dialled(session: CallSession, member_id: str) -> bool:
    """Callbacks release the dialling once the call is a conference; this only looks."""
    member = member_of(session, member_id)
    hunt = hunt_of(session, member_id)
    if hunt is None:
        return not session.is_pending(member) or member.leg.call_sid is not None
    if hunt_state(session, hunt) is not HuntState.RINGING:
        return True
    return any(one.leg.call_sid is not None for one in attempted(session, hunt))


def _why_not_dialled(context: AppContext, session: CallSession, member: Member) -> Exception | None:
    leg = member.leg
    if leg.end is not None and leg.end.source is EndSource.ORDER:
        return _why_failed(context, session, leg.end.reason, leg.end.code)
    if leg.withdrawn is not None and leg.hangup_level is HangupLevel.DECLINE:
        return MemberNotCalled(member.display_name, leg.withdrawn)
    if leg.withdrawn is not None and leg.call_sid is not None:
        return CarrierUnreachable(leg.withdrawn)  # it rang all the same, and is hung up
    if not leg.never_dialled:
        return None
    if leg.hangup_by is not None:
        return MemberNotCalled(member.display_name, leg.withdrawn or "")
    return _why_failed(context, session, leg.withdrawn, leg.withdrawn_code)


def _why_failed(
    context: AppContext, session: CallSession, reason: str | None, code: int | None
) -> Exception:
    """The carrier has refused it or was not reached, or the call was over meanwhile."""
    if code is not None:
        return _reason(context, session, CarrierRefused(code, 400, reason or "refused"))
    if session.has_ended or verdict(session) is not Verdict.GO_ON:
        return SessionHasEnded(session.id, session.ended_at or context.clock())
    return CarrierUnreachable(reason or "The carrier cannot be reached")


def _reason(context: AppContext, session: CallSession, error: CarrierError) -> Exception:
    """Where the carrier says that the conference is over, its legs follow: so is the call (C80)."""
    conference = session.current_conference()
    if conference is not None and conference.ended:
        return SessionHasEnded(session.id, session.ended_at or context.clock())
    return error


def member_of(session: CallSession, member_id: str) -> Member:
    """The member with that id, who is one."""
    return next(m for m in session.members if m.id == member_id)
