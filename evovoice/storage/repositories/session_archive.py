"""Marks the sessions that ended long ago, and deletes sessions; both in batches."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    true,
    update,
)

from evovoice.domain.states import EndSource
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.mapping.session_documents import END_SOURCE_WORDS
from evovoice.storage.repositories.deleted_sessions import DeletedSessions, EndedSession
from evovoice.storage.repositories.session_log import store_head, stored_head, take_in_late
from evovoice.storage.repositories.session_search import left_to_mark
from evovoice.storage.repositories.snapshots import SessionKey
from evovoice.storage.tables import CallSessionRow, MemberRow, OrderRow, table

_sessions, _members, _orders = table(CallSessionRow), table(MemberRow), table(OrderRow)
_s, _m, _o = _sessions.c, _members.c, _orders.c
_ENDED = (_s.account_id, _s.id, _s.call_sid, _s.last_sequence, _s.log_chained, _s.log_chain)
_SURE_AFTER = timedelta(minutes=10)  # for so long hang-ups are repeated (contract C83)
# a party who rang though they count as gone is being hung up
_HAS_OPEN_ORDERS = exists().where(
    _o.account_id == _s.account_id, _o.session_id == _s.id, _o.result.is_(None)
)
_LOCK = 0x61726368697665  # "archive": who counts many sessions at once does so alone
# nobody has reported these ends: a guess after a refusal, or a dial that was given up
_HAS_UNSURE_ENDS = exists().where(
    _m.account_id == _s.account_id,
    _m.session_id == _s.id,
    or_(
        and_(
            _m.leg_end_source == END_SOURCE_WORDS[EndSource.INFERRED], _m.leg_end_code.is_not(None)
        ),
        and_(_m.leg_end_source == END_SOURCE_WORDS[EndSource.ORDER], _m.leg_end_code.is_(None)),
    ),
)


class SessionArchive:
    """What becomes of sessions that are over."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_postgres = connection.dialect.name == "postgresql"

    def mark(self, ended_before: datetime, most: int) -> list[EndedSession]:
        """Mark so many that ended before; which: none while another process is at it."""
        if self._is_postgres and not self._ask(func.pg_try_advisory_xact_lock(_LOCK)):
            return []
        left = select(*_ENDED).where(*left_to_mark(ended_before))
        longest_first = left.order_by(_s.ended_at).limit(most)
        marked = self._locked(longest_first.with_for_update(skip_locked=True))
        for account_id, ids in _by_account(marked).items():
            are_theirs = (_s.account_id == account_id, _s.id.in_(ids))
            self._connection.execute(update(_sessions).where(*are_theirs).values(archived=true()))
        return marked

    def delete_ended(
        self, account_id: str, created_from: datetime | None, created_to: datetime | None,
        most: int, now: datetime,
    ) -> list[EndedSession]:  # fmt: skip
        """Delete so many that have ended, with all that belongs to them; which they were. Left
        are those of which something is still to be hung up or, in the ten minutes after their end,
        somebody may turn out to live; and what tells that there was one.

        Both moments count; None: no bound.
        """
        if self._is_postgres:
            self._ask(func.pg_advisory_xact_lock(_LOCK))
        where = [_s.account_id == account_id, _s.ended_at.is_not(None), ~_HAS_OPEN_ORDERS]
        where += [or_(_s.ended_at < now - _SURE_AFTER, ~_HAS_UNSURE_ENDS)]
        where += [_s.created_at >= created_from] if created_from else []
        where += [_s.created_at <= created_to] if created_to else []
        calls = self._first_of(where, most)
        DeletedSessions(self._connection).note(calls, now)
        ids = [call.session_id for call in calls]
        are_theirs = (_s.account_id == account_id, _s.id.in_(ids))
        self._connection.execute(delete(_sessions).where(*are_theirs))
        return calls

    def _first_of(self, where: list[ColumnElement[bool]], most: int) -> list[EndedSession]:
        """Out of the indexed list of the archive, else of the other."""
        for mark in (true(), false()):
            query = select(*_ENDED).where(_s.archived == mark, *where)
            newest_first = query.order_by(_s.created_at.desc(), _s.id).limit(most)
            found = self._locked(newest_first.with_for_update())
            if found:
                return found
        return []

    def _locked(self, query: Select[Any]) -> list[EndedSession]:
        return [self._ended(row) for row in self._connection.execute(query)]

    def _ended(self, row: Row) -> EndedSession:
        """With a chain over the whole log, also where a program before chains wrote in it."""
        key, head = SessionKey(row.account_id, row.id), stored_head(row)
        if head.sequence < row.last_sequence:
            head = take_in_late(self._connection, key, head)
            store_head(self._connection, key, head)
        return EndedSession(*key, row.call_sid, head.sequence, head.chain)

    def _ask(self, question: ColumnElement[Any]) -> object:
        return self._connection.execute(select(question)).scalar_one()


def _by_account(sessions: list[EndedSession]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in sessions:
        found.setdefault(one.account_id, []).append(one.session_id)
    return found
