"""Many threads and processes work on one session, and nothing is lost."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from evovoice.domain.messages import SessionEvent
from evovoice.storage.unit_of_work import Conflict, Database
from tests.storage.builders import NOW, ringing_session

THREADS, EVENTS = 4, 12


def work(url: str, name: str) -> None:
    """Several threads of one process, each with many events for the session."""
    database = Database(url)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda thread: one_thread(database, f"{name}.{thread}"), range(THREADS)))
    database.dispose()


def one_thread(database: Database, name: str) -> None:
    for number in range(EVENTS):
        key = f"{name}.{number}"
        for delivery in (1, 2):
            with database.writing() as unit:
                if not unit.receipts.first_time("a-acme", key, NOW):
                    assert delivery == 2
                    continue
                session = unit.sessions.for_update("a-acme", "s-1")
                assert session is not None
                session.console_data = str(int(session.console_data or 0) + 1)
                session.log(SessionEvent("CarrierReport", key, NOW))
                unit.sessions.save(session)


def test_two_processes_lose_no_event_of_a_session(database_url: str, database: Database) -> None:
    """Two processes x 4 threads x 12 events, each delivered twice: all counted once, in a row."""
    with database.writing() as unit:
        unit.sessions.save(ringing_session())
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        list(pool.map(work, [database_url] * 2, ["p", "q"]))
    wanted = 2 * THREADS * EVENTS
    with database.reading() as unit:
        session = unit.sessions.get("s-1", "a-acme")
        log = unit.sessions.events("a-acme", "s-1", 1, 10_000)
    assert session is not None
    assert str(wanted) == session.console_data
    assert list(range(2, wanted + 2)) == [number for number, _ in log]
    assert len({line.message for _, line in log}) == wanted


def test_of_many_questions_for_one_call_one_makes_the_session(database: Database) -> None:
    """Each of eight looks first and finds nothing; one stores, the others read the winner."""

    def ask(number: int) -> str:
        try:
            with database.writing() as unit:
                found = unit.sessions.by_root_call("CA1")
                if found is None:
                    found = ringing_session(f"s-{number}", "CA1")
                    unit.sessions.save(found)
                return found.id
        except Conflict:
            with database.writing() as unit:
                winner = unit.sessions.by_root_call("CA1")
            assert winner is not None
            return winner.id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    """While a session is locked it is read as it was before, all of it."""
    with database.writing() as unit:
        unit.sessions.save(ringing_session())
    with database.writing() as writer:
        session = writer.sessions.for_update("a-acme", "s-1")
        assert session is not None
        session.console_data = "new"
        session.members[0].display_name = "new"
        writer.sessions.save(session)
        with database.reading() as reader:
            seen = reader.sessions.get("s-1", "a-acme")
    assert seen is not None
    assert (None, "+14155550100") == (seen.console_data, seen.members[0].display_name)


def test_a_reader_sees_one_moment(database: Database) -> None:
    """What is committed between two looks of one block is not seen by the second."""
    with database.writing() as unit:
        unit.sessions.save(ringing_session())
    with database.reading() as reader:
        before = reader.sessions.get("s-1", "a-acme")
        with database.writing() as writer:
            session = writer.sessions.for_update("a-acme", "s-1")
            assert session is not None
            session.console_data = "new"
            writer.sessions.save(session)
        assert before == reader.sessions.get("s-1", "a-acme")
