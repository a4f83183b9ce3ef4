"""Who is signed in: logins, found by the digest of the secret that a client keeps."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BindParameter, and_, bindparam, delete, insert, or_, select, update

from evovoice.domain.values import User
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.mapping.users import user_from
from evovoice.storage.tables import ApiKeyRow, LoginRow, UserRow, table
from evovoice.storage.tables.columns import UtcDateTime

_USE_NOTED_EVERY = timedelta(hours=1)  # a request should not write just because it reads
_TOKENS_ON_RECORD = timedelta(days=90)  # after their end: who had made them can still be told

_logins, _users, _keys = table(LoginRow), table(UserRow), table(ApiKeyRow)
_l, _k = _logins.c, _keys.c
_digest: BindParameter[str] = bindparam("wanted")
_now = bindparam("now", type_=UtcDateTime())
_ADD = insert(_logins)
_OF_LOGIN = ("id", "kind", "used_at", "expires_at", "maker_id", "made_with", "parent_id")
_FIND = (
    select(_users, *[_l[name].label(f"login_{name}") for name in _OF_LOGIN])
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
_account: BindParameter[str] = bindparam("of_account")
_user: BindParameter[str] = bindparam("of_user")
_parent: BindParameter[str] = bindparam("parent")
_VOID_ALL_OF = _VOID.where(
    or_(and_(_l.account_id == _account, _l.user_id == _user), _l.maker_id == _user)
)
_USERS_OF_MADE = (
    select(_users).join(_logins).where(_l.maker_id == _user, _l.voided_at.is_(None)).distinct()
)
_PARENT_KEY = select(_k.id).where(
    _k.account_id == _account, _k.user_id == _user, _k.id == _parent, _k.revoked_at.is_(None),
    or_(_k.expires_at.is_(None), _k.expires_at > _now),
)  # fmt: skip
_PARENT_LOGIN = select(_l.id).where(
    _l.account_id == _account, _l.user_id == _user, _l.id == _parent,
    _l.voided_at.is_(None), _l.expires_at > _now,
)  # fmt: skip
_FORGET = delete(_logins).where(
    or_(
        and_(_l.expires_at < bindparam("moment"), _l.kind != bindparam("token")),
        _l.expires_at < bindparam("record"),
    )
)


class LoginKind(StrEnum):
    """How long a login is meant to last: while a browser is open, beyond it, or for a program."""

    SESSION = "session"
    PERMANENT = "permanent"
    TOKEN = "token"  # noqa: S105 (a word, not a secret)


class MadeWith(StrEnum):
    """What the maker of a token has shown."""

    PASSWORD = "password"  # noqa: S105 (a word, not a secret)
    KEY = "key"
    LOGIN = "login"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who had a token made, and with what; `parent_id`: of that key or login."""

    maker_id: str
    made_with: MadeWith
    parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class FoundLogin:
    """A login that counts; `is_fresh` says that its use was noted a short while ago.

    A token also depends on its `origin`. Those of programs that did not note it have none.
    """

    user: User
    kind: LoginKind
    is_fresh: bool
    id: str
    expires_at: datetime
    origin: Origin | None


class Logins:
    """Every login of every account."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, user: User, login_id: str, digest: str, kind: LoginKind, now: datetime,
        lifetime: timedelta, origin: Origin | None = None,
    ) -> None:  # fmt: skip
        """Let whoever holds the secret of that digest act as the user for so long."""
        values = {
            "account_id": user.account_id, "id": login_id, "user_id": user.id, "digest": digest,
            "kind": kind.value, "created_at": now, "expires_at": now + lifetime, "used_at": now,
            "voided_at": None,
            "maker_id": origin.maker_id if origin else None,
            "made_with": origin.made_with.value if origin else None,
            "parent_id": origin.parent_id if origin else None,
        }  # fmt: skip
        self._connection.execute(_ADD, values)

    def find(self, digest: str, now: datetime) -> FoundLogin | None:
        """The login of that secret, unless it was voided, is over, never was, or its user
        is disabled.
        """
        row = self._connection.execute(_FIND, {"wanted": digest, "now": now}).first()
        if row is None:
            return None
        user = user_from(row)
        is_fresh = row.login_used_at >= now - _USE_NOTED_EVERY
        kind, origin = LoginKind(row.login_kind), _origin_from(row)
        return FoundLogin(user, kind, is_fresh, row.login_id, row.login_expires_at, origin)

    def parent_counts(self, maker: User, origin: Origin, now: datetime) -> bool:
        """Whether what that token was made with still lets its maker in.

        A password does as long as the token is there: a new one ends it (`void_all_of`).
        """
        if origin.made_with is MadeWith.PASSWORD:
            return True
        query = _PARENT_KEY if origin.made_with is MadeWith.KEY else _PARENT_LOGIN
        wanted = {
            "of_account": maker.account_id, "of_user": maker.id, "parent": origin.parent_id,
            "now": now,
        }  # fmt: skip
        return self._connection.execute(query, wanted).first() is not None

    def note_use(self, digest: str, now: datetime) -> None:
        """Write down that the login was used, once an hour at most."""
        values = {"wanted": digest, "now": now, "stale": now - _USE_NOTED_EVERY}
        self._connection.execute(_NOTE_USE, values)

    def void(self, digest: str, now: datetime) -> bool:
        """End a login at once; False where there was none to end."""
        return self._connection.execute(_VOID_ONE, {"wanted": digest, "now": now}).rowcount == 1

    def void_all_of(self, user: User, now: datetime) -> int:
        """End every login of a user at once, and every token that they had made; how many."""
        values = {"of_account": user.account_id, "of_user": user.id, "now": now}
        return self._connection.execute(_VOID_ALL_OF, values).rowcount

    def users_of_made(self, maker: User) -> list[User]:
        """Who is let in by a token that this user had made."""
        rows = self._connection.execute(_USERS_OF_MADE, {"of_user": maker.id})
        return [user_from(row) for row in rows]

    def forget_before(self, moment: datetime) -> int:
        """Delete those that were over before, tokens once they have been on record for long
        enough; how many there were.
        """
        values = {
            "moment": moment, "token": LoginKind.TOKEN.value,
            "record": moment - _TOKENS_ON_RECORD,
        }  # fmt: skip
        return self._connection.execute(_FORGET, values).rowcount


def _origin_from(row: Row) -> Origin | None:
    if row.login_maker_id is None:
        return None
    return Origin(row.login_maker_id, MadeWith(row.login_made_with), row.login_parent_id)
