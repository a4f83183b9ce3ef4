"""Behind a pooler every transaction may have another connection of the server: nothing may rest on
the session.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from evovoice.storage.database.postgres import PostgresConnection
from evovoice.storage.migrations.upgrade import upgrade
from evovoice.storage.unit_of_work import Database, DatabaseUnavailable, UnitOfWork
from tests.databases import PostgresServer, empty
from tests.pgbouncer import bouncer, pgbouncer, url_through
from tests.storage.builders import rich_session

__all__ = ["bouncer"]

_LIMITS = {
    "statement_timeout": "3s",
    "lock_timeout": "2500ms",
    "idle_in_transaction_session_timeout": "2s",
}


@pytest.fixture
def pooled(bouncer: Path, migrated_postgres: str) -> Iterator[Database]:
    """An empty, migrated database behind it."""
    empty(migrated_postgres)
    database = Database(url_through(bouncer, "migrated"))
    yield database
    database.dispose()


def _driver(unit: UnitOfWork) -> PostgresConnection:
    driver = unit.connection.driver
    assert isinstance(driver, PostgresConnection)
    return driver


def test_pooler_is_told_from_the_server_itself(pooled: Database, migrated_postgres: str) -> None:
    """Statements are prepared only where the session is ours alone: it is worth a third there."""
    with pooled.writing() as unit:
        assert _driver(unit).prepare_threshold is None
    direct = Database(migrated_postgres)
    with direct.writing() as unit:
        assert _driver(unit).prepare_threshold is not None
    direct.dispose()


@pytest.mark.parametrize("block", ["writing", "reading"])
def test_every_transaction_has_its_limits_behind_a_pooler(pooled: Database, block: str) -> None:
    with getattr(pooled, block)() as unit:
        assert _LIMITS == _settings(unit)


@pytest.mark.parametrize("block", ["writing", "reading", "autocommit"])
def test_every_transaction_has_its_limits_with_the_server_itself(
    migrated_postgres: str, block: str
) -> None:
    database = Database(migrated_postgres)
    with getattr(database, block)() as unit:
        assert _LIMITS == _settings(unit)
    database.dispose()


def _settings(unit: UnitOfWork) -> dict[str, Any]:
    ask = text("SELECT current_setting(:name)")
    return {name: unit.connection.execute(ask, {"name": name}).scalar_one() for name in _LIMITS}


def test_limits_stay_with_their_transaction_behind_a_pooler(pooled: Database) -> None:
    """The server's connection goes to other programs next, which have limits of their own."""
    with pooled.writing() as unit:
        assert _LIMITS == _settings(unit)
    with pooled.autocommit() as unit:
        assert "0" == _settings(unit)["statement_timeout"]


def test_many_threads_share_few_connections_of_the_server(pooled: Database) -> None:
    """More statements than the driver prepares after, on connections that change hands: prepared
    by name they would be another client's, or not there.
    """
    with pooled.writing() as unit:
        unit.sessions.save(rich_session())
    all_there = threading.Barrier(12)

    def work(_: int) -> int:
        all_there.wait()
        for _turn in range(12):
            with pooled.writing() as unit:
                session = unit.sessions.for_update("a-acme", "s-rich")
                assert session is not None
                unit.sessions.save(session)
            with pooled.reading() as unit:
                assert unit.sessions.get("s-rich", "a-acme") is not None
            with pooled.autocommit() as unit:
                assert unit.sessions.version("a-acme", "s-rich") is not None
        return 1

    with ThreadPoolExecutor(12) as threads:
        assert 12 == sum(threads.map(work, range(12)))


def test_migrations_run_through_a_pooler_and_wait_for_each_other(
    bouncer: Path, postgres_server: PostgresServer
) -> None:
    """The lock belongs to the transaction, and so do the limits of the upgrade."""
    postgres_server.create("through")
    url = url_through(bouncer, "through")
    try:
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(upgrade, [url, url]))
        database = Database(url)
        assert database.is_ready()
        database.dispose()
    finally:
        postgres_server.drop("through")


def test_moments_are_right_in_whatever_time_zone_the_pooler_gives(
    postgres_server: PostgresServer, migrated_postgres: str
) -> None:
    """The session's time zone is not ours to set there."""
    empty(migrated_postgres)
    with pgbouncer(postgres_server, "transaction", extra="timezone=Asia/Kolkata") as folder:
        database = Database(url_through(folder, "migrated"))
        session = rich_session()
        with database.writing() as unit:
            unit.sessions.save(session)
            found = unit.connection.execute(text("SHOW timezone")).scalar_one()
        assert "Asia/Kolkata" == found
        with database.reading() as unit:
            again = unit.sessions.get(session.id, session.account_id)
        assert again is not None
        assert session.created_at == again.created_at
        assert timedelta(0) == again.created_at.utcoffset()
        assert datetime.now(UTC) > again.created_at
        database.dispose()


def test_what_the_pooler_says_is_told_to_the_operator_alone(tmp_path: Path) -> None:
    """The first sentence of whoever refused us, without names; strangers hear none of it."""
    database = Database(f"postgresql://bob:secret@/acme-data?host={tmp_path}&port=6432")
    with pytest.raises(DatabaseUnavailable) as caught, database.writing():
        pass
    assert "No such file or directory" in caught.value.reason
    for secret in ("bob", "secret", "acme-data", str(tmp_path)):
        assert secret not in caught.value.reason
        assert secret not in str(caught.value)
    assert "No such file" not in str(caught.value)
    database.dispose()
