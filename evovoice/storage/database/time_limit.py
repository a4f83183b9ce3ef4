"""Bounds how long a search may hold the database: the same on both, and told apart from a
database that is away.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from sqlalchemy.exc import DBAPIError

from evovoice.storage.database.connection import Connection

_SECONDS = 3.0  # as PostgreSQL's statement_timeout in `postgres`
_STEPS = 100_000  # of SQLite's machine between two looks at the clock: a millisecond or so
_QUERY_CANCELED = "57014"


class TookTooLong(Exception):
    """The database was stopped; a narrower search may be fast enough."""


@contextmanager
def time_limit(connection: Connection, seconds: float = _SECONDS) -> Iterator[None]:
    """Stop what runs longer; PostgreSQL stops by itself. Errors: `TookTooLong`."""
    driver = connection.driver
    sqlite = driver if isinstance(driver, sqlite3.Connection) else None
    until = monotonic() + seconds
    if sqlite is not None:
        sqlite.set_progress_handler(lambda: monotonic() > until, _STEPS)
    try:
        yield
    except DBAPIError as error:
        if not _was_stopped(error.orig):
            raise
        raise TookTooLong from error
    finally:
        if sqlite is not None:
            sqlite.set_progress_handler(None, 0)


def _was_stopped(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.Error):
        return error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT
    return getattr(error, "sqlstate", None) == _QUERY_CANCELED
