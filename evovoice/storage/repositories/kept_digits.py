"""Digits that the carrier is to ask for: in no log, no session and no address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, or_, select, update

from evovoice.storage.database.connection import Connection
from evovoice.storage.tables import KeptDigitsRow, table

_digits = table(KeptDigitsRow)
_d = _digits.c
_OF_KEY = select(_d.digits, _d.asked_at, _d.asked_by).where(_d.key == bindparam("of_key"))
_KEEP = insert(_digits)
_APPEND = (
    update(_digits)
    .where(_d.key == bindparam("of_key"))
    .values(digits=_d.digits + bindparam("more"))
)
_NOTE = update(_digits).where(_d.key == bindparam("of_key"))
_FORGET = delete(_digits).where(
    or_(_d.kept_at < bindparam("kept_before"), _d.asked_at < bindparam("asked_before"))
)


@dataclass(frozen=True, slots=True)
class KeptDigits:
    """What is kept under one key; `asked_by` is None until the carrier has been given it."""

    digits: str
    asked_at: datetime | None
    asked_by: str | None


class KeptDigitsRepository:
    """Kept by keys that nobody can guess."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, key: str, session: tuple[str, str], digits: str, now: datetime) -> None:
        """Keep them, behind those of that key already; `session`: its account and id."""
        if self.find(key) is not None:
            self._connection.execute(_APPEND, {"of_key": key, "more": digits})
            return
        account_id, session_id = session
        values = {
            "key": key, "account_id": account_id, "session_id": session_id, "digits": digits,
            "kept_at": now, "asked_at": None, "asked_by": None,
        }  # fmt: skip
        self._connection.execute(_KEEP, values)

    def find(self, key: str) -> KeptDigits | None:
        """What is kept under that key."""
        row = self._connection.execute(_OF_KEY, {"of_key": key}).first()
        return None if row is None else KeptDigits(row.digits, row.asked_at, row.asked_by)

    def note_asked(self, key: str, by: str, now: datetime) -> None:
        """The carrier was given them."""
        self._connection.execute(_NOTE.values(asked_at=now, asked_by=by), {"of_key": key})

    def forget_before(self, *, kept: datetime, asked: datetime) -> None:
        """Delete what was kept before the one moment or asked for before the other."""
        moments = {"kept_before": kept, "asked_before": asked}
        self._connection.execute(_FORGET, moments)
