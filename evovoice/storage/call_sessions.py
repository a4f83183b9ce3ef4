"""Loads sessions, locked or not, and saves what has changed of them."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Row,
    Select,
    Table,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import SessionEvent
from evovoice.domain.values import User
from evovoice.storage.outbox import Lease, StoredOrder, store_orders
from evovoice.storage.session_rows import (
    Values,
    event_from,
    event_values,
    member_values,
    session_from,
    session_values,
)
from evovoice.storage.tables import CallSessionRow, MemberRow, SessionEventRow, table


class Conflict(Exception):
    """Somebody else stored this first; leave the transaction and read what they stored."""


class SessionKey(NamedTuple):
    """Which session; the account first, as in every key."""

    account_id: str
    session_id: str


_sessions, _members, _events = table(CallSessionRow), table(MemberRow), table(SessionEventRow)
_s, _m, _e = _sessions.c, _members.c, _events.c

_BY_ID = select(_sessions).where(_s.id == bindparam("session_id"))
_OWN = _BY_ID.where(_s.account_id == bindparam("account_id"))
# the key stays as it is, so whoever only refers to the session need not wait
_LOCK_OWN = _OWN.with_for_update(key_share=True)
_LOCK_ROOT = (
    select(_sessions)
    .where(_s.call_sid == bindparam("call_sid"))
    .order_by(_s.created_at.desc())
    .limit(1)
    .with_for_update(key_share=True)
)
_MEMBERS = (
    select(_members)
    .where(_m.account_id == bindparam("account_id"))
    .order_by(_m.session_id, _m.position)
)
_MEMBERS_OF_ONE = _MEMBERS.where(_m.session_id == bindparam("session_id"))
MEMBERS_OF_MANY = _MEMBERS.where(_m.session_id.in_(bindparam("session_ids", expanding=True)))
_BY_LEG = (
    select(_m.account_id, _m.session_id)
    .where(_m.leg_call_sid == bindparam("call_sid"))
    .order_by(_m.added_at.desc())
    .limit(1)
)


def _open_with(*is_theirs: ColumnElement[bool]) -> Select[Any]:
    """Sessions that have not ended, with such a member, newest first."""
    own = select(_m.session_id).where(_m.account_id == bindparam("account_id"), *is_theirs)
    is_open = (_s.account_id == bindparam("account_id"), _s.ended_at.is_(None))
    return select(_sessions).where(*is_open, _s.id.in_(own)).order_by(_s.created_at.desc(), _s.id)


_OPEN_OF = _open_with(_m.user_id == bindparam("user_id"))
_ACTIVE_OF = _open_with(_m.user_id == bindparam("user_id"), _m.live)
_EVENTS_AFTER = (
    select(_events)
    .where(
        _e.account_id == bindparam("account_id"),
        _e.session_id == bindparam("session_id"),
        _e.sequence > bindparam("after"),
    )
    .order_by(_e.sequence)
    .limit(bindparam("count"))
)
_OVERDUE = (
    select(_s.account_id, _s.id)
    .where(_s.next_check <= bindparam("now"))
    .order_by(_s.next_check)
    .limit(bindparam("count"))
)


def _row_update(target: Table, keys: Sequence[str]) -> Executable:
    """Write all columns of the row with that key: one statement for every kind of change."""
    names = [column.name for column in target.c if column.name not in (*keys, "archived")]
    rest: dict[str, Any] = {name: bindparam(name) for name in names}
    is_row = [target.c[key] == bindparam(f"row_{key}") for key in keys]
    return update(target).where(*is_row).values(rest)


_SESSION_KEYS = ("account_id", "id")
_MEMBER_KEYS = ("account_id", "session_id", "id")
_INSERT_SESSION, _INSERT_MEMBER, _INSERT_EVENT = (
    insert(_sessions),
    insert(_members),
    insert(_events),
)
_UPDATE_SESSION = _row_update(_sessions, _SESSION_KEYS)
_UPDATE_MEMBER = _row_update(_members, _MEMBER_KEYS)


class CallSessions:
    """The sessions, as one transaction sees them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._loaded: dict[SessionKey, tuple[Values, dict[str, Values]]] = {}

    def for_update(self, account_id: str, session_id: str) -> CallSession | None:
        """The session, locked until the transaction ends."""
        return self._locked(_LOCK_OWN, account_id=account_id, session_id=session_id)

    def by_root_call(self, call_sid: str) -> CallSession | None:
        """The session that began with that call, locked as in `for_update`."""
        return self._locked(_LOCK_ROOT, call_sid=call_sid)

    def get(self, session_id: str, account_id: str | None) -> CallSession | None:
        """The session for reading, of that account or, with None, of any."""
        query = _BY_ID if account_id is None else _OWN
        parameters = {"session_id": session_id, "account_id": account_id}
        sessions = self._read(query, parameters)
        return sessions[0] if sessions else None

    def find_by_leg(self, call_sid: str) -> SessionKey | None:
        """Which session has a leg with that call SID; the newest, if there are several."""
        row = self._connection.execute(_BY_LEG, {"call_sid": call_sid}).first()
        return SessionKey(row.account_id, row.session_id) if row else None

    def active_of(self, user: User) -> list[CallSession]:
        """The sessions that live and in which that user has a live leg, newest first."""
        return self._read(_ACTIVE_OF, {"account_id": user.account_id, "user_id": user.id})

    def open_of(self, user: User) -> list[CallSession]:
        """Sessions that go on and in which the user has or had a leg, newest first."""
        return self._read(_OPEN_OF, {"account_id": user.account_id, "user_id": user.id})

    def events(
        self, account_id: str, session_id: str, after: int, count: int
    ) -> list[tuple[int, SessionEvent]]:
        """The log's lines that follow number `after`, at most `count` of them."""
        parameters = {
            "account_id": account_id, "session_id": session_id, "after": after, "count": count,
        }  # fmt: skip
        rows = self._connection.execute(_EVENTS_AFTER, parameters)
        return [(row.sequence, event_from(row)) for row in rows]

    def overdue(self, now: datetime, limit: int) -> list[SessionKey]:
        """The sessions nothing was heard of in time, the longest overdue first."""
        rows = self._connection.execute(_OVERDUE, {"now": now, "count": limit})
        return [SessionKey(row.account_id, row.id) for row in rows]

    def save(self, session: CallSession, lease: Lease | None = None) -> list[StoredOrder]:
        """Store what has changed with its log lines and its orders, held by `lease` if given.

        A session that this transaction did not lock counts as new. Errors: `Conflict` where
        one for the same call is there already.
        """
        try:
            self._write_state(session)
            _run(self._connection, _INSERT_EVENT, event_values(session))
            stored = store_orders(self._connection, session, lease)
        except IntegrityError as error:
            raise Conflict(f"Session {session.id} was stored by somebody else") from error
        session.events.clear()
        session.orders.clear()
        return stored

    def _locked(self, query: Select[Any], **parameters: str) -> CallSession | None:
        sessions = self._read(query, parameters)
        if not sessions:
            return None
        session = sessions[0]
        self._loaded[_key(session)] = session_values(session), member_values(session)
        return session

    def _read(self, query: Select[Any], parameters: dict[str, Any]) -> list[CallSession]:
        """Two statements, however many sessions and members there are."""
        rows = self._connection.execute(query, parameters).all()
        members = self._members_of(rows)
        return [session_from(row, members.get(row.id, [])) for row in rows]

    def _members_of(self, sessions: Sequence[Row[Any]]) -> dict[str, list[Row[Any]]]:
        """The members' rows, by session; sessions read together are of one account."""
        if not sessions:
            return {}
        parameters: dict[str, Any] = {"account_id": sessions[0].account_id}
        if len(sessions) == 1:  # most are read alone, and the statement for many is slower
            parameters["session_id"] = sessions[0].id
            rows = self._connection.execute(_MEMBERS_OF_ONE, parameters)
        else:
            parameters["session_ids"] = [row.id for row in sessions]
            rows = self._connection.execute(MEMBERS_OF_MANY, parameters)
        return {key: list(group) for key, group in groupby(rows, lambda row: row.session_id)}

    def _write_state(self, session: CallSession) -> None:
        key, own, members = _key(session), session_values(session), member_values(session)
        old_own, old_members = self._loaded.get(key, ({}, {}))
        if members == old_members and _same(own, old_own):
            own["modified_at"] = old_own["modified_at"]  # looked at, not modified
        if not old_own:
            _run(self._connection, _INSERT_SESSION, [own])
        elif own != old_own:
            _run(self._connection, _UPDATE_SESSION, [_keyed(own, _SESSION_KEYS)])
        self._write_members(members, old_members)
        self._loaded[key] = own, members

    def _write_members(self, members: dict[str, Values], old: dict[str, Values]) -> None:
        new = [values for key, values in members.items() if key not in old]
        changed = [
            _keyed(values, _MEMBER_KEYS)
            for key, values in members.items()
            if key in old and values != old[key]
        ]
        _run(self._connection, _UPDATE_MEMBER, changed)
        _run(self._connection, _INSERT_MEMBER, new)


def _key(session: CallSession) -> SessionKey:
    return SessionKey(session.account_id, session.id)


def _same(own: Values, old: Values) -> bool:
    """Whether a client would see no difference: it was looked at, and when to look next moved."""
    unseen = {"modified_at", "next_check"}
    return bool(old) and all(own[name] == old[name] for name in own.keys() - unseen)


def _keyed(values: Values, keys: Sequence[str]) -> Values:
    kept = {name: value for name, value in values.items() if name not in keys}
    return kept | {f"row_{key}": values[key] for key in keys}


def _run(connection: Connection, statement: Executable, rows: list[Values]) -> None:
    if rows:
        connection.execute(statement, rows)
