"""The feed: every committed change of a session, in one rising order for all who listen.

Ids are given out before the commit, and a transaction that takes its time commits a low id
late: whoever reads on from the highest id seen would miss it. So changes get their position
after the commit, by whichever process has the head row, and readers go by that.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from evovoice.domain.call_session import CallSession
from evovoice.domain.notifications import (
    Notification,
    NotificationKind,
    SessionStatus,
    notifications,
)
from evovoice.domain.values import User
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.database.upsert import upsert
from evovoice.storage.mapping.unreadable import UnreadableRow, reading_row
from evovoice.storage.repositories.snapshots import SessionKey
from evovoice.storage.tables import ChangeRow, FeedHeadRow, table

_log = logging.getLogger(__name__)
_AT_ONCE = 1000  # changes numbered or forgotten in one transaction
_TOLD_FOR = timedelta(days=15)  # after its end a session is in the archive


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a session as it is told. `sequence`: the newest line of the log by then;
    `sequence_before`: the newest one before, None where the version before has stored the change.

    With `access_of` it is of no session: that user's access has changed. Nor with `presence_of`:
    whether that user takes calls has changed. With `speech_of`, a call's SID, it tells alone
    whether that party of the session speaks.
    """

    position: int
    account_id: str
    session_id: str
    sequence: int
    notifications: tuple[Notification, ...]
    access_of: str | None = None
    sequence_before: int | None = None
    presence_of: str | None = None
    speech_of: str | None = None


_feed, _head = table(ChangeRow), table(FeedHeadRow)
_f, _h = _feed.c, _head.c
INSERT_CHANGE = insert(_feed).inline()  # nobody asks for the id
_POSITIONS = {"postgresql": _f.position, "sqlite": _f.id}
_AFTER = {
    dialect: select(_feed, position.label("feed_position"))
    .where(position > bindparam("after"), position <= bindparam("until"))
    .order_by(position)
    .limit(bindparam("count"))
    for dialect, position in _POSITIONS.items()
}
_SPAN = {  # asked for together, min and max read the whole table of SQLite
    dialect: select(
        select(func.min(position)).scalar_subquery(), select(func.max(position)).scalar_subquery()
    )
    for dialect, position in _POSITIONS.items()
}
_IS_NEW = _f.position.is_(None)
_ANY_NEW = select(_f.id).where(_IS_NEW).limit(1)
_LOCK_HEAD = select(_h.position).with_for_update(skip_locked=True)
_ANY_HEAD = select(_h.id)
_MAKE_HEAD = upsert(_head, lambda insert: insert.on_conflict_do_nothing())
_MOVE_HEAD = update(_head).values(position=bindparam("head"))
_new = (
    select(_f.id, func.row_number().over(order_by=_f.id).label("feed_position"))
    .where(_IS_NEW)
    .order_by(_f.id)
    .limit(_AT_ONCE)
    .subquery()
)
_NUMBER = (
    update(_feed)
    .where(_f.id == _new.c.id)
    .values(position=bindparam("head") + _new.c.feed_position)
    .execution_options(preserve_rowcount=True)
)
_OLDEST = {
    dialect: select(position.label("feed_position"), _f.at)
    .where(position.is_not(None))
    .order_by(position)
    .limit(_AT_ONCE)
    for dialect, position in _POSITIONS.items()
}
_FORGET = {
    dialect: delete(_feed).where(position <= bindparam("last"))
    for dialect, position in _POSITIONS.items()
}


def is_told(session: CallSession) -> bool:
    """Whether consoles are told of a change: of one in the archive, which none shows, they are
    not (C91).
    """
    ended_at = session.ended_at
    return ended_at is None or session.modified_at - ended_at <= _TOLD_FOR


def change_values(
    session: CallSession, before: SessionStatus | None, after: SessionStatus, sequence_before: int
) -> dict[str, Any]:
    """The feed's row of a change of that session; `before`: as it was, None where it is new."""
    told = notifications(before, after)
    return {
        "account_id": session.account_id,
        "session_id": session.id,
        "sequence": session.last_sequence,
        "sequence_before": sequence_before,
        "notifications": [[one.kind.value, one.users] for one in told],
        "at": session.modified_at,
    }


