"""What agents want of a call: see it, add somebody, end it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from evovoice.carrier.port import CarrierError, CarrierRefused, CarrierUnreachable
from evovoice.domain import commands
from evovoice.domain.call_session import CallSession, Member
from evovoice.domain.errors import CallNotInSession, SessionNotFound
from evovoice.domain.messages import SessionEvent
from evovoice.domain.requests import AddMember, EndCall
from evovoice.domain.states import EndSource
from evovoice.domain.values import Role, User
from evovoice.services.desk import Desk
from evovoice.services.destinations import Destination, read_destination, read_from_number
from evovoice.services.errors import IdempotencyKeyReused, RateLimited
from evovoice.services.idempotency import Asked, promise, recall
from evovoice.storage.unit_of_work import StoredOrder, UnitOfWork

ARCHIVED_AFTER = timedelta(days=15)
PATIENCE = 5.0  # seconds an order is repeated while the agent waits
_LONGEST_ANSWER = timedelta(seconds=9)  # contract 2.5 promises 10
_LOOK_EVERY = 0.05  # seconds between looks: other processes tell nothing of their changes


@dataclass(frozen=True, slots=True)
class AddRequest:
    """AddConferenceMember as it came in; `destination` and `from_number` as typed."""

    session_id: str
    call_sid: str | None
    destination: str
    from_number: str | None
    idempotency_key: str | None = None


def get_session(desk: Desk, user: User, session_id: str) -> CallSession:
    """One session; those of other accounts look the same as none. Errors: `SessionNotFound`."""
    with desk.database.reading() as work:
        session = work.sessions.get(session_id, _visible_account(user))
    return _unless_archived(session, session_id, desk.clock())


def active_sessions(desk: Desk, user: User) -> list[CallSession]:
    """Sessions that have not ended and in which the user has a live leg, newest first."""
    with desk.database.reading() as work:
        return work.sessions.active_of(user)


def session_events(
    desk: Desk, user: User, session_id: str, after: int, count: int
) -> tuple[list[tuple[int, SessionEvent]], bool]:
    """Lines of the log with a sequence above `after`, and whether there are more."""
    with desk.database.reading() as work:
        session = work.sessions.get(session_id, _visible_account(user))
        session = _unless_archived(session, session_id, desk.clock())
        lines = work.sessions.events(session.account_id, session_id, after, count + 1)
    return lines[:count], len(lines) > count


def end_session(desk: Desk, user: User, session_id: str, call_sid: str | None) -> None:
    """Hang up everybody, or one leg. The hang-up outlives a carrier that cannot be reached."""
    with desk.database.writing() as work:
        session = locked(work, user, session_id, desk.clock())
        commands.end_call(session, EndCall(user, call_sid), desk.clock())
        orders = work.sessions.save(session, desk.dispatch.lease())
    for order in orders:
        desk.dispatch.carry_out(order)


def add_member(desk: Desk, user: User, request: AddRequest) -> CallSession:
    """Dial somebody into the call; a plain call becomes a conference first.

    Answers with the session once the carrier has accepted the order, after 10 s at most;
    it never waits for the party to answer. Errors: the domain's, this floor's, and
    `CarrierError` where nothing will ring.
    """
    started = desk.clock()
    session, member, orders = _store_add(desk, user, request, started)
    for order in orders:
        settled = desk.dispatch.carry_out(order, PATIENCE)
        session = settled.session or session
        _raise_if_refused(settled.error, session, member)
    done = partial(_is_dialled, member_id=member)
    session = look_again(desk, session, started + _LONGEST_ANSWER, done)
    return _checked(session, member, request.call_sid)


def _store_add(
    desk: Desk, user: User, request: AddRequest, now: datetime
) -> tuple[CallSession, str, list[StoredOrder]]:
    """Guard the command and store member, log line and orders in one commit."""
    return desk.database.change(partial(_guard_and_store, desk, user, request, now))


def _guard_and_store(
    desk: Desk, user: User, request: AddRequest, now: datetime, work: UnitOfWork
) -> tuple[CallSession, str, list[StoredOrder]]:
    session = locked(work, user, request.session_id, now)
    promised = _promised(work, user, request, session, now)
    if promised is not None:
        return session, promised, []
    commands.require_can_add(session, user, request.call_sid)
    command = _command(desk, work, session, user, request)
    there = commands.already_there(session, command.address, command.user_id)
    is_new = there is None
    if there is None:
        commands.require_place(session, desk.max_members, desk.max_pending)
        there = commands.add_member(session, command, now)
    orders = work.sessions.save(session, desk.dispatch.lease())  # writing begins: others wait
    if is_new:
        take_from_budget(desk, work, session.account_id, user, now)
    promise(work, user, request.idempotency_key, _asked(request), session.id, there.id, now)
    return session, there.id, orders


def _command(
    desk: Desk, work: UnitOfWork, session: CallSession, user: User, request: AddRequest
) -> AddMember:
    account = work.directory.account(session.account_id)
    if account is None:
        raise SessionNotFound(session.id)
    target = read_destination(work, account, request.destination, desk.sip_hosts)
    shown = read_from_number(work, account, request.from_number, session)
    return AddMember(
        by=user,
        member_id=desk.new_id("m"),
        leg_id=desk.new_id("leg"),
        room_name=desk.new_id("room"),
        address=target.address,
        display_name=target.display_name,
        from_number=shown,
        destination=request.destination,
        user_id=_user_id(target),
    )


def _user_id(target: Destination) -> str | None:
    return target.user.id if target.user else None


def take_from_budget(
    desk: Desk, work: UnitOfWork, account_id: str, user: User, now: datetime
) -> None:
    """Use one of the calls a user may have dialled this minute. Errors: `RateLimited`."""
    wait = work.promises.take(account_id, user.id, now, desk.adds_per_minute)
    if wait > 0:
        raise RateLimited(int(wait) + 1)


def look_again(
    desk: Desk, session: CallSession, until: datetime, is_settled: Callable[[CallSession], bool]
) -> CallSession:
    """Wait for what other threads and the carrier's reports do to the session."""
    if is_settled(session):
        return session
    with desk.news.listening(session.id) as wait:
        session = _read_again(desk, session)
        while not is_settled(session) and desk.clock() < until:
            wait(_LOOK_EVERY)
            session = _read_again(desk, session)
    return session


