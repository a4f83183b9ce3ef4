"""Deletes sessions that are over, many at once."""

from datetime import datetime

from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.audit import evidence_of, record
from evovoice.services.errors import AccountNotFound

_AT_ONCE = 200  # sessions deleted in one transaction
_BREATH = 0.01  # seconds after it, in which calls have their turn at the database


def delete_sessions(
    context: AppContext, user: User, account_id: str, created_from: datetime | None,
    created_to: datetime | None,
) -> None:  # fmt: skip
    """Delete the account's sessions that have ended and were created within both moments. What is
    left of them keeps late and repeated reports from making them anew.

    In batches, each a transaction: what is deleted stays deleted if a later one fails. Errors:
    `AccountNotFound`, for accounts too that the user may not act on.
    """
    _require_account(context, user, account_id)
    while True:
        with context.database.writing() as work:
            archive = work.session_archive
            now = context.clock()
            deleted = archive.delete_ended(account_id, created_from, created_to, _AT_ONCE, now)
            if not deleted:
                return
            details = {"count": len(deleted)}
            evidence = evidence_of(deleted)
            record(
                work, "sessions.deleted", account_id, account_id, by=user, details=details,
                evidence=evidence, now=now,
            )  # fmt: skip
        context.pause(_BREATH)


def _require_account(context: AppContext, user: User, account_id: str) -> None:
    with context.database.reading() as work:
        known = work.directory.account(account_id) is not None
    if not known or not user.sees(account_id):
        raise AccountNotFound(account_id)