class Feed:
    """What has changed lately, as one transaction sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    def add_access_change(self, user: User, now: datetime) -> None:
        """Tell every process that what lets this user in has changed."""
        values = {
            "account_id": user.account_id, "session_id": "", "sequence": 0, "notifications": [],
            "at": now, "access_of": user.id, "sequence_before": 0,
        }  # fmt: skip
        self._connection.execute(INSERT_CHANGE, values)

    def add_presence_change(self, account_id: str, user_id: str, now: datetime) -> None:
        """Tell consoles that it has changed whether this user takes calls."""
        values = {
            "account_id": account_id, "session_id": "", "sequence": 0, "notifications": [],
            "at": now, "presence_of": user_id, "sequence_before": 0,
        }  # fmt: skip
        self._connection.execute(INSERT_CHANGE, values)

    def add_speech_change(self, key: SessionKey, call_sid: str, now: datetime) -> None:
        """Tell consoles that it has changed whether that party speaks."""
        values = {
            "account_id": key.account_id, "session_id": key.session_id, "sequence": 0,
            "notifications": [], "at": now, "speech_of": call_sid, "sequence_before": 0,
        }  # fmt: skip
        self._connection.execute(INSERT_CHANGE, values)

    def has_new(self) -> bool:
        """Whether there are changes without a position."""
        if self._dialect == "sqlite":
            return False
        return self._connection.execute(_ANY_NEW).first() is not None

    def number(self) -> int:
        """Give new changes their positions, unless somebody else is at it; how many got one."""
        found = self._connection.execute(_LOCK_HEAD).first()
        if found is None and not self._makes_head():
            return 0
        head = found.position if found else 0
        count = self._connection.execute(_NUMBER, {"head": head}).rowcount
        self._connection.execute(_MOVE_HEAD, {"head": head + count})
        return count

    def _makes_head(self) -> bool:
        """Once in the life of a database. Where the row is there and held, nobody waits for it."""
        if self._connection.execute(_ANY_HEAD).first() is not None:
            return False
        statement = _MAKE_HEAD[self._dialect]
        return self._connection.execute(statement, {"id": 1, "position": 0}).rowcount == 1

    def span(self) -> tuple[int, int]:
        """The lowest and the highest position there is; nothing above the first is missing.

        Without any change (1, 0).
        """
        ((low, high),) = self._connection.execute(_SPAN[self._dialect])
        return (1, 0) if high is None else (low, high)

    def after(self, position: int, until: int, count: int) -> list[Change]:
        """Changes above `position`, up to `until`, in their order, at most so many."""
        parameters = {"after": position, "until": until, "count": count}
        rows = self._connection.execute(_AFTER[self._dialect], parameters)
        return [_change_from(row) for row in rows]

    def last_before(self, moment: datetime) -> int | None:
        """How far changes are older, of the oldest thousand; None where none is.

        The newest change of all stays: it tells where the feed is.
        """
        rows = self._connection.execute(_OLDEST[self._dialect]).all()
        old = [row.feed_position for row in rows[:-1] if row.at < moment]
        return max(old, default=None)

    def forget(self, last: int) -> int:
        """Delete changes up to that position; how many there were."""
        return self._connection.execute(_FORGET[self._dialect], {"last": last}).rowcount


def _change_from(row: Row) -> Change:
    """A change of which another version tells what this one does not know says nothing here."""
    told: tuple[Notification, ...] = ()
    try:
        with reading_row(f"Change {row.feed_position} of session {row.session_id}"):
            told = tuple(_notifications_from(row))
    except UnreadableRow as error:
        _log.error("%s: consoles are not told of it", error)
    return Change(
        row.feed_position, row.account_id, row.session_id, row.sequence, told, row.access_of,
        row.sequence_before, row.presence_of, row.speech_of,
    )  # fmt: skip


def _notifications_from(row: Row) -> Iterator[Notification]:
    for kind, users in row.notifications:
        yield Notification(NotificationKind(kind), None if users is None else tuple(users))
