"""Loads sessions, locked or not, and saves what has changed of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Executable, Select
from sqlalchemy.exc import IntegrityError

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import SessionEvent
from evovoice.domain.values import User
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.mapping.event_rows import event_from, event_values
from evovoice.storage.mapping.session_rows import (
    Values,
    readable_session,
    session_from,
    stored_summary,
)
from evovoice.storage.repositories import session_queries as queries
from evovoice.storage.repositories.feed import INSERT_CHANGE, change_values, is_told
from evovoice.storage.repositories.outbox import (
    INSERT_ORDER,
    Lease,
    StoredOrder,
    new_orders,
    order_values,
)
from evovoice.storage.repositories.row_changes import Rows, changed, member_changes, member_row
from evovoice.storage.repositories.session_log import (
    NO_LINES,
    LogHead,
    chained,
    erase,
    note_taken_in,
    stored_head,
    take_in_late,
)
from evovoice.storage.repositories.snapshots import SessionKey, Snapshot, Snapshots, snapshot

# a client sees no difference: the session was looked at, and when to look next has moved
_LOOKED_AT = frozenset(
    {"modified_at", "next_check", "verified_at", "looks", "log_chain", "log_chained"}
)


class SessionVersion(NamedTuple):
    """Moves on with every change; `modified_at` with those of a program before versions."""

    number: int
    modified_at: datetime


class Conflict(Exception):
    """Somebody else stored this first; leave the transaction and read what they stored."""


class StaleVersion(Exception):
    """The session has a newer version than the one that was loaded; begin again."""


class CallSessions:
    """The sessions, as one transaction sees them."""

    def __init__(self, connection: Connection, snapshots: Snapshots) -> None:
        self._connection = connection
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

    def version(self, account_id: str, session_id: str) -> SessionVersion | None:
        """What tells whether the session has changed; None where it is not there."""
        values = {"account_id": account_id, "session_id": session_id}
        row = self._connection.execute(queries.VERSION_OF_OWN, values).first()
        return SessionVersion(row.version, row.modified_at) if row else None

    def find_by_leg(self, call_sid: str) -> SessionKey | None:
        """Which session has a leg with that call SID; the newest, if there are several."""
        row = self._connection.execute(queries.BY_LEG, {"call_sid": call_sid}).first()
        return SessionKey(row.account_id, row.session_id) if row else None

    def active_of(self, user: User) -> list[CallSession]:
        """The sessions that live and in which that user has a live leg, newest first."""
        return self._several(queries.ACTIVE_OF, {"account_id": user.account_id, "user_id": user.id})

    def open_of(self, user: User) -> list[CallSession]:
        """Sessions that go on and in which the user has or had a leg, newest first."""
        return self._several(queries.OPEN_OF, {"account_id": user.account_id, "user_id": user.id})

    def events(
        self, account_id: str, session_id: str, after: int, count: int
    ) -> list[tuple[int, SessionEvent]]:
        """The log's lines that follow number `after`, at most `count` of them."""
        values = {"account_id": account_id, "session_id": session_id, "after": after}
        rows = self._connection.execute(queries.EVENTS_AFTER, values | {"count": count})
        return [(row.sequence, event_from(row)) for row in rows]

    def several(self, keys: Iterable[SessionKey]) -> dict[SessionKey, CallSession]:
        """Those sessions, for reading, an account at a time; one that is not there is left out."""
        found: dict[SessionKey, CallSession] = {}
        for account_id, own in groupby(sorted(keys), key=itemgetter(0)):
            values = {"account_id": account_id, "session_ids": [one.session_id for one in own]}
            found |= {_key(session): session for session in self._several(queries.SEVERAL, values)}
        return found

    def overdue(self, now: datetime, limit: int) -> list[SessionKey]:
        """The sessions nothing was heard of in time, the longest overdue first."""
        rows = self._connection.execute(queries.OVERDUE, {"now": now, "count": limit})
        return [SessionKey(row.account_id, row.id) for row in rows]

    def claim_check(self, account_id: str, session_id: str, now: datetime, until: datetime) -> bool:
        """Put off an overdue check, for whoever is about to make it; False where another has."""
        values = {"own_account_id": account_id, "own_id": session_id, "now": now, "until": until}
        return self._connection.execute(queries.CLAIM_CHECK, values).rowcount == 1

    def check_soon(self, unheard_since: datetime, now: datetime) -> None:
        """Make the check of every live session due that was not looked at since that moment."""
        self._connection.execute(queries.CHECK_SOON, {"unheard_since": unheard_since, "now": now})

    def save(self, session: CallSession, lease: Lease | None = None) -> list[StoredOrder]:
        """Store what has changed with its log lines and its orders, held by `lease` if given.

        A session that this transaction did not lock counts as new. Errors: `Conflict` where
        one for the same call is there already, `StaleVersion` by who stored it since it was loaded.
        """
        orders = new_orders(session, lease)
        lines, head = chained(event_values(session), self._log_head(session))
        rows = [
            *self._state_rows(session, head),
            (queries.INSERT_EVENT, lines),
            (INSERT_ORDER, [order_values(order) for order in orders]),
        ]
        try:
            for statement, values in rows:
                _run(self._connection, statement, values)
        except IntegrityError as error:
            raise Conflict(f"Session {session.id} was stored by somebody else") from error
        self._loaded |= self._saved
        session.version = self._loaded[_key(session)].version
        session.events.clear()
        session.orders.clear()
        return orders

    def erase_log(self, account_id: str, session_id: str) -> int:
        """Erase what the log's stored lines say; how many there were. The session is locked by this
        transaction, which adds a line `PersonalDataErased` (contract C90).
        """
        return erase(self._connection, SessionKey(account_id, session_id))

    def committed(self) -> None:
        """What was loaded and saved is what the database holds now."""
        self._snapshots.keep(self._loaded)

    def _known(self, query: Select[Any], values: Mapping[str, str | None]) -> Snapshot | None:
        """The snapshot of that session, if there is one and it is the newest."""
        row = self._connection.execute(query, values).first()
        if row is None:
            return None
        known = self._snapshots.find(SessionKey(row.account_id, str(values["session_id"])))
        return known if known is not None and _is_of(known, row) else None

    def _locked(self, query: Select[Any], values: Mapping[str, str]) -> CallSession | None:
        row = self._connection.execute(query, values).first()
        if row is None:
            return None
        session = self._sessions([row])[0]
        known = snapshot(session, row.version)
        known.own.update(stored_summary(row) | stored_head(row).values)
        self._loaded[_key(session)] = known
        return session

    def _read(self, query: Select[Any], values: Mapping[str, Any]) -> list[CallSession]:
        """Two statements, however many sessions and members there are."""
        return self._sessions(self._connection.execute(query, values).all())

    def _several(self, query: Select[Any], values: Mapping[str, Any]) -> list[CallSession]:
        """As `_read`, without those that cannot be read."""
        rows = self._connection.execute(query, values).all()
        members = self._members_of(rows)
        found = [readable_session(row, members.get(row.id, [])) for row in rows]
        return [session for session in found if session is not None]

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
            rows = self._connection.execute(queries.MEMBERS_OF_ONE, values)
        else:
            values["session_ids"] = [row.id for row in sessions]
            rows = self._connection.execute(queries.MEMBERS_OF_MANY, values)
        return {key: list(group) for key, group in groupby(rows, lambda row: row.session_id)}

    def _log_head(self, session: CallSession) -> LogHead:
        before = self._loaded.get(_key(session))
        if before is None:
            return NO_LINES
        head = LogHead(before.own["log_chain"], before.own["log_chained"])
        if head.sequence >= before.session.last_sequence:
            return head
        return self._taken_in(_key(session), head, session.modified_at)

    def _taken_in(self, key: SessionKey, head: LogHead, now: datetime) -> LogHead:
        new = take_in_late(self._connection, key, head)
        if new != head:
            note_taken_in(self._connection, {key: new}, now)
        return new

    def _state_rows(self, session: CallSession, head: LogHead) -> list[Rows]:
        """What is to be written of the session, its members and the feed."""
        before = self._loaded.get(_key(session))
        if before is None:
            return self._new_rows(session, head)
        after = snapshot(session, before.version + 1, before)
        after.own.update(head.values)
        own = changed(after.own, before.own)
        if own.keys() <= _LOOKED_AT and after.members == before.members:
            session.modified_at = after.session.modified_at = before.session.modified_at
            after.own["modified_at"] = session.modified_at
            own.pop("modified_at", None)
            return self._changed_rows(own, after, before)
        rows = self._changed_rows(own, after, before)
        if not is_told(session):
            return rows
        self.has_changed = True
        change = change_values(session, before.status, after.status, before.session.last_sequence)
        return [*rows, (INSERT_CHANGE, [change])]

    def _new_rows(self, session: CallSession, head: LogHead) -> list[Rows]:
        new = self._saved[_key(session)] = snapshot(session, 1)
        new.own.update(head.values)
        self.has_changed = True
        return [
            (queries.INSERT_SESSION, [new.own | {"version": new.version}]),
            (queries.INSERT_MEMBER, [member_row(new, stored) for stored in new.members.values()]),
            (INSERT_CHANGE, [change_values(session, None, new.status, 0)]),
        ]

    def _changed_rows(self, own: Values, after: Snapshot, before: Snapshot) -> list[Rows]:
        """`own`: what has changed of the session's own row."""
        members = member_changes(after, before)
        if not own and not members:
            return []
        self._saved[_key(after.session)] = after
        key = {
            "row_account_id": after.session.account_id,
            "row_id": after.session.id,
            "row_version": before.version,
            "row_modified_at": before.session.modified_at,
        }
        values = {"version": after.version, **own}
        return [(queries.update_of_session(tuple(values)), [values | key]), *members]


def _is_of(known: Snapshot, row: Row) -> bool:
    """Whether that is the session as its row has it now."""
    return (known.version, known.session.modified_at) == (row.version, row.modified_at)


def _key(session: CallSession) -> SessionKey:
    return SessionKey(session.account_id, session.id)


def _run(connection: Connection, statement: Executable, rows: list[Values]) -> None:
    if rows and connection.execute(statement, rows).rowcount != len(rows):
        raise StaleVersion
