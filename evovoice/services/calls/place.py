"""A call that somebody orders by API: a number is called, and ours are rung once it answers.

The published service runs a flow then. There is no flow engine here, so the flow's id is kept
in the log, and whoever picks up is connected as a caller of that number would be.
"""

from dataclasses import dataclass
from datetime import datetime

from evovoice.carrier.port import CarrierError, CarrierRefused, CarrierUnreachable
from evovoice.domain import opening
from evovoice.domain.call_session import CallSession
from evovoice.domain.opening import NewLeg
from evovoice.domain.states import EndSource
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.command_runner import PATIENCE
from evovoice.services.calls.destinations import read_from_number, read_number_to_dial
from evovoice.services.calls.idempotency import (
    REFUSALS,
    Keyed,
    keep_record,
    keep_refusal,
    may_pass,
    recalled,
)
from evovoice.services.calls.rate_limit import take_from_budget
from evovoice.services.calls.waiting import LONGEST_ANSWER, wait_until
from evovoice.services.errors import BadFromNumber
from evovoice.services.outbox.session_changes import Changed
from evovoice.storage.unit_of_work import IdempotencyRecord, UnitOfWork


@dataclass(frozen=True, slots=True)
class PlaceRequest:
    """NewOutgoingSession as it came in; the numbers as typed."""

    number: str
    caller_id: str | None
    flow_id: str | None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class _Placing:
    """A call to be placed, with what it needs of the service."""

    context: AppContext
    user: User
    request: PlaceRequest

    @property
    def keyed(self) -> Keyed:
        """The request with its Idempotency-Key."""
        request = self.request
        asked = "NewOutgoingSession", request.number, request.caller_id, request.flow_id
        return Keyed(self.user, "NewOutgoingSession", request.idempotency_key, asked)


def place_call(context: AppContext, user: User, request: PlaceRequest) -> None:
    """Have the carrier call the number. Errors: those of services, and `CarrierError` where nothing
    will ring; what becomes of the call shows in its session.
    """
    started, placing = context.clock(), _Placing(context, user, request)
    try:
        changed = context.changes.open(_placed_before, _place, placing)
    except REFUSALS as error:
        keep_refusal(context, placing.keyed, error)
        raise
    if changed is None:
        return
    failure = _failure(context, changed, started + LONGEST_ANSWER)
    if failure is not None:
        keep_refusal(context, placing.keyed, failure, changed.session.calling().id)
        raise failure


def _failure(context: AppContext, changed: Changed[bool], until: datetime) -> CarrierError | None:
    """Why the number is not called; a repeat may come while the first try is under way."""
    given = context.dispatch.give(changed.orders, PATIENCE)
    if given.error is not None:
        nothing_rings = given.session is None or given.session.has_ended
        return given.error if nothing_rings else None
    session = given.session or changed.session
    return _why_not_called(wait_until(context, session, until, _is_called))


def _is_called(session: CallSession) -> bool:
    calling = session.calling()
    return calling.leg.call_sid is not None or session.is_over(calling)


def _placed_before(work: UnitOfWork, placing: _Placing, now: datetime) -> CallSession | None:
    """The session that a request with the same Idempotency-Key has led to; none where it came to
    nothing for a reason that may have passed.
    """
    known = recalled(work, placing.keyed, now)
    session = work.sessions.get(known.session_id, placing.user.account_id) if known else None
    error = _why_not_called(session) if session is not None else None
    return None if error is not None and may_pass(error) else session


def _why_not_called(session: CallSession) -> CarrierError | None:
    """The carrier has refused to call the number, or was not reached."""
    end = session.calling().leg.end
    if end is None or end.source is not EndSource.ORDER:
        return None
    if end.code is None:
        return CarrierUnreachable(end.reason or "The carrier cannot be reached")
    return CarrierRefused(end.code, 400, end.reason or "refused")


def _place(work: UnitOfWork, placing: _Placing, now: datetime) -> CallSession | None:
    context, user, request = placing.context, placing.user, placing.request
    known = recalled(work, placing.keyed, now)
    if known is not None and known.member_id and _is_deleted(work, known, user):
        return None  # it was placed before, and its session has been deleted since
    session = _session(context, work, user, request, now)
    keep_record(work, placing.keyed, session.id, session.calling().id, now, known)
    return session


def _is_deleted(work: UnitOfWork, known: IdempotencyRecord, user: User) -> bool:
    return work.sessions.get(known.session_id, user.account_id) is None


def _session(
    context: AppContext, work: UnitOfWork, user: User, request: PlaceRequest, now: datetime
) -> CallSession:
    account = work.directory.account(user.account_id)
    if account is None:
        raise BadFromNumber("FromNumberNotOwned", "Your account is gone")
    number = read_number_to_dial(account, request.number)
    shown = read_from_number(work, account, request.caller_id, None)
    take_from_budget(context, work, account.id, user, now, None)
    return opening.placed(
        account,
        session_id=context.new_id("s"),
        by=user,
        ids=NewLeg(context.new_id("m"), context.new_id("leg")),
        number=number,
        destination=request.number,
        caller_id=shown,
        flow_id=request.flow_id,
        now=now,
    )
