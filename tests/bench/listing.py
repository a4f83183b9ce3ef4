"""`python -m tests.bench.listing`: lists 25 sessions out of a thousand and out of a million.

Each figure is a line of JSON with the medians of both and their ratio. Those that an index
answers must keep the ratio below two, else the exit code is 1; the others are shown as they are.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Insert,
    Table,
    Text,
    cast,
    insert,
    literal,
    literal_column,
    select,
    text,
    true,
)

from evovoice.domain.call_session import CallSession
from evovoice.domain.values import User
from evovoice.services import administration
from evovoice.services.session_access import ARCHIVED_AFTER
from evovoice.storage.database.engine import engine_for
from evovoice.storage.migrations.upgrade import upgrade
from evovoice.storage.tables import Base, CallSessionRow, MemberRow, SessionEventRow, table
from tests.bench.databases import Databases, SqliteFiles, postgres
from tests.bench.figures import show
from tests.domain.builders import AGENT, CALLER, answered, ended, incoming, tell
from tests.web.site import ACME, ANN, ROOT, ZETA, Site

_FEW, _MANY = 1_000, 1_000_000
_SPREAD = timedelta(days=30)  # half of them have passed the archive's limit
_BAR = 2.0
_WARM_UP = 10


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for, by whom; `is_indexed`: the bar holds."""

    name: str
    query: str = ""
    user: User = ANN
    is_indexed: bool = True


def _questions(day: str) -> list[Question]:
    by_hand = "&simplifiedPaging=true"
    return [
        Question("newest first"),
        Question("oldest first", "sortOrder=Ascend"),
        Question("a later page", "page=3"),
        Question("without counting", "simplifiedPaging=true"),
        Question("with the archive", "searchArchive=true"),
        Question("one day", f"startDate={day}&endDate={day}"),
        Question("every account", "", ROOT),
        Question("every account, with the archive", "searchArchive=true", ROOT),
        Question("by caller", "sortField=fromAddress", is_indexed=False),
        Question("by end", "sortField=dateCompleted&sortOrder=Descend", is_indexed=False),
        Question("text in the caller's number", "from=5550123", is_indexed=False),
        Question("no such caller", "from=nobody", is_indexed=False),
        Question("calls of one endpoint", "endpointIds=u-ann", is_indexed=False),
        Question("text in the log, not counted", f"log=answered{by_hand}", is_indexed=False),
    ]


class Place:
    """A service on a database with so many sessions."""

    def __init__(self, url: str, sessions: int) -> None:
        upgrade(url)
        self.site = Site(url)
        self.site.furnish()
        self._keys = {user.id: self._key(user) for user in (ANN, ROOT)}
        self.sessions, self.refused = sessions, set[str]()
        self._client: FlaskClient = self.site.app.test_client()
        _fill(self.site, engine_for(url), sessions)

    def _key(self, user: User) -> str:
        return administration.add_key(self.site.database, user.id, self.site.now).key

    def seconds(self, question: Question) -> float:
        """How long one answer takes; a search may be refused as too broad, a list may not."""
        headers = {"Authorization": f"Bearer {self._keys[question.user.id]}"}
        began = time.perf_counter()
        response = self._client.get(f"/sessions?{question.query}", headers=headers)
        took = time.perf_counter() - began
        if response.status_code == 400 and not question.is_indexed:
            self.refused.add(question.name)
        elif response.status_code != 200:
            raise RuntimeError(response.text)
        return took


# --- filling -----------------------------------------------------------------------------------


def _fill(site: Site, engine: Engine, sessions: int) -> None:
    """A thousand real sessions; then copies of them in between, made by the database."""
    step = _SPREAD / _FEW
    with site.database.writing() as unit:
        for number in range(_FEW):
            unit.sessions.save(_over(site, number, step * number))
    _mark(site)
    copies = sessions // _FEW - 1
    if copies:
        with engine.begin() as connection:
            for source in (CallSessionRow, MemberRow, SessionEventRow):
                _prepare(connection, source)
                connection.execute(_copy(table(source), copies, step / (copies + 1), connection))
    _mark(site)
    _tidy(engine)


def _mark(site: Site) -> None:
    """As the worker does each minute."""
    with site.database.writing() as unit:
        while unit.session_archive.mark(site.now - ARCHIVED_AFTER, _FEW):
            pass


