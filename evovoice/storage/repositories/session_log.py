"""The log of a session as a hash chain: added to, taken in late, erased.

The chain's head stands in the session's row, which whoever adds lines holds locked, so that the
line before need not be read. `log_chained` says up to which line the chain goes. Processes of a
version before add lines without a link during an upgrade; whoever next saves the session, or the
background, takes these in. That gives an attacker nothing: whoever can write these tables can
compute links as well as we do, so a chain alone shows only changes by somebody who did not. Lines
are taken in only after the last link and only where none of them has one, each time with an entry
in the audit trail; a link that was there is never written anew, so a chain that was broken stays
so and is found by `evovoice log verify`.
"""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select, update

from evovoice.domain.audit import AuditEntry
from evovoice.domain.hash_chain import BEGIN, ERASED
from evovoice.domain.log_line import ERASED_BY, line_digest, line_link
from evovoice.domain.messages import SessionEvent
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.mapping.event_rows import event_from
from evovoice.storage.mapping.session_rows import Values
from evovoice.storage.repositories.audit_trail import AuditTrail
from evovoice.storage.repositories.snapshots import SessionKey
from evovoice.storage.tables import CallSessionRow, SessionEventRow, table

_events, _sessions = table(SessionEventRow), table(CallSessionRow)
_e, _s = _events.c, _sessions.c
_OWN = (_e.account_id == bindparam("own_account_id"), _e.session_id == bindparam("own_session_id"))
_AFTER = select(_events).where(*_OWN, _e.sequence > bindparam("after")).order_by(_e.sequence)
_UNDIGESTED = select(_events).where(*_OWN, _e.digest.is_(None)).order_by(_e.sequence)
_IS_LINE = (*_OWN, _e.sequence == bindparam("own_sequence"))
_SET_LINK = (
    update(_events)
    .where(*_IS_LINE)
    .values({name: bindparam(name) for name in ("salt", "digest", "chain")})
)
_SET_DIGEST = update(_events).where(*_IS_LINE).values(digest=bindparam("digest"))
_ERASE = (
    update(_events)
    .where(*_OWN, _e.type != ERASED_BY, or_(_e.salt.is_not(None), _e.message != ERASED))
    .values(salt=None, message=ERASED, data={})
)

# a new version, so that no process goes on from the head as it remembers it
_SET_HEAD = (
    update(_sessions)
    .where(_s.account_id == bindparam("own_account_id"), _s.id == bindparam("own_session_id"))
    .values(
        log_chain=bindparam("new_chain"),
        log_chained=bindparam("new_chained"),
        version=_s.version + 1,
    )
)


class LogHead(NamedTuple):
    """The last link of a session's log, and up to which line its chain goes."""

    chain: str
    sequence: int

    @property
    def values(self) -> Values:
        """The columns of the session's row."""
        return {"log_chain": self.chain, "log_chained": self.sequence}


NO_LINES = LogHead(BEGIN, 0)


def stored_head(row: Row) -> LogHead:
    """The head that a session's row has."""
    return LogHead(row.log_chain or BEGIN, row.log_chained)


def chained(lines: Sequence[Values], head: LogHead) -> tuple[list[Values], LogHead]:
    """These new rows of the log with their links, and the head after them."""
    rows = []
    for line in lines:
        event = _event_of(line)
        salt = token_hex(16)
        digest = line_digest(salt, event)
        chain = line_link(head.chain, line["session_id"], line["sequence"], event, digest)
        rows.append(line | {"salt": salt, "digest": digest, "chain": chain})
        head = LogHead(chain, line["sequence"])
    return rows, head


def take_in_late(connection: Connection, key: SessionKey, head: LogHead) -> LogHead:
    """The head after the lines that were written without a link got theirs. The session is locked
    by whoever calls. A log in which a later line has a link already is left as it is.
    """
    late = connection.execute(_AFTER, _own(key) | {"after": head.sequence}).all()
    if not late or any(line.chain is not None for line in late):
        return head
    links = []
    for line in late:
        link = _late_link(line, head)
        links.append(link | _own(key) | {"own_sequence": line.sequence})
        head = LogHead(link["chain"] or BEGIN, line.sequence)
    connection.execute(_SET_LINK, links)
    return head


def store_head(connection: Connection, key: SessionKey, head: LogHead) -> None:
    """Write the head without the rest of the session, which is locked by whoever calls."""
    values = {"new_chain": head.chain, "new_chained": head.sequence}
    connection.execute(_SET_HEAD, _own(key) | values)


def note_taken_in(connection: Connection, heads: dict[SessionKey, LogHead], now: datetime) -> None:
    """Have the audit trail tell which logs got links late, and up to which."""
    accounts = {key.account_id for key in heads}
    evidence = {
        key.session_id: [key.account_id, head.sequence, head.chain] for key, head in heads.items()
    }
    AuditTrail(connection).add(
        AuditEntry(
            at=now,
            action="log.taken_in",
            actor_id=None,
            actor_name="service",
            account_id=accounts.pop() if len(accounts) == 1 else None,
            subject="",
            origin="",
            request_id=None,
            evidence=evidence,
        )
    )


def erase(connection: Connection, key: SessionKey) -> int:
    """Erase what the lines say, those apart that tell of an erasure; how many there were. Digests
    and links stay. The session is locked by whoever calls, who adds a line that tells of it.
    """
    for line in connection.execute(_UNDIGESTED, _own(key)):
        digest = line_digest(token_hex(16), event_from(line))
        values = {"own_sequence": line.sequence, "digest": digest}
        connection.execute(_SET_DIGEST, _own(key) | values)
    return connection.execute(_ERASE, _own(key)).rowcount


def _late_link(line: Row, head: LogHead) -> dict[str, str | None]:
    """A line that was erased meanwhile has its digest, and no salt any more."""
    event, salt, digest = event_from(line), line.salt, line.digest
    if digest is None:
        salt = token_hex(16)
        digest = line_digest(salt, event)
    chain = line_link(head.chain, line.session_id, line.sequence, event, digest)
    return {"salt": salt, "digest": digest, "chain": chain}


def _event_of(line: Values) -> SessionEvent:
    return SessionEvent(
        line["type"], line["message"], line["at"], line["call_sid"], line["member_id"],
        line["user_id"], line["data"],
    )  # fmt: skip


def _own(key: SessionKey) -> dict[str, Any]:
    return {"own_account_id": key.account_id, "own_session_id": key.session_id}
