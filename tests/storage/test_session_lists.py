"""Lists of sessions: which, in what order, how many; and the counts, whatever happens to them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Executable, select, text, update

from evovoice.domain.call_session import CallSession
from evovoice.domain.leg import LegEnd
from evovoice.domain.messages import SessionEvent
from evovoice.domain.orders import HangUpLeg
from evovoice.domain.states import CallState, EndSource, Outcome
from evovoice.domain.summary import summary
from evovoice.storage.database.statements import Statements, Values
from evovoice.storage.database.time_limit import TookTooLong, time_limit
from evovoice.storage.repositories import session_lists, session_search
from evovoice.storage.repositories.session_search import conditions
from evovoice.storage.tables import CallSessionRow, MemberRow, OrderRow, SessionEventRow, table
from evovoice.storage.unit_of_work import (
    SORTS,
    Database,
    FoundSessions,
    SessionOrder,
    SessionSearch,
    Slice,
    UnitOfWork,
)
from evovoice.web.dto.session_info import SessionInfo, session_info
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
from tests.storage.builders import ACME, ANN, BOB, NOW, later, ringing_session
from tests.storage.spying import Spy, running

ALL = Slice(0, 100)
NEWEST, OLDEST = SessionOrder(), SessionOrder(is_ascending=True)
LIMIT = NOW - timedelta(days=15)
OWN = SessionSearch(account_ids=(ACME.id,))
RECENT = replace(OWN, archived_before=LIMIT)


def session(name: str, *, before: float = 0, over: float | None = None) -> CallSession:
    """A call that began so many days ago and, where said, has been over for so many."""
    made = ringing_session(name, f"CA-{name}")
    made.created_at = NOW - timedelta(days=before)
    made.ended_at = None if over is None else NOW - timedelta(days=over)
    return made


def store(database: Database, *sessions: CallSession) -> None:
    with database.writing() as unit:
        for one in sessions:
            unit.sessions.save(one)


def find(
    database: Database, search: SessionSearch = OWN, order: SessionOrder = NEWEST,
    wanted: Slice = ALL,
) -> FoundSessions:  # fmt: skip
    with database.reading() as unit:
        return unit.session_lists.find(search, order, wanted)


def ids(database: Database, search: SessionSearch = OWN, order: SessionOrder = NEWEST) -> list[str]:
    """Which sessions, and that as many are counted."""
    found = find(database, search, order)
    assert len(found.sessions) == found.total
    return [one.id for one, _ in found.sessions]


def mark(database: Database, before: datetime = LIMIT, most: int = 100) -> int:
    with database.writing() as unit:
        return len(unit.session_archive.mark(before, most))


# --- order and pages -----------------------------------------------------------------------------


def test_newest_come_first_then_by_id_c46(database: Database) -> None:
    store(database, session("b"), session("old", before=2), session("a"), session("new", before=-1))
    assert ["new", "a", "b", "old"] == ids(database)
    assert ["old", "b", "a", "new"] == ids(database, order=OLDEST)


@pytest.mark.parametrize("search", [OWN, RECENT, SessionSearch(), replace(OWN, log="calls")])
@pytest.mark.parametrize("order", [NEWEST, OLDEST, SessionOrder("id"), SessionOrder("channel")])
def test_pages_show_every_session_once_c42(
    database: Database, search: SessionSearch, order: SessionOrder
) -> None:
    """In every kind of search and order, one more than asked for where there are more."""
    store(database, *[session(f"s{n}", before=n % 3, over=n % 2 or None) for n in range(7)])
    whole = ids(database, search, order)
    pages = [find(database, search, order, Slice(first, 3)) for first in (0, 3, 6, 9)]
    assert [4, 4, 1, 0] == [len(page.sessions) for page in pages]
    assert {7} == {page.total for page in pages}
    assert whole == [one.id for page in pages for one, _ in page.sessions[:3]]


def test_nobody_counts_who_is_not_asked_to_c43(database: Database) -> None:
    store(database, *[session(f"s{n}") for n in range(3)])
    found = find(database, replace(OWN, to_address="202"), wanted=Slice(0, 2, is_counted=False))
    assert (3, 0) == (len(found.sessions), found.total)


def _stories() -> list[CallSession]:
    """One session of every kind, each an hour after the last."""
    kinds = [
        incoming(),
        bridged(),
        outgoing(),
        in_conference(ConferenceReports()),
        incoming(),
        outgoing(),
        in_conference(ConferenceReports()),
    ]
    reports = ConferenceReports(sequence=9)
    tell(kinds[3], answered("leg-third", THIRD), reports.holds(CALLER), reports.holds(THIRD))
    tell(kinds[4], ended("leg-u-ann", AGENT, Outcome.NO_ANSWER), ended("leg-caller", CALLER))
    tell(kinds[5], ended("leg-caller", CALLER, Outcome.BUSY), ended("leg-agent", AGENT))
    tell(kinds[6], answered("leg-third", THIRD), ended("leg-u-ann", AGENT, seconds=50),
         ended("leg-caller", CALLER), ended("leg-third", THIRD))  # fmt: skip
    kinds[2].to_address = "client:bob_1"
    kinds[3].held_by, kinds[1].console_data = "u-ann", "note"
    kinds[3].verified_at, kinds[1].verified_at = later(20), later(10)
    kinds[2].look_failed = kinds[5].in_doubt = True
    for number, one in enumerate(kinds):
        one.id = one.call_sid = f"s{number}"
        one.created_at += timedelta(hours=number)
    assert CallState.HOLD is summary(kinds[3]).call_state
    return kinds


def _key(info: SessionInfo, name: str) -> tuple[bool, str]:
    value: Any = getattr(info, name)
    return value is not None, str(getattr(value, "value", value))


@pytest.mark.parametrize("name", SORTS)
def test_list_is_sorted_by_what_clients_see_c46(database: Database, name: str) -> None:
    """By every single value, no value first; equals come newest first."""
    stories = _stories()
    store(database, *stories)
    newest = sorted(map(session_info, stories), key=lambda info: info.date_created, reverse=True)
    up, down = (SessionOrder(name, is_ascending=way) for way in (True, False))
    wanted = [info.id for info in sorted(newest, key=lambda info: _key(info, name))]
    assert wanted == ids(database, SessionSearch(), up)
    wanted = [info.id for info in sorted(newest, key=lambda info: _key(info, name), reverse=True)]
    if name != "date_created":  # equals keep their order when all is reversed
        wanted = [i.id for i in sorted(newest, key=lambda info: _key(info, name), reverse=True)]
    assert wanted == ids(database, SessionSearch(), down)


def test_what_is_stored_for_lists_is_what_clients_see(database: Database) -> None:
    stories = _stories()
    store(database, *stories)
    stored = table(CallSessionRow)
    with database.reading() as unit:
        rows = unit.connection.execute(select(stored).order_by(stored.c.id)).all()
    for one, row in zip(stories, rows, strict=True):
        for name, value in summary(one)._asdict().items():
            assert getattr(value, "value", value) == getattr(row, name), name


# --- searches ------------------------------------------------------------------------------------


def test_accounts_are_kept_apart_and_so_is_what_belongs_to_their_sessions(
    database: Database,
) -> None:
    """Even where two sessions have one id."""
    other = ringing_session(
        "same", "CA-other", replace(ACME, id="a-zeta"), replace(BOB, name="Zed")
    )
    store(database, session("same"), session("mine", before=1), other)
    assert ["same", "mine"] == ids(database)
    assert ["same"] == ids(database, SessionSearch(account_ids=("a-zeta",)))
    assert [] == ids(database, SessionSearch(account_ids=()))
    both = SessionSearch(account_ids=("a-zeta", ACME.id, "nobody"))
    for search in (both, SessionSearch()):
        found = find(database, search).sessions
        assert [2, 2, 2] == [len(one.members) for one, _ in found]
        agents = {one.account_id: one.members[1].display_name for one, _ in found}
        assert {"a-acme": "Ann", "a-zeta": "Zed"} == agents
        assert [1, 1, 1] == [len(log) for _, log in found]


def test_days_count_from_their_first_to_their_last_moment(database: Database) -> None:
    midnight = datetime.combine(NOW.date(), datetime.min.time(), NOW.tzinfo)
    moments = {"first": midnight, "last": midnight + timedelta(days=1, microseconds=-1)}
    moments |= {"before": midnight - timedelta(microseconds=1), "after": midnight + timedelta(1)}
    for name, moment in moments.items():
        one = session(name)
        one.created_at = moment
        store(database, one)
    day = NOW.date()
    for search in (OWN, RECENT, replace(OWN, from_address="+1")):
        assert ["last", "first"] == ids(database, replace(search, first_day=day, last_day=day))
        assert ["after", "last", "first"] == ids(database, replace(search, first_day=day))
        assert ["last", "first", "before"] == ids(database, replace(search, last_day=day))
    assert 4 == len(ids(database, replace(OWN, first_day=date.min, last_day=date.max)))


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("sip:ANN", ["sip"]), ("%", ["odd"]), ("_", ["odd", "user"]), ("/", ["odd"]),
        ("\\", ["odd"]), ("5550", ["number"]), ("client", []), ("bob_1", ["user"]),
        ("%%", []), ("'", ["odd"]),
    ],
)  # fmt: skip
def test_parts_of_addresses_are_letters_and_nothing_else(
    database: Database, part: str, found: list[str]
) -> None:
    addresses = {
        "sip": "sip:ann@example.com", "odd": "a%b_c/d\\e'f", "number": "+12025550123",
        "user": "client:bob_1",
    }  # fmt: skip
    for name, address in addresses.items():
        one = session(name)
        one.from_address = one.to_address = address
        store(database, one)
    assert found == ids(database, replace(OWN, from_address=part))
    assert found == ids(database, replace(RECENT, to_address=part))


def test_log_is_searched_and_comes_along_oldest_first(database: Database) -> None:
    one, other = session("one"), session("other", before=1)
    one.log(SessionEvent("Note", "100 % Refund", NOW))
    store(database, one, other)
    assert ["one"] == ids(database, replace(OWN, log="% refund"))
    assert [] == ids(database, replace(OWN, log="_ Refund"))
    ((_, log),) = find(database, replace(OWN, session_ids=("one",))).sessions
    assert [(NOW, "100 % Refund")] == [tuple(line) for line in log[1:]]


def test_sessions_and_endpoints_are_named(database: Database) -> None:
    bobs = ringing_session("bobs", "CA-bobs", ACME, BOB)
    store(database, session("anns"), bobs, session("more", before=1))
    assert ["more"] == ids(database, replace(OWN, session_ids=("more", "nobody")))
    assert ["bobs"] == ids(database, replace(OWN, endpoint_ids=(BOB.id,)))
    assert ["anns", "more"] == ids(database, replace(OWN, endpoint_ids=(ANN.id, "nobody")))


# --- the archive ---------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [0, 1, 100])
def test_archive_is_left_out_however_much_of_it_is_marked(database: Database, most: int) -> None:
    """Sessions that ended at the limit are in; what goes on since long ago is, too."""
    store(
        database, session("limit", before=16, over=15), session("past", before=17, over=15.0001),
        session("old", before=400, over=399), session("endless", before=500), session("new"),
    )  # fmt: skip
    if most:
        assert min(most, 2) == mark(database, most=most)
    for search in (RECENT, replace(RECENT, account_ids=None), replace(RECENT, from_address="+1")):
        assert ["new", "limit", "endless"] == ids(database, search)
        assert ["endless", "limit", "new"] == ids(database, search, OLDEST)
        assert 3 == len(ids(database, search, SessionOrder("display_name")))
    for search in (OWN, SessionSearch(), replace(OWN, from_address="+1")):
        assert ["new", "limit", "past", "old", "endless"] == ids(database, search)
        assert ["endless", "old", "past", "limit", "new"] == ids(database, search, OLDEST)
    day = (NOW - timedelta(days=17)).date()
    assert [] == ids(database, replace(RECENT, first_day=day, last_day=day))
    assert ["past"] == ids(database, replace(OWN, first_day=day, last_day=day))
    assert [] == ids(database, replace(RECENT, session_ids=("old",)))


def test_archive_is_left_out_where_nobody_has_marked_for_long(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More are left to mark than are looked at by index: then they are counted the slow way."""
    for module in (session_search, session_lists):
        monkeypatch.setattr(module, "MOST_UNMARKED", 2)
    store(database, session("new"), *[session(f"s{n}", before=40, over=30) for n in range(4)])
    for search in (RECENT, replace(RECENT, account_ids=None), replace(RECENT, from_address="+1")):
        assert ["new"] == ids(database, search)


