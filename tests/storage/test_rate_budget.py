"""What a user may have dialled, in a minute and at once, however many ask at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from sqlalchemy import update

from evovoice.domain.leg import LegEnd
from evovoice.domain.states import EndSource, Outcome
from evovoice.storage.tables import RateBudgetRow, table
from evovoice.storage.unit_of_work import Budget, Database, Exhausted
from tests.storage.builders import NOW, later, ringing_session
from tests.storage.spying import seen

MANY = 1000


def _seconds(database: Database, now: datetime, per_minute: int, user: str = "u-ann") -> float:
    """How long to wait; 0 where one was taken."""
    with database.writing() as unit:
        budget = Budget(per_minute, MANY)
        exhausted = unit.idempotency_records.take("a-acme", user, now, budget)
    return exhausted.seconds if exhausted else 0


def _call(database: Database, number: int, at_once: int) -> Exhausted | None:
    """Take one and store the call in the same transaction, as whoever places one does."""
    with database.writing() as unit:
        budget = Budget(MANY, at_once)
        exhausted = unit.idempotency_records.take("a-acme", "u-ann", NOW, budget)
        if exhausted is None:
            session = ringing_session(f"s-{number}", f"CA{number}")
            session.members = [replace(session.members[0], added_by="u-ann")]
            session.next_check = later(60)
            unit.sessions.save(session)
    return exhausted


def _end(database: Database, number: int) -> None:
    with database.writing() as unit:
        session = unit.sessions.for_update("a-acme", f"s-{number}")
        assert session is not None
        session.members[0].leg.end = LegEnd(Outcome.COMPLETED, EndSource.CALL, NOW)
        unit.sessions.save(session)


def test_parallel_adds_never_exceed_the_limit(database: Database) -> None:
    """50 at once at a limit of 10: 10 are allowed, the others are told to wait 6 seconds."""
    with ThreadPoolExecutor(16) as pool:
        waits = sorted(pool.map(lambda _: _seconds(database, NOW, 10), range(50)))
    assert [0.0] * 10 + [6.0] * 40 == waits


def test_a_budget_refills_with_time(database: Database) -> None:
    """A tenth of a minute brings back one of ten; a quiet minute all of them, and no more."""
    assert [0] * 10 == [_seconds(database, NOW, 10) for _ in range(10)]
    assert [1, 0, 6] == [_seconds(database, later(after), 10) for after in (5, 6, 6)]
    assert [0] * 10 + [6] == [_seconds(database, later(600), 10) for _ in range(11)]


def test_each_user_has_a_budget_of_their_own(database: Database) -> None:
    """What one has used up leaves the others alone."""
    assert [0, 60] == [_seconds(database, NOW, 1), _seconds(database, NOW, 1)]
    assert 0 == _seconds(database, NOW, 1, "u-bob")


def test_parallel_calls_never_exceed_what_may_live_at_once(database: Database) -> None:
    """30 at the same moment, the first that the user ever has: 4 are stored."""
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: _call(database, number, 4), range(30)))
    assert 4 == found.count(None)
    assert {Exhausted(0, 4)} == set(found) - {None}


def test_calls_are_counted_only_where_there_may_be_too_many(database: Database) -> None:
    """Most takes are one statement; a count is right whatever has ended since."""
    with seen(database, "SELECT") as counts:
        assert [None] * 3 == [_call(database, number, 3) for number in range(3)]
    assert [] == counts
    assert Exhausted(0, 3) == _call(database, 3, 3)
    _end(database, 0)
    _end(database, 1)
    with seen(database, "SELECT") as counts:
        assert [None] * 2 == [_call(database, number, 3) for number in (4, 5)]
    assert ["SELECT rate_budgets.spent_until FROM", "SELECT count(*) AS"] == counts
    assert Exhausted(0, 3) == _call(database, 6, 3)


def test_calls_of_another_user_and_calls_that_ring_in_do_not_count(database: Database) -> None:
    with database.writing() as unit:
        unit.sessions.save(ringing_session("s-in", "CA-in"))
    assert [None, Exhausted(0, 1)] == [_call(database, number, 1) for number in range(2)]
    with database.writing() as unit:
        assert unit.idempotency_records.take("a-acme", "u-bob", NOW, Budget(MANY, 1)) is None


def test_what_does_not_count_at_once_is_limited_by_the_minute_alone(database: Database) -> None:
    assert [None, Exhausted(0, 1)] == [_call(database, number, 1) for number in range(2)]
    with database.writing() as unit:
        takes = [
            unit.idempotency_records.take("a-acme", "u-ann", NOW, Budget(3, None)) for _ in range(4)
        ]
    assert [None, None] == takes[:2]
    assert takes[3] is not None
    assert takes[3].seconds > 0


def test_several_are_taken_together_or_not_at_all(database: Database) -> None:
    """Destinations of one party: all count in the minute, those that ring at once at once."""
    several = Budget(10, 3, dials=4, legs=2)
    with database.writing() as unit:
        takes = [
            unit.idempotency_records.take("a-acme", "u-ann", NOW, one)
            for one in (replace(several, legs=4), replace(several, dials=11), several, several)
        ]
    assert [Exhausted(0, 0), Exhausted(66.0), None, None] == takes  # none of them is stored here
    with database.writing() as unit:
        assert Exhausted(12.0) == unit.idempotency_records.take("a-acme", "u-ann", NOW, several)
    assert 0 == _seconds(database, NOW, 10)


def test_budget_of_the_program_before_is_counted_first(database: Database) -> None:
    """Its rows do not say how many legs may live."""
    for number in range(2):
        assert _call(database, number, 2) is None
    unknown = update(table(RateBudgetRow)).values(live_at_most=None)
    with database.writing() as unit:
        unit.connection.execute(unknown, {})
    assert Exhausted(0, 2) == _call(database, 2, 2)
