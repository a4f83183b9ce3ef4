"""A database that fails over, is cut off or away while calls come in: callers are served."""

import itertools
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from evovoice.emulator.state.messages import Delivery
from evovoice.storage.database.connection import Connection
from evovoice.storage.database.transaction_mode import TransactionMode
from evovoice.storage.unit_of_work import DatabaseUnavailable
from tests.databases import PostgresServer, empty
from tests.journeys.conftest import NewStage
from tests.journeys.stage import BASE, CUSTOMER, FOURTH, OURS, THIRD, Stage
from tests.silent_proxy import SilentProxy

_WITH_REPEATS = f"{BASE}/twilio/voice/incoming#rc=3&rp=all"


@pytest.fixture
def on_postgres(migrated_postgres: str) -> str:
    """The address of an empty database on PostgreSQL."""
    empty(migrated_postgres)
    return migrated_postgres


@pytest.fixture
def stage(on_postgres: str) -> Iterator[Stage]:
    """On PostgreSQL itself."""
    stage = Stage(on_postgres)
    yield stage
    stage.close()


def _terminate_all(url: str) -> int:
    """As a failover does; how many connections there were."""
    with psycopg.connect(url, autocommit=True) as admin:
        found = admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return found.rowcount


def _have_connections(stage: Stage, count: int) -> None:
    blocks = [stage.context.database.autocommit() for _ in range(count)]
    for block in blocks:
        block.__enter__()
    for block in blocks:
        block.__exit__(None, None, None)


def _statuses(stage: Stage) -> set[int]:
    return {answer.status for _, answer in stage.answers}


# --- failover ------------------------------------------------------------------------------------


def test_callers_after_a_failover_are_served(stage: Stage, on_postgres: str) -> None:
    """Each of them, although every connection that the process has is gone."""
    stage.phone(stage.ann).just_rings()
    for _ in range(3):
        _have_connections(stage, 5)
        assert _terminate_all(on_postgres) >= 5
        stage.twilio.place_call(CUSTOMER, OURS)
        stage.twilio.advance(0.1)
    assert 3 == len(stage.twilio.living_calls()) - _ringing(stage)
    assert _statuses(stage) <= {200, 204}


def _ringing(stage: Stage) -> int:
    return sum(leg.parent_sid is not None for leg in stage.twilio.living_calls())


@pytest.mark.parametrize("path", ["/sessions/active", "/sessions", "/healthz"])
def test_agents_after_a_failover_are_served(stage: Stage, on_postgres: str, path: str) -> None:
    """Who they are is asked first, and all of it once more where that was lost."""
    assert 200 == stage.request("GET", path).status_code
    for _ in range(3):
        _have_connections(stage, 5)
        assert _terminate_all(on_postgres) >= 5
        assert 200 == stage.request("GET", path).status_code


def test_failover_amid_every_transaction_of_a_call_is_heard_by_nobody(
    stage: Stage, on_postgres: str
) -> None:
    """Whatever is under way is lost before its commit: once in each question, report, command and
    note of an outcome.
    """
    with _lost_in_the_middle(stage, on_postgres) as lost:
        stage.phone(stage.ann).answers_after(1)
        stage.twilio.phone(THIRD).answers_after(1)
        stage.twilio.place_call(CUSTOMER, OURS)
        stage.pass_time(4)
        assert 200 == stage.add().status_code
        stage.pass_time(6)
        assert 3 == len(stage.living())
        assert "Connected" == stage.state_of("Transfer")
        assert 204 == stage.end().status_code
        stage.pass_time(3)
    assert len(lost) > 10
    assert [] == stage.living()
    assert _statuses(stage) <= {200, 204}
    assert 1 == len([r for r in stage.rest() if r.startswith("POST") and "Participants" in r])


@pytest.mark.parametrize("path", ["/sessions", "/sessions/{}", "/sessions/{}/events"])
def test_failover_amid_what_an_agent_reads_is_not_noticed(
    stage: Stage, on_postgres: str, path: str
) -> None:
    stage.bridge_in()
    session_id = stage.session()["id"]
    with _lost_in_the_middle(stage, on_postgres, TransactionMode.READ) as lost:
        assert 200 == stage.request("GET", path.format(session_id)).status_code
    assert 1 == len(lost)


@contextmanager
def _lost_in_the_middle(
    stage: Stage, url: str, what: TransactionMode = TransactionMode.WRITE
) -> Iterator[list[int]]:
    """Inside, the server terminates every second transaction of that kind after its work."""
    transactions = vars(stage.context.database)["_transactions"]
    usual, turns, lost = transactions.begun, itertools.count(1), []

    @contextmanager
    def begun(mode: TransactionMode) -> Iterator[Any]:
        with usual(mode) as connection:
            yield connection
            if mode is what and (turn := next(turns)) % 2:
                lost.append(turn)
                _terminate_all(url)
                connection.execute(text("SELECT 1"))

    transactions.begun = begun
    yield lost
    del transactions.begun


