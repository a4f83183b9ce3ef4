"""The only repair path: asks the carrier about sessions that were silent too long, and feeds
its answers in as facts.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from evovoice.carrier.port import CarrierError, SessionRef
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.facts import observe
from evovoice.domain.messages import Fact, RedirectLeg
from evovoice.domain.order_derivation import reissue_hangups
from evovoice.services.app_context import AppContext
from evovoice.storage.unit_of_work import UnitOfWork

_AGAIN_AFTER = timedelta(seconds=30)  # if the carrier cannot be asked now


def reconcile(context: AppContext, limit: int = 5) -> int:
    """Check the sessions that are overdue, at most `limit`; how many there were."""
    with context.database.reading() as work:
        overdue = work.sessions.overdue(context.clock(), limit)
    for account_id, session_id in overdue:
        _check(context, SessionRef(account_id, session_id))
    return len(overdue)


def _check(context: AppContext, ref: SessionRef) -> None:
    session = _claimed(context, ref)
    if session is None:
        return
    try:
        facts = _ask(context, session)
    except CarrierError:
        return  # claimed for half a minute; then it is asked again
    with suppress(SessionNotFound):
        changed = context.changes.apply(ref, _take_in, facts)
        context.dispatch.hand_over(changed.orders)


def _claimed(context: AppContext, ref: SessionRef) -> CallSession | None:
    """Take the check over, so that no other process asks the same."""
    now = context.clock()
    with context.database.writing() as work:
        if not work.sessions.claim_check(ref.account_id, ref.session_id, now, now + _AGAIN_AFTER):
            return None
    with context.database.reading() as work:
        return work.sessions.get(ref.session_id, ref.account_id)


def _ask(context: AppContext, session: CallSession) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    unknown = {}
    conference = session.current_conference()
    conference_sid = conference.conference_sid if conference else None
    now = context.clock()
    for member in session.members:
        if session.is_over(member) and not session.is_doubted(member, now):
            continue
        if member.leg.call_sid is not None:
            facts += context.carrier.look_up(member.leg.id, member.leg.call_sid, conference_sid)
        elif member.is_original and not member.is_calling:
            unknown[str(member.address)] = member.leg.id
    if unknown and session.root_call_sid is not None:
        facts += context.carrier.look_up_dialled(session.root_call_sid, unknown)
    return (*facts, *_ask_about_move(context, session))


def _ask_about_move(context: AppContext, session: CallSession) -> tuple[Fact, ...]:
    """Who is in the conference by now, where its own reports have not come."""
    moving = session.member_of(session.moving_leg_id) if session.moving_leg_id else None
    if moving is None or moving.leg.call_sid is None or session.room_name is None:
        return ()
    order = RedirectLeg(moving.leg.id, moving.leg.call_sid, session.room_name)
    ref = SessionRef(session.account_id, session.id)
    return context.carrier.find_out(order, ref, session.moved_at or session.modified_at) or ()


def _take_in(
    work: UnitOfWork, session: CallSession, facts: tuple[Fact, ...], now: datetime
) -> None:
    del work
    observe(session, facts, now)
    reissue_hangups(session, now)
