"""Final reports of calls that no session has yet, kept until the call is announced."""

import logging
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, delete, select

from evovoice.domain.messages import LegEnded
from evovoice.domain.states import EndSource, Outcome
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.database.upsert import upsert
from evovoice.storage.mapping.unreadable import UnreadableRow, reading_row
from evovoice.storage.tables import EarlyReportRow, table

_log = logging.getLogger(__name__)
_reports = table(EarlyReportRow)
_r = _reports.c
_most: BindParameter[int] = bindparam("most")
_KEEP = upsert(_reports, lambda insert: insert.on_conflict_do_nothing())
_OF_CALL = select(_reports).where(_r.call_sid == bindparam("call_sid"))
_OLDEST = select(_reports).order_by(_r.received_at, _r.call_sid).limit(_most)
_FORGET = delete(_reports).where(_r.call_sid == bindparam("call_sid"))
_FORGET_OLD = delete(_reports).where(_r.received_at < bindparam("moment"))


class EarlyReports:
    """At most one for each call; only how it ended is kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, end: LegEnded, now: datetime) -> None:
        """Keep how a call ended; the first report stays."""
        values = {
            "call_sid": end.call_sid, "outcome": end.outcome.value, "ended_at": end.at,
            "reason": end.reason, "code": end.code, "received_at": now,
        }  # fmt: skip
        self._connection.execute(_KEEP[self._connection.dialect.name], values)

    def take(self, call_sid: str) -> LegEnded | None:
        """How that call ended, where it was kept; it is kept no longer."""
        row = self._connection.execute(_OF_CALL, {"call_sid": call_sid}).first()
        if row is None:
            return None
        self.forget(call_sid)
        return self._readable(row)

    def oldest(self, most: int) -> list[LegEnded]:
        """Those that have been kept for longest."""
        rows = self._connection.execute(_OLDEST, {"most": most})
        return [end for row in rows if (end := self._readable(row)) is not None]

    def forget(self, call_sid: str) -> None:
        """Delete the report of that call."""
        self._connection.execute(_FORGET, {"call_sid": call_sid})

    def forget_before(self, moment: datetime) -> int:
        """Delete what is older; how many there were."""
        return self._connection.execute(_FORGET_OLD, {"moment": moment}).rowcount

    def _readable(self, row: Row) -> LegEnded | None:
        """None for one that this version cannot read; it is deleted, lest others wait for it."""
        try:
            with reading_row(f"The early report of {row.call_sid}"):
                return _end_from(row)
        except UnreadableRow as error:
            _log.error("%s: it is deleted, and the carrier is asked in time", error)
            self.forget(row.call_sid)
            return None


def _end_from(row: Row) -> LegEnded:
    return LegEnded(
        None, row.call_sid, Outcome(row.outcome), EndSource.CALL, row.ended_at,
        reason=row.reason, code=row.code,
    )  # fmt: skip
