"""Loads sessions, locked or not, and saves what has changed of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Executable, Select
from sqlalchemy.exc import IntegrityError

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import SessionEvent
from evovoice.domain.values import User
from evovoice.storage import session_queries as queries
from evovoice.storage.connection import Connection, Row
from evovoice.storage.feed import INSERT_CHANGE, change_values
from evovoice.storage.outbox import INSERT_ORDER, Lease, StoredOrder, new_orders, order_values
from evovoice.storage.session_rows import (
    Values,
    event_from,
    event_values,
    member_values,
    session_from,
    summary_values,
)
from evovoice.storage.snapshots import SessionKey, Snapshot, Snapshots, snapshot

_Rows = tuple[Executable, list[Values]]


class Conflict(Exception):
    """Somebody else stored this first; leave the transaction and read what they stored."""


class CallSessions:
    """The sessions, as one transaction sees them."""

    def __init__(self, connection: Connection, snapshots: Snapshots) -> None:
        self.connection = connection
        self._snapshots = snapshots
        self._loaded: dict[SessionKey, Snapshot] = {}
        self._saved: dict[SessionKey, Snapshot] = {}
        self.has_changed = False  # whether there is anything new in the feed

    def for_update(self, account_id: str, session_id: str) -> CallSession | None:
        """The session, locked until the transaction ends."""
        values = {"account_id": account_id, "session_id": session_id}
        known = self._known(queries.LOCK_VERSION, values)
        if known is None:
            return self._locked(queries.LOCK_OWN, values)
        self._loaded[_key(known.session)] = known
        return known.copy()

    def by_root_call(self, call_sid: str) -> CallSession | None:
        """The session that began with that call, locked as in `for_update`."""
        return self._locked(queries.LOCK_ROOT, {"call_sid": call_sid})

    def get(self, session_id: str, account_id: str | None) -> CallSession | None:
        """The session for reading, of that account or, with None, of any."""
        values = {"account_id": account_id, "session_id": session_id}
        is_any = account_id is None
        known = self._known(queries.VERSION_BY_ID if is_any else queries.VERSION_OF_OWN, values)
        if known is not None:
            return known.copy()
        sessions = self._read(queries.BY_ID if is_any else queries.OWN, values)
        return sessions[0] if sessions else None

    def find_by_leg(self, call_sid: str) -> SessionKey | None:
        """Which session has a leg with that call SID; the newest, if there are several."""
        row = self.connection.execute(queries.BY_LEG, {"call_sid": call_sid}).first()
        return SessionKey(row.account_id, row.session_id) if row else None

    def active_of(self, user: User) -> list[CallSession]:
        """The sessions that live and in which that user has a live leg, newest first."""
        return self._read(queries.ACTIVE_OF, {"account_id": user.account_id, "user_id": user.id})

    def open_of(self, user: User) -> list[CallSession]:
        """Sessions that go on and in which the user has or had a leg, newest first."""
        return self._read(queries.OPEN_OF, {"account_id": user.account_id, "user_id": user.id})

    def events(
        self, account_id: str, session_id: str, after: int, count: int
    ) -> list[tuple[int, SessionEvent]]:
        """The log's lines that follow number `after`, at most `count` of them."""
        parameters = {
            "account_id": account_id, "session_id": session_id, "after": after, "count": count,
        }  # fmt: skip
        rows = self.connection.execute(queries.EVENTS_AFTER, parameters)
        return [(row.sequence, event_from(row)) for row in rows]

    def several(self, account_id: str, session_ids: Sequence[str]) -> dict[str, CallSession]:
        """Those sessions of one account, by id, for reading; one that is not there is left out."""
        values = {"account_id": account_id, "session_ids": list(session_ids)}
        return {session.id: session for session in self._read(queries.SEVERAL, values)}

    def overdue(self, now: datetime, limit: int) -> list[SessionKey]:
        """The sessions nothing was heard of in time, the longest overdue first."""
        rows = self.connection.execute(queries.OVERDUE, {"now": now, "count": limit})
        return [SessionKey(row.account_id, row.id) for row in rows]

    def save(self, session: CallSession, lease: Lease | None = None) -> list[StoredOrder]:
        """Store what has changed with its log lines and its orders, held by `lease` if given.

        A session that this transaction did not lock counts as new. Errors: `Conflict` where
        one for the same call is there already.
        """
        orders = new_orders(session, lease)
        rows = [  # all of them before the first is written: others wait for us from then on
            *self._state_rows(session),
            (queries.INSERT_EVENT, event_values(session)),
            (INSERT_ORDER, [order_values(order, lease) for order in orders]),
        ]
        try:
            for statement, values in rows:
                _run(self.connection, statement, values)
        except IntegrityError as error:
            raise Conflict(f"Session {session.id} was stored by somebody else") from error
        self._loaded |= self._saved
        session.events.clear()
        session.orders.clear()
        return orders

    def committed(self) -> None:
        """What was loaded and saved is what the database holds now."""
        self._snapshots.keep(self._loaded)

    def is_overtaken(self) -> bool:
        """Whether somebody else has stored a session since it was loaded here without a lock."""
        return not all(self._is_newest(key, known) for key, known in self._loaded.items())

    def _is_newest(self, key: SessionKey, known: Snapshot) -> bool:
        row = self.connection.execute(queries.VERSION_OF_OWN, key._asdict()).first()
        return row is not None and _is_of(known, row)

    def _known(self, query: Select[Any], values: Mapping[str, str | None]) -> Snapshot | None:
        """The snapshot of that session, if there is one and it is the newest."""
        row = self.connection.execute(query, values).first()
        if row is None:
            return None
        known = self._snapshots.find(SessionKey(row.account_id, str(values["session_id"])))
        return known if known is not None and _is_of(known, row) else None

    def _locked(self, query: Select[Any], values: Mapping[str, str]) -> CallSession | None:
        row = self.connection.execute(query, values).first()
        if row is None:
            return None
        session = self._sessions([row])[0]
        self._loaded[_key(session)] = snapshot(session, row.version)
        return session

    def _read(self, query: Select[Any], values: Mapping[str, Any]) -> list[CallSession]:
        """Two statements, however many sessions and members there are."""
        return self._sessions(self.connection.execute(query, values).all())

    def _sessions(self, rows: Sequence[Row]) -> list[CallSession]:
        members = self._members_of(rows)
        return [session_from(row, members.get(row.id, [])) for row in rows]

    def _members_of(self, sessions: Sequence[Row]) -> dict[str, list[Row]]:
        """The members' rows, by session; sessions read together are of one account."""
        if not sessions:
            return {}
        values: dict[str, Any] = {"account_id": sessions[0].account_id}
        if len(sessions) == 1:  # most are read alone, and the statement for many is slower
            values["session_id"] = sessions[0].id
            rows = self.connection.execute(queries.MEMBERS_OF_ONE, values)
        else:
            values["session_ids"] = [row.id for row in sessions]
            rows = self.connection.execute(queries.MEMBERS_OF_MANY, values)
        return {key: list(group) for key, group in groupby(rows, lambda row: row.session_id)}

    def _state_rows(self, session: CallSession) -> list[_Rows]:
        """What is to be written of the session, its members and the feed."""
        before = self._loaded.get(_key(session))
        after = snapshot(session, before.version + 1 if before else 1, before)
        is_seen = before is None or not _looks_the_same(after, before)
        if before is not None and not is_seen:
            session.modified_at = before.session.modified_at  # looked at, not modified
            after = snapshot(session, after.version, before)
        if before is not None and (after.own, after.members) == (before.own, before.members):
            return []
        self._saved[_key(session)] = after
        self.has_changed = self.has_changed or is_seen
        own = after.own | {"version": after.version} | summary_values(session)
        rows = [_own_row(own, is_new=before is None), *_member_rows(after, before)]
        if is_seen:
            change = change_values(session, before.session if before else None)
            rows.append((INSERT_CHANGE, [change]))
        return rows


