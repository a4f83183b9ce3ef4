"""How much a user may still do this minute: a bucket that all processes draw from."""

from datetime import datetime

from sqlalchemy import bindparam, case, select

from evovoice.storage.database.connection import Connection
from evovoice.storage.database.upsert import upsert
from evovoice.storage.tables import RateBudgetRow, table
from evovoice.storage.tables.columns import microseconds

_MINUTE = 60_000_000

_budgets = table(RateBudgetRow)
_b = _budgets.c
_cost, _now, _latest = (
    bindparam(name, type_=_b.spent_until.type) for name in ("cost", "moment", "latest")
)
_TAKE = upsert(
    _budgets,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["account_id", "user_id"],
        set_={"spent_until": case((_b.spent_until > _now, _b.spent_until), else_=_now) + _cost},
        where=_b.spent_until <= _latest,
    ),
)
_SPENT = select(_b.spent_until).where(
    _b.account_id == bindparam("account_id"), _b.user_id == bindparam("user_id")
)


class RateBudget:
    """Each take moves the user's mark on by its share of a minute; a mark more than a minute
    ahead is refused. One row, one statement, so that parallel takes cannot exceed the limit.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, account_id: str, user_id: str, now: datetime, per_minute: int) -> float:
        """Take one; 0 where it is allowed, else how many seconds to wait."""
        cost, moment = _MINUTE // per_minute, microseconds(now)
        latest = moment + _MINUTE - cost
        values = {
            "account_id": account_id, "user_id": user_id, "spent_until": moment + cost,
            "cost": cost, "moment": moment, "latest": latest,
        }  # fmt: skip
        statement = _TAKE[self._connection.dialect.name]
        if self._connection.execute(statement, values).rowcount == 1:
            return 0.0
        spent: int = self._connection.execute(_SPENT, values).scalar_one()
        return max(spent - latest, 1) / 1_000_000