def _read_again(desk: Desk, session: CallSession) -> CallSession:
    with desk.database.reading() as work:
        return work.sessions.get(session.id, session.account_id) or session


def _is_dialled(session: CallSession, member_id: str) -> bool:
    """Callbacks release the dialling once the call is a conference; this only looks."""
    member = _member(session, member_id)
    return not session.is_pending(member) or member.leg.call_sid is not None


def _checked(session: CallSession, member_id: str, call_sid: str | None) -> CallSession:
    """The session, unless the member will never ring because of something the caller can read."""
    leg = _member(session, member_id).leg
    if leg.end is not None and leg.end.source is EndSource.ORDER:
        if leg.end.code is None:
            raise CarrierUnreachable(leg.end.reason or "The carrier cannot be reached")
        raise CarrierRefused(leg.end.code, 400, leg.end.reason or "refused")
    if leg.never_dialled:
        raise CallNotInSession(session.id, call_sid)
    return session


def _raise_if_refused(error: CarrierError | None, session: CallSession, member_id: str) -> None:
    """Report the carrier's own reason where this add has failed by it; else go on."""
    if error is not None and session.is_over(_member(session, member_id)):
        raise error


def _member(session: CallSession, member_id: str) -> Member:
    return next(m for m in session.members if m.id == member_id)


def locked(work: UnitOfWork, user: User, session_id: str, now: datetime) -> CallSession:
    account_id = user.account_id
    if user.role is Role.SYSTEM_ADMINISTRATOR:
        seen = work.sessions.get(session_id, None)
        account_id = seen.account_id if seen else account_id
    session = work.sessions.for_update(account_id, session_id)
    return _unless_archived(session, session_id, now)


def _unless_archived(session: CallSession | None, session_id: str, now: datetime) -> CallSession:
    if session is None:
        raise SessionNotFound(session_id)
    if session.ended_at is not None and now - session.ended_at > ARCHIVED_AFTER:
        raise SessionNotFound(session_id)
    return session


def _visible_account(user: User) -> str | None:
    return None if user.role is Role.SYSTEM_ADMINISTRATOR else user.account_id


def _promised(
    work: UnitOfWork, user: User, request: AddRequest, session: CallSession, now: datetime
) -> str | None:
    """The member an earlier request with the same Idempotency-Key has added."""
    known = recall(work, user, request.idempotency_key, _asked(request), now)
    if known is not None and known.session_id != session.id:
        raise IdempotencyKeyReused
    return known.member_id if known else None


def _asked(request: AddRequest) -> Asked:
    return request.session_id, request.call_sid, request.destination, request.from_number
