"""Logs and audit trail as they are stored, links and all, in pages, for who verifies them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, tuple_

from evovoice.domain.hash_chain import BEGIN
from evovoice.domain.log_check import LogEnd
from evovoice.domain.log_line import LogLine
from evovoice.domain.trail_check import LinkedEntry
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.mapping.event_rows import event_from
from evovoice.storage.repositories.audit_trail import entry_from
from evovoice.storage.repositories.snapshots import SessionKey
from evovoice.storage.tables import (
    AuditEntryRow,
    CallSessionRow,
    DeletedSessionRow,
    SessionEventRow,
    table,
)

_LINES_AT_ONCE = 2000
_sessions, _events = table(CallSessionRow), table(SessionEventRow)
_entries, _deleted = table(AuditEntryRow), table(DeletedSessionRow)
_s, _e, _a, _d = _sessions.c, _events.c, _entries.c, _deleted.c
_END = (_s.account_id, _s.id, _s.last_sequence, _s.log_chained, _s.log_chain)
_ENDS = (
    select(*_END)
    .where(tuple_(_s.account_id, _s.id) > tuple_(bindparam("account_id"), bindparam("session_id")))
    .order_by(_s.account_id, _s.id)
    .limit(bindparam("most"))
)
_END_OF = select(*_END).where(_s.id == bindparam("session_id"))
_LINES = (
    select(_events)
    .where(
        _e.account_id == bindparam("account_id"),
        _e.session_id <= bindparam("last_id"),
        tuple_(_e.session_id, _e.sequence) > tuple_(bindparam("after_id"), bindparam("after")),
    )
    .order_by(_e.session_id, _e.sequence)
    .limit(_LINES_AT_ONCE)
)
_LINKED = (
    select(_entries)
    .where(_a.position > bindparam("after"), _a.position <= bindparam("until"))
    .order_by(_a.position)
    .limit(bindparam("most"))
)
_LAST_LINKED = select(func.max(_a.position).label("last"))
_WAITING = select(func.count()).select_from(_entries).where(_a.position.is_(None))
_LINKS = select(_e.session_id, _e.sequence, _e.chain).where(
    _e.account_id == bindparam("account_id"),
    _e.session_id.in_(bindparam("session_ids", expanding=True)),
    _e.sequence.in_(bindparam("sequences", expanding=True)),
)
_THERE = select(_s.id).where(
    _s.account_id == bindparam("account_id"),
    _s.id.in_(bindparam("session_ids", expanding=True)),
)
_GONE = select(_d.session_id, _d.log_chain).where(
    _d.account_id == bindparam("account_id"),
    _d.session_id.in_(bindparam("session_ids", expanding=True)),
)
_GONE_OF = select(_d.deleted_at, _d.log_chain).where(_d.session_id == bindparam("session_id"))
_COUNT_GONE = select(func.count()).select_from(_deleted).where(_d.log_chain.is_not(None))


class StoredLog(NamedTuple):
    """Whose log, and what the session's row says of it."""

    key: SessionKey
    end: LogEnd


class Deleted(NamedTuple):
    """When a session was deleted, and its last link; None of a version before chains."""

    at: datetime
    chain: str | None


class StoredLinks:
    """What is stored; each of these asks one or a few statements, and locks nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- the logs of sessions --------------------------------------------------------------------

    def logs(self, after: SessionKey, most: int) -> list[StoredLog]:
        """Logs after that one, in the order of their keys, so many."""
        values = {"account_id": after.account_id, "session_id": after.session_id, "most": most}
        return [_log_from(row) for row in self._connection.execute(_ENDS, values)]

    def logs_of(self, session_id: str) -> list[StoredLog]:
        """The logs of sessions with that id, whatever their account."""
        rows = self._connection.execute(_END_OF, {"session_id": session_id})
        return [_log_from(row) for row in rows]

    def lines(self, account_id: str, session_ids: Sequence[str]) -> Iterator[LogLine]:
        """Their lines, each session's in their order; the ids follow each other in the order of the
        keys, without one between them that is left out.
        """
        last_id, last = session_ids[0], 0
        while True:
            values = {
                "account_id": account_id, "last_id": session_ids[-1],
                "after_id": last_id, "after": last,
            }  # fmt: skip
            rows = self._connection.execute(_LINES, values).all()
            yield from map(_line_from, rows)
            if len(rows) < _LINES_AT_ONCE:
                return
            last_id, last = rows[-1].session_id, rows[-1].sequence

    # --- the audit trail -------------------------------------------------------------------------

    def entries(self, after: int, until: int, most: int) -> list[LinkedEntry]:
        """Linked entries above that position, up to the other, so many."""
        values = {"after": after, "until": until, "most": most}
        return [_entry_from(row) for row in self._connection.execute(_LINKED, values)]

    def last_position(self) -> int:
        """The last position that an entry has."""
        return self._connection.execute(_LAST_LINKED).one().last or 0

    def waiting_entries(self) -> int:
        """How many entries have no link yet."""
        return int(self._connection.execute(_WAITING).scalar_one())

    # --- what the trail says of logs -------------------------------------------------------------

    def links(
        self, account_id: str, lines: Sequence[tuple[str, int]]
    ) -> dict[tuple[str, int], str | None]:
        """The links of those lines, by session and number; of those that are there."""
        values = {
            "account_id": account_id,
            "session_ids": [session_id for session_id, _ in lines],
            "sequences": sorted({sequence for _, sequence in lines}),
        }
        rows = self._connection.execute(_LINKS, values)
        return {(row.session_id, row.sequence): row.chain for row in rows}

    def there(self, account_id: str, session_ids: Sequence[str]) -> set[str]:
        """Which of those sessions are there."""
        values = {"account_id": account_id, "session_ids": list(session_ids)}
        return {row.id for row in self._connection.execute(_THERE, values)}

    def deleted(self, account_id: str, session_ids: Sequence[str]) -> dict[str, str | None]:
        """Which of those sessions were deleted, with their last links."""
        values = {"account_id": account_id, "session_ids": list(session_ids)}
        rows = self._connection.execute(_GONE, values)
        return {row.session_id: row.log_chain for row in rows}

    def deleted_of(self, session_id: str) -> list[Deleted]:
        """What is left of deleted sessions with that id."""
        rows = self._connection.execute(_GONE_OF, {"session_id": session_id})
        return [Deleted(row.deleted_at, row.log_chain) for row in rows]

    def count_deleted(self) -> int:
        """How many sessions were deleted and left their last link."""
        return int(self._connection.execute(_COUNT_GONE).scalar_one())


def _log_from(row: Row) -> StoredLog:
    end = LogEnd(row.id, row.last_sequence, row.log_chained, row.log_chain or BEGIN)
    return StoredLog(SessionKey(row.account_id, row.id), end)


def _line_from(row: Row) -> LogLine:
    return LogLine(
        row.session_id, row.sequence, event_from(row), row.salt, row.digest, row.chain
    )  # fmt: skip


def _entry_from(row: Row) -> LinkedEntry:
    return LinkedEntry(row.position, row.id, entry_from(row), row.salt, row.digest, row.chain)