def test_mark_stays_when_a_late_report_is_stored(database: Database) -> None:
    store(database, session("old", before=40, over=39))
    assert 1 == mark(database)
    with database.writing() as unit:
        late = unit.sessions.for_update(ACME.id, "old")
        assert late is not None
        late.console_data = "late"
        unit.sessions.save(late)
    assert 0 == mark(database)
    assert ([], ["old"]) == (ids(database, RECENT), ids(database))


def test_only_one_process_marks_at_a_time(database: Database) -> None:
    """On PostgreSQL the other passes; on SQLite there is only one that writes."""
    store(database, *[session(f"s{n}", before=40, over=39) for n in range(6)])
    with ThreadPoolExecutor(4) as pool:
        marked = list(pool.map(lambda _: mark(database, most=2), range(12)))
    marked += iter(lambda: mark(database, most=2), 0)
    assert 6 == sum(marked)
    assert ([], 6) == (ids(database, RECENT), len(ids(database)))


# --- counts --------------------------------------------------------------------------------------


def counts(database: Database) -> dict[bool, int]:
    """By the mark, the sums of what is stored; no count is below one."""
    with database.reading() as unit:
        rows = unit.connection.execute(text("SELECT archived, sessions FROM session_counts")).all()
    assert all(row.sessions > 0 for row in rows)
    marks = {bool(row.archived) for row in rows}
    return {mark: sum(r.sessions for r in rows if bool(r.archived) is mark) for mark in marks}


