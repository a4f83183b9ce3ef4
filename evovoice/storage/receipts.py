"""What was done already: deliveries of the carrier, and requests with an Idempotency-Key."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select

from evovoice.storage.call_sessions import Conflict
from evovoice.storage.connection import Connection
from evovoice.storage.directory_tables import PromiseRow
from evovoice.storage.rate_budget import RateBudget
from evovoice.storage.tables import ReceiptRow, table
from evovoice.storage.upsert import upsert

_KEPT = timedelta(hours=24)

_receipts, _promises = table(ReceiptRow), table(PromiseRow)
_FORGET_RECEIPTS = delete(_receipts).where(_receipts.c.received_at < bindparam("moment"))
_FORGET_PROMISES = delete(_promises).where(_promises.c.made_at < bindparam("moment"))
_RECALL = select(_promises).where(
    _promises.c.account_id == bindparam("account_id"), _promises.c.key == bindparam("key")
)
_NOTE = upsert(_receipts, lambda insert: insert.on_conflict_do_nothing())
_MAKE = upsert(
    _promises,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["account_id", "key"],
        set_={
            name: insert.excluded[name]
            for name in ("fingerprint", "session_id", "member_id", "made_at")
        },
        where=_promises.c.made_at < bindparam("expired"),
    ),
)


@dataclass(frozen=True, slots=True)
class Promise:
    """What a request with an Idempotency-Key led to; `fingerprint` tells the request."""

    fingerprint: str
    session_id: str
    member_id: str
    made_at: datetime


class Receipts:
    """Which deliveries of the carrier were processed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def first_time(self, account_id: str, key: str, now: datetime) -> bool:
        """Note a delivery; False where it was noted before."""
        values = {"account_id": account_id, "key": key, "received_at": now}
        statement = _NOTE[self._connection.dialect.name]
        return self._connection.execute(statement, values).rowcount == 1

    def forget_before(self, moment: datetime) -> int:
        """Delete what is older; how many there were."""
        return self._connection.execute(_FORGET_RECEIPTS, {"moment": moment}).rowcount


class Promises:
    """What users may count on: the same answer to a repeated request for 24 hours, and so many
    adds a minute.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._budget = RateBudget(connection)

    def take(self, account_id: str, user_id: str, now: datetime, per_minute: int) -> float:
        """Use one of the adds of this minute; 0 where there was one, else seconds to wait."""
        return self._budget.take(account_id, user_id, now, per_minute)

    def recall(self, account_id: str, key: str) -> Promise | None:
        """What the request with that key led to; an old one is there until it is forgotten."""
        wanted = {"account_id": account_id, "key": key}
        row = self._connection.execute(_RECALL, wanted).first()
        if row is None:
            return None
        return Promise(row.fingerprint, row.session_id, row.member_id, row.made_at)

    def make(
        self, account_id: str, key: str, fingerprint: str, session_id: str, member_id: str,
        now: datetime,
    ) -> None:  # fmt: skip
        """Keep what a request led to. Errors: `Conflict` where a twin of it was faster."""
        values = {
            "account_id": account_id, "key": key, "fingerprint": fingerprint,
            "session_id": session_id, "member_id": member_id, "made_at": now,
            "expired": now - _KEPT,
        }  # fmt: skip
        statement = _MAKE[self._connection.dialect.name]
        if self._connection.execute(statement, values).rowcount != 1:
            raise Conflict("The same Idempotency-Key is in use by another request")

    def forget_before(self, moment: datetime) -> int:
        """Delete what is older; how many there were."""
        return self._connection.execute(_FORGET_PROMISES, {"moment": moment}).rowcount
