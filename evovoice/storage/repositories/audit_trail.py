"""The audit trail: entries are added with the deed they tell of, and read in pages."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, insert, or_, select, update

from evovoice.domain.audit import AuditEntry, entry_digest
from evovoice.domain.hash_chain import ERASED
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.repositories.refused_sign_ins import RefusedSignInCounts
from evovoice.storage.tables import AuditEntryRow, table

_log = logging.getLogger("evovoice.audit")
_entries = table(AuditEntryRow)
_e = _entries.c
_ADD = insert(_entries).inline()  # nobody asks for the id
_HAS = (
    select(_e.id)
    .where(
        _e.actor_id == bindparam("actor_id"),
        _e.action == bindparam("action"),
        _e.subject == bindparam("subject"),
        _e.at >= bindparam("since", type_=_e.at.type),
    )
    .limit(1)
)
_ERASE = (
    update(_entries)
    .where(_e.id.in_(bindparam("entry_ids", expanding=True)))
    .values(salt=None, actor_name=ERASED, subject=ERASED, origin=ERASED, details={})
)


class FoundEntry(NamedTuple):
    """An entry with its number, by which entries are listed and erased."""

    id: int
    entry: AuditEntry


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted; what is None does not matter. The moments count.

    `action`: that action or, as `user`, all that begin with it and a dot. `user_id`: what that user
    did, and what was done to them.
    """

    account_ids: Sequence[str] | None = None
    user_id: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditTrail:
    """The audit trail, as one transaction sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._added: list[AuditEntry] = []
        self.refused_sign_ins = RefusedSignInCounts(connection)

    def add(self, entry: AuditEntry) -> None:
        """Write an entry, in the transaction of the deed it tells of."""
        self._connection.execute(_ADD, _values(entry))
        self._added.append(entry)

    def committed(self) -> None:
        """What was added has happened: the log tells of it, too."""
        for entry in self._added:
            actor = entry.actor_id or entry.actor_name
            more = "".join(f", {name} {value}" for name, value in entry.details.items())
            _log.info(
                "%s of %s by %s: %s%s", entry.action, entry.subject, actor, entry.outcome, more
            )  # fmt: skip
        self._added.clear()

    def page(self, wanted: AuditFilter, first: int, most: int) -> list[FoundEntry]:
        """The entries that are wanted, newest first: so many, after so many."""
        query = select(_entries).where(*_conditions(wanted)).order_by(_e.id.desc())
        return [_found(row) for row in self._rows(query.limit(most).offset(first))]

    def count(self, wanted: AuditFilter) -> int:
        """How many entries are wanted."""
        query = select(func.count()).select_from(_entries).where(*_conditions(wanted))
        return int(self._connection.execute(query).scalar_one())

    def has(self, actor_id: str, action: str, subject: str, since: datetime) -> bool:
        """Whether that user has done that to that since the moment."""
        values = {"actor_id": actor_id, "action": action, "subject": subject, "since": since}
        return self._connection.execute(_HAS, values).first() is not None

    def erase(self, entry_ids: Sequence[int]) -> int:
        """Erase what may name people in those entries; how many there were. Their digests and
        links stay, so that the chain holds.
        """
        values = {"entry_ids": list(entry_ids)}
        return self._connection.execute(_ERASE, values).rowcount if entry_ids else 0

    def _rows(self, query: Select[Any]) -> list[Row]:
        return self._connection.execute(query).all()


def _values(entry: AuditEntry) -> dict[str, Any]:
    salt = token_hex(16)
    return {
        "at": entry.at,
        "action": entry.action,
        "actor_id": entry.actor_id,
        "actor_name": entry.actor_name,
        "actor_role": entry.actor_role,
        "credential": entry.credential,
        "account_id": entry.account_id,
        "subject": entry.subject,
        "origin": entry.origin,
        "request_id": entry.request_id,
        "outcome": entry.outcome,
        "details": entry.details,
        "evidence": entry.evidence,
        "salt": salt,
        "digest": entry_digest(salt, entry),
    }


def entry_from(row: Row) -> AuditEntry:
    """The entry of that row."""
    return AuditEntry(
        at=row.at,
        action=row.action,
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        account_id=row.account_id,
        subject=row.subject,
        origin=row.origin,
        request_id=row.request_id,
        outcome=row.outcome,
        details=row.details,
        actor_role=row.actor_role,
        credential=row.credential,
        evidence=row.evidence,
    )


def _found(row: Row) -> FoundEntry:
    return FoundEntry(row.id, entry_from(row))


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.account_ids is not None:
        found.append(_e.account_id.in_(wanted.account_ids))
    if wanted.user_id is not None:
        found.append(or_(_e.actor_id == wanted.user_id, _e.subject == wanted.user_id))
    if wanted.action is not None:
        begins = _e.action.startswith(f"{wanted.action}.", autoescape=True)
        found.append(or_(_e.action == wanted.action, begins))
    if wanted.since is not None:
        found.append(_e.at >= wanted.since)
    if wanted.until is not None:
        found.append(_e.at <= wanted.until)
    return found
