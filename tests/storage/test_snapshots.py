"""What a process remembers of sessions is never older than what is stored, and never shared."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass

import pytest
from sqlalchemy import Update, select, update

from evovoice.domain.call_session import CallSession
from evovoice.domain.conference import ParticipantState
from evovoice.storage.repositories.snapshots import SessionKey, Snapshots, snapshot
from evovoice.storage.tables import CallSessionRow, table
from evovoice.storage.unit_of_work import Database
from tests.storage.builders import later, rich_session, ringing_session
from tests.storage.spying import Spy, running

KEY = ("a-acme", "s-rich")


def change(database: Database, name: str) -> None:
    with database.writing() as unit:
        session = unit.sessions.for_update(*KEY)
        assert session is not None
        session.members[0].display_name = name
        unit.sessions.save(session)


def names(database: Database) -> tuple[str, str]:
    """The name as it is read, and as it is read under the lock."""
    with database.reading() as unit:
        read = unit.sessions.get("s-rich", "a-acme")
    with database.writing() as unit:
        locked = unit.sessions.for_update(*KEY)
    assert read is not None
    assert locked is not None
    return read.members[0].display_name, locked.members[0].display_name


def test_what_is_remembered_equals_what_is_stored(stored: Database, database_url: str) -> None:
    """Every field, also after a change."""
    change(stored, "Anna")
    other = Database(database_url)
    for database in (stored, other, stored):
        with database.reading() as unit:
            assert unit.sessions.get("s-rich", None) == unit.sessions.get("s-rich", "a-acme")
    with stored.reading() as ours, other.reading() as theirs:
        assert ours.sessions.get("s-rich", None) == theirs.sessions.get("s-rich", None)
    other.dispose()


def test_the_change_of_another_process_is_seen(stored: Database, database_url: str) -> None:
    """However often both have read it before."""
    other = Database(database_url)
    for name in ("Anna", "Hanna", "Johanna"):
        change(stored, name)
        assert (name, name) == names(other) == names(stored)
        change(other, name + "!")
        assert (name + "!", name + "!") == names(stored) == names(other)
    other.dispose()


def test_the_change_of_a_program_that_knows_no_versions_is_seen(stored: Database) -> None:
    """During a deploy the one before this writes too; what it modifies it stamps."""
    assert names(stored) == ("Ann", "Ann")
    row = table(CallSessionRow)
    with stored.writing() as unit:
        changed = update(row).values(console_data="new", modified_at=later(99))
        unit.connection.execute(changed)
    with stored.reading() as unit:
        session = unit.sessions.get("s-rich", "a-acme")
    assert session is not None
    assert session.console_data == "new"


def test_what_was_undone_is_forgotten(stored: Database) -> None:
    """An exception after the save undoes it."""
    change(stored, "Anna")
    with pytest.raises(RuntimeError):
        _change_and_fail(stored)
    assert names(stored) == ("Anna", "Anna")
    change(stored, "Hanna")
    assert names(stored) == ("Hanna", "Hanna")


def _change_and_fail(database: Database) -> None:
    with database.writing() as unit:
        session = unit.sessions.for_update(*KEY)
        assert session is not None
        session.members[0].display_name = "Nobody"
        unit.sessions.save(session)
        raise RuntimeError


def test_what_is_not_saved_is_not_remembered(stored: Database) -> None:
    """Whoever loads a session gets one of their own."""
    assert names(stored) == ("Ann", "Ann")
    with stored.writing() as unit:
        session = unit.sessions.for_update(*KEY)
        assert session is not None
        session.members[0].display_name = "Nobody"
    assert names(stored) == ("Ann", "Ann")


def _end_everything(session: CallSession) -> None:
    session.ended_at = later(50)


def _join(session: CallSession) -> None:
    session.conferences["CF-a"].states["CA9"] = ParticipantState(9, True, True, True, True)


def _close(session: CallSession) -> None:
    session.conferences["CF-a"].ended = True


def _mute(session: CallSession) -> None:
    session.members[0].leg.settings.muted = True


def _hang_up(session: CallSession) -> None:
    session.members[2].leg.withdrawn = "gone"


def _leave(session: CallSession) -> None:
    del session.members[1]


@pytest.mark.parametrize(
    "spoil", [_end_everything, _join, _close, _mute, _hang_up, _leave], ids=lambda f: f.__name__
)
def test_a_copy_shares_nothing_that_changes(spoil: Callable[[CallSession], None]) -> None:
    """Neither with the session it was taken of, nor with the next copy."""
    session, wanted = rich_session(), rich_session()
    taken = snapshot(session, 1)
    spoil(session)
    assert wanted == taken.copy()
    spoil(taken.copy())
    assert wanted == taken.copy()


def _changeable(thing: object) -> Iterator[object]:
    """That and all it is made of, as far as it can change: no frozen value, no text, no number."""
    if is_dataclass(thing) and not thing.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        yield thing
        parts = [getattr(thing, one.name) for one in fields(thing)]
    elif isinstance(thing, dict | list | set):
        yield thing
        parts = list(thing.values() if isinstance(thing, dict) else thing)
    else:
        return
    for part in parts:
        yield from _changeable(part)


def test_a_copy_shares_no_part_that_can_change() -> None:
    """Also of those that were added since: what two share is changed unseen, and never stored."""
    taken = snapshot(rich_session(), 1)
    stored = {id(one) for one in _changeable(taken.session)}
    copied = taken.copy()
    assert [] == [one for one in _changeable(copied) if id(one) in stored]
    assert any(one is copied.members[0].leg.digits for one in _changeable(copied))


def test_a_copy_has_every_field() -> None:
    """Also those that were added since."""
    session = rich_session()
    assert copy.deepcopy(session) == snapshot(session, 1).copy()


def test_the_newest_stays_and_the_longest_unused_goes() -> None:
    """Two threads may come from their commits in either order."""
    kept = Snapshots(most=2)
    key = SessionKey("a", "s-1")
    older, newer = (snapshot(ringing_session("s-1"), version) for version in (1, 2))
    kept.keep({key: newer})
    kept.keep({key: older})
    assert kept.find(key) is newer
    for number in (2, 3):
        kept.keep({SessionKey("a", f"s-{number}"): older})
    assert kept.find(key) is None
    assert kept.find(SessionKey("a", "s-3")) is older


def test_only_what_has_changed_is_written(stored: Database) -> None:
    """Every column that is written costs its indexes too."""
    spy = Spy(stored._engine.dialect)
    with running(stored, spy):
        change(stored, "Anna")
    updates = [values.keys() for statement, values in spy.seen if isinstance(statement, Update)]
    assert updates == [
        {
            "version",
            "endpoint_name",
            "from_name",
            "row_account_id",
            "row_id",
            "row_version",
            "row_modified_at",
        },
        {"display_name", "row_account_id", "row_session_id", "row_id"},
    ]


def test_a_summary_by_older_rules_is_put_right(stored: Database, database_url: str) -> None:
    """By the next change of the session, though nothing that it is made of has changed."""
    _, other = change(stored, "Anna"), Database(database_url)
    row = table(CallSessionRow)
    with other.writing() as unit:
        unit.connection.execute(update(row).values(answered_by_name="as of old"))
    change(other, "Hanna")
    with other.reading() as unit:
        found = unit.connection.execute(select(row.c.answered_by_name)).scalar_one()
    assert found != "as of old"
    other.dispose()
