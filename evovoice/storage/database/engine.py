"""From a database address to an engine with the settings that were measured to matter."""

import sqlite3
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

BUSY_SECONDS = 5
AWAY = "The database cannot be reached or is too busy, try again in a moment"
_POOL = 16
_LOOK_EVERY = 0.01  # seconds
_POSTGRES_OPTIONS = (
    "-c timezone=utc -c statement_timeout=3000 -c lock_timeout=2000"
    # a process that froze inside a transaction must not keep a call's row locked
    " -c idle_in_transaction_session_timeout=5000"
)


class DatabaseUnavailable(Exception):
    """The database cannot be reached, or has no time for us; the text is safe to show."""


def database_address(url: str) -> URL:
    """Read an address; the spellings of hosting providers for PostgreSQL are understood."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise DatabaseUnavailable(
            "DATABASE_URL is no database address; it looks like "
            "postgresql://user:password@host/name or sqlite:///path/to/file.db."
        ) from None
    if address.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return address.set(drivername="postgresql+psycopg")
    if address.drivername in {"sqlite", "sqlite+pysqlite"} and address.database:
        return _file_in_folder(address)
    raise DatabaseUnavailable(
        "DATABASE_URL must name a PostgreSQL database or an SQLite file "
        "(sqlite:///path/to/file.db)."
    )


def _file_in_folder(address: URL) -> URL:
    file = Path(str(address.database))
    if address.database == ":memory:":
        raise DatabaseUnavailable(
            "An SQLite database in memory is lost between connections; name a file."
        )
    if not file.parent.is_dir():
        raise DatabaseUnavailable(
            f"The folder {file.parent} of the database does not exist; create it first."
        )
    return address


def make_folder(url: str) -> None:
    """Make the folder for an SQLite file, where there is none yet."""
    prefix, found, file = url.partition(":///")
    if not prefix.startswith("sqlite") or not found or not file:
        return
    try:
        Path(file.partition("?")[0]).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(
            f"The folder of the database cannot be made: {error.strerror or error}."
        ) from error


def engine_for(url: str, busy_seconds: int = BUSY_SECONDS) -> Engine:
    """An engine for that database; `busy_seconds`: how long to wait for SQLite's writer."""
    address = database_address(url)
    if address.drivername.startswith("postgresql"):
        return _postgres(address)
    return _sqlite(address, busy_seconds)


def _postgres(address: URL) -> Engine:
    arguments = {"options": _POSTGRES_OPTIONS, "connect_timeout": 3}
    return create_engine(
        address, pool_size=_POOL, max_overflow=0, pool_timeout=2, pool_use_lifo=True,
        pool_reset_on_return=None,
        connect_args=arguments, hide_parameters=True, paramstyle="format",
    )  # fmt: skip


def _sqlite(address: URL, busy_seconds: int) -> Engine:
    # the driver must not begin transactions by itself: it would begin them deferred, and a
    # transaction that reads first and writes later then fails with "database is locked"
    arguments = {"timeout": busy_seconds, "isolation_level": None}
    engine = create_engine(
        address, pool_size=_POOL, max_overflow=0, pool_timeout=2, pool_use_lifo=True,
        pool_reset_on_return=None,
        connect_args=arguments, hide_parameters=True,
    )  # fmt: skip
    event.listen(engine, "connect", partial(_prepare_sqlite, busy_seconds))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(
    busy_seconds: int,
    connection: sqlite3.Connection,
    record: Any,  # noqa: ANN401, ARG001 (SQLAlchemy's)
) -> None:
    _write_ahead(connection, monotonic() + busy_seconds)
    for setting in ("synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}").close()


def _write_ahead(connection: sqlite3.Connection, until: float) -> None:
    """A new file is switched once. While others do it or write, SQLite refuses without waiting."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
            sleep(_LOOK_EVERY)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
