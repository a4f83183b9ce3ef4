"""Statements of SQLAlchemy Core, compiled once for each database and run on its driver.

SQLAlchemy builds the SQL and knows the types. What it does again at every execution is done once
here (decision 22).
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.selectable import ReturnsRows

Values = Mapping[str, Any]
Change = Callable[[Any], Any]
Around = Callable[[str], AbstractContextManager[object]]

_named_tuple: Any = namedtuple
_MOST = 300  # compiled statements of one database; those that are built for one request go again


class Prepared:
    """One statement for one database: its text, and how values go in and out."""

    def __init__(self, statement: Executable, dialect: Dialect, names: Sequence[str]) -> None:
        assert isinstance(statement, ClauseElement)  # noqa: S101 (all of Core's are)
        compiled = statement.compile(dialect=dialect, column_keys=names or None)
        assert isinstance(compiled, SQLCompiler)  # noqa: S101
        is_open = any(bind.expanding for bind in compiled.binds.values())
        self._compiled = compiled if is_open else None
        self._sql = str(compiled)
        self._names = compiled.positiontup or []
        ways_in = [_way_in(compiled, name, dialect) for name in self._names]
        self._ways_in = [(index, way) for index, way in enumerate(ways_in) if way is not None]
        self._fixed = {
            name: bind.value for name, bind in compiled.binds.items() if not bind.required
        }
        is_plain = len(self._names) > 1 and not self._fixed
        self._pick = itemgetter(*self._names) if is_plain else None
        self._ways_out = _ways_out(statement, dialect)
        self._row: Callable[[Iterable[Any]], Any] | None = None

    def ready(self, values: Values) -> tuple[str, Sequence[Any]]:
        """The text, and the values in its order as the driver takes them."""
        if self._compiled is not None:
            return self._expanded(self._compiled, values)
        given = self._given(values)
        for index, change in self._ways_in:
            given[index] = change(given[index])
        return self._sql, given

    def _given(self, values: Values) -> list[Any]:
        if self._pick is not None:
            return list(self._pick(values))
        fixed = self._fixed
        return [values[name] if name in values else fixed[name] for name in self._names]

    def rows(
        self, found: Sequence[tuple[Any, ...]], described: Sequence[Sequence[Any]]
    ) -> list[Any]:
        """Named rows out of what the driver has found."""
        if self._row is None:
            self._row = _row_of([str(column[0]) for column in described])
        if not self._ways_out:
            return [self._row(values) for values in found]
        return [self._row(self._changed(values)) for values in found]

    def _changed(self, values: tuple[Any, ...]) -> list[Any]:
        changed = list(values)
        for index, change in self._ways_out:
            if changed[index] is not None:
                changed[index] = change(changed[index])
        return changed

    def _expanded(self, compiled: SQLCompiler, values: Values) -> tuple[str, Sequence[Any]]:
        """A list among the values becomes as many places as it has items."""
        state = compiled.construct_expanded_state(dict(values))
        ways = {self._names[index]: way for index, way in self._ways_in} | dict(state.processors)
        given = [(state.parameters[name], ways.get(name)) for name in state.positiontup or ()]
        return state.statement, [change(one) if change else one for one, change in given]


class Statements:
    """The compiled statements of one database. `around(text)` goes around each that is run."""

    def __init__(self, dialect: Dialect, around: Around = nullcontext) -> None:
        self.around = around
        self._dialect = dialect
        self._known: dict[tuple[int, tuple[str, ...]], tuple[Executable, Prepared]] = {}

    def prepared(self, statement: Executable, values: Values) -> Prepared:
        """The statement for this database; an insert also depends on which columns are given."""
        names = tuple(values) if isinstance(statement, Insert) else ()
        key = id(statement), names
        known = self._known.get(key)
        if known is not None:
            return known[1]
        prepared = Prepared(statement, self._dialect, names)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = statement, prepared  # with the statement, lest its id be used again
        return prepared


def _row_of(names: Sequence[str]) -> Callable[[Iterable[Any]], Any]:
    kind = _named_tuple("Row", names, rename=True)
    make: Callable[[Iterable[Any]], Any] = kind._make
    return make


def _way_in(compiled: SQLCompiler, name: str, dialect: Dialect) -> Change | None:
    return compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)


def _ways_out(statement: Executable, dialect: Dialect) -> list[tuple[int, Change]]:
    """Which columns of the result the driver leaves in another shape than the type's."""
    columns = statement.exported_columns if isinstance(statement, ReturnsRows) else ()
    changes = [
        column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
    ]
    return [(index, change) for index, change in enumerate(changes) if change is not None]
