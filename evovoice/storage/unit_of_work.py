"""The storage floor's door: a `with` block is one transaction on everything that is stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from evovoice.storage.call_sessions import CallSessions, Conflict, SessionKey
from evovoice.storage.device_tokens import DeviceToken, DeviceTokens
from evovoice.storage.directory import ApiKey, Directory
from evovoice.storage.engine import BUSY_SECONDS, DatabaseUnavailable, engine_for, reading
from evovoice.storage.live_legs import LiveLegs
from evovoice.storage.login_attempts import LoginAttempts
from evovoice.storage.logins import FoundLogin, LoginKind, Logins
from evovoice.storage.outbox import Lease, Outbox, StoredOrder
from evovoice.storage.receipts import Promise, Promises, Receipts
from evovoice.storage.upgrade import is_at_head

__all__ = [
    "ApiKey", "CallSessions", "Conflict", "Database", "DatabaseUnavailable", "DeviceToken",
    "Directory",
    "FoundLogin", "Lease", "LoginAttempts", "LoginKind", "Logins", "Outbox", "Promise", "Promises",
    "Receipts", "SessionKey", "StoredOrder", "UnitOfWork",
]  # fmt: skip


_AWAY = "The database cannot be reached or is too busy, try again in a moment"


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """All that is stored, as one transaction sees it."""

    sessions: CallSessions
    outbox: Outbox
    directory: Directory
    receipts: Receipts
    promises: Promises
    logins: Logins
    login_attempts: LoginAttempts
    live_legs: LiveLegs
    device_tokens: DeviceTokens


class Database:
    """A database with its pool of connections. Errors: `DatabaseUnavailable` from every block."""

    def __init__(self, url: str) -> None:
        self._engine = engine_for(url)
        self._reader = reading(self._engine)
        # SQLite lets one writer in and has the others poll; waiting here is fair and faster
        self._writers = Lock() if self._engine.dialect.name == "sqlite" else None

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """One write transaction: committed at the end of the block, undone by an exception."""
        with self._turn(), _transaction(self._engine) as connection:
            yield _unit_of_work(connection)

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """One consistent picture, without locks."""
        with _transaction(self._reader) as connection:
            yield _unit_of_work(connection)

    def is_ready(self) -> bool:
        """Whether the database answers and has all migrations; never raises."""
        try:
            with self._reader.connect() as connection:
                return is_at_head(connection)
        except (SQLAlchemyError, OSError):
            return False

    def dispose(self) -> None:
        """Close all connections; the next block opens new ones."""
        self._engine.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._writers is None:
            yield
            return
        if not self._writers.acquire(timeout=BUSY_SECONDS):
            raise DatabaseUnavailable(_AWAY)
        try:
            yield
        finally:
            self._writers.release()


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.begin() as connection:
            yield connection
    except PoolTimeout as error:
        raise DatabaseUnavailable(_AWAY) from error
    except DBAPIError as error:
        lost = isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
        if not lost:
            raise
        raise DatabaseUnavailable(_AWAY) from error


def _unit_of_work(connection: Connection) -> UnitOfWork:
    return UnitOfWork(
        CallSessions(connection), Outbox(connection), Directory(connection), Receipts(connection),
        Promises(connection), Logins(connection), LoginAttempts(connection),
        LiveLegs(connection), DeviceTokens(connection),
    )  # fmt: skip
