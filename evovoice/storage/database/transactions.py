"""Transactions on pooled connections of the driver: begun, committed or undone, given back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from time import monotonic
from typing import Any

from psycopg import IsolationLevel
from sqlalchemy import Engine, PoolProxiedConnection, event
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from evovoice.storage.database.connection import Connection, named
from evovoice.storage.database.engine import AWAY, DatabaseUnavailable
from evovoice.storage.database.statements import Statements

_IDLE = 5.0  # seconds after which a connection may have been cut without anybody telling us


class TransactionMode(Enum):
    """What a transaction is for."""

    WRITE = "write"
    READ = "read"  # one consistent snapshot, without locks
    # each statement for itself: half of the round trips
    AUTOCOMMIT = "autocommit"


class Transactions:
    """All transactions of one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statements = Statements(engine.dialect)
        self._begin = _begin_sqlite if engine.dialect.name == "sqlite" else _begin_postgres
        if engine.dialect.name == "postgresql":
            self._pings = _Pings(engine)

    @contextmanager
    def begun(self, mode: TransactionMode) -> Iterator[Connection]:
        """Committed at the end of the block, undone by an exception.

        Errors: `DatabaseUnavailable`, and SQLAlchemy's where the database is there.
        """
        held: PoolProxiedConnection | None = None
        try:
            held = self._taken()
            driver: Any = held.driver_connection
            self._do(driver, self._begin, driver, mode)
            yield Connection(driver, self._engine.dialect, self._statements)
            self._do(driver, driver.commit)
        except BaseException as error:
            if held is not None:
                self._undo(held, error)
            if _is_away(error):
                raise DatabaseUnavailable(AWAY) from error
            raise
        finally:
            if held is not None:
                held.close()

    def _taken(self) -> PoolProxiedConnection:
        try:
            return self._engine.raw_connection()
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise named(error, self._engine.dialect) from error

    def _do(self, driver: Any, step: Callable[..., object], *arguments: Any) -> None:  # noqa: ANN401
        try:
            step(*arguments)
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise named(error, self._engine.dialect, driver) from error

    def _undo(self, held: PoolProxiedConnection, error: BaseException) -> None:
        driver: Any = held.driver_connection
        try:
            driver.rollback()
        except self._engine.dialect.loaded_dbapi.Error:
            held.invalidate(error)


def _is_away(error: BaseException) -> bool:
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _begin_sqlite(driver: Any, mode: TransactionMode) -> None:  # noqa: ANN401 (the driver's connection)
    # a transaction that reads first and writes later fails where another writes in between
    if mode is TransactionMode.WRITE:
        driver.execute("BEGIN IMMEDIATE")
    if mode is TransactionMode.READ:
        driver.execute("BEGIN")


def _begin_postgres(driver: Any, mode: TransactionMode) -> None:  # noqa: ANN401
    """The driver begins with the first statement; a connection comes back in the last mode."""
    driver.autocommit = mode is TransactionMode.AUTOCOMMIT
    reads = mode is TransactionMode.READ
    driver.read_only = reads or None
    driver.isolation_level = IsolationLevel.REPEATABLE_READ if reads else None


class _Pings:
    """Asks a connection whether it lives before it is used, where that is in doubt."""

    def __init__(self, engine: Engine) -> None:
        self._doubted_at = monotonic()
        event.listen(engine, "checkin", self._note)
        event.listen(engine, "checkout", self._ask)
        event.listen(engine, "invalidate", self._doubt)

    def _note(self, driver: Any, record: Any) -> None:  # noqa: ANN401, ARG002
        record.info["used_at"] = monotonic()

    def _doubt(self, driver: Any, record: Any, error: Any) -> None:  # noqa: ANN401, ARG002
        """One was lost: the server may be gone, and the others with it."""
        self._doubted_at = monotonic()

    def _ask(self, driver: Any, record: Any, held: Any) -> None:  # noqa: ANN401, ARG002
        used_at = record.info.get("used_at", self._doubted_at)
        if used_at > self._doubted_at and monotonic() - used_at < _IDLE:
            return
        try:
            driver.autocommit = True
            driver.execute("SELECT 1").close()
        except driver.Error as error:
            raise DisconnectionError from error
