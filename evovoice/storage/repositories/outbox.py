"""Orders to the carrier as rows that outlive the process: taken under a lease, then finished."""

import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Update,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from evovoice.domain.call_session import CallSession
from evovoice.domain.orders import DialLeg, Order, PlaceCall
from evovoice.domain.urgency import is_urgent
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.mapping.order_documents import (
    DIAL_KINDS,
    order_document,
    order_from,
    order_kind,
)
from evovoice.storage.mapping.unreadable import UnreadableRow, reading_row
from evovoice.storage.tables import OrderRow, table
from evovoice.storage.tables.columns import microseconds

_log = logging.getLogger(__name__)
_PUT_ASIDE = timedelta(minutes=1)  # a process of the version that wrote it may read the row
_UNREADABLE_FOR_GOOD = timedelta(minutes=10)
_REMEMBERED_FOR = timedelta(minutes=10)  # a call that was placed all the same has ended by then


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to carry out orders until a moment; the token tells whose it is."""

    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """An order as it stands in the outbox. `uncertain`: it may have been carried out before;
    `taken`: when this process got it, by a clock that nobody sets.
    """

    account_id: str
    session_id: str
    id: str
    order: Order
    tries: int
    uncertain: bool
    created_at: datetime
    lease_token: str | None
    lease_until: datetime | None
    taken: float = field(default_factory=time.monotonic, compare=False)


_orders = table(OrderRow)
_o = _orders.c
_is_open = _o.result.is_(None)
_is_free = or_(_o.lease_until.is_(None), _o.lease_until <= bindparam("now"))
IS_WAITING = (_is_open, _o.due <= bindparam("now"), _is_free)

INSERT_ORDER = insert(_orders)


def _take(*which: ColumnElement[bool]) -> Update:
    """Lease the waiting orders of that kind; those that are urgent first."""
    due = (
        select(_o.account_id, _o.id)
        .where(*IS_WAITING, *which)
        .order_by(_o.urgent.desc(), _o.due, _o.id)
        .limit(bindparam("count"))
        .with_for_update(skip_locked=True)
        .cte("due_orders")
    )
    return (
        update(_orders)
        .where(tuple_(_o.account_id, _o.id).in_(select(due.c.account_id, due.c.id)))
        .values(
            lease_token=bindparam("token"),
            lease_until=bindparam("until"),
            tries=_o.tries + 1,
            # an earlier holder never came back: nobody knows how far it got
            uncertain=or_(_o.uncertain, _o.lease_token.is_not(None)),
        )
        .returning(_orders)
    )


_TAKE, _TAKE_URGENT = _take(), _take(_o.urgent)
_WAITING = select(_o.id).where(*IS_WAITING).limit(1)
# free to be taken up: from its time on, or from when the lease of who did not come back ran out
_FREE_FROM = case((_o.lease_until > _o.due, _o.lease_until), else_=_o.due)
_LONGEST_WAITING = select(func.min(_FREE_FROM).label("since")).where(*IS_WAITING)
_OPEN_OF = (
    select(_orders)
    .where(
        _o.account_id == bindparam("account_id"), _o.session_id == bindparam("session_id"), _is_open
    )
    .order_by(_o.due, _o.id)
)
# whose request may have called somebody, and whose call is not known
_DIALS = select(_orders).where(
    _o.kind.in_(DIAL_KINDS),
    or_(_is_open, and_(_o.uncertain, _o.result != "done", _o.created_at > bindparam("moment"))),
)
_OURS = (
    _o.account_id == bindparam("own_account_id"),
    _o.id == bindparam("own_id"),
    _o.lease_token == bindparam("own_token"),
    _o.tries == bindparam("own_tries"),  # the same holder may have lost and taken it again
    _is_open,
)
_FREED: dict[str, Any] = {"lease_token": None, "lease_until": None}
_FINISH = update(_orders).where(*_OURS).values(result=bindparam("new_result"), **_FREED)
_POSTPONE = (
    update(_orders)
    .where(*_OURS)
    .values(due=bindparam("new_due"), uncertain=bindparam("new_uncertain"), **_FREED)
)
_RENEW = update(_orders).where(*_OURS).values(lease_until=bindparam("new_until"))
_FORGET = delete(_orders).where(~_is_open, _o.created_at < bindparam("moment"))


class Outbox:
    """The orders that are not carried out yet."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def has_due(self, now: datetime) -> bool:
        """Whether there is anything for `take_due`."""
        return bool(self._connection.execute(_WAITING, {"now": now}).all())

    def waiting_since(self, now: datetime) -> datetime | None:
        """Since when the order that has waited longest could have been taken up."""
        since: datetime | None = self._connection.execute(
            _LONGEST_WAITING, {"now": now}
        ).scalar_one()
        return since

    def take_due(
        self, now: datetime, lease: Lease, limit: int, *, only_urgent: bool = False
    ) -> list[StoredOrder]:
        """Lease what is due and nobody holds; two who ask at once get different orders. Urgent ones
        come first; one that cannot be read is put aside, and after minutes for good.
        """
        parameters = {"now": now, "token": lease.token, "until": lease.until, "count": limit}
        rows = self._connection.execute(_TAKE_URGENT if only_urgent else _TAKE, parameters).all()
        taken = []
        for row in sorted(rows, key=lambda row: (not row.urgent, row.due, row.id)):
            try:
                taken.append(_order_from(row))
            except UnreadableRow as error:
                self._put_aside(row, error, now)
        return taken

    def renew(self, order: StoredOrder, until: datetime) -> bool:
        """Hold an order for longer; False where the lease is no longer ours."""
        return self._change(_RENEW, order, new_until=until)

    def finish(self, order: StoredOrder, result: str) -> bool:
        """Close an order; False where the lease is no longer ours and nothing was changed."""
        return self._change(_FINISH, order, new_result=result)

    def postpone(self, order: StoredOrder, due: datetime, uncertain: bool) -> bool:
        """Give an order back for later; False as in `finish`."""
        return self._change(_POSTPONE, order, new_due=due, new_uncertain=uncertain)

    def open_of(self, account_id: str, session_id: str) -> list[StoredOrder]:
        """What is not carried out yet of one session, leased or not, as far as it can be read."""
        parameters = {"account_id": account_id, "session_id": session_id}
        found = []
        for row in self._connection.execute(_OPEN_OF, parameters):
            with suppress(UnreadableRow):  # told when it is due
                found.append(_order_from(row))
        return found

    def has_rivals(self, order: StoredOrder) -> bool:
        """Whether a call between the numbers of that dial may be another order's: one that is open,
        or was given up a short while ago with nobody knowing what it did.
        """
        moment = order.created_at - _REMEMBERED_FOR
        others = self._connection.execute(_DIALS, {"moment": moment})
        return any(other.id != order.id and _may_call_as(other, order) for other in others)

    def forget_before(self, moment: datetime) -> int:
        """Delete carried out orders that are older; how many there were."""
        return self._connection.execute(_FORGET, {"moment": moment}).rowcount

    def _put_aside(self, row: Row, error: UnreadableRow, now: datetime) -> None:
        """Whoever wrote it can carry it out; where nobody comes, somebody must look into it."""
        _log.error("%s: it is put aside, and other orders go on", error)
        is_hopeless = now - row.created_at > _UNREADABLE_FOR_GOOD
        change: dict[str, object] = (
            {"new_result": "Unreadable"}
            if is_hopeless
            else {"new_due": now + _PUT_ASIDE, "new_uncertain": row.uncertain}
        )
        statement = _FINISH if is_hopeless else _POSTPONE
        self._connection.execute(statement, _guard(row) | change)

    def _change(self, statement: Update, order: StoredOrder, **values: object) -> bool:
        return self._connection.execute(statement, _guard(order) | values).rowcount == 1


