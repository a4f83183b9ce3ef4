"""Links the entries of the audit trail into one chain, after they were committed.

Those who write entries never wait for each other: whoever has the head row gives positions and
links, a batch at a time. What was committed and has no link yet is protected by nothing; the
background sees to it that this lasts a second. Whoever may write the table can add an entry as the
service does, and can compute every link anew: only a head that was kept elsewhere shows that.
"""

import logging
from datetime import datetime

from sqlalchemy import bindparam, select, update

from evovoice.domain.audit import entry_link
from evovoice.domain.hash_chain import BEGIN
from evovoice.domain.trail_check import TrailHead
from evovoice.storage.database.connection import Connection
from evovoice.storage.database.upsert import upsert
from evovoice.storage.repositories.audit_trail import entry_from
from evovoice.storage.tables import AuditEntryRow, AuditHeadRow, table

_log = logging.getLogger("evovoice.audit")
_entries, _head = table(AuditEntryRow), table(AuditHeadRow)
_e = _entries.c
_NEW = select(_entries).where(_e.position.is_(None)).order_by(_e.id).limit(bindparam("most"))
_ANY_NEW = select(_e.id).where(_e.position.is_(None)).limit(1)
_ANY_LINKED = select(_e.id).where(_e.position.is_not(None)).limit(1)
_HEAD = select(_head)
_LOCK_HEAD = _HEAD.with_for_update(skip_locked=True)
_MAKE_HEAD = upsert(_head, lambda insert: insert.on_conflict_do_nothing())
_SET_LINK = (
    update(_entries)
    .where(_e.id == bindparam("entry_id"), _e.position.is_(None))
    .values(position=bindparam("new_position"), chain=bindparam("new_chain"))
)
_MOVE_HEAD = update(_head).values(
    position=bindparam("new_position"),
    chain=bindparam("new_chain"),
    chained_at=bindparam("now", type_=_head.c.chained_at.type),
)


class AuditChain:
    """The chain of the audit trail, as one transaction sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def has_new(self) -> bool:
        """Whether there are entries without a link."""
        return self._connection.execute(_ANY_NEW).first() is not None

    def link_new(self, most: int, now: datetime) -> int:
        """Link so many entries, the oldest first; how many: 0 while another process is at it, and
        where the head is gone. The log is told the head before the first entries of a day.
        """
        head = self._locked_head(now)
        if head is None:
            return 0
        position, chain, links = head.position, head.chain, []
        for new in self._connection.execute(_NEW, {"most": most}):
            position += 1
            chain = entry_link(chain, position, new.id, entry_from(new), new.digest)
            links.append({"entry_id": new.id, "new_position": position, "new_chain": chain})
        if links:
            _tell_once_a_day(head, now)
            self._connection.execute(_SET_LINK, links)
            values = {"new_position": position, "new_chain": chain, "now": now}
            self._connection.execute(_MOVE_HEAD, values)
        return len(links)

    def head(self) -> TrailHead | None:
        """The head of the chain; None before the first entry was linked."""
        row = self._connection.execute(_HEAD).first()
        return TrailHead(row.position, row.chain, row.chained_at) if row else None

    def _locked_head(self, now: datetime) -> TrailHead | None:
        """It is made for the very first entry only: where there are links, somebody took it."""
        row = self._connection.execute(_LOCK_HEAD).first()
        if row is None and self.head() is None:
            if self._connection.execute(_ANY_LINKED).first() is not None:
                return None
            new = {"id": 1, "position": 0, "chain": BEGIN, "chained_at": now}
            self._connection.execute(_MAKE_HEAD[self._connection.dialect.name], new)
            row = self._connection.execute(_LOCK_HEAD).first()
        return TrailHead(row.position, row.chain, row.chained_at) if row else None


def _tell_once_a_day(head: TrailHead, now: datetime) -> None:
    """Where the log is kept elsewhere, it has what a trail written anew is found by."""
    if head.position and head.chained_at.date() < now.date():
        _log.info("Head of the audit trail after entry %d: %s", head.position, head.chain)
