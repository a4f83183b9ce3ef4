"""The migrations make exactly the tables that the program works with."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from evovoice.domain.call_session import CallSession
from evovoice.domain.states import Outcome
from evovoice.storage.database.engine import engine_for
from evovoice.storage.migrations.upgrade import _config, upgrade
from evovoice.storage.tables import Base
from evovoice.storage.tables.columns import microseconds
from evovoice.storage.unit_of_work import Conflict, Database
from tests.databases import PostgresServer
from tests.domain.builders import (
    AGENT,
    CALLER,
    THIRD,
    ConferenceReports,
    answered,
    bridged,
    ended,
    in_conference,
    incoming,
    outgoing,
    tell,
)
from tests.storage.builders import ACME, ANN, NOW


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new folder' / 'evovoice.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"empty_{uuid4().hex}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    """An engine on the database after its upgrade."""
    upgrade(empty_url)
    engine = engine_for(empty_url)
    yield engine
    engine.dispose()


def test_migrations_and_tables_agree(engine: Engine) -> None:
    """Alembic finds nothing to change."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_rules_of_the_tables_agree(engine: Engine) -> None:
    """Names of primary and foreign keys too, which alembic's comparison passes over."""
    inspector = inspect(engine)
    for name, table in Base.metadata.tables.items():
        assert table.primary_key.name == inspector.get_pk_constraint(name)["name"]
        keys = {key["name"]: key["options"] for key in inspector.get_foreign_keys(name)}
        wanted = {
            key.name: {"ondelete": key.ondelete} if key.ondelete else {}
            for key in table.foreign_key_constraints
        }
        assert wanted == keys


def test_there_is_one_head() -> None:
    """Two branches would leave it open which tables a database has."""
    assert len(ScriptDirectory.from_config(_config()).get_heads()) == 1


def test_upgrading_again_is_harmless(empty_url: str) -> None:
    """From nothing to ready, and the second time nothing happens."""
    upgrade(empty_url)
    upgrade(empty_url)
    database = Database(empty_url)
    assert database.is_ready()
    database.dispose()


def test_upgrades_at_the_same_time_wait_for_each_other(empty_url: str) -> None:
    """Several releases at once: the first migrates, the others find it done."""
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(upgrade, [empty_url] * 3))
    database = Database(empty_url)
    assert database.is_ready()
    database.dispose()


def test_a_database_of_a_newer_program_is_left_alone(empty_url: str, engine: Engine) -> None:
    """Its revision is unknown here: that is said, and nothing is changed. The old program serves on
    it: in a deploy it is beside the new one for a while, and an operator may go back to it.
    """
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert "9999" == upgrade(empty_url)
    database = Database(empty_url)
    assert database.is_ready()
    database.dispose()


def test_a_database_that_lacks_the_newest_migration_is_not_ready(
    empty_url: str, engine: Engine
) -> None:
    """This program would look for tables that are not there yet."""
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    database = Database(empty_url)
    assert not database.is_ready()
    database.dispose()


def test_the_way_back_leaves_nothing(engine: Engine) -> None:
    """A downgrade drops every table."""
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]


def _stories() -> dict[str, CallSession]:
    """Sessions of every kind that clients tell apart."""
    stories = {
        "rings": incoming(),
        "talks": bridged(),
        "missed": incoming(),
        "completed": bridged(),
        "conference": in_conference(ConferenceReports()),
        "busy": outgoing(),
        "cancelled": outgoing(),
        "transferred": in_conference(ConferenceReports()),
        "dialled": outgoing(),
    }
    agent, caller = ended("leg-u-ann", AGENT, seconds=50), ended("leg-caller", CALLER)
    tell(stories["missed"], ended("leg-u-ann", AGENT, Outcome.NO_ANSWER), caller)
    tell(stories["completed"], agent, caller)
    tell(stories["busy"], ended("leg-caller", CALLER, Outcome.BUSY), ended("leg-agent", AGENT))
    tell(stories["cancelled"], ended("leg-agent", AGENT))
    third = (answered("leg-third", THIRD), agent, ended("leg-third", THIRD))
    tell(stories["transferred"], *third, caller)
    for name, session in stories.items():
        session.id, session.call_sid = name, name
    return stories


