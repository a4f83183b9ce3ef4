"""Addresses, readiness and failures of the database."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from evovoice.storage.database.engine import database_address
from evovoice.storage.unit_of_work import Database, DatabaseUnavailable


@pytest.mark.parametrize(
    "url",
    ["postgres://u:p@h:5/n", "postgresql://u:p@h:5/n", "postgresql+psycopg://u:p@h:5/n"],
)
def test_every_spelling_of_a_postgresql_address_is_understood(url: str) -> None:
    """Hosting providers give `postgres://`."""
    address = database_address(url).render_as_string(hide_password=False)
    assert address == "postgresql+psycopg://u:p@h:5/n"


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://u:p@h/n", "sqlite://", "sqlite:///:memory:", "sqlite:///no/f"]
)
def test_an_address_that_cannot_serve_is_refused_in_one_sentence(url: str) -> None:
    """Without repeating the address, which may hold a password."""
    with pytest.raises(DatabaseUnavailable) as caught:
        Database(url)
    assert str(caught.value).endswith((".", "file.db)."))
    assert "u:p" not in str(caught.value)


def test_a_migrated_database_is_ready(database: Database) -> None:
    """It answers and has all tables."""
    assert database.is_ready()


def test_an_empty_file_is_not_ready(tmp_path: Path) -> None:
    """It answers but has no tables; using it all the same is an unavailable database."""
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    assert not database.is_ready()
    with pytest.raises(DatabaseUnavailable), database.reading() as unit:
        unit.directory.accounts()
    database.dispose()


def test_a_server_that_is_away_is_not_ready() -> None:
    """And every block says that the database is unavailable, without the address."""
    database = Database("postgresql://user:secret@127.0.0.1:1/none")
    assert not database.is_ready()
    for block in (database.reading, database.writing):
        with pytest.raises(DatabaseUnavailable) as caught, block():
            pass
        assert "secret" not in str(caught.value)
    database.dispose()


def test_a_lost_connection_is_unavailable_and_the_next_block_works(
    migrated_postgres: str,
) -> None:
    """When the server ends the session in the middle of a block."""
    database = Database(migrated_postgres)
    with pytest.raises(DatabaseUnavailable):
        _lose_connection(database)
    with database.writing() as unit:
        assert unit.directory.account("a-none") is None
    database.dispose()


def _lose_connection(database: Database) -> None:
    with database.writing() as unit:
        unit.directory.accounts()
        with database._engine.begin() as other:
            other.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND state = 'idle in transaction'"
            )
        unit.directory.accounts()


def test_no_more_connections_are_opened_than_allowed(migrated_postgres: str) -> None:
    """Whoever finds all of them taken waits for one."""
    database = Database(migrated_postgres, connections=2)

    def ask(_: int) -> int:
        with database.autocommit() as unit:
            number: int = unit.connection.execute(_PROCESS_OF_SERVER).one().number
        return number

    with ThreadPoolExecutor(8) as threads:
        assert 2 == len(set(threads.map(ask, range(32))))
    database.dispose()


_PROCESS_OF_SERVER = text("SELECT pg_backend_pid() AS number, pg_sleep(0.01)")


def test_a_database_can_be_used_after_dispose(database: Database) -> None:
    """The next block opens new connections."""
    database.dispose()
    with database.reading() as unit:
        assert unit.directory.accounts() == []


def test_sqlite_runs_as_it_was_measured(tmp_path: Path) -> None:
    """Write-ahead log, foreign keys, and transactions that the driver does not begin."""
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    with database._engine.connect() as connection:
        for pragma, wanted in (("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1)):
            assert wanted == connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
    database.dispose()


def test_a_file_that_another_program_locks_is_unavailable(migrated_file: Path) -> None:
    """A lock held for longer than we wait is no crash, and leaves nothing behind."""
    other = sqlite3.connect(migrated_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    database = Database(f"sqlite:///{migrated_file}")
    with database.reading() as unit:  # the pool gives the same connection again
        unit.directory._connection.execute(text("PRAGMA busy_timeout = 50"))  # instead of 5 s
    with pytest.raises(DatabaseUnavailable), database.writing():
        pass
    other.execute("ROLLBACK")
    other.close()
    with database.writing() as unit:
        assert unit.directory.accounts() == []
    database.dispose()
