"""Everybody who has an entry, those too who are disabled: listed, changed, disabled, deleted.

Who may sign in and ring is found by the directory; here only those who were deleted are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, literal, or_, select, update
from sqlalchemy.exc import IntegrityError

from evovoice.domain.values import Role, User, folded
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.mapping.users import user_from
from evovoice.storage.repositories.call_sessions import Conflict
from evovoice.storage.tables import DeviceTokenRow, MemberRow, NumberAgentRow, UserRow, table
from evovoice.storage.tables.columns import UtcDateTime

_users, _members = table(UserRow), table(MemberRow)
_u, _m = _users.c, _members.c
_is_theirs = _u.account_id.in_(bindparam("account_ids", expanding=True))
_is_there = _u.deleted_at.is_(None)
_FIND = select(_users).where(
    or_(_u.id == bindparam("wanted"), _u.email_key == bindparam("folded")), _is_there
)
_FIND_DELETED = select(_users).where(_u.id == bindparam("wanted"), _u.deleted_at.is_not(None))
_WITH_EXTENSION = select(_users).where(
    _u.account_id == bindparam("of_account"), _u.extension == bindparam("wanted")
)
_LOCK = (
    select(_u.id)
    .where(_u.id.in_(bindparam("user_ids", expanding=True)))
    .order_by(_u.id)
    .with_for_update(key_share=True)  # logins and keys may be added meanwhile
)
_PAGE = (
    select(_users)
    .where(_is_there)
    .order_by(_u.name_key, _u.id)
    .limit(bindparam("most"))
    .offset(bindparam("first"))
)
_PAGE_OF = _PAGE.where(_is_theirs)
_COUNT = select(func.count()).select_from(_users).where(_is_there)
_COUNT_OF = _COUNT.where(_is_theirs)
_ENABLED_WITH = (
    select(func.count())
    .select_from(_users)
    .where(_u.role == bindparam("wanted_role"), _is_there, _u.disabled_at.is_(None))
)
_SET = (
    update(_users)
    .where(_u.id == bindparam("wanted"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("name", "name_key", "email", "email_key", "role", "extension")
        }
    )
)
_now = bindparam("now", type_=UtcDateTime())
_DELETE = (
    update(_users)
    .where(_u.id == bindparam("wanted"), _is_there)
    .values(
        deleted_at=_now, disabled_at=func.coalesce(_u.disabled_at, _now), email="",
        email_key=literal("deleted:").concat(_u.id),  # free for another; nobody's address
        password_hash="", extension=None,
    )
)  # fmt: skip
_LEAVE = [
    delete(one).where(
        one.c.account_id == bindparam("of_account"), one.c.user_id == bindparam("of_user")
    )
    for one in (table(NumberAgentRow), table(DeviceTokenRow))
]
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
    """A user, since when they are disabled and when they were deleted; None where it is not so."""

    user: User
    disabled_at: datetime | None
    deleted_at: datetime | None = None


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

    def with_extension(self, account_id: str, extension: str) -> KnownUser | None:
        """The user of that account who is reached by that extension."""
        values = {"of_account": account_id, "wanted": extension}
        row = self._connection.execute(_WITH_EXTENSION, values).first()
        return _known(row) if row is not None else None

    def find_deleted(self, user_id: str) -> KnownUser | None:
        """Who was deleted and had that id."""
        row = self._connection.execute(_FIND_DELETED, {"wanted": user_id}).first()
        return _known(row) if row is not None else None

    def lock(self, user_ids: Sequence[str]) -> None:
        """Let nobody else change these users until the transaction ends."""
        self._connection.execute(_LOCK, {"user_ids": list(user_ids)})

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

    def enabled_with(self, role: Role) -> int:
        """How many users who are not disabled have that role, in all accounts."""
        counted = self._connection.execute(_ENABLED_WITH, {"wanted_role": role.value})
        return int(counted.scalar_one())

    def change(self, user: User) -> None:
        """Store name, e-mail address, role and extension of that user. Errors: `Conflict`."""
        values = {
            "wanted": user.id, "new_name": user.name, "new_name_key": folded(user.name),
            "new_email": user.email, "new_email_key": folded(user.email),
            "new_role": user.role.value, "new_extension": user.extension,
        }  # fmt: skip
        try:
            self._connection.execute(_SET, values)
        except IntegrityError as error:
            raise Conflict("Somebody else has that e-mail address or extension") from error

    def delete(self, user: User, now: datetime) -> bool:
        """Take the user out of every list, for good; False where that is so already.

        The row stays, disabled, with the name. The e-mail address is free for somebody else.
        """
        values = {"wanted": user.id, "now": now}
        if self._connection.execute(_DELETE, values).rowcount != 1:
            return False
        for statement in _LEAVE:
            theirs = {"of_account": user.account_id, "of_user": user.id}
            self._connection.execute(statement, theirs)
        return True

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
    return KnownUser(user_from(row), row.disabled_at, row.deleted_at)
