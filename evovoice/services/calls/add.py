"""Add somebody to a call: dial them, and make a plain call a conference first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from evovoice.carrier.port import CarrierError, CarrierRefused, CarrierUnreachable
from evovoice.domain import commands
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import CallNotInSession, SessionHasEnded, SessionNotFound
from evovoice.domain.member import Member
from evovoice.domain.requests import AddMember
from evovoice.domain.returning import may_return
from evovoice.domain.room_claim import room_name_of
from evovoice.domain.states import EndSource
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.command_runner import PATIENCE
from evovoice.services.calls.destinations import Destination, read_destination, read_from_number
from evovoice.services.calls.idempotency import Asked, earlier_record, keep_record
from evovoice.services.calls.rate_limit import take_from_budget
from evovoice.services.calls.waiting import wait_until
from evovoice.services.errors import IdempotencyKeyReused
from evovoice.services.outbox.session_changes import OfUser
from evovoice.storage.unit_of_work import UnitOfWork

_LONGEST_ANSWER = timedelta(seconds=9)  # contract 2.5 promises 10


@dataclass(frozen=True, slots=True)
class AddRequest:
    """AddConferenceMember as it came in; `destination` and `from_number` as typed."""

    session_id: str
    call_sid: str | None
    destination: str
    from_number: str | None
    idempotency_key: str | None = None


Then = Callable[[CallSession, Member, datetime], None]


@dataclass(frozen=True, slots=True)
class _Add:
    """An add with what it needs of the service: who asks, ids for the new party, and limits."""

    context: AppContext
    user: User
    request: AddRequest
    then: Then | None


def add_member(
    context: AppContext, user: User, request: AddRequest, then: Then | None = None
) -> CallSession:
    """Dial somebody into the call; a plain call becomes a conference first. `then` changes the
    session in the same commit, once the member is in it.

    Answers with the session once the carrier has accepted the order, after 10 s at most;
    it never waits for the party to answer. Errors: the domain's, those of services, and
    `CarrierError` where nothing will ring.
    """
    started, target = context.clock(), OfUser(user, request.session_id)
    changed = context.changes.apply(target, _add, _Add(context, user, request, then))
    given = context.dispatch.give(changed.orders, PATIENCE)
    session, member = given.session or changed.session, changed.result
    if given.error is not None and session.is_over(_member(session, member)):
        raise _reason(context, session, given.error)
    done = partial(_is_dialled, member_id=member)
    session = wait_until(context, session, started + _LONGEST_ANSWER, done)
    return checked(context, session, member, request.call_sid)


def _add(work: UnitOfWork, session: CallSession, add: _Add, now: datetime) -> str:
    """Guard the command and add the member, unless they are there; the member's id."""
    context, user, request = add.context, add.user, add.request
    added_earlier = _added_earlier(work, user, request, session, now)
    if added_earlier is not None:
        return added_earlier
    returns = may_return(session, user)
    if not returns:
        commands.require_can_add(session, user, request.call_sid)
    commands.require_open_conference(session)
    command = _command(context, work, session, user, request)
    if returns and command.user_id != user.id:  # only their own device
        commands.require_can_add(session, user, request.call_sid)
    there = commands.already_there(session, command.address, command.user_id)
    if there is None:
        commands.require_capacity(session, context.max_members, context.max_pending)
        there = commands.add_member(session, command, now)
        take_from_budget(context, work, session.account_id, user, now)
    if add.then is not None:
        add.then(session, there, now)
    keep_record(work, user, request.idempotency_key, _asked(request), session.id, there.id, now)
    return there.id


def _command(
    context: AppContext, work: UnitOfWork, session: CallSession, user: User, request: AddRequest
) -> AddMember:
    account = work.directory.account(session.account_id)
    if account is None:
        raise SessionNotFound(session.id)
    target = read_destination(work, account, request.destination, context.sip_hosts)
    shown = read_from_number(work, account, request.from_number, session)
    return AddMember(
        by=user,
        member_id=context.new_id("m"),
        leg_id=context.new_id("leg"),
        room_name=room_name_of(session.id),
        address=target.address,
        display_name=target.display_name,
        from_number=shown,
        destination=request.destination,
        user_id=_user_id(target),
    )


def _user_id(target: Destination) -> str | None:
    return target.user.id if target.user else None


def _is_dialled(session: CallSession, member_id: str) -> bool:
    """Callbacks release the dialling once the call is a conference; this only looks."""
    member = _member(session, member_id)
    return not session.is_pending(member) or member.leg.call_sid is not None


def checked(
    context: AppContext, session: CallSession, member_id: str, call_sid: str | None
) -> CallSession:
    """The session, unless the member will never ring because of something the caller can read."""
    leg = _member(session, member_id).leg
    if leg.end is not None and leg.end.source is EndSource.ORDER:
        if leg.end.code is None:
            raise CarrierUnreachable(leg.end.reason or "The carrier cannot be reached")
        refusal = CarrierRefused(leg.end.code, 400, leg.end.reason or "refused")
        raise _reason(context, session, refusal)
    if leg.withdrawn is not None and leg.call_sid is not None:
        raise CarrierUnreachable(leg.withdrawn)  # it rang all the same, and is hung up
    if leg.never_dialled:
        raise CallNotInSession(session.id, call_sid)
    return session


def _reason(context: AppContext, session: CallSession, error: CarrierError) -> Exception:
    """Where the carrier says that the conference is over, its legs follow: so is the call (C80)."""
    conference = session.current_conference()
    if conference is not None and conference.ended:
        return SessionHasEnded(session.id, session.ended_at or context.clock())
    return error


def _member(session: CallSession, member_id: str) -> Member:
    return next(m for m in session.members if m.id == member_id)


def _added_earlier(
    work: UnitOfWork, user: User, request: AddRequest, session: CallSession, now: datetime
) -> str | None:
    """The member an earlier request with the same Idempotency-Key has added."""
    known = earlier_record(work, user, request.idempotency_key, _asked(request), now)
    if known is not None and known.session_id != session.id:
        raise IdempotencyKeyReused
    return known.member_id if known else None


def _asked(request: AddRequest) -> Asked:
    return request.session_id, request.call_sid, request.destination, request.from_number