def test_question_whose_commit_was_not_answered_is_answered_from_what_it_stored(
    stage: Stage, on_postgres: str
) -> None:
    """Or else it is stored now: either way there is one session, and the devices ring."""
    stage.phone(stage.ann).just_rings()
    for is_committed in (True, False):
        with _commit_unanswered(stage, on_postgres, is_committed):
            stage.twilio.place_call(CUSTOMER, OURS)
            stage.twilio.advance(0.1)
    assert _statuses(stage) <= {200, 204}
    with stage.context.database.reading() as work:
        assert 2 == work.connection.execute(_COUNT).scalar_one()


@pytest.mark.parametrize("is_committed", [True, False])
def test_command_whose_commit_was_not_answered_is_ordered_once_c77(
    stage: Stage, on_postgres: str, is_committed: bool
) -> None:
    """Its order tells whether it is stored: an error would say that nothing rings."""
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    assert 200 == stage.add().status_code
    stage.pass_time(4)
    stage.twilio.phone(FOURTH).answers_after(1)
    with _commit_unanswered(stage, on_postgres, is_committed):
        assert 200 == stage.add(FOURTH).status_code
    stage.pass_time(4)
    assert 4 == len(stage.living())
    assert 2 == len([r for r in stage.rest() if r.startswith("POST") and "Participants" in r])


_COUNT = text("SELECT count(*) FROM call_sessions")


@contextmanager
def _commit_unanswered(stage: Stage, url: str, is_committed: bool) -> Iterator[None]:
    """Inside, the connection is lost at the first commit."""
    transactions = vars(stage.context.database)["_transactions"]
    usual = transactions._commit

    def commit(held: Any, mode: TransactionMode) -> None:
        if mode is not TransactionMode.WRITE:
            return usual(held, mode)
        del transactions._commit
        if is_committed:
            held.driver_connection.commit()
        held.driver_connection.execute("BEGIN" if is_committed else "SELECT 1")
        _terminate_all(url)
        return usual(held, mode)

    transactions._commit = commit
    yield


# --- cut without a word --------------------------------------------------------------------------


def test_callers_are_served_soon_when_the_way_to_the_database_is_cut(
    on_postgres: str, postgres_server: PostgresServer
) -> None:
    """As by a firewall that has forgotten the connections: no end of one is told of it."""
    del on_postgres
    with SilentProxy(Path(postgres_server.folder) / ".s.PGSQL.5432") as proxy:
        stage = Stage(proxy.url("migrated"))
        stage.phone(stage.ann).just_rings()
        _have_connections(stage, 5)
        proxy.fall_silent()
        started = time.monotonic()
        for _ in range(3):
            stage.twilio.place_call(CUSTOMER, OURS)
            stage.twilio.advance(0.1)
        assert time.monotonic() - started < 5
        assert _statuses(stage) <= {200, 204}
        assert 3 == _ringing(stage)
        stage.close()


# --- away ----------------------------------------------------------------------------------------


def test_caller_who_comes_while_the_database_is_away_is_served_once_it_is_back(
    new_stage: NewStage,
) -> None:
    """A sentence would have ended the call; Twilio asks again, as the number's address says."""
    stage = new_stage()
    stage.twilio.add_number(OURS, _WITH_REPEATS)
    stage.phone(stage.ann).just_rings()
    with ExitStack() as until:
        until.enter_context(stage.database_away())
        tries = itertools.count(1)

        def come_back(delivery: Delivery) -> None:
            if delivery.kind == "voice" and next(tries) == 3:
                until.close()

        stage.meanwhile = come_back
        stage.twilio.place_call(CUSTOMER, OURS)
        stage.pass_time(2)
    asked = [answer.status for delivery, answer in stage.answers if delivery.kind == "voice"]
    assert [503, 503, 200] == asked
    assert [OURS, f"client:{stage.ann.identity}"] == stage.living()


def test_caller_who_comes_as_the_database_restarts_is_served_by_the_first_answer(
    new_stage: NewStage,
) -> None:
    """Repeats of the carrier's may follow at once, and number no more than their setting says."""
    stage = new_stage()
    stage.phone(stage.ann).just_rings()
    transactions = vars(stage.context.database)["_transactions"]
    begun, tries = transactions.begun, itertools.count(1)

    def back_at_the_third(mode: TransactionMode) -> AbstractContextManager[Connection]:
        if next(tries) < 3:
            raise DatabaseUnavailable("The database restarts")
        found: AbstractContextManager[Connection] = begun(mode)
        return found

    transactions.begun = back_at_the_third
    stage.twilio.place_call(CUSTOMER, OURS)
    stage.pass_time(2)
    asked = [answer.status for delivery, answer in stage.answers if delivery.kind == "voice"]
    assert [200] == asked
    assert [OURS, f"client:{stage.ann.identity}"] == stage.living()


def test_caller_for_whom_the_database_stays_away_is_asked_about_at_the_fallback_address(
    new_stage: NewStage,
) -> None:
    """Which may be somewhere else, and know another number. Each attempt waits for the database,
    and the carrier gives all of them fifteen seconds.
    """
    stage = new_stage()
    fallback = f"{BASE}/fallback"
    stage.twilio.add_number(OURS, _WITH_REPEATS, voice_fallback_url=fallback)
    with stage.database_away():
        stage.twilio.place_call(CUSTOMER, OURS)
        stage.pass_time(2)
    asked = [delivery.url for delivery, _ in stage.answers]
    assert 3 == sum("/voice/incoming" in url for url in asked)
    assert fallback in asked
