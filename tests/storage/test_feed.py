"""The feed of changes: numbered after the commit, rising, and nothing is passed over."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from evovoice.domain.conference import Conference
from evovoice.domain.messages import LOOK, LegPresence
from evovoice.domain.notifications import Notification, NotificationKind
from evovoice.storage.unit_of_work import Change, Database, SessionKey, UnitOfWork
from tests.storage.builders import ANN, NOW, later, ringing_session

ALL = 10**9
INFO = NotificationKind.INFO


def store(database: Database, *session_ids: str) -> None:
    with database.writing() as unit:
        for session_id in session_ids:
            unit.sessions.save(ringing_session(session_id, f"CA-{session_id}"))


def change(unit: UnitOfWork, session_id: str, text: str, seconds: float = 1) -> None:
    session = unit.sessions.for_update("a-acme", session_id)
    assert session is not None
    session.console_data, session.modified_at = text, later(seconds)
    unit.sessions.save(session)


def number(database: Database) -> int:
    """As the service does it: look first, then write."""
    with database.reading() as unit:
        if not unit.feed.has_new():
            return 0
    with database.writing() as unit:
        return unit.feed.number()


def told(database: Database, after: int = 0) -> list[Change]:
    with database.reading() as unit:
        return unit.feed.after(after, ALL, 10_000)


def test_new_session_tells_whom_it_rings_c75(database: Database) -> None:
    store(database, "s-1")
    number(database)
    (first,) = told(database)
    assert ("a-acme", "s-1", 1) == (first.account_id, first.session_id, first.sequence)
    assert (
        Notification(NotificationKind.INVITE, (ANN.id,)),
        Notification(NotificationKind.ACTIVE, (ANN.id,)),
        Notification(INFO),
    ) == first.notifications


def test_change_without_a_line_in_the_log_is_told_too_c75(database: Database) -> None:
    store(database, "s-1")
    with database.writing() as unit:
        change(unit, "s-1", "new")
    number(database)
    _, second = told(database)
    assert (1, (Notification(INFO),)) == (second.sequence, second.notifications)


def test_what_did_not_change_or_was_undone_is_not_told_c75(database: Database) -> None:
    store(database, "s-1")
    with database.writing() as unit:
        session = unit.sessions.for_update("a-acme", "s-1")
        assert session is not None
        session.next_check, session.modified_at = later(90), later(60)
        session.verified_at = later(60)
        unit.sessions.save(session)
    with pytest.raises(ZeroDivisionError), database.writing() as unit:
        change(unit, "s-1", str(1 / 0))
    number(database)
    assert 1 == len(told(database))


def _with_a_look(unit: UnitOfWork, seconds: float, *, held: bool) -> datetime:
    """Somebody in the conference is seen as they are; when the session changed last."""
    session = unit.sessions.for_update("a-acme", "s-1")
    assert session is not None
    room = session.conferences.setdefault("CF1", Conference("CF1", NOW))
    room.note(LegPresence(None, "CA1", "CF1", LOOK, True, held, False, later(seconds)))
    session.verified_at = session.modified_at = later(seconds)
    unit.sessions.save(session)
    return session.modified_at


def test_look_at_a_conference_is_told_where_it_says_something_new_c75(database: Database) -> None:
    """It is stored with its time each time, which counts where an event comes late."""
    store(database, "s-1")
    for seconds, held in ((10, False), (60, False), (120, True), (180, True)):
        with database.writing() as unit:
            modified_at = _with_a_look(unit, seconds, held=held)
        assert later({60: 10, 180: 120}.get(seconds, seconds)) == modified_at
    number(database)
    assert 3 == len(told(database))
    with database.reading() as unit:
        session = unit.sessions.get("s-1", "a-acme")
    assert session is not None
    assert later(180) == session.verified_at == session.conferences["CF1"].seen_at("CA1")


def test_doubt_about_a_session_is_told_c75(database: Database) -> None:
    store(database, "s-1")
    with database.writing() as unit:
        session = unit.sessions.for_update("a-acme", "s-1")
        assert session is not None
        session.look_failed, session.modified_at = True, later(60)
        unit.sessions.save(session)
    number(database)
    assert 2 == len(told(database))
    assert later(60) == session.modified_at


def test_process_is_told_of_its_own_changes_after_the_commit_c75(database: Database) -> None:
    seen: list[int] = []
    database.on_change = lambda: seen.append(len(_all_ids(database)))
    store(database, "s-1")
    with database.writing() as unit:
        unit.receipts.first_time("a-acme", "key", NOW)
    assert [1] == seen


def _all_ids(database: Database) -> dict[str, object]:
    with database.reading() as unit:
        found = unit.sessions.several([SessionKey("a-acme", one) for one in ("s-1", "s-2")])
        return {key.session_id: session for key, session in found.items()}


def test_positions_rise_without_gaps_and_pages_follow_each_other_c74(database: Database) -> None:
    store(database, "s-1", "s-2")
    for text in "abc":
        with database.writing() as unit:
            change(unit, "s-1", text)
            change(unit, "s-2", text)
    number(database)
    positions = [one.position for one in told(database)]
    assert list(range(positions[0], positions[0] + 8)) == positions
    with database.reading() as unit:
        assert (positions[0], positions[-1]) == unit.feed.span()
        page = unit.feed.after(positions[2], positions[6], 3)
        assert positions[3:6] == [one.position for one in page]
        assert positions[6:7] == [
            one.position for one in unit.feed.after(positions[5], positions[6], 3)
        ]


def test_change_committed_late_gets_a_later_position_c74(database: Database) -> None:
    """Its row is older than one that is told already; a reader of ids would never see it."""
    store(database, "s-1", "s-2")
    number(database)
    seen = told(database)[-1].position
    writes, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with database.writing() as unit:
            change(unit, "s-1", "slow")
            writes.set()
            may_commit.wait(10)

    thread = threading.Thread(target=slow)
    thread.start()
    assert writes.wait(10)
    quick = threading.Thread(target=_quick, args=(database,))
    quick.start()
    if _lets_writers_in_together(database):
        quick.join()
        number(database)
        assert ["s-2"] == [one.session_id for one in told(database, seen)]
    may_commit.set()
    thread.join()
    quick.join()
    number(database)
    rows = told(database, seen)
    assert {"s-1", "s-2"} == {one.session_id for one in rows}
    assert [seen + 1, seen + 2] == [one.position for one in rows]


def _quick(database: Database) -> None:
    with database.writing() as unit:
        change(unit, "s-2", "quick")


def _lets_writers_in_together(database: Database) -> bool:
    with database.reading() as unit:
        return unit.connection.dialect.name == "postgresql"


def test_two_number_while_many_write_and_two_readers_miss_nothing_c74(database: Database) -> None:
    """Each reader goes on from the last position it has seen, as the service does."""
    sessions = [f"s-{number}" for number in range(6)]
    store(database, *sessions)
    number(database)
    start, done = told(database)[-1].position, threading.Event()
    read: list[list[Change]] = [[], []]
    writers = [threading.Thread(target=_write, args=(database, one)) for one in sessions]
    readers = [threading.Thread(target=_follow, args=(database, start, one, done)) for one in read]
    _run_all(writers, readers)
    while _has_new(database):
        number(database)
    done.set()
    for thread in readers:
        thread.join()
    for seen in read:
        assert list(range(start + 1, start + 151)) == [one.position for one in seen]
        assert dict.fromkeys(sessions, 25) == Counter(one.session_id for one in seen)


def _write(database: Database, session_id: str) -> None:
    for turn in range(25):
        with database.writing() as unit:
            change(unit, session_id, str(turn))
            if turn % 10 == 0:
                time.sleep(0.005)  # some commit later than they wrote


def _follow(database: Database, last: int, seen: list[Change], done: threading.Event) -> None:
    while not done.is_set() or told(database, last):
        number(database)
        for one in told(database, last):
            seen.append(one)
            last = one.position


def _run_all(writers: list[threading.Thread], readers: list[threading.Thread]) -> None:
    """Start all; back when the writers are done."""
    for thread in (*writers, *readers):
        thread.start()
    for thread in writers:
        thread.join()


def _has_new(database: Database) -> bool:
    with database.reading() as unit:
        return unit.feed.has_new()


def test_two_who_make_the_head_of_a_new_database_make_one_c74(database: Database) -> None:
    store(database, "s-1", "s-2")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(number, [database] * 4))
    number(database)
    assert [1, 2] == [one.position for one in told(database)]


def test_who_does_not_get_the_head_does_not_wait_for_it_c74(database: Database) -> None:
    store(database, "s-1")
    number(database)
    store(database, "s-2")
    if not _lets_writers_in_together(database):
        with database.reading() as unit:
            assert not unit.feed.has_new()  # nothing to number, so nothing to lock
        return
    with database.writing() as slow:
        assert 1 == slow.feed.number()
        assert 0 == number(database)
    assert 2 == len(told(database))


def test_old_changes_are_forgotten_but_the_newest_stays_c76(database: Database) -> None:
    store(database, "s-1")
    for minute in (1, 2, 11):
        with database.writing() as unit:
            change(unit, "s-1", str(minute), minute * 60)
    number(database)
    positions = [one.position for one in told(database)]
    assert 3 == _forget(database, minutes=6)
    assert positions[3:] == [one.position for one in told(database)]
    assert 0 == _forget(database, minutes=600)
    with database.reading() as unit:
        assert (positions[3], positions[3]) == unit.feed.span()
    store(database, "s-2")
    number(database)
    assert [positions[3] + 1] == [one.position for one in told(database, positions[3])]


def _forget(database: Database, minutes: int) -> int:
    with database.writing() as unit:
        last = unit.feed.last_before(NOW + timedelta(minutes=minutes))
        return 0 if last is None else unit.feed.forget(last)


def test_empty_feed_has_nothing_above_its_head_c76(database: Database) -> None:
    with database.reading() as unit:
        assert (1, 0) == unit.feed.span()
        assert unit.feed.last_before(NOW) is None


def test_several_sessions_are_read_at_once_c75(database: Database) -> None:
    store(database, "s-1", "s-2", "s-3")
    with database.reading() as unit:
        wanted = [SessionKey("a-acme", one) for one in ("s-1", "s-3", "nobody")]
        found = unit.sessions.several(wanted)
        assert {"s-1", "s-3"} == {key.session_id for key in found}
        assert {"s-1", "s-3"} == {session.id for session in found.values()}
        assert {} == unit.sessions.several([SessionKey("a-zeta", "s-1")])
