"""From a database address to an engine with the settings that were measured to matter."""

import sqlite3
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from evovoice.storage.database.failures import DatabaseUnavailable
from evovoice.storage.database.postgres import ANSWER, CONNECT_ARGUMENTS, PostgresConnection

BUSY_SECONDS = 5
CONNECTIONS = 16  # of a process, where nobody says otherwise
ONLY_OURS = 0o600  # of a file: it holds telephone numbers and digests of passwords
_PLACE_WITHIN = 3  # seconds; longer than a connection that was cut is asked whether it lives
_LOOK_EVERY = 0.01  # seconds
_USUAL_PORT, _PORTS = 5432, 65536


def database_address(url: str) -> URL:
    """Read an address; the spellings of hosting providers for PostgreSQL are understood."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # the second for a port that is no number
        raise DatabaseUnavailable(
            "DATABASE_URL is no database address; it looks like "
            "postgresql://user:password@host/name or sqlite:///path/to/file.db."
        ) from None
    if address.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return _postgres_address(address)
    if address.drivername in {"sqlite", "sqlite+pysqlite"} and address.database:
        return _file_in_folder(address)
    raise DatabaseUnavailable(
        "DATABASE_URL must name a PostgreSQL database or an SQLite file "
        "(sqlite:///path/to/file.db)."
    )


def _postgres_address(address: URL) -> URL:
    """With our driver. What can never work is told apart from a server that is away."""
    if not 0 < (address.port or _USUAL_PORT) < _PORTS:
        raise DatabaseUnavailable(f"DATABASE_URL names the impossible port {address.port}.")
    try:
        make_conninfo("", **{name: all_[-1] for name, all_ in address.normalized_query.items()})
    except ProgrammingError:
        names = ", ".join(sorted(address.query))
        raise DatabaseUnavailable(
            f"DATABASE_URL has a parameter that PostgreSQL does not know, among: {names}."
        ) from None
    return address.set(drivername="postgresql+psycopg")


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


def make_file(url: str) -> None:
    """Make an SQLite file and its folder, where there are none yet; nobody else may read the file
    and what SQLite puts beside it, which takes over its mode.
    """
    prefix, found, named = url.partition(":///")
    file = Path(named.partition("?")[0])
    if not prefix.startswith("sqlite") or not found or not file.name or ":" in file.name:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(ONLY_OURS)
    except OSError as error:
        raise DatabaseUnavailable(
            f"The file of the database cannot be made: {error.strerror or error}."
        ) from error


def engine_for(
    url: str,
    connections: int = CONNECTIONS,
    busy_seconds: int = BUSY_SECONDS,
    answer_seconds: float | None = ANSWER,
) -> Engine:
    """An engine for that database, with so many connections at most.

    `busy_seconds`: how long to wait for SQLite's writer; `answer_seconds`: for an answer of
    PostgreSQL, None: as long as the connection lives.
    """
    address = database_address(url)
    if address.drivername.startswith("postgresql"):
        return _postgres(address, connections, answer_seconds)
    return _sqlite(address, connections, busy_seconds)


def _postgres(address: URL, connections: int, answer_seconds: float | None) -> Engine:
    engine = create_engine(
        address, pool_size=connections, max_overflow=0, pool_timeout=_PLACE_WITHIN,
        pool_use_lifo=True, pool_reset_on_return=None,
        hide_parameters=True, paramstyle="format",
    )  # fmt: skip
    event.listen(engine, "do_connect", partial(_connect, answer_seconds))
    return engine


def _connect(answer_seconds: float | None, *told: Any) -> PostgresConnection:  # noqa: ANN401
    """SQLAlchemy tells what it knows; last the parameters for the driver, out of the address."""
    return PostgresConnection.opened(answer_seconds, **{**CONNECT_ARGUMENTS, **told[-1]})


def _sqlite(address: URL, connections: int, busy_seconds: int) -> Engine:
    # the driver must not begin transactions by itself: it would begin them deferred, and a
    # transaction that reads first and writes later then fails with "database is locked"
    arguments = {"timeout": busy_seconds, "isolation_level": None}
    engine = create_engine(
        address, pool_size=connections, max_overflow=0, pool_timeout=_PLACE_WITHIN,
        pool_use_lifo=True, pool_reset_on_return=None,
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
