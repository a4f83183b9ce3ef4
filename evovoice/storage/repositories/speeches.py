"""Who speaks in conferences: the newest report of each leg."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import and_, bindparam, delete, or_, select

from evovoice.domain.speech import Speech
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.database.upsert import upsert
from evovoice.storage.repositories.snapshots import SessionKey
from evovoice.storage.tables import SpeechRow, table

_speech = table(SpeechRow)
_s = _speech.c
_VALUES = ("leg_id", "conference_sid", "sequence", "speaks", "at")
# A conference numbers its own events; of another one the later report counts, by the carrier.
_NOTE = upsert(
    _speech,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["account_id", "session_id", "call_sid"],
        set_={name: insert.excluded[name] for name in _VALUES},
        where=or_(
            and_(
                insert.excluded.conference_sid == _s.conference_sid,
                insert.excluded.sequence > _s.sequence,
            ),
            and_(
                insert.excluded.conference_sid != _s.conference_sid, insert.excluded.at >= _s.at
            ),
        ),
    ),
)  # fmt: skip
_OF_SESSIONS = select(_speech).where(
    _s.account_id == bindparam("account"),
    _s.session_id.in_(bindparam("session_ids", expanding=True)),
)
_FORGET = delete(_speech).where(_s.at < bindparam("moment"))


class Speeches:
    """Who speaks, as one transaction sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, key: SessionKey, speech: Speech) -> bool:
        """Keep what is newer than all that is known of that leg; whether it was. Of two reports at
        once the second waits for the first.
        """
        values = {name: getattr(speech, name) for name in (*_VALUES, "call_sid")}
        values |= {"account_id": key.account_id, "session_id": key.session_id}
        statement = _NOTE[self._connection.dialect.name]
        return self._connection.execute(statement, values).rowcount == 1

    def of_sessions(self, keys: Iterable[SessionKey]) -> dict[tuple[SessionKey, str], Speech]:
        """What is known of the legs of these sessions, by session and call SID."""
        found: dict[tuple[SessionKey, str], Speech] = {}
        for account_id, own in groupby(sorted(keys), key=itemgetter(0)):
            values = {"account": account_id, "session_ids": [one.session_id for one in own]}
            for row in self._connection.execute(_OF_SESSIONS, values):
                found[SessionKey(account_id, row.session_id), row.call_sid] = _speech_from(row)
        return found

    def forget_before(self, moment: datetime) -> int:
        """Delete what is older; how many there were."""
        return self._connection.execute(_FORGET, {"moment": moment}).rowcount


def _speech_from(row: Row) -> Speech:
    return Speech(
        row.leg_id, row.call_sid, row.conference_sid, row.sequence, row.speaks, row.at
    )  # fmt: skip
