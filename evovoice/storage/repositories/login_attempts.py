"""How many guesses at a password are left: one bucket for each name and each address."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, delete, select, update

from evovoice.storage.database.connection import Connection
from evovoice.storage.database.upsert import upsert
from evovoice.storage.tables import LoginAttemptsRow, table
from evovoice.storage.tables.columns import microseconds

WINDOW = timedelta(minutes=15)
_WINDOW = WINDOW // timedelta(microseconds=1)

_attempts = table(LoginAttemptsRow)
_a = _attempts.c
_cost, _now, _latest = (
    bindparam(name, type_=_a.spent_until.type) for name in ("cost", "moment", "latest")
)
_TAKE = upsert(
    _attempts,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["subject"],
        set_={"spent_until": case((_a.spent_until > _now, _a.spent_until), else_=_now) + _cost},
        where=_a.spent_until <= _latest,
    ),
)
_SPENT = select(_a.spent_until).where(_a.subject == bindparam("subject"))
_GIVE_BACK = (
    update(_attempts)
    .where(_a.subject == bindparam("wanted"))
    .values(spent_until=_a.spent_until - _cost)
)
_FORGET = delete(_attempts).where(_a.spent_until < bindparam("moment"))


class LoginAttempts:
    """A guess is taken before it is judged, in one statement, so that parallel guesses cannot
    exceed the limit; a right one is given back. So many may come at once, and again one for
    each share of the window that passes.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, subject: str, now: datetime, per_window: int) -> float:
        """Take one guess; 0 where it is allowed, else how many seconds to wait."""
        cost, moment = _WINDOW // per_window, microseconds(now)
        latest = moment + _WINDOW - cost
        values = {
            "subject": subject, "spent_until": moment + cost, "cost": cost, "moment": moment,
            "latest": latest,
        }  # fmt: skip
        statement = _TAKE[self._connection.dialect.name]
        if self._connection.execute(statement, values).rowcount == 1:
            return 0.0
        spent: int = self._connection.execute(_SPENT, values).scalar_one()
        return max(spent - latest, 1) / 1_000_000

    def give_back(self, subject: str, per_window: int) -> None:
        """The guess was right: it does not count."""
        values = {"wanted": subject, "cost": _WINDOW // per_window}
        self._connection.execute(_GIVE_BACK, values)

    def forget_before(self, moment: datetime) -> int:
        """Delete the marks that lie before: those subjects have all their guesses again."""
        return self._connection.execute(_FORGET, {"moment": microseconds(moment)}).rowcount