def _over(site: Site, number: int, before: timedelta) -> CallSession:
    """A call that was answered and has ended; of five, one is of the other account."""
    session = incoming()
    over = ended("leg-u-ann", AGENT), ended("leg-caller", CALLER)
    tell(session, answered("leg-u-ann", AGENT), *over)
    account = ACME if number % 5 else ZETA
    session.account_id, session.account_name = account.id, account.name
    session.id = session.call_sid = f"s-{number}"
    session.from_address = f"+1202{5550000 + number}"
    del session.events[:-3]
    session.created_at = site.now - before - timedelta(minutes=2)
    session.modified_at = session.ended_at = session.created_at + timedelta(minutes=1)
    return session


def _prepare(connection: Connection, source: type[Base]) -> None:
    """A bulk load may take its time; rows that belong to sessions are not checked one by one."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA cache_size = -1000000"))  # KiB: the whole file
        return
    role = "origin" if source is CallSessionRow else "replica"
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text(f"SET LOCAL session_replication_role = {role}"))


def _copy(target: Table, copies: int, step: timedelta, connection: Connection) -> Insert:
    """So many of every row there is, each a step earlier than the last."""
    first = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = first.union_all(select(first.c.n + 1).where(first.c.n < copies))
    suffix = literal("-") + cast(numbers.c.n, Text)
    micro = step // timedelta(microseconds=1)
    shift = f"interval '{micro} microseconds'"
    if connection.dialect.name == "sqlite":
        shift = str(micro)

    def copied(column: Column[Any]) -> ColumnElement[Any]:
        if column.name in {"session_id", "call_sid", "leg_call_sid"} or column is _SESSION_ID:
            return column + suffix
        if column.table is _SESSION_ID.table and column.name in _MOMENTS:
            return literal_column(f"{column.name} - numbers.n * {shift}")
        return column

    rows = select(*[copied(column) for column in target.c]).join_from(target, numbers, true())
    return insert(target).from_select(list(target.c), rows, include_defaults=False)


_SESSION_ID = table(CallSessionRow).c.id
_MOMENTS = {"created_at", "modified_at", "ended_at"}


def _tidy(engine: Engine) -> None:
    """What PostgreSQL does by itself in the minutes after; SQLite has nothing of the kind."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


# --- measuring ---------------------------------------------------------------------------------


def _measure(database: str, few: Place, many: Place, rounds: int, wanted: str) -> bool:
    """Print every figure; whether those by index keep the bar."""
    kept = True
    day = (few.site.now - timedelta(days=5)).date().isoformat()
    for question in _questions(day):
        if wanted not in question.name:
            continue
        times = _times(question, few, many, rounds if question.is_indexed else 5)
        small, large = (median(seconds) * 1000 for seconds in times)
        line = {
            "bench": "list: " + question.name, "database": database, "of_1000_ms": round(small, 2),
            f"of_{many.sessions}_ms": round(large, 2), "ratio": round(large / small, 2),
        }  # fmt: skip
        if question.is_indexed:
            line["reached"] = large <= _BAR * small
            kept = kept and large <= _BAR * small
        elif question.name in many.refused:
            line["refused"] = "SearchTooBroad"
        show(line)
    return kept


def _times(question: Question, few: Place, many: Place, rounds: int) -> tuple[list[float], ...]:
    """In turns, so that what else the machine does falls on both."""
    for place in (few, many):
        for _ in range(_WARM_UP if question.is_indexed else 1):
            place.seconds(question)
    pairs = [(few.seconds(question), many.seconds(question)) for _ in range(rounds)]
    return [small for small, _ in pairs], [large for _, large in pairs]


def _run(asked: argparse.Namespace, database: str, databases: Databases) -> bool:
    few = Place(databases.create("few"), _FEW)
    began = time.perf_counter()
    many = Place(databases.create("many"), asked.sessions)
    filled = round(time.perf_counter() - began, 1)
    show({"bench": "list: filled", "database": database, "sessions": asked.sessions,
          "seconds": filled})  # fmt: skip
    try:
        return _measure(database, few, many, asked.rounds, asked.only)
    finally:
        few.site.database.dispose()
        many.site.database.dispose()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.listing", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="one of both")
    parser.add_argument("--sessions", type=int, default=_MANY, help="for a quicker run")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--only", default="", help="part of a figure's name")
    return parser.parse_args()


def main() -> int:
    """Measure; 0 where the bar was kept."""
    asked = _asked()
    kept = []
    for database in ("sqlite", "postgresql"):
        if asked.database not in (None, database):
            continue
        with tempfile.TemporaryDirectory(prefix="evovoice-bench-") as name:
            databases = SqliteFiles(Path(name)) if database == "sqlite" else postgres()
            try:
                kept.append(_run(asked, database, databases))
            finally:
                databases.stop()
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
