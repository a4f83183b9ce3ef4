"""What an account has, and how all of it is deleted."""

from dataclasses import dataclass

from sqlalchemy import BindParameter, bindparam, delete, func, select

from evovoice.storage.tables import (
    AccountRow,
    ApiKeyRow,
    CallSessionRow,
    DeviceTokenRow,
    ExternalIdentityRow,
    FavoriteRow,
    LoginRow,
    NumberRow,
    PresenceRow,
    RecoveryCodeRow,
    SecondFactorRow,
    UserRow,
    table,
)

_accounts, _users, _numbers = table(AccountRow), table(UserRow), table(NumberRow)
_sessions = table(CallSessionRow)
_wanted: BindParameter[str] = bindparam("wanted")

CONTENTS = select(
    select(func.count()).where(_users.c.account_id == _wanted, _users.c.deleted_at.is_(None))
    .scalar_subquery().label("users"),
    select(func.count()).where(_numbers.c.account_id == _wanted)
    .scalar_subquery().label("numbers"),
    select(func.count()).where(_sessions.c.account_id == _wanted)
    .scalar_subquery().label("sessions"),
)  # fmt: skip
DELETE_REST_OF_ACCOUNT = [
    delete(one).where(one.c.account_id == _wanted)
    for one in (
        table(ApiKeyRow),
        table(LoginRow),
        table(DeviceTokenRow),
        table(ExternalIdentityRow),
        table(PresenceRow),
        table(FavoriteRow),
        table(RecoveryCodeRow),
        table(SecondFactorRow),
        _users,
    )
]
DELETE_ACCOUNT = delete(_accounts).where(_accounts.c.id == _wanted)


@dataclass(frozen=True, slots=True)
class AccountContents:
    """How much an account has that keeps it from being deleted."""

    users: int
    numbers: int
    sessions: int