_SHOWN = """
    SELECT id, call_state, dial_state, outcome, display_name, endpoint_id, endpoint_name,
           answered_by_id, answered_by_name, from_name, callback_number, conference_sid,
           root_call_sid
    FROM call_sessions ORDER BY id"""
_COUNTS = """
    SELECT account_id, created_day, archived, sum(sessions)
    FROM session_counts GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""


def test_sessions_that_are_there_get_what_lists_go_by(engine: Engine, empty_url: str) -> None:
    """Stored by the program before: the upgrade fills in what this one would have stored."""
    database = Database(empty_url)
    with database.writing() as unit:
        for session in _stories().values():
            unit.sessions.save(session)
    database.dispose()
    with engine.begin() as connection:
        wanted = connection.execute(text(_SHOWN)).all()
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
    upgrade(empty_url)
    with engine.connect() as connection:
        assert wanted == connection.execute(text(_SHOWN)).all()
        # all of these ended long before the day of the upgrade
        ((_, _, _, live), (_, _, _, old)) = connection.execute(text(_COUNTS)).all()
        assert (4, 5) == (live, old)


_OLD_LOGIN = """
    INSERT INTO logins (account_id, id, user_id, digest, kind, created_at, expires_at, used_at)
    VALUES (:account, :id, :user, :id, 'token', :now, :later, :now)"""


def test_tokens_that_the_program_before_wrote_are_read(engine: Engine, empty_url: str) -> None:
    """Before the upgrade, and beside this one after it: they have no maker."""
    moments: dict[str, Any] = {"now": NOW, "later": NOW + timedelta(days=1)}
    if engine.dialect.name == "sqlite":
        moments = {name: microseconds(moment) for name, moment in moments.items()}
    values = moments | {"account": ANN.account_id, "user": ANN.id}
    database = Database(empty_url)
    with database.writing() as unit:
        unit.directory.add_account(ACME.id, ACME.name, ACME.country)
        unit.directory.add_user(ANN, "a hash")
    database.dispose()
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0014")
        connection.execute(text(_OLD_LOGIN), {"id": "before", **values})
    upgrade(empty_url)
    with engine.begin() as connection:
        connection.execute(text(_OLD_LOGIN), {"id": "beside", **values})
    database = Database(empty_url)
    with database.reading() as unit:
        found = [unit.logins.find(digest, NOW) for digest in ("before", "beside")]
    database.dispose()
    assert [(ANN, None)] * 2 == [(one.user, one.origin) for one in found if one]


def test_accounts_that_have_one_name_keep_it(engine: Engine, empty_url: str) -> None:
    """One of them for itself alone: nobody else gets that name. Old rows of the rest are read."""
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0018")
        add = text("INSERT INTO accounts (id, name, country) VALUES (:id, :name, 'US')")
        for account_id, name in (("a-2", "ACME "), ("a-1", "Acme"), ("a-3", "Zeta")):
            connection.execute(add, {"id": account_id, "name": name})
    upgrade(empty_url)
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT id, name_key FROM accounts ORDER BY id")).all()
        assert [("a-1", "acme"), ("a-2", None), ("a-3", "zeta")] == [tuple(row) for row in rows]
    database = Database(empty_url)
    with database.reading() as unit:
        assert {"a-1", "a-2", "a-3"} == {one.id for one in unit.directory.accounts()}
    with pytest.raises(Conflict), database.writing() as unit:
        unit.directory.add_account("a-4", "acme", "US")
    database.dispose()


def test_a_new_file_and_what_stands_beside_it_are_readable_by_their_owner_alone(
    tmp_path: Path,
) -> None:
    """It holds telephone numbers and digests of passwords."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    upgrade(url)
    database = Database(url)
    with database.writing() as work:
        work.directory.add_account("a-1", "Acme", "US", frozenset())
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    database.dispose()
    assert {"new.db": 0o600, "new.db-shm": 0o600, "new.db-wal": 0o600} == modes


def test_a_new_file_that_another_writes_is_waited_for(tmp_path: Path) -> None:
    """SQLite refuses the switch to its write-ahead log at once, whatever patience it was given."""
    file = tmp_path / "new.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(upgrade, f"sqlite:///{file}")
        with pytest.raises(TimeoutError):
            done.result(timeout=0.1)
        other.execute("COMMIT")
        other.close()
        done.result()
