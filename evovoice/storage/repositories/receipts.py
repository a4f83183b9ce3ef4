"""What was done already: deliveries of the carrier, and requests with an Idempotency-Key."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, delete, or_, select

from evovoice.storage.database.connection import Connection
from evovoice.storage.database.upsert import upsert
from evovoice.storage.repositories.call_sessions import Conflict
from evovoice.storage.repositories.rate_budget import Budget, Exhausted, RateBudget
from evovoice.storage.tables import IdempotencyRecordRow, ReceiptRow, table

_KEPT = timedelta(hours=24)

_receipts, _records = table(ReceiptRow), table(IdempotencyRecordRow)
_FORGET_RECEIPTS = delete(_receipts).where(_receipts.c.received_at < bindparam("moment"))
_FORGET_RECORDS = delete(_records).where(_records.c.made_at < bindparam("moment"))
_FIND = select(_records).where(
    _records.c.account_id == bindparam("account_id"), _records.c.key == bindparam("key")
)
_NOTE = upsert(_receipts, lambda insert: insert.on_conflict_do_nothing())
_ADD = upsert(
    _records,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["account_id", "key"],
        set_={
            name: insert.excluded[name]
            for name in (
                "fingerprint",
                "session_id",
                "member_id",
                "made_at",
                "refusal_code",
                "refusal_message",
                "carrier_code",
                "carrier_status",
            )
        },
        where=or_(
            _records.c.made_at < bindparam("expired"),
            and_(
                _records.c.member_id == bindparam("replaced"),
                _records.c.fingerprint == insert.excluded["fingerprint"],
                _records.c.refusal_code.is_(None),
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """What a request with an Idempotency-Key led to; `fingerprint` tells the request. Without a
    member it was refused, by `refusal_code` for good; where the carrier did, by its own code and
    HTTP status.
    """

    fingerprint: str
    session_id: str
    member_id: str
    made_at: datetime
    refusal_code: str | None = None
    refusal_message: str | None = None
    carrier_code: int | None = None
    carrier_status: int | None = None


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


class IdempotencyRecords:
    """The records of requests with an Idempotency-Key, kept for 24 hours, and how many calls a
    user has left.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._budget = RateBudget(connection)

    def take(
        self, account_id: str, user_id: str, now: datetime, budget: Budget
    ) -> Exhausted | None:
        """Use one of the calls that the user may have dialled; None where there was one."""
        return self._budget.take(account_id, user_id, now, budget)

    def find(self, account_id: str, key: str) -> IdempotencyRecord | None:
        """What the request with that key led to; an old one is there until it is forgotten."""
        wanted = {"account_id": account_id, "key": key}
        row = self._connection.execute(_FIND, wanted).first()
        if row is None:
            return None
        return IdempotencyRecord(
            row.fingerprint, row.session_id, row.member_id, row.made_at,
            row.refusal_code, row.refusal_message, row.carrier_code, row.carrier_status,
        )  # fmt: skip

    def add(self, account_id: str, key: str, record: IdempotencyRecord, replaced: str = "") -> None:
        """Keep what a request led to. `replaced`: the member of its earlier try, empty where that
        was refused. Errors: `Conflict` where there is another record with the same key.
        """
        values = {
            "account_id": account_id, "key": key, "fingerprint": record.fingerprint,
            "session_id": record.session_id, "member_id": record.member_id,
            "made_at": record.made_at, "refusal_code": record.refusal_code,
            "refusal_message": record.refusal_message,
            "carrier_code": record.carrier_code, "carrier_status": record.carrier_status,
            "expired": record.made_at - _KEPT,
            "replaced": replaced,
        }  # fmt: skip
        statement = _ADD[self._connection.dialect.name]
        if self._connection.execute(statement, values).rowcount != 1:
            raise Conflict("The same Idempotency-Key is in use by another request")

    def forget_before(self, moment: datetime) -> int:
        """Delete what is older; how many there were."""
        return self._connection.execute(_FORGET_RECORDS, {"moment": moment}).rowcount
