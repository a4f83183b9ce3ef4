"""Connections that are gone: terminated by the server, or cut on their way without a word."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Timer
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from evovoice.storage.unit_of_work import (
    CommitUncertain,
    Database,
    DatabaseUnavailable,
    TransactionLost,
)
from tests.databases import PostgresServer, empty
from tests.silent_proxy import SilentProxy

_BLOCKS = ["writing", "reading", "autocommit"]
_SELECT = text("SELECT 1")


@pytest.fixture
def database(migrated_postgres: str) -> Iterator[Database]:
    """An empty database on PostgreSQL."""
    empty(migrated_postgres)
    database = Database(migrated_postgres)
    yield database
    database.dispose()


@pytest.fixture
def proxy(postgres_server: PostgresServer) -> Iterator[SilentProxy]:
    """Between us and PostgreSQL."""
    with SilentProxy(Path(postgres_server.folder) / ".s.PGSQL.5432") as proxy:
        yield proxy


@pytest.fixture
def behind(proxy: SilentProxy, migrated_postgres: str) -> Iterator[Database]:
    """An empty database behind that proxy."""
    empty(migrated_postgres)
    database = Database(proxy.url("migrated"))
    yield database
    database.dispose()


def _terminate_all(url: str) -> None:
    """As a failover does."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _open(database: Database, count: int) -> None:
    """Have so many connections in the pool."""
    blocks = [database.autocommit() for _ in range(count)]
    for block in blocks:
        block.__enter__()
    for block in blocks:
        block.__exit__(None, None, None)


def _ask(database: Database, block: str) -> None:
    with getattr(database, block)() as unit:
        unit.connection.execute(_SELECT)


# --- terminated ----------------------------------------------------------------------------------


@pytest.mark.parametrize("block", ["writing", "reading"])
def test_failover_between_two_transactions_is_not_noticed(
    database: Database, migrated_postgres: str, block: str
) -> None:
    """Every connection of the pool is gone, and each transaction is served all the same."""
    _open(database, 5)
    _terminate_all(migrated_postgres)
    for _ in range(6):
        _ask(database, block)


def test_single_query_is_tried_once_more_after_a_failover(
    database: Database, migrated_postgres: str
) -> None:
    _open(database, 5)
    _terminate_all(migrated_postgres)
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        _ask(database, "autocommit")

    database.once_more(work)
    assert 2 == len(tries)
    _ask(database, "autocommit")


def test_transaction_that_was_lost_in_its_middle_is_run_once_more(
    database: Database, migrated_postgres: str
) -> None:
    """All of it, since nothing of it is committed."""
    tries: list[int] = []

    def work() -> int:
        with database.writing() as unit:
            unit.connection.execute(_SELECT)
            if not tries:
                _terminate_all(migrated_postgres)
            tries.append(1)
            unit.connection.execute(_SELECT)
        return len(tries)

    assert 2 == database.once_more(work)


def test_what_is_lost_a_second_time_is_unavailable(
    database: Database, migrated_postgres: str
) -> None:
    """And nobody who stands around it tries a third time."""
    tries: list[int] = []

    def work() -> None:
        with database.writing() as unit:
            tries.append(1)
            _terminate_all(migrated_postgres)
            unit.connection.execute(_SELECT)

    with pytest.raises(DatabaseUnavailable) as caught:
        database.once_more(lambda: database.once_more(work))
    assert 2 == len(tries)
    assert not isinstance(caught.value, TransactionLost)
    assert "terminating connection due to administrator command" == caught.value.reason


def test_nothing_is_repeated_once_something_is_committed(
    database: Database, migrated_postgres: str
) -> None:
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        _ask(database, "writing")
        with database.writing() as unit:
            _terminate_all(migrated_postgres)
            unit.connection.execute(_SELECT)

    with pytest.raises(TransactionLost):
        database.once_more(work)
    assert 1 == len(tries)


def test_commit_without_an_answer_is_uncertain_and_not_repeated(
    database: Database, migrated_postgres: str
) -> None:
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        with database.writing() as unit:
            unit.connection.execute(_SELECT)
            _terminate_all(migrated_postgres)

    with pytest.raises(CommitUncertain):
        database.once_more(work)
    assert 1 == len(tries)


