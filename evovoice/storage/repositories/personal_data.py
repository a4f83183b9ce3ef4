"""Where outside parties stand by number or name: found, and erased in what sessions do not keep
themselves (C91).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    bindparam,
    delete,
    literal_column,
    or_,
    select,
    tuple_,
)

from evovoice.storage.database.connection import Connection
from evovoice.storage.repositories.snapshots import SessionKey
from evovoice.storage.tables import CallSessionRow, MemberRow, OrderRow, SessionEventRow, table
from evovoice.storage.tables.columns import UtcDateTime

_sessions, _members = table(CallSessionRow), table(MemberRow)
_events, _orders = table(SessionEventRow), table(OrderRow)
_s, _m, _e, _o = _sessions.c, _members.c, _events.c, _orders.c
_moment = UtcDateTime()
_most: Any = bindparam("most")

_IS_TO_ERASE = (_s.erased_at.is_(None), _s.ended_at.is_not(None))
_ENDED_BEFORE = (
    select(_s.account_id, _s.id, _s.ended_at)
    .where(*_IS_TO_ERASE, _s.ended_at < bindparam("before", type_=_moment))
    .order_by(_s.ended_at, _s.id)
    .limit(_most)
)
_since = bindparam("since", type_=_moment)
_GO_ON = _ENDED_BEFORE.where(
    _s.ended_at >= _since, or_(_s.ended_at > _since, _s.id > bindparam("last_id"))
)
_OUTSIDE = (
    select(_m.account_id, _m.session_id)
    .distinct()
    .where(_m.user_id.is_(None), _m.address.in_(bindparam("addresses", expanding=True)))
    .where(
        tuple_(_m.account_id, _m.session_id)
        > tuple_(bindparam("last_account"), bindparam("last_session"))
    )
    .order_by(_m.account_id, _m.session_id)
    .limit(_most)
)
_OUTSIDE_OF = _OUTSIDE.where(_m.account_id == bindparam("account_id"))
# as in the index's own condition: a bound value would not be seen to be the same
_HAS_ONLY_TYPED = (_s.to_address == literal_column("''"), _s.destination.is_not(None))
_TYPED = (
    select(_s.account_id, _s.id, _s.destination)
    .where(
        *_HAS_ONLY_TYPED,
        tuple_(_s.account_id, _s.id) > tuple_(bindparam("last_account"), bindparam("last_session")),
    )
    .order_by(_s.account_id, _s.id)
    .limit(_most)
)
_TYPED_OF = _TYPED.where(_s.account_id == bindparam("account_id"))


def _of_session(columns: Any) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 (SQLAlchemy's)
    return (
        columns.account_id == bindparam("of_account"),
        columns.session_id == bindparam("of_session"),
    )


_OPEN_ORDERS = select(_o.id).where(*_of_session(_o), _o.result.is_(None)).limit(1)
_FORGET_ORDERS = delete(_orders).where(*_of_session(_o), _o.result.is_not(None))


class Ended(NamedTuple):
    """A session that is over, and since when."""

    account_id: str
    session_id: str
    ended_at: datetime


class Typed(NamedTuple):
    """A session in which nobody was called, and what was typed into the device."""

    account_id: str
    session_id: str
    destination: str


class PersonalData:
    """Numbers and names of outside parties, as one transaction sees them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ended_before(self, moment: datetime, after: Ended | None, most: int) -> list[Ended]:
        """Sessions that ended before and are not erased yet, the longest over first, behind that
        one.
        """
        values: dict[str, Any] = {"before": moment, "most": most}
        if after is not None:
            values |= {"since": after.ended_at, "last_id": after.session_id}
        rows = self._connection.execute(_GO_ON if after else _ENDED_BEFORE, values)
        return [Ended(*row) for row in rows]

    def with_party(
        self, addresses: Sequence[str], account_id: str | None, after: SessionKey | None, most: int
    ) -> list[SessionKey]:
        """Sessions with an outside party at one of those addresses, by key, behind that one; of
        that account or, with None, of any.
        """
        query = _OUTSIDE if account_id is None else _OUTSIDE_OF
        values = {**_page(account_id, after, most), "addresses": list(addresses)}
        return [SessionKey(*row) for row in self._connection.execute(query, values)]

    def only_typed(
        self, account_id: str | None, after: SessionKey | None, most: int
    ) -> list[Typed]:
        """Sessions of calls that a device asked for and that were refused, as in `with_party`."""
        query = _TYPED if account_id is None else _TYPED_OF
        rows = self._connection.execute(query, _page(account_id, after, most))
        return [Typed(*row) for row in rows]

    def has_open_orders(self, account_id: str, session_id: str) -> bool:
        """Whether something is still to be done at the carrier."""
        values = {"of_account": account_id, "of_session": session_id}
        return self._connection.execute(_OPEN_ORDERS, values).first() is not None

    def forget_orders(self, account_id: str, session_id: str) -> None:
        """Delete the orders of that session: none is open, and what they say names its parties."""
        values = {"of_account": account_id, "of_session": session_id}
        self._connection.execute(_FORGET_ORDERS, values)


def _page(account_id: str | None, after: SessionKey | None, most: int) -> dict[str, Any]:
    own = {} if account_id is None else {"account_id": account_id}
    last_account, last_session = after or ("", "")  # the empty text is less than any id
    return {**own, "last_account": last_account, "last_session": last_session, "most": most}
