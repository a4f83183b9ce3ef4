"""What a user signs in with: the hash of a password, and whether a code is asked for as well."""

from dataclasses import dataclass

from sqlalchemy import BindParameter, and_, bindparam, select, update

from evovoice.domain.values import User
from evovoice.storage.database.connection import Row
from evovoice.storage.mapping.users import user_from
from evovoice.storage.tables import SecondFactorRow, UserRow, table

_users, _factors = table(UserRow), table(SecondFactorRow)
_u, _f = _users.c, _factors.c
_wanted: BindParameter[str] = bindparam("wanted")
_HAS_FACTOR = and_(
    _f.account_id == _u.account_id, _f.user_id == _u.id, _f.confirmed_at.is_not(None)
)
CREDENTIALS = (
    select(_users, _f.confirmed_at.label("factor_since"))
    .outerjoin(_factors, _HAS_FACTOR)
    .where(_u.email_key == _wanted, _u.disabled_at.is_(None))
)
SET_PASSWORD = update(_users).where(_u.id == _wanted).values(password_hash=bindparam("hash"))
REPLACE_PASSWORD = SET_PASSWORD.where(_u.password_hash == bindparam("known"))


@dataclass(frozen=True, slots=True, repr=False)
class StoredPassword:
    """A user, the hash of their password, and whether they have a second factor."""

    user: User
    password_hash: str
    has_second_factor: bool


def stored_password(row: Row) -> StoredPassword:
    """A row of `CREDENTIALS`."""
    return StoredPassword(user_from(row), row.password_hash, row.factor_since is not None)
