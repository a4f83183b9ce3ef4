"""Which event streams are open, over all processes, and which are beyond their user's share."""

from datetime import datetime

from sqlalchemy import BindParameter, bindparam, delete, func, insert, select

from evovoice.domain.values import User
from evovoice.storage.database.connection import Connection
from evovoice.storage.tables import ListenerRow, table

_listeners = table(ListenerRow)
_l = _listeners.c
_most: BindParameter[int] = bindparam("most")
_ADD = insert(_listeners).inline()  # nobody asks for the id
_REMOVE = delete(_listeners).where(_l.listener_id == bindparam("listener"))
_FORGET = delete(_listeners).where(_l.ends_at <= bindparam("moment"))
_newest_first = (
    select(
        _l.listener_id,
        func.row_number()
        .over(partition_by=(_l.account_id, _l.user_id), order_by=_l.id.desc())
        .label("place"),
    )
    .where(_l.ends_at > bindparam("moment"))
    .subquery()
)
_BEYOND = select(_newest_first.c.listener_id).where(_newest_first.c.place > _most)


class Listeners:
    """The open streams of all users."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, user: User, listener_id: str, ends_at: datetime) -> None:
        """A stream of that user has been opened; it is their newest."""
        values = {
            "listener_id": listener_id, "account_id": user.account_id, "user_id": user.id,
            "ends_at": ends_at,
        }  # fmt: skip
        self._connection.execute(_ADD, values)

    def remove(self, listener_id: str) -> None:
        """It is closed; a second time is harmless."""
        self._connection.execute(_REMOVE, {"listener": listener_id})

    def beyond(self, most: int, now: datetime) -> frozenset[str]:
        """The streams of users who have more than `most`, without the newest `most` of each."""
        rows = self._connection.execute(_BEYOND, {"most": most, "moment": now})
        return frozenset(row.listener_id for row in rows)

    def forget_before(self, now: datetime) -> None:
        """Delete those whose end has passed: their processes were killed."""
        self._connection.execute(_FORGET, {"moment": now})
