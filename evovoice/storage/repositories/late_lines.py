"""Lines of sessions' logs that a program before chains has written, for the background."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select, tuple_

from evovoice.storage.database.connection import Connection
from evovoice.storage.repositories.session_log import (
    LogHead,
    note_taken_in,
    store_head,
    stored_head,
    take_in_late,
)
from evovoice.storage.repositories.snapshots import SessionKey
from evovoice.storage.tables import CallSessionRow, SessionEventRow, table

_events, _sessions = table(SessionEventRow), table(CallSessionRow)
_e, _s = _events.c, _sessions.c
_KEY = (_e.account_id, _e.session_id)
_WAITING = (
    select(*_KEY)
    .where(
        _e.chain.is_(None),
        tuple_(*_KEY) > tuple_(bindparam("account_id"), bindparam("session_id")),
    )
    .distinct()
    .order_by(*_KEY)
    .limit(bindparam("most"))
)
_IS_OWN = (_s.account_id == bindparam("own_account_id"), _s.id == bindparam("own_id"))
_LOCK = (
    select(_s.log_chain, _s.log_chained)
    .where(*_IS_OWN)
    .with_for_update(key_share=True, skip_locked=True)
)


class LateLines:
    """Gives those lines their links."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def waiting(self, after: SessionKey, most: int) -> list[SessionKey]:
        """Sessions that have such lines, after that one in the order of their keys, so many."""
        values = {"account_id": after.account_id, "session_id": after.session_id, "most": most}
        rows = self._connection.execute(_WAITING, values)
        return [SessionKey(row.account_id, row.session_id) for row in rows]

    def take_in(self, keys: Iterable[SessionKey], now: datetime) -> int:
        """Give their lines links; how many sessions there were. Whoever has one locked does it."""
        heads = {key: head for key in keys if (head := self._taken_in(key)) is not None}
        if heads:
            note_taken_in(self._connection, heads, now)
        return len(heads)

    def _taken_in(self, key: SessionKey) -> LogHead | None:
        own = {"own_account_id": key.account_id, "own_id": key.session_id}
        row = self._connection.execute(_LOCK, own).first()
        if row is None:
            return None
        head = stored_head(row)
        new = take_in_late(self._connection, key, head)
        if new == head:
            return None
        store_head(self._connection, key, new)
        return new
