"""The only repair path: asks the carrier about sessions that were silent too long, and feeds
its answers in as facts.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from evovoice.carrier.port import CarrierError, SessionRef
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.facts import observe
from evovoice.domain.messages import Fact, MoveLeg
from evovoice.domain.settling import doubt_stops
from evovoice.services.desk import Desk
from evovoice.storage.unit_of_work import UnitOfWork

_AGAIN_AFTER = timedelta(seconds=30)  # if the carrier cannot be asked now


def reconcile(desk: Desk, limit: int = 5) -> int:
    """Check the sessions that are overdue, at most `limit`; how many there were."""
    with desk.database.reading() as work:
        overdue = work.sessions.overdue(desk.clock(), limit)
    for account_id, session_id in overdue:
        _check(desk, SessionRef(account_id, session_id))
    return len(overdue)


def _check(desk: Desk, ref: SessionRef) -> None:
    session = _claimed(desk, ref)
    if session is None:
        return
    try:
        facts = _ask(desk, session)
    except CarrierError:
        return  # claimed for half a minute; then it is asked again
    with suppress(SessionNotFound):
        changed = desk.changes.apply(ref, _take_in, facts)
        desk.dispatch.hand_over(changed.orders)


def _claimed(desk: Desk, ref: SessionRef) -> CallSession | None:
    """Take the check over, so that no other process asks the same."""
    now = desk.clock()
    with desk.database.writing() as work:
        if not work.sessions.claim_check(ref.account_id, ref.session_id, now, now + _AGAIN_AFTER):
            return None
    with desk.database.reading() as work:
        return work.sessions.get(ref.session_id, ref.account_id)


def _ask(desk: Desk, session: CallSession) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    unknown = {}
    room = session.current_room()
    conference_sid = room.conference_sid if room else None
    for member in session.live():
        if member.leg.call_sid is not None:
            facts += desk.carrier.look_up(member.leg.id, member.leg.call_sid, conference_sid)
        elif member.is_original and not member.is_calling:
            unknown[str(member.address)] = member.leg.id
    if unknown and session.root_call_sid is not None:
        facts += desk.carrier.look_up_dialled(session.root_call_sid, unknown)
    return (*facts, *_ask_about_move(desk, session))


def _ask_about_move(desk: Desk, session: CallSession) -> tuple[Fact, ...]:
    """Who is in the room by now, where its own reports have not come."""
    moving = session.member_of(session.moving_leg_id) if session.moving_leg_id else None
    if moving is None or moving.leg.call_sid is None or session.room_name is None:
        return ()
    order = MoveLeg(moving.leg.id, moving.leg.call_sid, session.room_name)
    ref = SessionRef(session.account_id, session.id)
    return desk.carrier.find_out(order, ref, session.moved_at or session.modified_at) or ()


def _take_in(
    work: UnitOfWork, session: CallSession, facts: tuple[Fact, ...], now: datetime
) -> None:
    del work
    observe(session, facts, now)
    doubt_stops(session, now)
