"""Under which tokens the devices of a user can be woken."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, select

from evovoice.domain.values import User
from evovoice.storage.database.connection import Connection
from evovoice.storage.database.upsert import upsert
from evovoice.storage.tables import DeviceTokenRow, table

_tokens = table(DeviceTokenRow)
_t = _tokens.c
_most: BindParameter[int] = bindparam("most")
_is_theirs = (_t.account_id == bindparam("account_id"), _t.user_id == bindparam("user_id"))
_KEEP = upsert(
    _tokens,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["digest"],
        set_={
            name: insert.excluded[name]
            for name in ("account_id", "user_id", "device_type", "token", "noted_at")
        },
    ),
)
_OF_USER = select(_tokens).where(*_is_theirs).order_by(_t.noted_at.desc(), _t.digest)
_NEWEST = select(_t.digest).where(*_is_theirs).order_by(_t.noted_at.desc(), _t.digest).limit(_most)
_FORGET_REST = delete(_tokens).where(*_is_theirs, _t.digest.not_in(_NEWEST))


@dataclass(frozen=True, slots=True, repr=False)
class DeviceToken:
    """A device of a user's; `digest` is that of the token, which is never shown or logged."""

    device_type: str
    token: str
    digest: str


class DeviceTokens:
    """The tokens of all users."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, user: User, device: DeviceToken, now: datetime, most: int) -> None:
        """Note a device as that user's, whoever had it before; beyond `most` the oldest go."""
        values: dict[str, Any] = {
            "account_id": user.account_id, "user_id": user.id, "digest": device.digest,
            "device_type": device.device_type, "token": device.token, "noted_at": now,
        }  # fmt: skip
        self._connection.execute(_KEEP[self._connection.dialect.name], values)
        theirs = {"account_id": user.account_id, "user_id": user.id}
        self._connection.execute(_FORGET_REST, {**theirs, "most": most})

    def of_user(self, user: User) -> list[DeviceToken]:
        """The user's devices, the newest first."""
        theirs = {"account_id": user.account_id, "user_id": user.id}
        rows = self._connection.execute(_OF_USER, theirs)
        return [DeviceToken(row.device_type, row.token, row.digest) for row in rows]
