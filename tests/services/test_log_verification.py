"""Whatever is changed in a log behind the service's back is found."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from evovoice.domain.log_line import line_digest, line_link
from evovoice.domain.messages import SessionEvent
from evovoice.services.audit import evidence_of, record
from evovoice.services.errors import SetupProblem
from evovoice.services.log_verification import Verified, verify_session
from evovoice.storage.unit_of_work import Database, SessionKey
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.services.tampering import (
    KEY,
    LINES,
    SESSIONS,
    add_line,
    audited,
    counted,
    flaws,
    link,
    logged,
    run,
    run_typed,
)
from tests.storage.builders import ACME, NOW, later

__all__ = ["database", "database_url", "migrated_file", "migrated_postgres", "postgres_server"]

# --- logs of sessions ------------------------------------------------------------------------


def test_logs_and_trail_as_they_were_written_have_no_flaw(database: Database) -> None:
    audited(logged(database))
    assert [] == flaws(database)
    found = counted(database)
    assert (3, 7, 5, 0, 0) == (
        found.sessions, found.lines, found.entries, found.waiting, found.without_link
    )  # fmt: skip
    assert found.head is not None
    assert 5 == found.head.position


def test_links_are_computed_as_it_is_written(database: Database) -> None:
    """By anybody who has the rows and this rule: nothing secret is in it."""
    logged(database)
    with database.reading() as unit:
        rows = unit.connection.execute(
            text("SELECT * FROM session_events WHERE session_id = 's-2' ORDER BY sequence")
        ).all()
        events = dict(unit.sessions.events("a-acme", "s-2", 0, 10))
    chain = ""
    for row in rows:
        event = events[row.sequence]
        erasable = {
            "message": event.message, "callSid": event.call_sid, "memberId": event.member_id,
            "userId": event.user_id, "data": event.data,
        }  # fmt: skip
        written = json.dumps(erasable, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256((row.salt + written).encode()).hexdigest()
        at = event.at.isoformat(timespec="microseconds")
        link = json.dumps(["s-2", row.sequence, at, event.type, digest], separators=(",", ":"))
        chain = hashlib.sha256((chain + link).encode()).hexdigest()
        assert (digest, chain) == (row.digest, row.chain)
    assert len({row.salt for row in rows}) == 5


OF_LINE_3 = {
    "message = 'x'": "line 3 was changed",
    "data = '{}'": "line 3 was changed",
    "call_sid = NULL": "line 3 was changed",
    "member_id = 'm-2'": "line 3 was changed",
    "user_id = 'u-eve'": "line 3 was changed",
    "salt = 'ab'": "line 3 was changed",
    "salt = NULL": "line 3 was changed: it counts as erased",
    "salt = NULL, message = '(erased)', data = '{}'": "no line that tells of the erasure of line 3",
    "type = 'Held'": "line 3 does not follow",
    "at = (SELECT at FROM session_events WHERE session_id = 's-1')": "line 3 does not follow",
    "chain = 'ab'": "line 3 does not follow",
    "chain = NULL": "line 3 has lost its link",
    "digest = NULL": "line 3 has lost the digest",
}
OF_LOG = {
    "DELETE FROM session_events LINE_3": "the log lacks line 3.",
    "DELETE FROM session_events OF_S_2 AND sequence > 3": "the log lacks lines 4 to 5.",
    "DELETE FROM session_events OF_S_2": "the log lacks lines 1 to 5.",
    "DELETE FROM session_events OF_S_2 AND sequence = 1": "the log lacks line 1.",
    "UPDATE session_events SET sequence = 9 OF_S_2 AND sequence = 5": "line 9 was added after",
    "INSERT INTO session_events (account_id, session_id, sequence, type, message, at, data) SELECT"
    " account_id, session_id, 6, type, message, at, data FROM session_events LINE_3": (
        "line 6 was added after the last one"
    ),
    "UPDATE call_sessions SET last_sequence = 4 WHERE id = 's-2'": "line 5 was added after",
    "UPDATE call_sessions SET log_chain = 'ab' WHERE id = 's-2'": "does not end as",
    "UPDATE call_sessions SET log_chained = 4 WHERE id = 's-2'": "line 5 has a link, and",
}
TAMPERINGS = OF_LOG | {
    f"UPDATE session_events SET {what} LINE_3": found  # noqa: S608
    for what, found in OF_LINE_3.items()
}


@pytest.mark.parametrize(("tampering", "found"), TAMPERINGS.items())
def test_tampering_with_a_log_is_found(database: Database, tampering: str, found: str) -> None:
    logged(database)
    run(database, tampering)
    of_all = flaws(database)
    assert any(found in flaw for flaw in of_all), of_all
    assert of_all == [str(flaw) for flaw in verify_session(database, "s-2", Verified())]
    assert [] == list(verify_session(database, "s-3", Verified()))


def test_cut_off_tail_is_found_though_the_session_says_that_it_is_shorter(
    database: Database,
) -> None:
    """The head says where the log ended."""
    logged(database)
    run(database, "DELETE FROM session_events WHERE session_id = 's-2' AND sequence = 5")
    run(database, "UPDATE call_sessions SET last_sequence = 4 WHERE id = 's-2'")
    assert ["Session s-2: the log does not end as the session says that it does."] == flaws(
        database
    )


def test_swapped_lines_are_found(database: Database) -> None:
    logged(database)
    for old, new in ((2, 99), (3, 2), (99, 3)):
        run(
            database,
            "UPDATE session_events SET sequence = :new"
            " WHERE session_id = 's-2' AND sequence = :old",
            old=old, new=new,
        )  # fmt: skip
    assert [
        f"Session s-2: line {n} does not follow from the one before: one of them was replaced."
        for n in (2, 3, 4)
    ] == flaws(database)


def test_line_of_another_session_is_found(database: Database) -> None:
    """Its text is right with its salt; its link is not."""
    logged(database)
    run(database, "DELETE FROM session_events WHERE session_id = 's-3'")
    run(database, "UPDATE session_events SET session_id = 's-3' WHERE session_id = 's-1'")
    assert ["Session s-1: the log lacks line 1."] == flaws(database)[:1]
    assert "Session s-3: line 1 does not follow" in flaws(database)[1]


# --- lines of a program before chains ----------------------------------------------------------


def add_as_before(database: Database, number: int, key: SessionKey = KEY) -> None:
    """As a process of the version before adds a line: it knows nothing of links."""
    with database.writing() as unit:
        own = {"account_id": key.account_id, "session_id": key.session_id}
        line = {
            **own, "sequence": number, "type": "Note", "message": f"old {number}", "at": later(9),
            "call_sid": None, "member_id": None, "user_id": None, "data": {},
        }  # fmt: skip
        unit.connection.execute(LINES.insert(), line)
        is_it = (SESSIONS.c.account_id == key.account_id, SESSIONS.c.id == key.session_id)
        values = {"last_sequence": number, "version": SESSIONS.c.version + 1}
        unit.connection.execute(update(SESSIONS).where(*is_it).values(values), {})


def take_in(database: Database) -> int:
    with database.writing() as unit:
        late = unit.hash_chains.late_lines
        return late.take_in(late.waiting(SessionKey("", ""), 100), NOW)


def test_lines_of_the_version_before_are_taken_in_by_the_next_writer(
    database: Database, database_url: str
) -> None:
    """Two new processes with an old one between them, during an upgrade: each remembers the
    session, and none goes on from an old head.
    """
    logged(database)
    other = Database(database_url)
    add_line(other, "note 6")
    add_as_before(database, 7)
    assert (1, []) == (counted(database).without_link, flaws(database))
    add_line(database, "note 8")
    add_as_before(database, 9)
    add_as_before(database, 10)
    add_line(other, "note 11")
    add_line(database, "note 12")
    assert (0, []) == (counted(database).without_link, flaws(database))
    link(database)
    assert (2, []) == (counted(database).entries, flaws(database))
    other.dispose()


def test_logs_of_the_version_before_are_taken_in_by_the_background(
    database: Database, database_url: str
) -> None:
    """Whole ones too, of calls that are over; who remembers the session sees the new head."""
    logged(database)
    other = Database(database_url)
    add_line(other, "note 6")
    run(database, "UPDATE session_events SET salt = NULL, digest = NULL, chain = NULL")
    run(
        database,
        "UPDATE call_sessions SET log_chain = NULL, log_chained = 0, version = version + 1",
    )
    assert (8, []) == (counted(database).without_link, flaws(database))
    assert (3, 0) == (take_in(database), take_in(database))
    add_line(other, "note 7")
    link(database)
    assert (0, []) == (counted(database).without_link, flaws(database))
    other.dispose()


def test_broken_chain_is_not_mended_by_whoever_takes_lines_in(database: Database) -> None:
    """An attacker who takes a link away, or has the chain begin anew, is found all the same."""
    logged(database)
    run(database, "UPDATE session_events SET message = 'x', chain = NULL LINE_3")
    assert 0 == take_in(database)
    add_line(database, "note 6")
    assert "Session s-2: line 3 has lost its link." in flaws(database)
    run(database, "UPDATE call_sessions SET log_chained = 2, version = version + 1")
    assert 0 == take_in(database)
    add_line(database, "note 7")
    assert flaws(database)


def test_log_that_was_taken_in_and_is_written_anew_is_found_by_the_trail(
    database: Database,
) -> None:
    """Taking in is told to the audit trail, so that it is no way to have a forged log linked."""
    logged(database)
    add_as_before(database, 6)
    assert 1 == take_in(database)
    link(database)
    write_anew(database, KEY)
    assert [
        "Session s-2: line 6 has another link than the audit trail tells: it was written anew."
    ] == flaws(database)


def write_anew(database: Database, key: SessionKey) -> None:
    """What somebody does who knows how links are computed."""
    with database.writing() as unit:
        stored = unit.hash_chains.stored
        chain = ""
        for line in list(stored.lines(key.account_id, [key.session_id])):
            event = replace(line.event, message="forged")
            digest = line_digest("salt", event)
            chain = line_link(chain, key.session_id, line.sequence, event, digest)
            where = (LINES.c.session_id == key.session_id, LINES.c.sequence == line.sequence)
            values = {"message": "forged", "salt": "salt", "digest": digest, "chain": chain}
            unit.connection.execute(update(LINES).where(*where).values(values), {})
        is_it = SESSIONS.c.id == key.session_id
        unit.connection.execute(update(SESSIONS).where(is_it).values(log_chain=chain), {})


def test_two_processes_at_once_make_one_chain(database: Database, database_url: str) -> None:
    """Both add lines, both take lines in, both link the trail."""
    logged(database)
    other = Database(database_url)

    def work(number: int) -> None:
        own = (database, other)[number % 2]
        add_line(own, f"by {number}")
        take_in(own)
        with own.writing() as unit:
            record(unit, "user.disabled", f"u-{number}")
        link(own)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(24)))
    link(database)
    assert [] == flaws(database)
    found = counted(database)
    assert (31, 24, 0) == (found.lines, found.entries, found.waiting)
    other.dispose()


# --- erasing -----------------------------------------------------------------------------------


def erase(database: Database, tells: bool = True) -> int:
    with database.writing() as unit:
        session = unit.sessions.for_update(*KEY)
        assert session is not None
        erased = unit.sessions.erase_log(*KEY)
        if tells:
            session.log(SessionEvent("PersonalDataErased", "Erased", later(20)))
        unit.sessions.save(session)
    return erased


def test_erased_log_verifies_by_its_digests(database: Database) -> None:
    """Twice too, with lines after it, and with a line of the version before among them."""
    logged(database)
    add_as_before(database, 6)
    assert 6 == erase(database)
    add_line(database, "note 8")
    assert (6, 0, []) == (
        counted(database).erased_lines, counted(database).without_link, flaws(database)
    )  # fmt: skip
    assert 1 == erase(database)
    assert (7, []) == (counted(database).erased_lines, flaws(database))
    with database.reading() as unit:
        said = {e.message for _, e in unit.sessions.events(*KEY, 0, 100)}
    assert {"(erased)", "Erased"} == said


def test_erased_line_that_is_exchanged_is_found(database: Database) -> None:
    logged(database)
    erase(database)
    run(database, "UPDATE session_events SET digest = 'ab' LINE_3")
    assert "line 3 does not follow" in flaws(database)[0]


def test_erasing_without_telling_is_found(database: Database) -> None:
    """Who wants to hide what a log says cannot pass it off as erased."""
    logged(database)
    erase(database, tells=False)
    assert ["Session s-2: the log has no line that tells of the erasure of line 5."] == flaws(
        database
    )


# --- deleted and archived sessions ---------------------------------------------------------------


def end_all(database: Database) -> None:
    moment = NOW - timedelta(days=20)
    run_typed(database, ended_at=moment)


def delete(database: Database) -> None:
    with database.writing() as unit:
        gone = unit.session_archive.delete_ended(ACME.id, None, None, 1, NOW)
        assert 1 == len(gone)
        record(unit, "sessions.deleted", ACME.id, ACME.id, evidence=evidence_of(gone))


def test_deletion_leaves_the_last_link_in_the_audit_trail(database: Database) -> None:
    """Also of a log whose last line is of the version before."""
    logged(database)
    for name in ("s-1", "s-3"):
        add_as_before(database, 2, SessionKey("a-acme", name))
    end_all(database)
    for _ in range(2):
        delete(database)
    link(database)
    assert [] == flaws(database)
    with pytest.raises(SetupProblem, match=r"s-1 was deleted .* its last link was [0-9a-f]{64}"):
        list(verify_session(database, "s-1", Verified()))


OF_DELETED = {
    "UPDATE deleted_sessions SET log_chain = 'ab'": "was deleted with another link",
    "DELETE FROM deleted_sessions": "was deleted with another link",
    "UPDATE call_sessions SET id = 's-1' WHERE id = 's-2'": "is there, and was deleted",
    "INSERT INTO deleted_sessions SELECT account_id, 's-9', call_digest, deleted_at, log_chain"
    " FROM deleted_sessions": "1 of them were not deleted by the service",
}


@pytest.mark.parametrize(("tampering", "found"), OF_DELETED.items())
def test_tampering_with_what_is_left_of_deleted_sessions_is_found(
    database: Database, tampering: str, found: str
) -> None:
    logged(database)
    end_all(database)
    delete(database)
    link(database)
    if "call_sessions" in tampering:
        run(database, "DELETE FROM members OF_S_2")
        run(database, "DELETE FROM session_events OF_S_2")
    run(database, tampering)
    assert any(found in flaw for flaw in flaws(database)), flaws(database)


def test_archived_session_that_is_missing_or_written_anew_is_found(database: Database) -> None:
    """From the archive on, the trail knows of it; a report that comes later changes nothing."""
    logged(database)
    end_all(database)
    with database.writing() as unit:
        marked = unit.session_archive.mark(NOW - timedelta(days=15), 10)
        record(unit, "sessions.archived", evidence=evidence_of(marked))
    link(database)
    add_line(database, "a late report")
    assert [] == flaws(database)
    run(database, "DELETE FROM call_sessions WHERE id = 's-1'")
    write_anew(database, KEY)
    assert [
        "Session s-1: line 1 is missing, and the audit trail tells of it.",
        "Session s-2: line 5 has another link than the audit trail tells: it was written anew.",
    ] == sorted(flaws(database))


def test_unknown_session_is_told(database: Database) -> None:
    with pytest.raises(SetupProblem, match="There is no session s-9"):
        list(verify_session(database, "s-9", Verified()))