def test_reading_whose_end_is_lost_is_run_once_more(
    database: Database, migrated_postgres: str
) -> None:
    """There is nothing whose commit could be uncertain."""
    tries: list[int] = []

    def work() -> None:
        with database.reading() as unit:
            unit.connection.execute(_SELECT)
            tries.append(1)
            if len(tries) == 1:
                _terminate_all(migrated_postgres)

    database.once_more(work)
    assert 2 == len(tries)


def test_deadlock_is_tried_once_more(database: Database, migrated_postgres: str) -> None:
    """It gave way to another transaction, which is over by then."""
    with psycopg.connect(migrated_postgres) as other:
        _lock(other, 1)
        tries: list[int] = []

        def work() -> None:
            tries.append(1)
            with database.writing() as unit:
                if len(tries) == 1:
                    _lock(unit.connection.driver, 2)
                    with ThreadPoolExecutor(1) as threads:
                        waiting = threads.submit(_lock, other, 2)
                        unit.connection.execute(text("SET LOCAL deadlock_timeout = '10ms'"))
                        try:
                            unit.connection.execute(text("SELECT pg_advisory_xact_lock(1)"))
                        finally:
                            unit.connection.driver.rollback()
                            waiting.result()

        database.once_more(work)
        assert 2 == len(tries)


def _lock(driver: Any, number: int) -> None:
    driver.execute(f"SELECT pg_advisory_xact_lock({number})")


# --- read-only -----------------------------------------------------------------------------------


def test_database_that_takes_no_changes_is_unavailable_and_not_ready(
    migrated_postgres: str,
) -> None:
    """A standby after a failover: nobody's mistake, and no error that nobody expected."""
    database = Database(f"{migrated_postgres}&options=-c default_transaction_read_only=on")
    assert "takes no changes" in (database.flaw() or "")
    assert not database.is_ready()
    with pytest.raises(DatabaseUnavailable) as caught, database.writing() as unit:
        unit.connection.execute(text("DELETE FROM receipts"))
    assert "cannot execute DELETE in a read-only transaction" == caught.value.reason
    database.dispose()


def test_connections_to_a_standby_are_given_up(database: Database, migrated_postgres: str) -> None:
    """A fresh one leads to the new primary, once the name does."""
    _open(database, 3)
    with psycopg.connect(migrated_postgres, autocommit=True) as admin:
        admin.execute("ALTER DATABASE migrated SET default_transaction_read_only = on")
        database.dispose()
        with pytest.raises(TransactionLost), database.writing() as unit:
            unit.connection.execute(text("DELETE FROM receipts"))
        admin.execute("SET default_transaction_read_only = off")
        admin.execute("ALTER DATABASE migrated RESET default_transaction_read_only")
    with database.writing() as unit:
        unit.connection.execute(text("DELETE FROM receipts"))
    assert database.is_ready()


# --- cut without a word --------------------------------------------------------------------------


def test_cut_connections_cost_one_caller_two_seconds_and_the_others_nothing(
    proxy: SilentProxy, behind: Database
) -> None:
    _open(behind, 6)
    proxy.fall_silent()
    assert _seconds(behind, "writing") < 4
    with ExitStack() as at_once:  # so that each has another connection of the pool
        started = time.monotonic()
        for block in _BLOCKS * 2:
            unit = at_once.enter_context(getattr(behind, block)())
            unit.connection.execute(_SELECT)
        assert time.monotonic() - started < 1.5


@pytest.mark.parametrize("block", _BLOCKS)
def test_connection_that_is_cut_while_it_is_new_is_replaced_by_another(
    proxy: SilentProxy, behind: Database, block: str
) -> None:
    """Nothing was done on it yet."""
    proxy.silence_next()
    assert 2 <= _seconds(behind, block) < 4


def test_second_connection_that_is_cut_while_it_is_new_is_unavailable(
    proxy: SilentProxy, behind: Database
) -> None:
    proxy.silence_next()
    proxy.silence_next()
    with pytest.raises(TransactionLost):
        _ask(behind, "writing")


