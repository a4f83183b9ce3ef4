"""What is to be erased is found by index, in pages, however many sessions there are."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Executable

from evovoice.domain.call_session import CallSession
from evovoice.domain.values import PhoneNumber
from evovoice.storage.database.statements import Statements, Values
from evovoice.storage.unit_of_work import Database, Ended, SessionKey, UnitOfWork
from tests.storage.builders import ACME, NOW, ringing_session
from tests.storage.spying import Spy, running

PARTY = "+14155550100"  # who calls in `ringing_session`


def _store(database: Database, *sessions: CallSession) -> None:
    with database.writing() as unit:
        for session in sessions:
            unit.sessions.save(session)


def _over(number: int, minutes: float = 0) -> CallSession:
    session = ringing_session(f"s-{number}", f"CA{number}")
    session.ended_at = NOW + timedelta(minutes=minutes)
    return session


def _keys(*numbers: int) -> list[SessionKey]:
    return [SessionKey(ACME.id, f"s-{number}") for number in numbers]


def test_what_ended_comes_longest_over_first_and_goes_on_behind_the_last_c91(
    database: Database,
) -> None:
    """Of several that ended at one moment none is left out, nor comes twice."""
    _store(
        database, _over(3, 1), _over(1, 2), _over(2, 1), _over(4, 9), ringing_session("s-9", "CA9")
    )
    found: list[str] = []
    after: Ended | None = None
    with database.reading() as unit:
        while page := unit.personal_data.ended_before(NOW + timedelta(minutes=5), after, 1):
            found += [one.session_id for one in page]
            after = page[-1]
    assert ["s-2", "s-3", "s-1"] == found


def test_party_is_found_once_in_each_session_page_by_page_c91(database: Database) -> None:
    twice = _over(2)
    twice.members[1].user_id, twice.members[1].address = None, PhoneNumber(PARTY)
    other = _over(3)
    other.members[0].address = PhoneNumber("+13125550142")
    _store(database, _over(1), twice, other, _over(4))
    with database.reading() as unit:
        first = unit.personal_data.with_party([PARTY], None, None, 2)
        rest = unit.personal_data.with_party([PARTY], ACME.id, first[-1], 2)
        elsewhere = unit.personal_data.with_party([PARTY], "a-other", None, 2)
    assert (_keys(1, 2), _keys(4), []) == (first, rest, elsewhere)


def test_nothing_looks_at_every_session_there_ever_was_c91(migrated_file: Path) -> None:
    """On SQLite, which plans without looking at what is stored."""
    database = Database(f"sqlite:///{migrated_file}")
    spy, last = Spy(database._engine.dialect), Ended(ACME.id, "s-1", NOW)
    with running(database, spy), database.writing() as unit:
        data = unit.personal_data
        for after in (None, last):
            data.ended_before(NOW, after, 10)
        for account_id in (None, ACME.id):
            data.with_party([PARTY], account_id, SessionKey(ACME.id, "s-1"), 10)
            data.only_typed(account_id, None, 10)
        data.has_open_orders(ACME.id, "s-1")
        data.forget_orders(ACME.id, "s-1")
        plans = [step for run in list(spy.seen) for step in _plan(unit, *run)]
    database.dispose()
    wanted = {"ix_call_sessions_to_erase", "ix_members_outside", "ix_call_sessions_only_typed"}
    assert wanted == {name for name in wanted if any(name in step for step in plans)}
    assert [] == [step for step in plans if step.startswith("SCAN") and "INDEX" not in step]


def _plan(unit: UnitOfWork, statement: Executable, values: Values) -> list[Any]:
    connection = unit.connection
    sql, given = Statements(connection.dialect).prepared(statement, values).ready(values)
    return [step[3] for step in connection.driver.execute(f"EXPLAIN QUERY PLAN {sql}", given)]
