"""Makes requests with an Idempotency-Key idempotent (contract C81): for a day the same request gets
the first answer again, a lasting error too; after one that may pass it is a new try.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from evovoice.carrier.port import CarrierBusy, CarrierRefused, CarrierUnreachable, OutcomeUnknown
from evovoice.domain.errors import (
    ConferenceFull,
    HandsOverToOneself,
    NotConnectedYet,
    TooManyPendingMembers,
)
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.errors import (
    BadDestination,
    BadFromNumber,
    IdempotencyKeyReused,
    RateLimited,
    RefusedBefore,
    TooManyCalls,
)
from evovoice.storage.unit_of_work import (
    Conflict,
    DatabaseUnavailable,
    IdempotencyRecord,
    UnitOfWork,
)

_REFUSED = 400  # the HTTP status of a refusal that has none of its own
_VALID_FOR = timedelta(hours=24)
# The carrier's codes for refusals that may pass: the conference is full, the call is not in
# progress (twilio-voice 3.6; contract 5).
_PASSING_CODES = frozenset({16020, 21220})
_BY_CARRIER = "CarrierRefused"
_MAY_PASS = (
    CarrierBusy, CarrierUnreachable, OutcomeUnknown, ConferenceFull, NotConnectedYet,
    TooManyPendingMembers, RateLimited, TooManyCalls,
)  # fmt: skip
# What a request may be refused for before it is stored, but for the guards: those judge anew.
REFUSALS = (
    BadDestination, BadFromNumber, ConferenceFull, HandsOverToOneself, TooManyPendingMembers,
    RateLimited, TooManyCalls,
)  # fmt: skip
_CODES: dict[type[Exception], str] = {HandsOverToOneself: "InvalidDestination"}

Asked = tuple[str | None, ...]  # what tells a request from another with the same key


@dataclass(frozen=True, slots=True)
class Keyed:
    """A request that a user may have marked by a key; of each operation a key is another one."""

    user: User
    operation: str
    key: str | None
    asked: Asked

    @property
    def scoped_key(self) -> str:
        """No key has a blank, so that this is none of another user or operation."""
        return f"{self.operation} {self.user.id} {self.key}"

    @property
    def fingerprint(self) -> str:
        """Tells the request."""
        return hashlib.sha256(repr(self.asked).encode()).hexdigest()


def recalled(work: UnitOfWork, request: Keyed, now: datetime) -> IdempotencyRecord | None:
    """The record of the same request, made before. Errors: `IdempotencyKeyReused`, for another;
    `RefusedBefore`, where it was refused for good.
    """
    known = _find(work, request) if request.key is not None else None
    if known is None or now - known.made_at > _VALID_FOR:
        return None
    if known.fingerprint != request.fingerprint:
        raise IdempotencyKeyReused
    if known.refusal_code == _BY_CARRIER:
        status, message = known.carrier_status or _REFUSED, known.refusal_message or ""
        raise CarrierRefused(known.carrier_code, status, message)
    if known.refusal_code is not None:
        raise RefusedBefore(known.refusal_code, known.refusal_message or "")
    return known


def may_pass(error: Exception) -> bool:
    """Whether the same request may succeed later (contract 5, column R)."""
    if isinstance(error, CarrierRefused):
        return error.code in _PASSING_CODES
    return isinstance(error, _MAY_PASS)


def keep_record(
    work: UnitOfWork, request: Keyed, session_id: str, member_id: str, now: datetime,
    instead_of: IdempotencyRecord | None,
) -> None:  # fmt: skip
    """Keep what the request led to, instead of what its earlier try came to. Errors: `Conflict`
    where the same request that runs at the same time was stored first.
    """
    record = IdempotencyRecord(request.fingerprint, session_id, member_id, now)
    if request.key is not None:
        _keep(work, request, record, instead_of.member_id if instead_of else "")


def keep_refusal(
    context: AppContext, request: Keyed, error: Exception, member_id: str = ""
) -> None:
    """Keep that the request was refused, and for good where that will not pass. `member_id`: whom
    it was to ring, where that was stored before.
    """
    if request.key is None:
        return
    record = _refused(request, error, context.clock())
    with suppress(Conflict, DatabaseUnavailable), context.database.writing() as work:
        _keep(work, request, record, member_id)


def _refused(request: Keyed, error: Exception, now: datetime) -> IdempotencyRecord:
    record = IdempotencyRecord(request.fingerprint, "", "", now)
    if may_pass(error):
        return record
    if isinstance(error, CarrierRefused):
        told = replace(record, carrier_code=error.code, carrier_status=error.status)
        return replace(told, refusal_code=_BY_CARRIER, refusal_message=str(error))
    code = _CODES.get(type(error)) or getattr(error, "code", None)
    return replace(record, refusal_code=code, refusal_message=str(error) if code else None)


def _keep(work: UnitOfWork, request: Keyed, record: IdempotencyRecord, replaced: str) -> None:
    work.idempotency_records.add(request.user.account_id, request.scoped_key, record, replaced)


def _find(work: UnitOfWork, request: Keyed) -> IdempotencyRecord | None:
    """Records of the version before had the bare key, for the whole account: they count for the
    same request of the same user alone.
    """
    account_id = request.user.account_id
    known = work.idempotency_records.find(account_id, request.scoped_key)
    if known is not None:
        return known
    bare = work.idempotency_records.find(account_id, str(request.key))
    if bare is None or bare.fingerprint != request.fingerprint:
        return None
    return bare if _is_theirs(work, bare, request.user) else None


def _is_theirs(work: UnitOfWork, record: IdempotencyRecord, user: User) -> bool:
    session = work.sessions.get(record.session_id, None)
    members = session.members if session is not None else []
    return any(one.id == record.member_id and one.added_by == user.id for one in members)
