"""Which user an identity provider means by a subject of its own."""

from datetime import datetime

from sqlalchemy import BindParameter, bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError

from evovoice.domain.values import User
from evovoice.storage.database.connection import Connection
from evovoice.storage.mapping.users import user_from
from evovoice.storage.repositories.call_sessions import Conflict
from evovoice.storage.tables import ExternalIdentityRow, UserRow, table

_identities, _users = table(ExternalIdentityRow), table(UserRow)
_i, _u = _identities.c, _users.c
_account: BindParameter[str] = bindparam("of_account")
_user: BindParameter[str] = bindparam("of_user")
_IS_THEIRS = (_i.account_id == _account, _i.user_id == _user)
_ADD = insert(_identities)
_FIND = (
    select(_users)
    .join(_identities, (_i.account_id == _u.account_id) & (_i.user_id == _u.id))
    .where(_i.digest == bindparam("wanted"))
)
_ANY_OF = select(_i.digest).where(*_IS_THEIRS, _i.issuer == bindparam("at")).limit(1)
_FORGET_OF = delete(_identities).where(*_IS_THEIRS)


class ExternalIdentities:
    """The identities of all users; disabled ones are among them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def user(self, digest: str) -> User | None:
        """Who is known by the issuer and subject of that digest."""
        row = self._connection.execute(_FIND, {"wanted": digest}).first()
        return user_from(row) if row else None

    def is_known_at(self, user: User, issuer: str) -> bool:
        """Whether the user is known by some subject of that issuer."""
        values = {"of_account": user.account_id, "of_user": user.id, "at": issuer}
        return self._connection.execute(_ANY_OF, values).first() is not None

    def add(self, user: User, digest: str, issuer: str, now: datetime) -> None:
        """Know the user by that issuer and subject. Errors: `Conflict`."""
        values = {
            "account_id": user.account_id, "user_id": user.id, "digest": digest, "issuer": issuer,
            "noted_at": now,
        }  # fmt: skip
        try:
            self._connection.execute(_ADD, values)
        except IntegrityError as error:
            raise Conflict("This identity is known already") from error

    def forget_all_of(self, user: User) -> int:
        """Know the user by none any more; how many there were."""
        values = {"of_account": user.account_id, "of_user": user.id}
        return self._connection.execute(_FORGET_OF, values).rowcount
