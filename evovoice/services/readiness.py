"""Whether a process can do its part: what is looked at one by one, and how each is."""

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum

from evovoice.services.app_context import AppContext
from evovoice.storage.unit_of_work import Database, DatabaseUnavailable

_LONGEST_OVERDUE = timedelta(seconds=30)  # an order is taken up within a second of its time


class State(StrEnum):
    """How one thing is. `unknown`: it cannot be looked at."""

    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"


def readiness(context: AppContext, is_running: Callable[[], bool]) -> dict[str, State]:
    """Every check by its name; the process is ready where all but `carrier` are `ok` (C88).

    Never raises for a database that is away. `is_running`: whether this process's background does
    what it should.
    """
    database, migrations = _of_database(context.database)
    return {
        "database": database,
        "migrations": migrations,
        "background": _state(is_running()),
        "orders": _of_orders(context) if migrations is State.OK else State.UNKNOWN,
        "carrier": _state(not context.dispatch.availability.is_away()),
    }


def _of_database(database: Database) -> tuple[State, State]:
    if database.is_ready():
        return State.OK, State.OK
    try:
        lacks_migrations = database.lacks_migrations()
    except DatabaseUnavailable:
        return State.FAILED, State.UNKNOWN
    # it answers: either tables are missing, or it takes nothing in
    return (State.OK, State.FAILED) if lacks_migrations else (State.FAILED, State.OK)


def _of_orders(context: AppContext) -> State:
    """Whether somebody takes up what is due: this process, another, or the worker."""
    now = context.clock()
    try:
        with context.database.autocommit() as work:
            since = work.outbox.waiting_since(now)
    except DatabaseUnavailable:
        return State.UNKNOWN
    return _state(since is None or now - since < _LONGEST_OVERDUE)


def _state(is_so: bool) -> State:
    return State.OK if is_so else State.FAILED