def test_counts_follow_whatever_happens(database: Database) -> None:
    """New, changed, marked, deleted by us or by hand."""
    assert {} == counts(database)
    store(database, session("live"), session("over", over=1), session("old", before=40, over=39))
    assert {False: 3} == counts(database)
    mark(database)
    assert {False: 2, True: 1} == counts(database)
    with database.writing() as unit:
        one = unit.sessions.for_update(ACME.id, "live")
        assert one is not None
        one.ended_at = NOW
        unit.sessions.save(one)
    assert {False: 2, True: 1} == counts(database)
    with database.writing() as unit:
        unit.connection.execute(text("DELETE FROM call_sessions WHERE id = 'over'"))
    assert {False: 1, True: 1} == counts(database)
    while delete(database):
        pass
    assert {} == counts(database)


def test_what_is_undone_is_not_counted(database: Database) -> None:
    def fail() -> None:
        with database.writing() as unit:
            unit.sessions.save(session("one"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert ({}, 0) == (counts(database), find(database).total)


def test_many_at_once_are_counted_exactly(database: Database) -> None:
    """Eight threads make calls of one account while others are marked and deleted."""
    store(database, *[session(f"old{n}", before=40, over=39) for n in range(40)])

    def work(number: int) -> None:
        for turn in range(10):
            store(database, session(f"s{number}-{turn}"))
            mark(database, most=3)
            if number == 0:
                delete(database, most=2)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert 80 + 40 - 20 == sum(counts(database).values()) == find(database).total
    assert find(database).total == len(find(database, wanted=Slice(0, 500)).sessions)


# --- deleting ------------------------------------------------------------------------------------


def delete(
    database: Database, since: datetime | None = None, until: datetime | None = None,
    most: int = 100,
) -> int:  # fmt: skip
    with database.writing() as unit:
        return len(unit.session_archive.delete_ended(ACME.id, since, until, most, NOW))


def test_what_has_ended_is_deleted_with_all_that_belongs_to_it(database: Database) -> None:
    other = ringing_session("other", "CA-other", replace(ACME, id="a-zeta"))
    other.ended_at = NOW
    store(database, session("live"), session("over", over=0), other)
    assert 1 == delete(database)
    assert ["live", "other"] == sorted(ids(database, SessionSearch()))
    with database.reading() as unit:
        for row in (MemberRow, SessionEventRow):
            found = unit.connection.execute(select(table(row).c.session_id))
            assert {"live", "other"} == {line.session_id for line in found}


def test_what_is_deleted_leaves_behind_that_it_was_there(database: Database) -> None:
    """Its id and its call, within its account."""
    gone = session("over", over=0)
    store(database, gone, session("live"))
    assert 1 == delete(database)
    with database.reading() as unit:
        left = unit.deleted_sessions
        assert left.has(ACME.id, "over")
        assert left.has_call(ACME.id, gone.call_sid)
        assert not left.has(ACME.id, "live")
        assert not left.has_call(ACME.id, "CA-unknown")
        assert not left.has("a-zeta", "over")
        assert not left.has_call("a-zeta", gone.call_sid)


def test_session_of_which_somebody_is_still_to_be_hung_up_stays(database: Database) -> None:
    """Its order would be deleted with it, and a party who rings though they count as gone stay."""
    ended = session("over", over=0)
    ended.orders.append(HangUpLeg("l-2", "CA2"))
    store(database, ended)
    assert 0 == delete(database)
    with database.writing() as unit:
        unit.connection.execute(update(table(OrderRow)).values(result="done"), {})
    assert 1 == delete(database)


@pytest.mark.parametrize(
    ("source", "code", "is_sure"),
    [
        (EndSource.CALL, None, True),
        (EndSource.ORDER, 21211, True),  # the carrier has refused the dial
        (EndSource.ORDER, None, False),  # the dial was given up
        (EndSource.INFERRED, None, True),  # we hung it up
        (EndSource.INFERRED, 20404, False),  # it was not found
    ],
)
def test_session_of_which_somebody_may_turn_out_to_live_stays_for_ten_minutes(
    database: Database, source: EndSource, code: int | None, is_sure: bool
) -> None:
    """A later report takes such an end back, and needs the session to hang the party up."""
    ended = session("over", over=0)
    ended.ended_at = NOW - timedelta(minutes=9)
    ended.members[1].leg.end = LegEnd(Outcome.FAILED, source, NOW, code=code)
    store(database, ended)
    assert int(is_sure) == delete(database)
    with database.writing() as unit:
        archive, then = unit.session_archive, NOW + timedelta(minutes=2)
        assert int(not is_sure) == len(archive.delete_ended(ACME.id, None, None, 10, then))


def test_bounds_of_deletion_count_and_either_may_be_open(database: Database) -> None:
    days = range(5)
    store(database, *[session(f"s{n}", before=n, over=n) for n in days])
    since, until = NOW - timedelta(days=3), NOW - timedelta(days=2)
    assert 2 == delete(database, since, until)
    assert ["s0", "s1", "s4"] == ids(database)
    assert 1 == delete(database, None, since)
    assert 1 == delete(database, NOW - timedelta(hours=1), None)
    assert ["s1"] == ids(database)


def test_deletion_goes_in_batches_through_the_archive_too(database: Database) -> None:
    store(database, *[session(f"s{n}", before=40, over=30) for n in range(5)])
    store(database, *[session(f"t{n}", before=1, over=1) for n in range(3)])
    mark(database)
    assert [3, 2, 3, 0] == [delete(database, most=3) for _ in range(4)]


def _plan(unit: UnitOfWork, statement: Executable, values: Values) -> list[str]:
    """How SQLite looks for sessions in that statement."""
    connection = unit.connection
    sql, given = Statements(connection.dialect).prepared(statement, values).ready(values)
    steps = connection.driver.execute(f"EXPLAIN QUERY PLAN {sql}", given)
    return [step[3] for step in steps if "call_sessions" in step[3]]


# --- by index ------------------------------------------------------------------------------------


@pytest.mark.parametrize("accounts", [(ACME.id,), None])
@pytest.mark.parametrize("order", [NEWEST, OLDEST])
@pytest.mark.parametrize("limit", [LIMIT, None])
def test_no_list_by_accounts_reads_every_session(
    migrated_file: Path, accounts: tuple[str, ...] | None, order: SessionOrder, limit: Any
) -> None:
    """On SQLite, which plans without looking at what is stored; the benchmark shows both."""
    database = Database(f"sqlite:///{migrated_file}")
    search = SessionSearch(account_ids=accounts, archived_before=limit, last_day=NOW.date())
    spy = Spy(database._engine.dialect)
    with running(database, spy), database.writing() as unit:
        unit.session_lists._rows(search, conditions(search), order, ALL)
        unit.session_lists._count_unmarked(search)
        unit.session_archive.mark(LIMIT, 10)
        plans = [step for run in list(spy.seen) for step in _plan(unit, *run)]
    database.dispose()
    ways = ("ix_call_sessions_list", "ix_call_sessions_to_archive", "(account_id=? AND id=?)")
    assert plans
    assert [] == [step for step in plans if not any(way in step for way in ways)]


# --- the limit of time ---------------------------------------------------------------------------


_ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    " WHERE i < 0",
    "postgresql": "SELECT pg_sleep(60)",
}


def test_search_that_takes_too_long_is_stopped(database: Database) -> None:
    """And told apart from a database that is away; the connection is good afterwards."""

    def take_long() -> None:
        with database.reading() as unit:
            connection = unit.connection
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL statement_timeout = 50"))
            with time_limit(connection, 0.05):
                connection.execute(text(_ENDLESS[connection.dialect.name])).all()

    with pytest.raises(TookTooLong):
        take_long()
    store(database, session("one"))
    assert ["one"] == ids(database)
