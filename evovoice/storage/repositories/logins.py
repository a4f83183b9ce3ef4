"""Who is signed in: logins, found by the digest of the secret that a client keeps."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BindParameter, bindparam, delete, insert, select, update

from evovoice.domain.values import Role, User
from evovoice.storage.database.connection import Connection
from evovoice.storage.tables import LoginRow, UserRow, table
from evovoice.storage.tables.columns import UtcDateTime

_USE_NOTED_EVERY = timedelta(hours=1)  # a request should not write just because it reads

_logins, _users = table(LoginRow), table(UserRow)
_l = _logins.c
_digest: BindParameter[str] = bindparam("wanted")
_now = bindparam("now", type_=UtcDateTime())
_ADD = insert(_logins)
_FIND = (
    select(_users, *[_l[name].label(f"login_{name}") for name in ("id", "kind", "used_at")])
    .join(_logins)
    .where(_l.digest == _digest, _l.voided_at.is_(None), _l.expires_at > _now)
    .where(_users.c.disabled_at.is_(None))
)
_NOTE_USE = (
    update(_logins)
    .where(_l.digest == _digest, _l.used_at < bindparam("stale", type_=UtcDateTime()))
    .values(used_at=_now)
)
_VOID = update(_logins).where(_l.voided_at.is_(None)).values(voided_at=_now)
_VOID_ONE = _VOID.where(_l.digest == _digest)
_VOID_ALL_OF = _VOID.where(
    _l.account_id == bindparam("of_account"), _l.user_id == bindparam("of_user")
)
_FORGET = delete(_logins).where(_l.expires_at < bindparam("moment"))


class LoginKind(StrEnum):
    """How long a login is meant to last: while a browser is open, beyond it, or for a program."""

    SESSION = "session"
    PERMANENT = "permanent"
    TOKEN = "token"  # noqa: S105 (a word, not a secret)


@dataclass(frozen=True, slots=True)
class FoundLogin:
    """A login that counts; `is_fresh` says that its use was noted a short while ago."""

    user: User
    kind: LoginKind
    is_fresh: bool


class Logins:
    """Every login of every account."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, user: User, login_id: str, digest: str, kind: LoginKind, now: datetime,
        lifetime: timedelta,
    ) -> None:  # fmt: skip
        """Let whoever holds the secret of that digest act as the user for so long."""
        values = {
            "account_id": user.account_id, "id": login_id, "user_id": user.id, "digest": digest,
            "kind": kind.value, "created_at": now, "expires_at": now + lifetime, "used_at": now,
            "voided_at": None,
        }  # fmt: skip
        self._connection.execute(_ADD, values)

    def find(self, digest: str, now: datetime) -> FoundLogin | None:
        """The login of that secret, unless it was voided, is over, never was, or its user
        is disabled.
        """
        row = self._connection.execute(_FIND, {"wanted": digest, "now": now}).first()
        if row is None:
            return None
        user = User(row.id, row.account_id, row.name, row.email, Role(row.role), row.identity)
        is_fresh = row.login_used_at >= now - _USE_NOTED_EVERY
        return FoundLogin(user, LoginKind(row.login_kind), is_fresh)

    def note_use(self, digest: str, now: datetime) -> None:
        """Write down that the login was used, once an hour at most."""
        values = {"wanted": digest, "now": now, "stale": now - _USE_NOTED_EVERY}
        self._connection.execute(_NOTE_USE, values)

    def void(self, digest: str, now: datetime) -> bool:
        """End a login at once; False where there was none to end."""
        return self._connection.execute(_VOID_ONE, {"wanted": digest, "now": now}).rowcount == 1

    def void_all_of(self, user: User, now: datetime) -> int:
        """End every login of a user at once; how many there were."""
        values = {"of_account": user.account_id, "of_user": user.id, "now": now}
        return self._connection.execute(_VOID_ALL_OF, values).rowcount

    def forget_before(self, moment: datetime) -> int:
        """Delete those that were over before; how many there were."""
        return self._connection.execute(_FORGET, {"moment": moment}).rowcount
