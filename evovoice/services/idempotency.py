"""What a request with an Idempotency-Key led to: a repeat within a day does nothing new."""

import hashlib
from datetime import datetime, timedelta

from evovoice.domain.values import User
from evovoice.services.errors import IdempotencyKeyReused
from evovoice.storage.unit_of_work import Conflict, Promise, UnitOfWork

_PROMISED_FOR = timedelta(hours=24)

Asked = tuple[str | None, ...]  # what tells a request from another with the same key


def recall(
    work: UnitOfWork, user: User, key: str | None, asked: Asked, now: datetime
) -> Promise | None:
    """What the same request led to before. Errors: `IdempotencyKeyReused`, for another one."""
    known = work.promises.recall(user.account_id, key) if key is not None else None
    if known is None or now - known.made_at > _PROMISED_FOR:
        return None
    if known.fingerprint != _fingerprint(asked):
        raise IdempotencyKeyReused
    return known


def promise(
    work: UnitOfWork, user: User, key: str | None, asked: Asked,
    session_id: str, member_id: str, now: datetime,
) -> None:  # fmt: skip
    """Keep what the request led to. Errors: `IdempotencyKeyReused` where a twin was faster."""
    if key is None:
        return
    try:
        work.promises.make(user.account_id, key, _fingerprint(asked), session_id, member_id, now)
    except Conflict:
        raise IdempotencyKeyReused from None


def _fingerprint(asked: Asked) -> str:
    return hashlib.sha256(repr(asked).encode()).hexdigest()
