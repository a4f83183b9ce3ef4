"""Makes requests with an Idempotency-Key idempotent (contract C81): for a day the same request gets
the first answer again, a lasting error too; after one that may pass it is a new try.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from evovoice.carrier.port import CarrierBusy, CarrierRefused, CarrierUnreachable, OutcomeUnknown
from evovoice.domain.errors import ConferenceFull, NotConnectedYet, TooManyPendingMembers
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
from evovoice.storage.unit_of_work import Conflict, IdempotencyRecord, UnitOfWork

_VALID_FOR = timedelta(hours=24)
_CONFERENCE_IS_FULL = 16020  # the carrier's code (twilio-voice 3.6)
_MAY_PASS = (
    CarrierBusy, CarrierUnreachable, OutcomeUnknown, ConferenceFull, NotConnectedYet,
    TooManyPendingMembers, RateLimited, TooManyCalls,
)  # fmt: skip
REFUSALS = (
    BadDestination, BadFromNumber, ConferenceFull, TooManyPendingMembers, RateLimited, TooManyCalls,
)  # fmt: skip

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
    if known.refusal_code is not None:
        raise RefusedBefore(known.refusal_code, known.refusal_message or "")
    return known


def may_pass(error: Exception) -> bool:
    """Whether the same request may succeed later (contract 5, column R)."""
    is_full = isinstance(error, CarrierRefused) and error.code == _CONFERENCE_IS_FULL
    return is_full or isinstance(error, _MAY_PASS)


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


def keep_refusal(context: AppContext, request: Keyed, error: Exception) -> None:
    """Keep that the request was refused, and for good where that will not pass."""
    if request.key is None:
        return
    now, code = context.clock(), None if may_pass(error) else getattr(error, "code", None)
    message = str(error) if code else None
    record = IdempotencyRecord(request.fingerprint, "", "", now, code, message)
    with suppress(Conflict), context.database.writing() as work:
        _keep(work, request, record, "")


def _keep(work: UnitOfWork, request: Keyed, record: IdempotencyRecord, replaced: str) -> None:
    work.idempotency_records.add(request.user.account_id, request.scoped_key, record, replaced)


def _find(work: UnitOfWork, request: Keyed) -> IdempotencyRecord | None:
    """Records of the version before had the bare key, for the whole account: they count for the
    same request alone.
    """
    account_id = request.user.account_id
    known = work.idempotency_records.find(account_id, request.scoped_key)
    if known is not None:
        return known
    bare = work.idempotency_records.find(account_id, str(request.key))
    return bare if bare is not None and bare.fingerprint == request.fingerprint else None
