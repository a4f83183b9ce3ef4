"""Finds a page of sessions and their number: both by index for accounts and days, however many
sessions there are; anything else within a time limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    false,
    func,
    select,
    true,
    union_all,
)

from evovoice.domain.call_session import CallSession
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.database.time_limit import time_limit
from evovoice.storage.mapping.session_rows import readable_session
from evovoice.storage.repositories.session_queries import MEMBERS_OF_MANY
from evovoice.storage.repositories.session_search import (
    MOST_UNMARKED,
    SessionOrder,
    SessionSearch,
    by_account_and_day,
    conditions,
    counted,
    is_not_archived,
    left_to_mark,
    order_by,
    unmarked,
)
from evovoice.storage.repositories.snapshots import SessionKey
from evovoice.storage.tables import CallSessionRow, SessionCountRow, SessionEventRow, table

_sessions, _events, _counts = table(CallSessionRow), table(SessionEventRow), table(SessionCountRow)
_s, _e = _sessions.c, _events.c
_COUNT = select(func.count()).select_from(_sessions)
_KEYS = (_s.account_id, _s.id, _s.created_at)
_LOGS = (
    select(_e.session_id, _e.member_id, _e.at, _e.message)
    .where(
        _e.account_id == bindparam("account_id"),
        _e.session_id.in_(bindparam("session_ids", expanding=True)),
    )
    .order_by(_e.session_id, _e.sequence)
)
# who goes on has a next check, which has an index; most sessions are long over
_LIVE = (
    select(_s.account_id, _s.id)
    .where(_s.next_check.is_not(None), _s.ended_at.is_(None))
    .order_by(_s.created_at.desc(), _s.id)
    .limit(bindparam("count"))
)
_LIVE_OF = _LIVE.where(_s.account_id.in_(bindparam("account_ids", expanding=True)))


class LoggedLine(NamedTuple):
    """What lists show of a line of the log."""

    at: datetime
    message: str


@dataclass(frozen=True, slots=True)
class Slice:
    """So many, after so many; `is_counted`: how many there are in all is wanted too."""

    first: int
    most: int
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class FoundSessions:
    """The sessions of a slice with their logs, one more where there are more; and the number
    of all, 0 where nobody asked.
    """

    sessions: list[tuple[CallSession, list[LoggedLine]]]
    total: int


class SessionLists:
    """Many sessions at once, as one transaction sees them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, search: SessionSearch, order: SessionOrder, wanted: Slice) -> FoundSessions:
        """That slice of the sessions searched for. Errors: `TookTooLong`."""
        with time_limit(self._connection):
            return self._find(search, order, wanted)

    def live(self, account_ids: Sequence[str] | None, most: int) -> list[SessionKey]:
        """Up to so many sessions of these accounts, or of all, that go on, the newest first."""
        query = _LIVE if account_ids is None else _LIVE_OF
        rows = self._connection.execute(query, {"account_ids": account_ids, "count": most})
        return [SessionKey(row.account_id, row.id) for row in rows]

    def _find(self, search: SessionSearch, order: SessionOrder, wanted: Slice) -> FoundSessions:
        if search.account_ids == ():
            return FoundSessions([], 0)
        unmarked = self._count_unmarked(search)
        total = self._counted(search) - unmarked if search.is_by_day else None
        if total is not None and wanted.first >= total:
            return FoundSessions([], total)
        where = conditions(search)
        if unmarked:
            where.append(is_not_archived(search))
        rows = self._rows(search, where, order, wanted)
        if total is None and wanted.is_counted:
            total = self._total(search, where, wanted, len(rows))
        return FoundSessions(self._with_logs(rows), total or 0)

    def _count_unmarked(self, search: SessionSearch) -> int:
        """How many have to be left out beyond those marked: none, if the worker keeps up."""
        limit = search.archived_before
        if limit is None:
            return 0
        known, theirs = self._connection.execute(unmarked(search, limit)).one()
        if known <= MOST_UNMARKED:
            return int(theirs)
        every = _COUNT.where(*left_to_mark(limit), *by_account_and_day(search))
        return int(self._connection.execute(every).scalar_one())

    def _counted(self, search: SessionSearch) -> int:
        query = select(func.coalesce(func.sum(_counts.c.sessions), 0)).where(*counted(search))
        return int(self._connection.execute(query).scalar_one())

    def _total(
        self, search: SessionSearch, where: list[ColumnElement[bool]], wanted: Slice, found: int
    ) -> int:
        """Counted only where the slice does not show the end of the list."""
        if found <= wanted.most and (found or not wanted.first):
            return wanted.first + found
        query = _COUNT.where(_is_on(search), *where)
        return int(self._connection.execute(query).scalar_one())

    def _rows(
        self, search: SessionSearch, where: list[ColumnElement[bool]], order: SessionOrder,
        wanted: Slice,
    ) -> Sequence[Row]:  # fmt: skip
        keys = _keys(search, where, order, wanted)
        is_key = and_(_s.account_id == keys.c.account_id, _s.id == keys.c.id)
        query = select(_sessions).join(keys, is_key).order_by(*order_by(order))
        return self._connection.execute(query).all()

    def _with_logs(self, rows: Sequence[Row]) -> list[tuple[CallSession, list[LoggedLine]]]:
        keys = [SessionKey(row.account_id, row.id) for row in rows]
        members, logs = self._of(MEMBERS_OF_MANY, keys), self._of(_LOGS, keys)
        found = []
        for key, row in zip(keys, rows, strict=True):
            session = readable_session(row, members.get(key, ()))
            if session is not None:
                hidden = {m.id for m in session.members if m.is_hidden}  # whoever reads the list
                lines = [line for line in logs.get(key, ()) if line.member_id not in hidden]
                found.append((session, [LoggedLine(line.at, line.message) for line in lines]))
        return found

    def _of(self, query: Select[Any], keys: list[SessionKey]) -> dict[SessionKey, list[Row]]:
        """The rows that belong to those sessions: one statement for each account."""
        found: dict[SessionKey, list[Row]] = {}
        for account_id, group in groupby(sorted(keys), lambda key: key.account_id):
            ids = [key.session_id for key in group]
            rows = self._connection.execute(query, {"account_id": account_id, "session_ids": ids})
            for row in rows:
                found.setdefault(SessionKey(account_id, row.session_id), []).append(row)
        return found


