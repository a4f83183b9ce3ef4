"""One transaction on the driver's own connection: statements in, named rows out."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Dialect, Executable, text
from sqlalchemy.exc import DBAPIError

from evovoice.storage.database.statements import Prepared, Statements, Values

Row = Any  # named by the columns of the statement
_TAKES_CHANGES = text("SELECT current_setting('transaction_read_only') = 'off' AS does")


class Result:
    """What came of one statement; all rows are here already."""

    def __init__(self, rows: list[Row], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def all(self) -> list[Row]:
        """Every row."""
        return self._rows

    def first(self) -> Row | None:
        """The first row, if there is one."""
        return self._rows[0] if self._rows else None

    def one(self) -> Row:
        """The only row."""
        (row,) = self._rows
        return row

    def scalar_one(self) -> Any:  # noqa: ANN401 (whatever the statement asks for)
        """The one value of the one row."""
        ((value,),) = self._rows
        return value


class Connection:
    """A driver's connection inside a transaction. Errors are those of SQLAlchemy."""

    def __init__(self, driver: Any, dialect: Dialect, statements: Statements) -> None:  # noqa: ANN401
        self.driver = driver
        self._statements = statements
        self.dialect = dialect

    def execute(self, statement: Executable, values: Values | list[Any] | None = None) -> Result:
        """Run a statement, with each of several sets of values if it is given a list.

        One after the other: the driver's `executemany` sends messages ahead, and a server that
        waits in the middle of them knows of no limit for an idle transaction. Cut there, it would
        keep a call's rows locked until it finds out, after hours (decision 148).
        """
        if not isinstance(values, list):
            return self._one(statement, values or {})
        return Result([], sum(self._one(statement, each).rowcount for each in values))

    def takes_changes(self) -> bool:
        """Whether a transaction may write: not on a standby, nor where that is switched off."""
        if self.dialect.name == "sqlite":
            return True
        return bool(self.execute(_TAKES_CHANGES).scalar_one())

    def _one(self, statement: Executable, values: Values) -> Result:
        prepared = self._statements.prepared(statement, values)
        sql, given = prepared.ready(values)
        try:
            with self._statements.around(sql):
                return _result(prepared, self.driver.execute(sql, given))
        except self.dialect.loaded_dbapi.Error as error:
            raise named(error, self.dialect, self.driver) from error


def named(error: Exception, dialect: Dialect, driver: Any = None) -> DBAPIError:  # noqa: ANN401
    """The driver's error under its common name, without the values it was about."""
    is_lost = driver is not None and dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]
    found = DBAPIError.instance(
        None, None, error, dialect.loaded_dbapi.Error, hide_parameters=True,
        connection_invalidated=is_lost, dialect=dialect,
    )  # fmt: skip
    assert isinstance(found, DBAPIError)  # noqa: S101
    return found


def _result(prepared: Prepared, cursor: Any) -> Result:  # noqa: ANN401 (the driver's)
    if cursor.description is None:
        return Result([], cursor.rowcount)
    return Result(prepared.rows(cursor.fetchall(), cursor.description), cursor.rowcount)
