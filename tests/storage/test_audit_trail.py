"""The audit trail: written with the deed, told to the log after it, read in pages, erasable."""

import logging
from dataclasses import replace

import pytest
from sqlalchemy import select

from evovoice.domain.audit import AuditEntry, entry_digest
from evovoice.storage.tables import AuditEntryRow, table
from evovoice.storage.unit_of_work import AuditFilter, Database
from tests.storage.builders import NOW, later

BY_BOB = AuditEntry(
    NOW, "user.disabled", "u-bob", "Bob", "a-acme", "u-ann", "192.0.2.1", "r-1",
    details={"logins": 2}, actor_role="Manager", credential="password", evidence={"s-1": "ab"},
)  # fmt: skip
ENTRIES = [
    BY_BOB,
    replace(BY_BOB, at=later(1), action="user.enabled"),
    replace(BY_BOB, at=later(2), action="users.counted", account_id="a-zeta", actor_id="u-eve"),
    replace(BY_BOB, at=later(3), action="key.made", actor_id="u-ann", subject="k-1"),
]


def filled(database: Database) -> Database:
    with database.writing() as unit:
        for entry in ENTRIES:
            unit.audit.add(entry)
    return database


def found(database: Database, first: int = 0, most: int = 100, **wanted: object) -> list[str]:
    with database.reading() as unit:
        page = unit.audit.page(AuditFilter(**wanted), first, most)  # type: ignore[arg-type]
        if not first and most > len(page):
            assert len(page) == unit.audit.count(AuditFilter(**wanted))  # type: ignore[arg-type]
    return [each.entry.action for each in page]


def test_entry_is_read_as_it_was_written(database: Database) -> None:
    filled(database)
    with database.reading() as unit:
        assert ENTRIES[::-1] == [each.entry for each in unit.audit.page(AuditFilter(), 0, 10)]


def test_deed_that_is_undone_leaves_no_entry_and_no_line(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with pytest.raises(ZeroDivisionError):
        fail_after_adding(database)
    assert [] == found(database)
    assert "user.disabled" not in caplog.text


def fail_after_adding(database: Database) -> None:
    with database.writing() as unit:
        unit.audit.add(BY_BOB)
        raise ZeroDivisionError


def test_log_tells_of_the_deed_once_it_is_done(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with database.writing() as unit:
        unit.audit.add(BY_BOB)
        assert "" == caplog.text
    assert ["user.disabled of u-ann by u-bob: done, logins 2"] == [
        r.getMessage() for r in caplog.records
    ]


@pytest.mark.parametrize(
    ("wanted", "actions"),
    [
        ({"account_ids": ["a-zeta"]}, ["users.counted"]),
        ({"account_ids": []}, []),
        ({"user_id": "u-ann"}, ["key.made", "users.counted", "user.enabled", "user.disabled"]),
        ({"user_id": "u-eve"}, ["users.counted"]),
        ({"action": "user"}, ["user.enabled", "user.disabled"]),
        ({"action": "key.made"}, ["key.made"]),
        ({"action": "%"}, []),
        ({"since": later(1), "until": later(2)}, ["users.counted", "user.enabled"]),
    ],
)
def test_entries_are_found_by_what_is_wanted_newest_first(
    database: Database, wanted: dict[str, object], actions: list[str]
) -> None:
    assert actions == found(filled(database), **wanted)


def test_entries_come_in_pages(database: Database) -> None:
    filled(database)
    assert ["user.enabled", "user.disabled"] == found(database, 2, 2)


def test_erasing_takes_what_names_people_and_leaves_digest_and_evidence(database: Database) -> None:
    """Without the salt nobody can find out by trying what the digest was of."""
    filled(database)
    with database.reading() as unit:
        chosen = unit.audit.page(AuditFilter(action="user.disabled"), 0, 1)[0].id
    before = row_of(database, chosen)
    with database.writing() as unit:
        assert 1 == unit.audit.erase([chosen])
        assert 0 == unit.audit.erase([])
    after = row_of(database, chosen)
    assert (None, "(erased)", "(erased)", "(erased)", {}) == (
        after.salt, after.actor_name, after.subject, after.origin, after.details
    )  # fmt: skip
    kept = ("digest", "evidence", "action", "actor_id", "account_id", "at", "outcome")
    assert [getattr(before, name) for name in kept] == [getattr(after, name) for name in kept]
    assert before.digest == entry_digest(before.salt, BY_BOB)
    assert 3 == len([name for name in found(database) if name != "user.disabled"])


def row_of(database: Database, entry_id: int) -> AuditEntryRow:
    entries = table(AuditEntryRow)
    with database.reading() as unit:
        row: AuditEntryRow = unit.connection.execute(
            select(entries).where(entries.c.id == entry_id)
        ).one()
    return row