def _guard(order: StoredOrder | Row) -> dict[str, object]:
    """What makes sure that an order is still held by whoever took it so."""
    return {
        "own_account_id": order.account_id,
        "own_id": order.id,
        "own_token": order.lease_token,
        "own_tries": order.tries,
    }


def _ends(order: Order) -> tuple[str, str] | None:
    """Whom a dial calls, and from which number."""
    return (order.to, order.from_number) if isinstance(order, DialLeg | PlaceCall) else None


def _may_call_as(row: Row, order: StoredOrder) -> bool:
    """A dial that another version wrote and this one cannot read may call anybody."""
    try:
        return _ends(_order_from(row).order) == _ends(order.order)
    except UnreadableRow:
        return True


def new_orders(session: CallSession, lease: Lease | None) -> list[StoredOrder]:
    """A session's new orders, due at once, in the order they were given."""
    return [_new(session, order, index, lease) for index, order in enumerate(session.orders)]


def _new(session: CallSession, order: Order, index: int, lease: Lease | None) -> StoredOrder:
    # the id begins with time and place, so that orders of one moment keep their order
    stamp = microseconds(session.modified_at)
    return StoredOrder(
        account_id=session.account_id,
        session_id=session.id,
        id=f"o-{stamp:014x}-{index:02x}-{token_hex(6)}",
        order=order,
        tries=0 if lease is None else 1,
        uncertain=False,
        created_at=session.modified_at,
        lease_token=None if lease is None else lease.token,
        lease_until=None if lease is None else lease.until,
    )


def order_values(stored: StoredOrder) -> dict[str, Any]:
    """The row of an order."""
    order = stored.order
    return {
        "account_id": stored.account_id,
        "session_id": stored.session_id,
        "id": stored.id,
        "kind": order_kind(order),
        "body": order_document(order),
        "created_at": stored.created_at,
        "due": stored.created_at,
        "tries": stored.tries,
        "uncertain": False,
        "lease_token": stored.lease_token,
        "lease_until": stored.lease_until,
        "result": None,
        "urgent": is_urgent(order),
    }


def _order_from(row: Row) -> StoredOrder:
    """Errors: `UnreadableRow`."""
    with reading_row(f"Order {row.id} of session {row.session_id}"):
        order = order_from(row.kind, row.body)
    return StoredOrder(
        row.account_id, row.session_id, row.id, order, row.tries,
        row.uncertain, row.created_at, row.lease_token, row.lease_until,
    )  # fmt: skip
