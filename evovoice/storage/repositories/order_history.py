"""Every order of a session to the carrier, finished or not, for people who ask what became of it.

Finished ones are kept for a week.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from evovoice.domain.orders import Order
from evovoice.storage.database.connection import Connection
from evovoice.storage.mapping.order_documents import order_from
from evovoice.storage.mapping.unreadable import UnreadableRow, reading_row
from evovoice.storage.tables import OrderRow, table

_orders = table(OrderRow)
_o = _orders.c
_OF_SESSION = (
    select(_orders)
    .where(_o.account_id == bindparam("account_id"), _o.session_id == bindparam("session_id"))
    .order_by(_o.created_at, _o.id)
)


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """An order as its row has it: `order` is None where another version wrote it and this one
    cannot read it; `result` is None while it is open (`services/outbox/order_results`).
    """

    order: Order | None
    kind: str
    created_at: datetime
    due: datetime
    tries: int
    uncertain: bool
    lease_until: datetime | None
    result: str | None


class OrderHistory:
    """The orders of sessions, for reading."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_session(self, account_id: str, session_id: str) -> list[OrderRecord]:
        """All of that session, in the order in which they were given."""
        wanted = {"account_id": account_id, "session_id": session_id}
        found = []
        for row in self._connection.execute(_OF_SESSION, wanted):
            order: Order | None = None
            with suppress(UnreadableRow), reading_row(f"Order {row.id}"):
                order = order_from(row.kind, row.body)
            found.append(
                OrderRecord(
                    order, row.kind, row.created_at, row.due, row.tries, row.uncertain,
                    row.lease_until, row.result,
                )
            )  # fmt: skip
        return found
