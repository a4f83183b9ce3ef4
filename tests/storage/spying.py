"""Stands between a database and its statements, for tests that ask what is run."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Dialect, Executable

from evovoice.storage.database.statements import Prepared, Statements, Values
from evovoice.storage.unit_of_work import Database


class Spy(Statements):
    """Notes what is run, with its values."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__(dialect)
        self.seen: list[tuple[Executable, Values]] = []

    def prepared(self, statement: Executable, values: Values) -> Prepared:
        self.seen.append((statement, values))
        return super().prepared(statement, values)


@contextmanager
def running(database: Database, statements: Statements) -> Iterator[None]:
    """Inside, these are the database's statements."""
    transactions = database._transactions
    usual, transactions._statements = transactions._statements, statements
    yield
    transactions._statements = usual


@contextmanager
def seen(database: Database, *kinds: str) -> Iterator[list[str]]:
    """The beginnings of the statements of those kinds, once the block is over."""
    spy = Spy(database._engine.dialect)
    found: list[str] = []
    with running(database, spy):
        yield found
    begins = [" ".join(str(statement).split()[:3]) for statement, _ in spy.seen]
    found += [begin for begin in begins if begin.startswith(kinds)]
