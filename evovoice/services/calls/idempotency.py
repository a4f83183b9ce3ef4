"""Makes requests with an Idempotency-Key idempotent: a repeat within a day changes nothing."""

import hashlib
from datetime import datetime, timedelta

from evovoice.domain.values import User
from evovoice.services.errors import IdempotencyKeyReused
from evovoice.storage.unit_of_work import Conflict, IdempotencyRecord, UnitOfWork

_VALID_FOR = timedelta(hours=24)

Asked = tuple[str | None, ...]  # what tells a request from another with the same key


def earlier_record(
    work: UnitOfWork, user: User, key: str | None, asked: Asked, now: datetime
) -> IdempotencyRecord | None:
    """The record of the same request, made before. Errors: `IdempotencyKeyReused`, for another."""
    known = work.idempotency_records.find(user.account_id, key) if key is not None else None
    if known is None or now - known.made_at > _VALID_FOR:
        return None
    if known.fingerprint != _fingerprint(asked):
        raise IdempotencyKeyReused
    return known


def keep_record(
    work: UnitOfWork, user: User, key: str | None, asked: Asked,
    session_id: str, member_id: str, now: datetime,
) -> None:  # fmt: skip
    """Keep what the request led to. Errors: `IdempotencyKeyReused` where the same request that
    runs at the same time was stored first.
    """
    if key is None:
        return
    try:
        work.idempotency_records.add(
            user.account_id, key, _fingerprint(asked), session_id, member_id, now
        )
    except Conflict:
        raise IdempotencyKeyReused from None


def _fingerprint(asked: Asked) -> str:
    return hashlib.sha256(repr(asked).encode()).hexdigest()
