"""The interface of storage: a `with` block is one transaction on all repositories."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from evovoice import metrics
from evovoice.storage.database.engine import BUSY_SECONDS, CONNECTIONS, engine_for
from evovoice.storage.database.failures import (
    AWAY,
    CommitUncertain,
    DatabaseUnavailable,
    TransactionLost,
    server_sentence,
)
from evovoice.storage.database.statements import Around
from evovoice.storage.database.time_limit import TookTooLong
from evovoice.storage.database.transaction_mode import TransactionMode
from evovoice.storage.database.transactions import Transactions
from evovoice.storage.mapping.unreadable import UnreadableRow
from evovoice.storage.migrations.upgrade import is_migrated
from evovoice.storage.repositories.api_keys import ApiKey
from evovoice.storage.repositories.audit_trail import AuditFilter, FoundEntry
from evovoice.storage.repositories.call_sessions import (
    CallSessions,
    Conflict,
    SessionVersion,
    StaleVersion,
)
from evovoice.storage.repositories.deleted_sessions import EndedSession
from evovoice.storage.repositories.destinations import ChosenParty, Favorite, RecentDestination
from evovoice.storage.repositories.device_tokens import DeviceToken
from evovoice.storage.repositories.directory import Directory
from evovoice.storage.repositories.feed import Change, Feed
from evovoice.storage.repositories.figures import Amounts
from evovoice.storage.repositories.known_users import KnownUser, KnownUsers
from evovoice.storage.repositories.login_attempts import KINDS, Allowance, LoginAttempts
from evovoice.storage.repositories.logins import (
    FoundLogin,
    LoginKind,
    Logins,
    MadeWith,
    Origin,
)
from evovoice.storage.repositories.numbers import StoredNumber
from evovoice.storage.repositories.order_history import OrderHistory, OrderRecord
from evovoice.storage.repositories.outbox import Lease, Outbox, StoredOrder
from evovoice.storage.repositories.personal_data import Ended, PersonalData, Typed
from evovoice.storage.repositories.presences import UserPresence
from evovoice.storage.repositories.rate_budget import Budget, Exhausted
from evovoice.storage.repositories.receipts import IdempotencyRecord, IdempotencyRecords, Receipts
from evovoice.storage.repositories.refused_sign_ins import RefusedSignIn
from evovoice.storage.repositories.second_factors import SecondFactor
from evovoice.storage.repositories.session_lists import FoundSessions, Slice
from evovoice.storage.repositories.session_search import SORTS, SessionOrder, SessionSearch
from evovoice.storage.repositories.snapshots import SessionKey, Snapshots
from evovoice.storage.repositories.stored_links import StoredLinks, StoredLog
from evovoice.storage.repositories.stored_passwords import StoredPassword
from evovoice.storage.work import UnitOfWork, unit_of_work

_log = logging.getLogger(__name__)

R = TypeVar("R")

__all__ = [
    "KINDS",
    "SORTS",
    "Allowance",
    "Amounts",
    "ApiKey",
    "AuditFilter",
    "Budget",
    "CallSessions",
    "Change",
    "ChosenParty",
    "CommitUncertain",
    "Conflict",
    "Database",
    "DatabaseUnavailable",
    "DeviceToken",
    "Directory",
    "Ended",
    "EndedSession",
    "Exhausted",
    "Favorite",
    "Feed",
    "FoundEntry",
    "FoundLogin",
    "FoundSessions",
    "IdempotencyRecord",
    "IdempotencyRecords",
    "KnownUser",
    "KnownUsers",
    "Lease",
    "LoginAttempts",
    "LoginKind",
    "Logins",
    "MadeWith",
    "OrderHistory",
    "OrderRecord",
    "Origin",
    "Outbox",
    "PersonalData",
    "Receipts",
    "RecentDestination",
    "RefusedSignIn",
    "SecondFactor",
    "SessionKey",
    "SessionOrder",
    "SessionSearch",
    "SessionVersion",
    "Slice",
    "StaleVersion",
    "StoredLinks",
    "StoredLog",
    "StoredNumber",
    "StoredOrder",
    "StoredPassword",
    "TookTooLong",
    "TransactionLost",
    "Typed",
    "UnitOfWork",
    "UnreadableRow",
    "UserPresence",
]


class Database:
    """A database with its pool of connections. Errors: `DatabaseUnavailable` from every block.

    `on_change` is called after each commit of this process that changed a session, `on_failure`
    whenever a block fails by `DatabaseUnavailable`.
    """

    def __init__(
        self, url: str, connections: int = CONNECTIONS, around: Around = nullcontext
    ) -> None:
        """`connections`: how many it opens at most; `around` goes around each statement."""
        self.on_change: Callable[[], None] = _nobody_waits
        self.on_failure: Callable[[], None] = _nobody_waits
        self._engine = engine_for(url, connections)
        self._transactions = Transactions(self._engine, around)
        self._snapshots = Snapshots()
        self._commits = _Commits()
        self._flaw: str | None = None
        self._writer = threading.Lock() if self._engine.dialect.name == "sqlite" else None

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """One write transaction: committed at the end of the block, undone by an exception."""
        with self._one_writer(), self._begun(TransactionMode.WRITE) as work:
            yield work
        self._commits.count += 1
        work.sessions.committed()
        work.audit.committed()
        if work.sessions.has_changed:
            self.on_change()

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """One consistent snapshot, without locks."""
        return self._begun(TransactionMode.READ)

    def autocommit(self) -> AbstractContextManager[UnitOfWork]:
        """For a single query: no transaction around it."""
        return self._begun(TransactionMode.AUTOCOMMIT)

    def once_more(self, work: Callable[[], R]) -> R:
        """What `work` returns. It is run once more where it lost a transaction, as in a failover,
        before this thread had committed anything of it.
        """
        before = self._commits.count
        try:
            return work()
        except TransactionLost:
            if self._commits.count != before:
                raise
        try:
            return work()
        except TransactionLost as error:  # whoever stands around this tries no more
            raise DatabaseUnavailable(AWAY, error.reason) from error

    def is_ready(self) -> bool:
        """Whether the database can serve; never raises. The log says why it cannot."""
        return self.flaw() is None

    def flaw(self) -> str | None:
        """Why the database cannot serve, for the operator: it does not answer, lacks migrations or
        takes no changes; None where it can. Never raises.
        """
        found = self._found_flaw()
        if found is not None and found != self._flaw:
            _log.warning("The database is not ready: %s", found)
        self._flaw = found
        return found

    def _found_flaw(self) -> str | None:
        try:
            return self.once_more(self._looked_for_flaw)
        except DatabaseUnavailable as error:
            return f"it cannot be reached or is too busy ({error.reason})"
        except (SQLAlchemyError, OSError) as error:
            return f"{_NOT_MIGRATED} ({server_sentence(error)})"

    def _looked_for_flaw(self) -> str | None:
        with self._transactions.begun(TransactionMode.AUTOCOMMIT) as connection:
            if not is_migrated(connection):
                return _NOT_MIGRATED
            if connection.takes_changes():
                return None
        return "it takes no changes: it is a standby, or set to be read-only"

    def lacks_migrations(self) -> bool:
        """Whether it answers, and not all migrations have been applied.

        Errors: `DatabaseUnavailable` where it does not answer.
        """
        try:
            with self._transactions.begun(TransactionMode.AUTOCOMMIT) as connection:
                return not is_migrated(connection)
        except SQLAlchemyError as error:
            raise DatabaseUnavailable(AWAY, server_sentence(error)) from error

    def note_figures(self) -> None:
        """Enter into the metrics how many connections are in use here, and may be."""
        self._transactions.note_figures()

    def dispose(self) -> None:
        """Close all connections; the next block opens new ones."""
        self._engine.dispose()

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """SQLite lets in one writer. The threads of this process line up before they take one of
        the few connections; other processes are waited for by SQLite itself, as long again.
        """
        if self._writer is None:
            yield
            return
        if not self._writer.acquire(timeout=BUSY_SECONDS):
            raise DatabaseUnavailable(AWAY)
        try:
            yield
        finally:
            self._writer.release()

    @contextmanager
    def _begun(self, mode: TransactionMode) -> Iterator[UnitOfWork]:
        try:
            with self._transactions.begun(mode) as connection:
                yield unit_of_work(connection, self._snapshots)
        except DatabaseUnavailable:
            metrics.DATABASE_FAILURES.inc()
            self.on_failure()
            raise


class _Commits(threading.local):
    """How many transactions a thread has committed."""

    count = 0


_NOT_MIGRATED = "it lacks its newest tables: run `evovoice db upgrade`"


def _nobody_waits() -> None:
    """Nobody has asked to be told of changes."""
