"""What a transaction is for."""

from enum import Enum


class TransactionMode(Enum):
    """What a transaction is for."""

    WRITE = "write"
    READ = "read"  # one consistent snapshot, without locks
    # each statement for itself: half of the round trips
    AUTOCOMMIT = "autocommit"
