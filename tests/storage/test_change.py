"""Changes of many threads and processes are made one after the other, and each as a whole."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from evovoice.storage.tables import CallSessionRow, table
from evovoice.storage.unit_of_work import Database, StaleVersion, UnitOfWork
from tests.storage.builders import NOW

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


def test_session_that_another_program_stored_meanwhile_is_not_written_over(
    stored: Database,
) -> None:
    """Its version has moved on although the row was locked: nothing is stored, and the change is
    made again by whoever runs it.
    """

    def change() -> None:
        with stored.writing() as unit:
            session = unit.sessions.for_update(*KEY)
            assert session is not None
            theirs = update(table(CallSessionRow)).values(version=99)
            unit.connection.execute(theirs)
            session.console_data = "ours"
            unit.sessions.save(session)

    before = data(stored)
    with pytest.raises(StaleVersion):
        change()
    assert data(stored) == before


def test_changes_of_many_threads_and_processes_all_stay(
    stored: Database, database_url: str
) -> None:
    """Two processes of four threads, ten changes each."""
    other = Database(database_url)

    def work(database: Database) -> None:
        for _ in range(10):
            with database.writing() as unit:
                append("x", unit)

    before = data(stored)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, [stored, other] * 4))
    assert data(stored) == f"{before}{'x' * 80}"
    other.dispose()


def test_more_writers_than_connections_wait_and_keep_nobody_from_reading(stored: Database) -> None:
    """Who waits for the one writer of SQLite holds no connection meanwhile."""

    def write(text: str) -> None:
        with stored.writing() as unit:
            append(text, unit)

    before = data(stored)
    with ThreadPoolExecutor(20) as pool:
        with stored.writing() as unit:
            append("y", unit)
            waiting = [pool.submit(write, "x") for _ in range(10)]
            assert data(stored) == before
            assert not any(one.done() for one in waiting)
        for one in waiting:
            one.result()
    assert data(stored) == f"{before}y{'x' * 10}"


def test_a_failure_undoes_all_of_it(stored: Database) -> None:
    """Also what was written before it, and nothing of it is remembered."""

    def fail() -> None:
        with stored.writing() as unit:
            append("-lost", unit)
            assert unit.receipts.first_time("a-acme", "key", NOW)
            raise ZeroDivisionError

    before = data(stored)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            fail()
    assert data(stored) == before
    with stored.writing() as unit:
        append("-kept", unit)
    assert data(stored) == f"{before}-kept"
