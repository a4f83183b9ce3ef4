"""How much there is of what operators watch: each a count that an index answers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from evovoice.storage.database.connection import Connection
from evovoice.storage.repositories.outbox import IS_WAITING
from evovoice.storage.tables import CallSessionRow, MemberRow, OrderRow, table

_sessions, _members, _orders = table(CallSessionRow), table(MemberRow), table(OrderRow)
_s, _m = _sessions.c, _members.c
_is_live = (_s.next_check.is_not(None), _s.ended_at.is_(None))  # the first has an index

_SESSIONS = select(func.count()).select_from(_sessions).where(*_is_live)
_MEMBERS = select(func.count()).select_from(_members.join(_sessions)).where(*_is_live, _m.live)
_OVERDUE = select(func.count()).select_from(_orders).where(*IS_WAITING)


@dataclass(frozen=True, slots=True)
class Amounts:
    """Sessions that go on, their parties who are not gone, and orders that nobody has taken up
    though they are due.
    """

    sessions: int
    members: int
    overdue_orders: int


class Figures:
    """The figures of all processes together."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def amounts(self, now: datetime) -> Amounts:
        """How many of each there are."""
        run = self._connection.execute
        return Amounts(
            sessions=run(_SESSIONS).scalar_one(),
            members=run(_MEMBERS).scalar_one(),
            overdue_orders=run(_OVERDUE, {"now": now}).scalar_one(),
        )
