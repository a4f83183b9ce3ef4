"""Second factors of users, and the recovery codes in their place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, delete, func, insert, select, update

from evovoice.domain.values import User
from evovoice.storage.database.connection import Connection
from evovoice.storage.database.upsert import upsert
from evovoice.storage.tables import RecoveryCodeRow, SecondFactorRow, table
from evovoice.storage.tables.columns import UtcDateTime

_factors, _codes = table(SecondFactorRow), table(RecoveryCodeRow)
_f, _c = _factors.c, _codes.c
_account: BindParameter[str] = bindparam("of_account")
_user: BindParameter[str] = bindparam("of_user")
_IS_THEIRS = (_f.account_id == _account, _f.user_id == _user)
_CODE_IS_THEIRS = (_c.account_id == _account, _c.user_id == _user)
_step = bindparam("step", type_=_f.last_step.type)
_BEGIN = upsert(
    _factors,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["account_id", "user_id"],
        set_={name: insert.excluded[name] for name in ("salt", "mark", "begun_at")},
        where=_f.confirmed_at.is_(None),
    ),
)
_FIND = select(_factors).where(*_IS_THEIRS)
_CONFIRM = (
    update(_factors)
    .where(*_IS_THEIRS, _f.confirmed_at.is_(None), _f.salt == bindparam("known"))
    .values(confirmed_at=bindparam("now", type_=UtcDateTime()), last_step=_step)
)
_SPEND_STEP = (
    update(_factors)
    .where(*_IS_THEIRS, _f.confirmed_at.is_not(None), _f.salt == bindparam("known"))
    .where(_f.last_step < _step)
    .values(last_step=_step)
)
_REMOVE = delete(_factors).where(*_IS_THEIRS)
_ADD_CODE = insert(_codes)
_SPEND_CODE = delete(_codes).where(*_CODE_IS_THEIRS, _c.digest == bindparam("wanted"))
_COUNT_CODES = select(func.count()).select_from(_codes).where(*_CODE_IS_THEIRS)


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What is stored of a user's factor; it counts once it is confirmed."""

    salt: str
    mark: str
    confirmed_at: datetime | None


class SecondFactors:
    """The second factors of all users, one each."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, user: User, salt: str, mark: str, now: datetime) -> bool:
        """Keep a factor that is to be confirmed, in the place of one that was not; False where
        there is one that counts.
        """
        values = {
            "account_id": user.account_id, "user_id": user.id, "salt": salt, "mark": mark,
            "begun_at": now, "confirmed_at": None, "last_step": 0,
        }  # fmt: skip
        statement = _BEGIN[self._connection.dialect.name]
        return self._connection.execute(statement, values).rowcount == 1

    def find(self, user: User) -> SecondFactor | None:
        """The user's factor, one too that was only begun."""
        row = self._connection.execute(_FIND, _of(user)).first()
        return SecondFactor(row.salt, row.mark, row.confirmed_at) if row else None

    def confirm(self, user: User, salt: str, step: int, now: datetime) -> bool:
        """Let the factor with that salt count from now on, and the code of that step no more;
        False where it is another by now.
        """
        values = {**_of(user), "known": salt, "step": step, "now": now}
        return self._connection.execute(_CONFIRM, values).rowcount == 1

    def spend_step(self, user: User, salt: str, step: int) -> bool:
        """Use the code of that step up, and all before it; False where that was done already."""
        values = {**_of(user), "known": salt, "step": step}
        return self._connection.execute(_SPEND_STEP, values).rowcount == 1

    def remove(self, user: User) -> bool:
        """Take the factor away with its recovery codes; False where there is none."""
        return self._connection.execute(_REMOVE, _of(user)).rowcount == 1

    def add_recovery_codes(self, user: User, digests: Iterable[str]) -> None:
        """Keep the digests of codes that count once each."""
        own = {"account_id": user.account_id, "user_id": user.id}
        self._connection.execute(_ADD_CODE, [{**own, "digest": one} for one in digests])

    def spend_recovery_code(self, user: User, digest: str) -> bool:
        """Use a recovery code up; False where it is none."""
        values = {**_of(user), "wanted": digest}
        return self._connection.execute(_SPEND_CODE, values).rowcount == 1

    def recovery_codes_left(self, user: User) -> int:
        """How many have not been used."""
        return int(self._connection.execute(_COUNT_CODES, _of(user)).scalar_one())


def _of(user: User) -> dict[str, object]:
    return {"of_account": user.account_id, "of_user": user.id}
