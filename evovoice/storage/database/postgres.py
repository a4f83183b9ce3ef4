"""Connections to PostgreSQL, to the server itself or through a pooler such as PgBouncer.

A pooler may give every transaction another connection of the server. What belongs to a session is
then nobody's: settings, and the statements that the driver prepares at the server. So time limits
are set in the transaction there, by the same message that begins it, and nothing is prepared. With
the server itself both belong to the session: prepared statements are worth a third of the
database's time.
"""

from collections.abc import Generator
from typing import Any, Self, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from evovoice.storage.database.transaction_mode import TransactionMode

ANSWER = 5.0  # seconds; the server itself gives up after three
_BEGIN = 2.0  # seconds for what takes the server no time
_LOOK_EVERY = 0.1  # seconds, as the driver's own

# Where the operator's address does not say otherwise. Who is cut off without a word is noticed: by
# the kernel in half a minute where nothing is asked, in five seconds where something was sent.
CONNECT_ARGUMENTS: dict[str, Any] = {
    "connect_timeout": 3,
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,  # milliseconds
}

_LIMITS = {
    "statement_timeout": 3000,
    # longer than a process that froze in a transaction, or was cut off, may keep a call's rows:
    # whoever waits for them gets them
    "lock_timeout": 2500,
    "idle_in_transaction_session_timeout": 2000,
}
_SESSION = "; ".join(
    ["SET timezone = 'UTC'", *(f"SET {name} = {limit}" for name, limit in _LIMITS.items())]
)
_BEGINS = {
    TransactionMode.WRITE: "BEGIN",
    TransactionMode.READ: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    TransactionMode.AUTOCOMMIT: "SELECT 1",  # asks whether the connection lives
}
_LOCAL = "".join(f"; SET LOCAL {name} = {limit}" for name, limit in _LIMITS.items())
_BEGINS_BEHIND_POOLER = {
    mode: text if mode is TransactionMode.AUTOCOMMIT else text + _LOCAL
    for mode, text in _BEGINS.items()
}

R = TypeVar("R")


class NoAnswer(psycopg.OperationalError):
    """The connection was silent for too long, and is closed: perhaps it was cut."""


class PostgresConnection(psycopg.Connection[Any]):
    """A connection that waits for no answer without a limit of its own, in seconds: the server's
    limits do not help where it cannot be heard.
    """

    limit: float | None = ANSWER
    _begins = _BEGINS

    @classmethod
    def opened(cls, limit: float | None, **parameters: Any) -> Self:  # noqa: ANN401 (libpq's)
        """A new connection. Errors: psycopg's."""
        connection = cls.connect(autocommit=True, **parameters)
        try:
            connection._settle()
            connection.limit = limit
            connection.autocommit = False  # as SQLAlchemy expects it; see `begin`
        except BaseException:
            connection.close()
            raise
        return connection

    def begin(self, mode: TransactionMode) -> None:
        """Begin a transaction in that mode; the driver's own would take one more message for the
        limits. Nothing is done yet where this fails.
        """
        self.without_transaction()
        usual, self.limit = self.limit, _BEGIN
        try:
            self.execute(self._begins[mode]).close()
        finally:
            self.limit = usual

    def without_transaction(self) -> None:
        """Each statement is for itself from now on, until `begin`."""
        if not self.autocommit:
            self.autocommit = True

    def wait(
        self,
        gen: Generator[Any, Any, R],
        interval: float = _LOOK_EVERY,
        timeout: float | None = None,
    ) -> R:
        """As psycopg's. Errors: `NoAnswer`."""
        limit = self.limit if timeout is None else timeout
        try:
            return super().wait(gen, interval, limit)
        except psycopg.OperationalError as error:
            if self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise
            self.close()  # an answer may still come, and would be taken for the next one
            raise NoAnswer(f"The database has not answered for {limit} seconds") from error

    def _settle(self) -> None:
        """Find out whether this session of the server is ours alone: a pooler has told us a number
        of its own for the server's process.
        """
        self.limit = _BEGIN
        row = self.execute("SELECT pg_backend_pid()").fetchone()
        if row is not None and row[0] == self.info.backend_pid:
            self.execute(_SESSION).close()
        else:
            self.prepare_threshold = None
            self._begins = _BEGINS_BEHIND_POOLER
