"""Everybody who has an entry, those too who are disabled: listed, disabled, enabled again.

Who may sign in and ring is found by the directory; here nobody is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select, update

from evovoice.domain.values import User, folded
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.mapping.users import user_from
from evovoice.storage.tables import MemberRow, UserRow, table
from evovoice.storage.tables.columns import UtcDateTime

_users, _members = table(UserRow), table(MemberRow)
_u, _m = _users.c, _members.c
_is_theirs = _u.account_id.in_(bindparam("account_ids", expanding=True))
_FIND = select(_users).where(or_(_u.id == bindparam("wanted"), _u.email_key == bindparam("folded")))
_PAGE = (
    select(_users).order_by(_u.name_key, _u.id).limit(bindparam("most")).offset(bindparam("first"))
)
_PAGE_OF = _PAGE.where(_is_theirs)
_COUNT = select(func.count()).select_from(_users)
_COUNT_OF = _COUNT.where(_is_theirs)
_DISABLE = (
    update(_users)
    .where(_u.id == bindparam("wanted"), _u.disabled_at.is_(None))
    .values(disabled_at=bindparam("now", type_=UtcDateTime()))
)
_ENABLE = (
    update(_users)
    .where(_u.id == bindparam("wanted"), _u.disabled_at.is_not(None))
    .values(disabled_at=None)
)
_STILL_IN_CALLS = (
    select(_users, _m.session_id)
    .join(_members, (_m.account_id == _u.account_id) & (_m.user_id == _u.id))
    .where(_u.disabled_at > bindparam("since", type_=UtcDateTime()), _m.live)
)


@dataclass(frozen=True, slots=True)
class KnownUser:
    """A user, and since when they are disabled; None where they are not."""

    user: User
    disabled_at: datetime | None


class KnownUsers:
    """The users of all accounts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, wanted: str) -> KnownUser | None:
        """The user with that id or, if it is none's, that e-mail address in any case."""
        values = {"wanted": wanted, "folded": folded(wanted)}
        rows = self._connection.execute(_FIND, values).all()
        best = min(rows, key=lambda row: bool(row.id != wanted), default=None)
        return _known(best) if best is not None else None

    def page(self, account_ids: Sequence[str] | None, first: int, most: int) -> list[KnownUser]:
        """Users of those accounts or, with None, of all, by name: so many, after so many."""
        values = {"account_ids": list(account_ids or ()), "first": first, "most": most}
        query = _PAGE if account_ids is None else _PAGE_OF
        return [_known(row) for row in self._connection.execute(query, values)]

    def count(self, account_ids: Sequence[str] | None) -> int:
        """How many users those accounts have or, with None, all together."""
        query = _COUNT if account_ids is None else _COUNT_OF
        values = {"account_ids": list(account_ids or ())}
        return int(self._connection.execute(query, values).scalar_one())

    def disable(self, user_id: str, now: datetime) -> bool:
        """Let that user neither sign in nor ring; False where that is so already."""
        values = {"wanted": user_id, "now": now}
        return self._connection.execute(_DISABLE, values).rowcount == 1

    def enable(self, user_id: str) -> bool:
        """Take `disable` back; False where the user is not disabled."""
        return self._connection.execute(_ENABLE, {"wanted": user_id}).rowcount == 1

    def still_in_calls(self, since: datetime) -> list[tuple[User, str]]:
        """Who was disabled after that moment and has a live leg, with the id of its session."""
        rows = self._connection.execute(_STILL_IN_CALLS, {"since": since})
        return [(user_from(row), row.session_id) for row in rows]


def _known(row: Row) -> KnownUser:
    return KnownUser(user_from(row), row.disabled_at)
