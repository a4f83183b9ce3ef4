"""The telephone numbers of all accounts: listed, with whom they ring, changed, removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from evovoice.domain.values import User
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.mapping.users import user_from
from evovoice.storage.tables import NumberAgentRow, NumberRow, UserRow, table

_numbers, _agents, _users = table(NumberRow), table(NumberAgentRow), table(UserRow)
_n, _a = _numbers.c, _agents.c
_others = _numbers.alias("others")
_DEFAULT = (
    select(_others.c.e164)
    .where(_others.c.account_id == _n.account_id)
    .order_by(_others.c.is_default.desc(), _others.c.position, _others.c.e164)
    .limit(1)
    .scalar_subquery()
)
_ALL = select(_n.account_id, _n.e164, _DEFAULT.label("default_number"))
_IS_THEIRS = _n.account_id.in_(bindparam("account_ids", expanding=True))
_PAGE = (
    _ALL.order_by(_n.account_id, _n.position, _n.e164)
    .limit(bindparam("most"))
    .offset(bindparam("first"))
)
_PAGE_OF = _PAGE.where(_IS_THEIRS)
_COUNT = select(func.count()).select_from(_numbers)
_COUNT_OF = _COUNT.where(_IS_THEIRS)
_FIND = _ALL.where(_n.e164 == bindparam("wanted"))
_RUNG = (
    select(_users, _a.e164)
    .join(_agents)
    .where(_a.e164.in_(bindparam("numbers", expanding=True)), _users.c.deleted_at.is_(None))
    .order_by(_a.e164, _a.position)
)
_LOCK = (
    select(_n.e164)
    .where(_n.account_id == bindparam("of_account"))
    .order_by(_n.e164)
    .with_for_update()
)
_OF_NUMBER = (_a.account_id == bindparam("of_account"), _a.e164 == bindparam("wanted"))
_RING_NOBODY = delete(_agents).where(*_OF_NUMBER)
_RING = insert(_agents)
_SET_DEFAULT = (
    update(_numbers)
    .where(_n.account_id == bindparam("of_account"))
    .values(is_default=_n.e164 == bindparam("wanted"))
)
_REMOVE = delete(_numbers).where(
    _n.account_id == bindparam("of_account"), _n.e164 == bindparam("wanted")
)


@dataclass(frozen=True, slots=True)
class StoredNumber:
    """A number, whose it is, whether it is their default caller ID, and whom it rings in order."""

    account_id: str
    e164: str
    is_default: bool
    agents: tuple[User, ...]


class Numbers:
    """The numbers of all accounts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, account_ids: Sequence[str] | None, first: int, most: int) -> list[StoredNumber]:
        """Numbers of those accounts or, with None, of all: so many, after so many."""
        values = {"account_ids": list(account_ids or ()), "first": first, "most": most}
        query = _PAGE if account_ids is None else _PAGE_OF
        return self._with_agents(self._connection.execute(query, values).all())

    def count(self, account_ids: Sequence[str] | None) -> int:
        """How many numbers those accounts have or, with None, all together."""
        query = _COUNT if account_ids is None else _COUNT_OF
        values = {"account_ids": list(account_ids or ())}
        return int(self._connection.execute(query, values).scalar_one())

    def find(self, e164: str) -> StoredNumber | None:
        """That number."""
        rows = self._connection.execute(_FIND, {"wanted": e164}).all()
        return next(iter(self._with_agents(rows)), None)

    def lock(self, account_id: str) -> None:
        """Let nobody else change the numbers of an account until the transaction ends."""
        self._connection.execute(_LOCK, {"of_account": account_id}).all()

    def ring(self, account_id: str, e164: str, user_ids: Sequence[str]) -> None:
        """Have a number ring these users of its account, in that order, and nobody else."""
        own = {"account_id": account_id, "e164": e164}
        self._connection.execute(_RING_NOBODY, {"of_account": account_id, "wanted": e164})
        rows: list[dict[str, Any]] = [
            own | {"user_id": user_id, "position": index} for index, user_id in enumerate(user_ids)
        ]
        if rows:
            self._connection.execute(_RING, rows)

    def set_default(self, account_id: str, e164: str) -> None:
        """Make a number the default of its account, in the place of the one before."""
        self._connection.execute(_SET_DEFAULT, {"of_account": account_id, "wanted": e164})

    def remove(self, account_id: str, e164: str) -> None:
        """Take a number out of the directory, and whom it rings."""
        values = {"of_account": account_id, "wanted": e164}
        self._connection.execute(_RING_NOBODY, values)
        self._connection.execute(_REMOVE, values)

    def _with_agents(self, rows: Sequence[Row]) -> list[StoredNumber]:
        rung: dict[str, list[User]] = {row.e164: [] for row in rows}
        if rung:
            for row in self._connection.execute(_RUNG, {"numbers": list(rung)}):
                rung[row.e164].append(user_from(row))
        return [
            StoredNumber(row.account_id, row.e164, row.e164 == row.default_number,
                         tuple(rung[row.e164]))
            for row in rows
        ]  # fmt: skip