def _is_on(search: SessionSearch) -> ColumnElement[bool]:
    """Where to look: among the unmarked, or everywhere."""
    return true() if search.archived_before is None else _s.archived == false()


def _keys(
    search: SessionSearch, where: list[ColumnElement[bool]], order: SessionOrder, wanted: Slice
) -> Subquery:
    """Keys alone are read out of an index; whole rows only of what is shown."""
    if search.archived_before is None and order.is_by_index:
        return _keys_of_both(where, order, wanted)
    query = select(*_KEYS).where(_is_on(search), *where).order_by(*order_by(order))
    return query.limit(wanted.most + 1).offset(wanted.first).subquery()


def _keys_of_both(
    where: list[ColumnElement[bool]], order: SessionOrder, wanted: Slice
) -> Subquery:  # fmt: skip
    """Out of two indexed lists, that of the archive and the other."""
    needed = wanted.first + wanted.most + 1
    parts = [
        select(*_KEYS).where(_s.archived == mark, *where).order_by(*order_by(order)).limit(needed)
        for mark in (false(), true())
    ]
    both = union_all(*[select(part.subquery()) for part in parts]).subquery()
    by_date = both.c.created_at, both.c.id.desc()
    ordered = by_date if order.is_ascending else (both.c.created_at.desc(), both.c.id)
    return select(both).order_by(*ordered).limit(wanted.most + 1).offset(wanted.first).subquery()