def test_many_at_once_are_served_when_their_connections_are_cut(
    proxy: SilentProxy, behind: Database
) -> None:
    """More than there are connections: those that wait for one are served too."""
    _open(behind, 16)
    proxy.fall_silent()
    with ThreadPoolExecutor(40) as threads:
        taken = list(threads.map(lambda _: _seconds(behind, "writing"), range(40)))
    assert max(taken) < 6


_MANY = text("SELECT set_config('a.b', :v, true)"), [{"v": "1"}] * 3


@pytest.mark.parametrize("asked", [(_SELECT,), _MANY])
def test_statement_that_is_not_answered_is_given_up(
    proxy: SilentProxy, behind: Database, asked: Any
) -> None:
    """By our own clock: the server's limit is not heard, and the kernel waits for longer."""
    started = time.monotonic()
    with pytest.raises(TransactionLost):
        _ask_in_silence(proxy, behind, asked)
    assert time.monotonic() - started < 2
    _ask(behind, "writing")


def _ask_in_silence(proxy: SilentProxy, behind: Database, asked: Any) -> None:
    with behind.writing() as unit:
        unit.connection.driver.limit = 0.5
        proxy.fall_silent()
        unit.connection.execute(*asked)


@pytest.mark.parametrize("asked", [(_SELECT,), _MANY])
def test_server_ends_a_transaction_in_which_the_client_was_cut_off(
    proxy: SilentProxy, behind: Database, migrated_postgres: str, asked: Any
) -> None:
    """Its rows are free again: reports on a call, and what is to be done with it, wait for them."""
    with pytest.raises(TransactionLost):
        _ask_without_answers(proxy, behind, asked)
    deadline = time.monotonic() + 3
    while _transactions(migrated_postgres):
        assert time.monotonic() < deadline, "it waits for somebody who has gone"
        time.sleep(0.05)


def _ask_without_answers(proxy: SilentProxy, behind: Database, asked: Any) -> None:
    with behind.writing() as unit:
        unit.connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 300"))
        unit.connection.driver.limit = 0.5
        proxy.lose_answers()
        Timer(0.2, proxy.fall_silent).start()  # before we say that we go
        unit.connection.execute(*asked)


def test_whoever_waits_for_what_a_client_that_was_cut_off_has_locked_gets_it(
    proxy: SilentProxy, behind: Database, database: Database
) -> None:
    """In the time of one request: a call is answered, held and ended meanwhile."""
    with pytest.raises(TransactionLost):
        _lock_in_silence(proxy, behind)
    with database.writing() as unit:
        _lock(unit.connection.driver, 7)


def _lock_in_silence(proxy: SilentProxy, behind: Database) -> None:
    with behind.writing() as unit:
        _lock(unit.connection.driver, 7)
        unit.connection.driver.limit = 0.1
        proxy.fall_silent()
        unit.connection.execute(_SELECT)


def _transactions(url: str) -> int:
    """How many of other clients are open at the server."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE xact_start IS NOT NULL"
            " AND datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    assert found
    return int(found[0])


def test_question_whether_the_database_is_ready_is_bounded(
    proxy: SilentProxy, behind: Database
) -> None:
    assert behind.is_ready()
    for record in behind._engine.pool._pool.queue:  # type: ignore[attr-defined]
        record.info["used_at"] -= 60
    proxy.fall_silent()
    started = time.monotonic()
    assert behind.is_ready()
    assert time.monotonic() - started < 4


def test_keepalive_and_user_timeout_are_set(behind: Database) -> None:
    """What the kernel notices by itself."""
    with behind.writing() as unit:
        parameters = unit.connection.driver.info.get_parameters()
    wanted = {
        "keepalives_idle": "30",
        "keepalives_interval": "5",
        "keepalives_count": "3",
        "tcp_user_timeout": "5000",
        "connect_timeout": "3",
    }
    assert wanted == {name: parameters.get(name) for name in wanted}


def test_settings_in_the_address_win(proxy: SilentProxy) -> None:
    """An operator knows the way to the database better."""
    database = Database(f"{proxy.url('migrated')}?keepalives_idle=7")
    with database.writing() as unit:
        assert "7" == unit.connection.driver.info.get_parameters()["keepalives_idle"]
    database.dispose()


def _seconds(database: Database, block: str) -> float:
    started = time.monotonic()
    _ask(database, block)
    return time.monotonic() - started
