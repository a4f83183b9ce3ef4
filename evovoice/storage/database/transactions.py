"""Transactions on pooled connections of the driver: begun, committed or undone, given back."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from time import monotonic
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection, QueuePool, event
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError

from evovoice import metrics
from evovoice.storage.database.connection import Connection, named
from evovoice.storage.database.failures import (
    AWAY,
    CommitUncertain,
    Meaning,
    TransactionLost,
    meaning_of,
    server_sentence,
    unavailable,
)
from evovoice.storage.database.statements import Around, Statements
from evovoice.storage.database.transaction_mode import TransactionMode

_IDLE = 5.0  # seconds after which a connection may have been cut without anybody telling us


class Transactions:
    """All transactions of one engine."""

    def __init__(self, engine: Engine, around: Around = nullcontext) -> None:
        self._engine = engine
        self._statements = Statements(engine.dialect, around)
        self._begin = _begin_sqlite if engine.dialect.name == "sqlite" else _begin_postgres
        self._connections = _Connections(engine)
        assert isinstance(engine.pool, QueuePool)  # noqa: S101 (`engine_for` makes no other)
        self._places = engine.pool.size()

    @contextmanager
    def begun(self, mode: TransactionMode) -> Iterator[Connection]:
        """Committed at the end of the block, undone by an exception.

        Errors: `DatabaseUnavailable`, and SQLAlchemy's where the database is there.
        """
        held = self._started(mode)
        try:
            yield Connection(held.driver_connection, self._engine.dialect, self._statements)
            self._commit(held, mode)
        except BaseException as error:
            self._undo(held, error)
            told = self._told(error)
            if told is error:
                raise
            raise told from error
        finally:
            held.close()

    def _started(self, mode: TransactionMode) -> PoolProxiedConnection:
        """A connection on which the transaction has begun. One that was lost meanwhile is found out
        here, where nothing has been done: a fresh one takes its place.
        """
        try:
            return self._started_once(mode)
        except TransactionLost:
            return self._started_once(mode)

    def _started_once(self, mode: TransactionMode) -> PoolProxiedConnection:
        held = self._taken()
        try:
            self._begin(held, mode)
        except self._engine.dialect.loaded_dbapi.Error as error:
            found = named(error, self._engine.dialect, held.driver_connection)
            self._undo(held, error)
            held.close()
            raise self._told(found) from error
        return held

    def note_figures(self) -> None:
        """Enter into the metrics how many connections are in use, and may be."""
        metrics.CONNECTIONS.set(self._in_use())
        metrics.CONNECTION_PLACES.set(self._places)

    def _in_use(self) -> int:
        pool = self._engine.pool  # another one after it was disposed of
        assert isinstance(pool, QueuePool)  # noqa: S101
        return pool.checkedout()

    def _taken(self) -> PoolProxiedConnection:
        if self._in_use() >= self._places:
            metrics.CONNECTION_WAITS.inc()
        try:
            return self._engine.raw_connection()
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise self._told(named(error, self._engine.dialect)) from error
        except SQLAlchemyError as error:  # no place in the pool, or a new connection was lost
            told = self._told(error)
            if told is error:
                raise
            raise told from error

    def _commit(self, held: PoolProxiedConnection, mode: TransactionMode) -> None:
        driver: Any = held.driver_connection
        try:
            driver.commit()
        except self._engine.dialect.loaded_dbapi.Error as error:
            found = named(error, self._engine.dialect, driver)
            if mode is not TransactionMode.WRITE or not found.connection_invalidated:
                raise found from error  # nothing is committed
            self._connections.lost()
            raise CommitUncertain(AWAY, server_sentence(error)) from error

    def _undo(self, held: PoolProxiedConnection, error: BaseException) -> None:
        driver: Any = held.driver_connection
        try:
            driver.rollback()
        except self._engine.dialect.loaded_dbapi.Error:
            held.invalidate(error)

    def _told(self, error: BaseException) -> BaseException:
        """What others are told; the error itself where the database is there."""
        meaning = meaning_of(error)
        if meaning in {Meaning.LOST, Meaning.READ_ONLY}:
            self._connections.lost()
        return error if meaning is None else unavailable(meaning, error)


def _begin_sqlite(held: PoolProxiedConnection, mode: TransactionMode) -> None:
    driver: Any = held.driver_connection
    # a transaction that reads first and writes later fails where another writes in between
    if mode is TransactionMode.WRITE:
        driver.execute("BEGIN IMMEDIATE")
    if mode is TransactionMode.READ:
        driver.execute("BEGIN")


def _begin_postgres(held: PoolProxiedConnection, mode: TransactionMode) -> None:
    driver: Any = held.driver_connection
    used_at = held.info.get("used_at")
    is_in_use = used_at is not None and monotonic() - used_at < _IDLE
    if mode is TransactionMode.AUTOCOMMIT and is_in_use:
        driver.without_transaction()  # nothing is asked: a message less
        return
    driver.begin(mode)


class _Connections:
    """Of the pool, by their age. When one was lost, no older one is used again: the server they led
    to is gone, or the way there, and not every caller is to wait for the same discovery.
    """

    def __init__(self, engine: Engine) -> None:
        self._lost_at = 0.0
        event.listen(engine, "connect", self._made)
        event.listen(engine, "checkin", self._used)
        event.listen(engine, "checkout", self._check)

    def lost(self) -> None:
        """Use none of those that are there now."""
        self._lost_at = monotonic()

    def _made(self, driver: Any, record: Any) -> None:  # noqa: ANN401, ARG002
        record.info["made_at"] = monotonic()

    def _used(self, driver: Any, record: Any) -> None:  # noqa: ANN401, ARG002
        record.info["used_at"] = monotonic()

    def _check(self, driver: Any, record: Any, held: Any) -> None:  # noqa: ANN401, ARG002
        is_new = "used_at" not in record.info
        if not is_new and record.info["made_at"] <= self._lost_at:
            raise DisconnectionError
