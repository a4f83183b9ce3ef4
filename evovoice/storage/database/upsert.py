"""Insert-or-else: the one statement that each database's dialect writes in its own class."""

from collections.abc import Callable

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = postgresql.Insert | sqlite.Insert


def upsert(target: Table, otherwise: Callable[[Insert], Insert]) -> dict[str, Insert]:
    """The statement for each dialect, by its name; `rowcount` tells whether a row was written."""
    inserts: dict[str, Insert] = {
        "postgresql": postgresql.insert(target),
        "sqlite": sqlite.insert(target),
    }
    return {
        name: otherwise(insert).execution_options(preserve_rowcount=True)
        for name, insert in inserts.items()
    }
