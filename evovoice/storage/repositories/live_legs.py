"""Which calls are ours: the SIDs of legs that live, of one account or of all."""

from sqlalchemy import bindparam, select

from evovoice.storage.database.connection import Connection
from evovoice.storage.tables import CallSessionRow, MemberRow, table

_sessions, _members = table(CallSessionRow), table(MemberRow)
_s, _m = _sessions.c, _members.c

# who is to be looked after has a next check, which has an index; most sessions are long over
_OF_ALL = (
    select(_m.leg_call_sid)
    .join(_sessions)
    .where(_s.next_check.is_not(None), _m.live, _m.leg_call_sid.is_not(None))
)
_OF_ONE = _OF_ALL.where(_s.account_id == bindparam("account_id"))


class LiveLegs:
    """The legs that live, as one transaction sees them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def call_sids(self, account_id: str | None) -> set[str]:
        """Of that account or, with None, of all."""
        query = _OF_ALL if account_id is None else _OF_ONE
        rows = self._connection.execute(query, {"account_id": account_id})
        return {row[0] for row in rows}
