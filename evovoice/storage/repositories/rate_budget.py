"""How much a user may still do: calls a minute, from a bucket, and calls at once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, case, func, select, update

from evovoice.storage.database.connection import Connection
from evovoice.storage.database.upsert import upsert
from evovoice.storage.tables import CallSessionRow, MemberRow, RateBudgetRow, table
from evovoice.storage.tables.columns import microseconds

_MINUTE = 60_000_000
_NO_LIMIT = 2**31 - 1  # more than any number of legs

_budgets, _sessions, _members = table(RateBudgetRow), table(CallSessionRow), table(MemberRow)
_b, _s, _m = _budgets.c, _sessions.c, _members.c
_cost, _now, _latest = (
    bindparam(name, type_=_b.spent_until.type) for name in ("cost", "moment", "latest")
)
_most = bindparam("at_once", type_=_b.live_at_most.type)
_legs = bindparam("legs", type_=_b.live_at_most.type)
_spent_then = case((_b.spent_until > _now, _b.spent_until), else_=_now) + _cost
_TAKE = upsert(
    _budgets,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["account_id", "user_id"],
        set_={"spent_until": _spent_then, "live_at_most": _b.live_at_most + _legs},
        where=and_(_b.spent_until <= _latest, _b.live_at_most <= _most),
    ),
)
_is_theirs = (_b.account_id == bindparam("of_account"), _b.user_id == bindparam("of_user"))
_LOCKED = select(_b.spent_until).where(*_is_theirs).with_for_update()
_TAKE_COUNTED = (
    update(_budgets)
    .where(*_is_theirs)
    .values(spent_until=_spent_then, live_at_most=bindparam("counted"))
)
# who lives is to be looked after, so that the session has a next check, which has an index
_LIVE = (
    select(func.count())
    .select_from(_members.join(_sessions))
    .where(
        _s.account_id == bindparam("of_account"), _s.next_check.is_not(None),
        _m.live, _m.added_by == bindparam("of_user"), _m.user_id.is_(None),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Budget:
    """What a user may have dialled: legs a minute, and legs to the outside that live at once; None:
    what is dialled is not one of these. So many `dials` are taken, of which `legs` live at once.
    """

    per_minute: int
    at_once: int | None
    dials: int = 1
    legs: int = 1


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Nothing is left: for so many seconds, or, with 0, until one of the `live` legs has ended."""

    seconds: float
    live: int = 0


class RateBudget:
    """Each take moves the user's mark on by its share of a minute; a mark more than a minute
    ahead is refused. One row, one statement, so that parallel takes cannot exceed the limit.

    The row also has an upper bound of the legs that live: each take adds one to it, and only where
    that may be too many are they counted, while the row is locked until the leg is stored. Legs to
    users of the account do not count.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(
        self, account_id: str, user_id: str, now: datetime, budget: Budget
    ) -> Exhausted | None:
        """Take as many, or nothing; None where it is allowed."""
        cost, moment = _MINUTE * budget.dials // budget.per_minute, microseconds(now)
        if cost > _MINUTE:
            return Exhausted(cost / 1_000_000)
        latest = moment + _MINUTE - cost
        own = {"account_id": account_id, "user_id": user_id}
        price = {"cost": cost, "moment": moment}
        first = {"spent_until": moment + cost, "live_at_most": budget.legs}
        at_once = _NO_LIMIT if budget.at_once is None else budget.at_once
        if budget.legs > at_once:
            return Exhausted(0, 0)
        limits = {"latest": latest, "at_once": at_once - budget.legs, "legs": budget.legs}
        statement = _TAKE[self._connection.dialect.name]
        if self._connection.execute(statement, own | price | first | limits).rowcount == 1:
            return None
        theirs = {"of_account": account_id, "of_user": user_id}
        spent: int = self._connection.execute(_LOCKED, theirs).scalar_one()
        if spent > latest:
            return Exhausted(max(spent - latest, 1) / 1_000_000)
        live: int = self._connection.execute(_LIVE, theirs).scalar_one()
        if live + budget.legs > at_once:
            return Exhausted(0, live)
        self._connection.execute(_TAKE_COUNTED, theirs | price | {"counted": live + budget.legs})
        return None
