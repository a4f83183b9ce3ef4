"""Which accounts a user sees, and which sessions: those of them, and none that are archived."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.values import Role, User
from evovoice.storage.unit_of_work import UnitOfWork

ARCHIVED_AFTER = timedelta(days=15)


def visible_accounts(user: User, asked: Sequence[str]) -> tuple[str, ...] | None:
    """Of the accounts asked for those the user may see (C45), with none asked for all of them;
    None: every account.
    """
    if user.role is Role.SYSTEM_ADMINISTRATOR:
        return tuple(dict.fromkeys(asked)) or None
    return (user.account_id,) if not asked or user.account_id in asked else ()


def seen(work: UnitOfWork, user: User, session_id: str, now: datetime) -> CallSession:
    """The session for reading. One of another account looks the same as none.

    Errors: `SessionNotFound`.
    """
    account_id = None if user.role is Role.SYSTEM_ADMINISTRATOR else user.account_id
    return _unless_archived(work.sessions.get(session_id, account_id), session_id, now)


def locked(work: UnitOfWork, user: User, session_id: str, now: datetime) -> CallSession:
    """The session, locked until the transaction ends. Errors: `SessionNotFound`."""
    account_id = user.account_id
    if user.role is Role.SYSTEM_ADMINISTRATOR:
        found = work.sessions.get(session_id, None)
        account_id = found.account_id if found else account_id
    return _unless_archived(work.sessions.for_update(account_id, session_id), session_id, now)


def _unless_archived(session: CallSession | None, session_id: str, now: datetime) -> CallSession:
    if session is None:
        raise SessionNotFound(session_id)
    if session.ended_at is not None and now - session.ended_at > ARCHIVED_AFTER:
        raise SessionNotFound(session_id)
    return session
