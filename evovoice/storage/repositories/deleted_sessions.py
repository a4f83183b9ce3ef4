"""Which sessions were deleted, so that what the carrier told once is not taken for news."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, exists, select

from evovoice.storage.database.connection import Connection
from evovoice.storage.database.upsert import upsert
from evovoice.storage.tables import AccountRow, DeletedSessionRow, table

_accounts, _deleted = table(AccountRow), table(DeletedSessionRow)
_d = _deleted.c
_of_account = select(_d.session_id).where(_d.account_id == bindparam("account_id")).limit(1)
_BY_ID = _of_account.where(_d.session_id == bindparam("session_id"))
_BY_CALL = _of_account.where(_d.call_digest == bindparam("call_digest"))
# beside an account that is selected, and so no statement of its own for each call that comes in
CALL_WAS_DELETED = exists().where(
    _d.account_id == _accounts.c.id, _d.call_digest == bindparam("call_digest")
)
_NOTE = upsert(_deleted, lambda insert: insert.on_conflict_do_nothing())


class EndedSession(NamedTuple):
    """A session that is over, the SID of the call that began it, and the last link of its log."""

    account_id: str
    session_id: str
    call_sid: str
    log_chained: int
    log_chain: str


class DeletedSessions:
    """What is left of them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, calls: Iterable[EndedSession], now: datetime) -> None:
        """Keep that these were there."""
        rows = [
            {
                "account_id": call.account_id, "session_id": call.session_id,
                "call_digest": call_digest(call.call_sid), "deleted_at": now,
                "log_chain": call.log_chain,
            }
            for call in calls
        ]  # fmt: skip
        if rows:
            self._connection.execute(_NOTE[self._connection.dialect.name], rows)

    def has(self, account_id: str, session_id: str) -> bool:
        """Whether that session was deleted."""
        wanted = {"account_id": account_id, "session_id": session_id}
        return self._connection.execute(_BY_ID, wanted).first() is not None

    def has_call(self, account_id: str, call_sid: str) -> bool:
        """Whether the session that began with that call was deleted."""
        wanted = {"account_id": account_id, "call_digest": call_digest(call_sid)}
        return self._connection.execute(_BY_CALL, wanted).first() is not None


def call_digest(call_sid: str) -> str:
    """What is kept of a call."""
    return hashlib.sha256(call_sid.encode()).hexdigest()
