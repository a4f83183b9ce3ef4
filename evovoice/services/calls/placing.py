"""How the carrier is made to place a call: stored, ordered, and answered once it has taken it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from evovoice.carrier.port import CarrierError, CarrierRefused, CarrierUnreachable
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.states import EndSource
from evovoice.services.app_context import AppContext
from evovoice.services.calls.answer_digits import keep_for_dial, name_digits_of_dial
from evovoice.services.calls.command_runner import PATIENCE
from evovoice.services.calls.idempotency import (
    REFUSALS,
    Keyed,
    keep_record,
    keep_refusal,
    may_pass,
    recalled,
)
from evovoice.services.calls.typed_digits import Digits
from evovoice.services.calls.waiting import LONGEST_ANSWER, wait_until
from evovoice.storage.unit_of_work import IdempotencyRecord, UnitOfWork


@dataclass(frozen=True, slots=True)
class Placing:
    """A call to be placed. `open_session` makes its session, or refuses by an error; it may be run
    more than once. `digits`: for the number that an agent's call dials.
    """

    context: AppContext
    keyed: Keyed
    open_session: Callable[[UnitOfWork, datetime], CallSession]
    digits: Digits | None = None


def have_placed(placing: Placing) -> CallSession:
    """Have the carrier call whom the session says; the session by then.

    Errors: those of services; `CarrierError` where nothing will ring; `SessionNotFound` where the
    same request led to a session that has been deleted since.
    """
    context = placing.context
    started = context.clock()
    try:
        changed = context.changes.open(_placed_before, _place, placing, _keep_digits)
    except REFUSALS as error:
        keep_refusal(context, placing.keyed, error)
        raise
    assert changed is not None, "a session is always opened or found"  # noqa: S101
    given = context.dispatch.give(changed.orders, PATIENCE)
    session = given.session or changed.session
    failure = given.error if given.session is None or session.has_ended else None
    if given.error is None:
        session = wait_until(context, session, started + LONGEST_ANSWER, _is_called)
        failure = _why_not_called(session)
    if failure is not None:
        keep_refusal(context, placing.keyed, failure, changed.session.calling().id)
        raise failure
    return session


def _is_called(session: CallSession) -> bool:
    calling = session.calling()
    return calling.leg.call_sid is not None or session.is_over(calling)


def _placed_before(work: UnitOfWork, placing: Placing, now: datetime) -> CallSession | None:
    """The session that a request with the same Idempotency-Key has led to; none where it came to
    nothing for a reason that may have passed.
    """
    known = recalled(work, placing.keyed, now)
    session = work.sessions.get(known.session_id, placing.keyed.user.account_id) if known else None
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


def _place(work: UnitOfWork, placing: Placing, now: datetime) -> CallSession:
    known = recalled(work, placing.keyed, now)
    if known is not None and known.member_id and _is_deleted(work, known, placing.keyed):
        raise SessionNotFound(known.session_id)
    session = placing.open_session(work, now)
    if placing.digits is not None:
        name_digits_of_dial(placing.context, session, placing.digits)
    keep_record(work, placing.keyed, session.id, session.calling().id, now, known)
    return session


def _keep_digits(work: UnitOfWork, session: CallSession, placing: Placing, now: datetime) -> None:
    if placing.digits is not None:
        keep_for_dial(work, session, placing.digits, now)


def _is_deleted(work: UnitOfWork, known: IdempotencyRecord, keyed: Keyed) -> bool:
    return work.sessions.get(known.session_id, keyed.user.account_id) is None
