"""Whatever is changed in the audit trail behind the service's back is found."""

from datetime import timedelta

import pytest

from evovoice.services.audit import record
from evovoice.storage.unit_of_work import Database
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.services.tampering import audited, counted, flaws, link, run
from tests.storage.builders import NOW

__all__ = ["database", "database_url", "migrated_file", "migrated_postgres", "postgres_server"]


CHANGED, REPLACED = "entry 3 was changed", "entry 3 does not follow"
OF_ENTRY_3 = {
    **dict.fromkeys(("actor_name", "subject", "origin", "salt", "digest"), CHANGED),
    **dict.fromkeys(("action", "actor_id", "actor_role", "credential", "account_id"), REPLACED),
    **dict.fromkeys(("request_id", "outcome", "chain"), REPLACED),
}
OF_TRAIL = {
    f"UPDATE audit_entries SET {column} = 'x' ENTRY_3": found  # noqa: S608
    for column, found in OF_ENTRY_3.items()
} | {
    "UPDATE audit_entries SET details = '{}' ENTRY_3": CHANGED,
    'UPDATE audit_entries SET evidence = \'{"s-1": ["a-acme", 1, "ab"]}\' ENTRY_3': REPLACED,
    'UPDATE audit_entries SET evidence = \'{"s-1": "ab", "s-2": [1]}\' ENTRY_3': "no evidence",
    "UPDATE audit_entries SET evidence = '[]' ENTRY_3": "no evidence",
    "UPDATE audit_entries SET id = 987654321 ENTRY_3": REPLACED,
    "UPDATE audit_entries SET at = (SELECT at FROM audit_entries WHERE position = 2) ENTRY_3": (
        REPLACED
    ),
    "UPDATE audit_entries SET salt = NULL ENTRY_3": "it counts as erased, and says",
    "UPDATE audit_entries SET salt = NULL, PERSONAL ENTRY_3": "it counts as erased, and says",
    "DELETE FROM audit_entries ENTRY_3": "it lacks entry 3.",
    "DELETE FROM audit_entries WHERE position > 3": "it lacks entries 4 to 5.",
    "DELETE FROM audit_entries": "it lacks entries 1 to 5.",
    "DELETE FROM audit_head": "it has lost its head.",
    "UPDATE audit_head SET chain = 'ab'": "it does not end as its head says",
    "UPDATE audit_head SET position = 6": "it lacks entry 6.",
    "UPDATE audit_head SET position = 4": "it goes on after entry 4",
}


@pytest.mark.parametrize(("tampering", "found"), OF_TRAIL.items())
def test_tampering_with_the_audit_trail_is_found(
    database: Database, tampering: str, found: str
) -> None:
    audited(database)
    run(database, tampering)
    assert any(found in flaw for flaw in flaws(database)), flaws(database)


def test_swapped_entries_are_found(database: Database) -> None:
    audited(database)
    for old, new in ((2, 99), (3, 2), (99, 3)):
        run(database, "UPDATE audit_entries SET position = :n WHERE position = :o", n=new, o=old)
    assert 3 == len([f for f in flaws(database) if "does not follow" in f])


def test_inserted_entry_is_found(database: Database) -> None:
    """Between others there is no place for it."""
    audited(database)
    for position in (5, 4, 3):
        run(
            database, "UPDATE audit_entries SET position = :n WHERE position = :o",
            n=position + 1, o=position,
        )  # fmt: skip
    names = (
        "at, action, actor_id, actor_name, actor_role, credential, account_id, subject, origin,"
        " request_id, outcome, details, evidence, salt, digest, chain"
    )
    run(
        database,
        f"INSERT INTO audit_entries (position, {names}) SELECT 3, {names} FROM audit_entries"  # noqa: S608
        " WHERE position = 2",
    )
    assert "Audit trail: entry 3 does not follow" in flaws(database)[0]


def test_trail_that_loses_its_head_is_not_linked_on(database: Database) -> None:
    """A new chain would hide the loss."""
    audited(database)
    run(database, "DELETE FROM audit_head")
    with database.writing() as unit:
        record(unit, "user.enabled")
    assert 0 == link(database)
    assert ["Audit trail: it has lost its head."] == flaws(database)


def test_head_that_was_kept_elsewhere_finds_a_trail_written_anew(database: Database) -> None:
    """Nothing else can: whoever may write the tables can compute every link."""
    audited(database)
    kept = counted(database).head
    assert kept is not None
    audited(database)
    assert [] == flaws(database, kept.chain)
    run(database, "DELETE FROM audit_entries")
    run(database, "DELETE FROM audit_head")
    assert 1 == len(flaws(database, kept.chain))
    audited(database, 12)
    assert [] == flaws(database)
    assert [
        f"Audit trail: it does not contain {kept.chain}: it was written anew, or is of another."
    ] == flaws(database, kept.chain)


def test_erased_entry_verifies_by_its_digest(database: Database) -> None:
    audited(database)
    with database.writing() as unit:
        entry = unit.hash_chains.stored.entries(2, 3, 1)[0]
        assert 1 == unit.audit.erase([entry.id])
    assert (1, []) == (counted(database).erased_entries, flaws(database))
    run(database, "UPDATE audit_entries SET digest = 'ab' ENTRY_3")
    assert "entry 3 does not follow" in flaws(database)[0]


def test_log_tells_the_head_before_the_first_entries_of_a_day_c90(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """With it, a trail that is written anew later is found."""
    caplog.set_level("INFO", "evovoice.audit")
    audited(database, 3)
    for hours in (2, 24, 25):
        with database.writing() as unit:
            record(unit, "user.enabled")
        with database.writing() as unit:
            unit.hash_chains.trail.link_new(10, NOW + timedelta(hours=hours))
    heads = [line for line in caplog.messages if line.startswith("Head of the audit trail")]
    assert 1 == len(heads)
    assert heads[0].startswith("Head of the audit trail after entry 4: ")
    assert [] == flaws(database, heads[0].rpartition(" ")[2])