def _own_row(own: Values, *, is_new: bool) -> _Rows:
    if is_new:
        return queries.INSERT_SESSION, [own]
    return queries.UPDATE_SESSION, [_keyed(own, queries.SESSION_KEYS)]


def _member_rows(after: Snapshot, before: Snapshot | None) -> list[_Rows]:
    old = before.members if before else {}
    changed = {
        key: member_values(after.session, stored.member, stored.position, stored.live)
        for key, stored in after.members.items()
        if stored is not old.get(key)
    }
    updates = [_keyed(row, queries.MEMBER_KEYS) for key, row in changed.items() if key in old]
    new = [row for key, row in changed.items() if key not in old]
    return [(queries.UPDATE_MEMBER, updates), (queries.INSERT_MEMBER, new)]


def _is_of(known: Snapshot, row: Row) -> bool:
    """Whether that is the session as its row has it now."""
    return (known.version, known.session.modified_at) == (row.version, row.modified_at)


def _key(session: CallSession) -> SessionKey:
    return SessionKey(session.account_id, session.id)


def _looks_the_same(after: Snapshot, before: Snapshot) -> bool:
    """Whether a client would see no difference: it was looked at, and when to look next moved."""
    seen = after.own.keys() - {"modified_at", "next_check"}
    is_same = all(after.own[name] == before.own[name] for name in seen)
    return is_same and after.members == before.members


def _keyed(values: Values, keys: Sequence[str]) -> Values:
    """The values with those that say which row it is, under names of their own."""
    return values | {f"row_{key}": values[key] for key in keys}


def _run(connection: Connection, statement: Executable, rows: list[Values]) -> None:
    if rows:
        connection.execute(statement, rows)
