"""The API keys with which programs act as a user; of each only the digest is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, and_, bindparam, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from evovoice.domain.values import User
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.mapping.users import user_from
from evovoice.storage.repositories.call_sessions import Conflict
from evovoice.storage.tables import ApiKeyRow, UserRow, table
from evovoice.storage.tables.columns import UtcDateTime

_USE_NOTED_EVERY = timedelta(hours=1)  # a request should not write just because it reads

_keys, _users = table(ApiKeyRow), table(UserRow)
_k, _u = _keys.c, _users.c
_wanted: BindParameter[str] = bindparam("wanted")
_now = bindparam("now", type_=UtcDateTime())
_COUNTS = and_(_k.revoked_at.is_(None), or_(_k.expires_at.is_(None), _k.expires_at > _now))
_ADD = insert(_keys)
_FIND = (
    select(_users, _k.used_at.label("key_used_at"))
    .join(_keys)
    .where(_k.digest == _wanted, _COUNTS, _u.disabled_at.is_(None))
)
_NOTE_USE = (
    update(_keys)
    .where(
        _k.digest == _wanted,
        or_(_k.used_at.is_(None), _k.used_at < bindparam("stale", type_=UtcDateTime())),
    )
    .values(used_at=_now)
)
_OF_USER = select(_keys).where(_k.user_id == _wanted).order_by(_k.created_at, _k.id)
_BY_ID = select(_keys).where(_k.id == _wanted)
_BY_DIGEST = select(_keys).where(_k.digest == _wanted)
_OF_OTHERS_MADE_BY = (
    select(_keys)
    .where(_k.maker_id == _wanted, _k.user_id != _wanted, _COUNTS)
    .order_by(_k.created_at, _k.id)
)
_REVOKE = update(_keys).where(_k.revoked_at.is_(None)).values(revoked_at=_now)
_REVOKE_ONE = _REVOKE.where(_k.id == _wanted)
_REVOKE_ALL_OF = _REVOKE.where(
    _k.account_id == bindparam("of_account"), _k.user_id == bindparam("of_user")
)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key: not the key itself.

    `expires_at`: when it ends by itself, if it does. `used_at`: its last use, to the hour.
    `maker_id`: the user who had it made; None where that was the command line.
    """

    id: str
    user_id: str
    created_at: datetime
    revoked_at: datetime | None = None
    name: str = ""
    expires_at: datetime | None = None
    used_at: datetime | None = None
    maker_id: str | None = None


@dataclass(frozen=True, slots=True)
class FoundKey:
    """The user of a key that counts; `is_fresh`: its use was noted a short while ago."""

    user: User
    is_fresh: bool


class ApiKeys:
    """The keys of all accounts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, account_id: str, key: ApiKey, digest: str) -> None:
        """Add a key of a user. Errors: `Conflict`."""
        values = {
            "id": key.id, "account_id": account_id, "user_id": key.user_id, "digest": digest,
            "created_at": key.created_at, "revoked_at": None, "name": key.name or None,
            "expires_at": key.expires_at, "used_at": None,
            "maker_id": key.maker_id,
        }  # fmt: skip
        try:
            self._connection.execute(_ADD, values)
        except IntegrityError as error:
            raise Conflict("This is there already, or refers to nothing") from error

    def find(self, digest: str, now: datetime) -> FoundKey | None:
        """Whose key that is, unless it was revoked, is over, or its user is disabled."""
        row = self._connection.execute(_FIND, {"wanted": digest, "now": now}).first()
        if row is None:
            return None
        used_at = row.key_used_at
        return FoundKey(user_from(row), used_at is not None and used_at >= now - _USE_NOTED_EVERY)

    def note_use(self, digest: str, now: datetime) -> None:
        """Write down that the key was used, once an hour at most."""
        values = {"wanted": digest, "now": now, "stale": now - _USE_NOTED_EVERY}
        self._connection.execute(_NOTE_USE, values)

    def by_id(self, key_id: str) -> ApiKey | None:
        """The key with that id."""
        return _first(self._connection.execute(_BY_ID, {"wanted": key_id}).first())

    def by_digest(self, digest: str) -> ApiKey | None:
        """The key with that digest."""
        return _first(self._connection.execute(_BY_DIGEST, {"wanted": digest}).first())

    def of_user(self, user_id: str) -> list[ApiKey]:
        """The keys of a user, those that were revoked too, oldest first."""
        return [_key_from(row) for row in self._connection.execute(_OF_USER, {"wanted": user_id})]

    def of_others_made_by(self, maker_id: str, now: datetime) -> list[ApiKey]:
        """The keys of others that this user had made, and that count."""
        rows = self._connection.execute(_OF_OTHERS_MADE_BY, {"wanted": maker_id, "now": now})
        return [_key_from(row) for row in rows]

    def revoke(self, key_id: str, now: datetime) -> None:
        """End a key; one that has ended keeps the moment of it."""
        self._connection.execute(_REVOKE_ONE, {"wanted": key_id, "now": now})

    def revoke_all_of(self, user: User, now: datetime) -> None:
        """End every key of a user."""
        values = {"of_account": user.account_id, "of_user": user.id, "now": now}
        self._connection.execute(_REVOKE_ALL_OF, values)


def _first(row: Row | None) -> ApiKey | None:
    return _key_from(row) if row else None


def _key_from(row: Row) -> ApiKey:
    return ApiKey(
        row.id, row.user_id, row.created_at, row.revoked_at, row.name or "", row.expires_at,
        row.used_at, row.maker_id,
    )  # fmt: skip
