"""A change is made as if it were alone, though most of it is done before its turn."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import update

from evovoice.storage.tables import CallSessionRow, table
from evovoice.storage.turns import Turns
from evovoice.storage.unit_of_work import Database, UnitOfWork
from tests.storage.builders import NOW, later, rich_session

KEY = ("a-acme", "s-rich")


def append(text: str, unit: UnitOfWork) -> None:
    session = unit.sessions.for_update(*KEY)
    assert session is not None
    session.console_data = f"{session.console_data}{text}"
    unit.sessions.save(session)


def data(database: Database) -> str | None:
    with database.reading() as unit:
        session = unit.sessions.get("s-rich", "a-acme")
    assert session is not None
    return session.console_data


def test_who_is_overtaken_begins_again(stored: Database, database_url: str) -> None:
    """Another process stores the session between the look and the turn: both changes stay.

    On PostgreSQL the row is locked from the look on, so nobody can come in between.
    """
    other, calls = Database(database_url), 0

    def slow(unit: UnitOfWork) -> str:
        nonlocal calls
        calls += 1
        session = unit.sessions.for_update(*KEY)
        assert session is not None
        if calls == 1 and stored._turns is not None:
            other.change(lambda theirs: append("-theirs", theirs))
        session.console_data = f"{session.console_data}-ours"
        unit.sessions.save(session)
        return "done"

    before = data(stored)
    assert "done" == stored.change(slow)
    is_sqlite = stored._turns is not None
    assert calls == (2 if is_sqlite else 1)
    assert data(stored) == f"{before}{'-theirs' if is_sqlite else ''}-ours"
    assert data(other) == data(stored)
    other.dispose()


def _forgetting_the_version(stored: Database) -> None:
    """What a program from before versions may do, during a deploy."""
    statement = update(table(CallSessionRow)).values(console_data="theirs", modified_at=later(999))
    with stored.writing() as unit:
        unit.sessions.connection.execute(statement)


def _remembering_it(stored: Database) -> None:
    stored.change(lambda unit: append("-theirs", unit))


@pytest.mark.parametrize("they_store", [_remembering_it, _forgetting_the_version])
@pytest.mark.parametrize("saves", [True, False])
def test_nothing_follows_from_a_session_that_is_not_so_any_more(
    stored: Database, database_url: str, they_store: Callable[[Database], None], saves: bool
) -> None:
    """Whether the session itself is changed, or something else because of it."""
    other, seen = Database(database_url), []

    def slow(unit: UnitOfWork) -> None:
        session = unit.sessions.for_update(*KEY)
        assert session is not None
        seen.append(session.console_data)
        if len(seen) == 1 and stored._turns is not None:
            they_store(other)
        if saves:
            session.console_data = f"{session.console_data}-ours"
            unit.sessions.save(session)
        assert unit.receipts.first_time("a-acme", "key", NOW)

    before = data(stored)
    stored.change(slow)
    assert seen[0] == before
    assert seen[-1] == str(data(stored)).removesuffix("-ours" if saves else "")
    assert len(seen) == (2 if stored._turns is not None else 1)
    other.dispose()


def test_who_is_overtaken_by_a_twin_with_the_same_key_begins_again(
    stored: Database, database_url: str
) -> None:
    """The twin may have changed no session at all: the party was there already."""
    other, found = Database(database_url), []

    def make(unit: UnitOfWork) -> None:
        unit.promises.make("a-acme", "key", "same", "s-rich", "m-2", NOW)

    def slow(unit: UnitOfWork) -> None:
        known = unit.promises.recall("a-acme", "key")
        found.append(known)
        if known is None and stored._turns is not None:
            other.change(make)
        if known is None:
            make(unit)

    stored.change(slow)
    assert found[0] is None
    assert ["m-2"] * (stored._turns is not None) == [one.member_id for one in found[1:]]
    other.dispose()


def test_changes_of_many_threads_and_processes_all_stay(
    stored: Database, database_url: str
) -> None:
    """Two processes of four threads, ten changes each."""
    other = Database(database_url)

    def work(database: Database) -> None:
        for _ in range(10):
            database.change(lambda unit: append("x", unit))

    before = data(stored)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, [stored, other] * 4))
    assert data(stored) == f"{before}{'x' * 80}"
    other.dispose()


def test_a_failure_undoes_all_of_it(stored: Database) -> None:
    """Also what was written before it, and nothing of it is remembered."""

    def fail(unit: UnitOfWork) -> None:
        append("-lost", unit)
        assert unit.receipts.first_time("a-acme", "key", NOW)
        raise ZeroDivisionError

    before = data(stored)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            stored.change(fail)
    assert data(stored) == before
    stored.change(lambda unit: append("-kept", unit))
    assert data(stored) == f"{before}-kept"


def test_who_waits_for_the_turn_keeps_nobody_from_reading(
    migrated_file: Path, tmp_path: Path
) -> None:
    """Though more of them wait than there are connections."""
    file = Path(shutil.copy(migrated_file, tmp_path))
    database = Database(f"sqlite:///{file}")
    with database.writing() as unit:
        unit.sessions.save(rich_session())
    with ThreadPoolExecutor(20) as pool:
        with Turns(file, 5).taken():
            waiting = [
                pool.submit(database.change, lambda unit: append("x", unit)) for _ in range(20)
            ]
            before = data(database)
            assert not any(one.done() for one in waiting)
        for one in waiting:
            one.result()
    assert data(database) == f"{before}{'x' * 20}"
    database.dispose()
