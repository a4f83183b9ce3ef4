"""Logs and an audit trail to tamper with, and what verifying them finds."""

from typing import Any

from sqlalchemy import text, update

from evovoice.domain.audit import AuditEntry
from evovoice.domain.messages import SessionEvent
from evovoice.services.log_verification import Verified, verify_all
from evovoice.storage.tables import CallSessionRow, SessionEventRow, table
from evovoice.storage.unit_of_work import Database, SessionKey
from tests.storage.builders import NOW, later, ringing_session

KEY = SessionKey("a-acme", "s-2")
LINES, SESSIONS = table(SessionEventRow), table(CallSessionRow)


def flaws(database: Database, expected: str | None = None) -> list[str]:
    return [str(flaw) for flaw in verify_all(database, Verified(), expected)]


def counted(database: Database) -> Verified:
    found = Verified()
    list(verify_all(database, found))
    return found


def add_line(database: Database, message: str, key: SessionKey = KEY, kind: str = "Note") -> None:
    with database.writing() as unit:
        session = unit.sessions.for_update(*key)
        assert session is not None
        data = {"no": message}
        session.log(SessionEvent(kind, message, later(9), "CA1", "m-1", "u-ann", data))
        unit.sessions.save(session)


SHORT = {
    "LINE_3": "WHERE session_id = 's-2' AND sequence = 3",
    "OF_S_2": "WHERE session_id = 's-2'",
    "ENTRY_3": "WHERE position = 3",
    "PERSONAL": "actor_name = '(erased)', subject = '(erased)', origin = '(erased)'",
}


def run(database: Database, statement: str, **values: Any) -> None:
    for name, meaning in SHORT.items():
        statement = statement.replace(name, meaning)
    with database.writing() as unit:
        unit.connection.execute(text(statement), values)


def logged(database: Database) -> Database:
    """Three sessions, of which the second has a log of five lines."""
    for name in ("s-1", "s-2", "s-3"):
        session = ringing_session(name, f"CA-{name}")
        session.events.clear()
        session.last_sequence = 0
        session.log(SessionEvent("SessionCreated", "It came in", NOW))
        with database.writing() as unit:
            unit.sessions.save(session)
    for number in range(2, 6):
        add_line(database, f"note {number}")
    return database


def audited(database: Database, entries: int = 5) -> Database:
    """An audit trail of so many linked entries."""
    for number in range(entries):
        with database.writing() as unit:
            unit.audit.add(
                AuditEntry(
                    later(number),
                    "user.disabled",
                    "u-bob",
                    "Bob",
                    "a-acme",
                    f"u-{number}",
                    "192.0.2.1",
                    "r-1",
                    details={"n": number},
                    evidence={},
                )
            )
        link(database)
    return database


def link(database: Database) -> int:
    with database.writing() as unit:
        return unit.hash_chains.trail.link_new(100, NOW)


def run_typed(database: Database, **values: Any) -> None:
    with database.writing() as unit:
        unit.connection.execute(update(SESSIONS).values(values), {})
