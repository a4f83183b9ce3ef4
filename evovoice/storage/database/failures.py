"""What the errors of a database mean to us; the only place that knows their codes."""

import re
from enum import Enum

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from evovoice.storage.database.postgres import NoAnswer

AWAY = "The database cannot be reached or is too busy, try again in a moment"


class DatabaseUnavailable(Exception):
    """The database cannot be reached, or has no time for us; the text is safe to show.

    `reason`: the server's own sentence, for the operator; without hosts, names and passwords.
    """

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class TransactionLost(DatabaseUnavailable):
    """The transaction is undone for certain, and may succeed on another connection."""


class CommitUncertain(DatabaseUnavailable):
    """Nobody knows whether the transaction is committed: the answer to its commit was lost."""


class Meaning(Enum):
    """What an error says of the transaction it ended."""

    LOST = "the connection is gone; a fresh one may do it"
    UNDONE = "it gave way to another transaction; the same connection may do it"
    READ_ONLY = "the server takes no changes; after a failover a fresh connection leads elsewhere"
    BUSY = "no room, no time or not yet; to repeat it at once would make that worse"


# By SQLSTATE, or the class that its first two characters name (PostgreSQL's appendix A).
_MEANINGS = {
    "08": Meaning.LOST,  # connection exceptions; PgBouncer's own errors are all 08P01
    "25006": Meaning.READ_ONLY,
    "25P03": Meaning.LOST,  # idle in the transaction for too long: this process stood still
    "25P04": Meaning.LOST,  # the whole transaction took too long
    "40001": Meaning.UNDONE,  # serialization failure
    "40P01": Meaning.UNDONE,  # deadlock
    "53": Meaning.BUSY,  # too many connections, disk full, out of memory
    "55P03": Meaning.BUSY,  # a lock was waited for too long
    "57014": Meaning.BUSY,  # the statement took too long
    "57P01": Meaning.LOST,  # terminated by an administrator
    "57P02": Meaning.LOST,  # the server crashed
    "57P03": Meaning.BUSY,  # it starts up or shuts down
    "57P05": Meaning.LOST,  # idle for too long
    "58": Meaning.BUSY,  # the server's own files or system fail
}


def meaning_of(error: BaseException) -> Meaning | None:
    """What the error means; None where it is not about the database being away."""
    if isinstance(error, PoolTimeout):
        return Meaning.BUSY
    if not isinstance(error, DBAPIError):
        return None
    code = getattr(error.orig, "sqlstate", None) or ""
    known = _MEANINGS.get(code) or _MEANINGS.get(code[:2])
    if known is not None:
        return known
    # also a connection that was cut while it was being opened, which the pool never knew
    if error.connection_invalidated or isinstance(error.orig, NoAnswer):
        return Meaning.LOST
    return Meaning.BUSY if isinstance(error, OperationalError | InterfaceError) else None


def unavailable(meaning: Meaning, error: BaseException) -> DatabaseUnavailable:
    """What others are told of a transaction that was not committed."""
    kind = DatabaseUnavailable if meaning is Meaning.BUSY else TransactionLost
    return kind(AWAY, server_sentence(error))


_LEADS = (
    re.compile(r"\b(?:FATAL|ERROR|PANIC): +(.*)"),  # the server's; libpq puts the address before it
    re.compile(r"connection to server .* failed: (.*)"),
)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_NETWORK_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}")


def server_sentence(error: BaseException) -> str:
    """The first sentence that the server or the driver says. Names in quotation marks and network
    addresses are left out: hosts, users and databases stand there.
    """
    original = getattr(error, "orig", None) or error
    text = str(original).strip()
    found = (lead.search(text) for lead in _LEADS)
    said = next((match[1] for match in found if match), text.partition("\n")[0])
    return _NETWORK_ADDRESS.sub("…", _QUOTED.sub("…", said)).strip().rstrip(".")
