"""Sessions are stored as they are, found again, and written only where they changed."""

from contextlib import AbstractContextManager
from datetime import UTC

import pytest

from evovoice.domain.call_session import CallSession
from evovoice.domain.leg import LegEnd
from evovoice.domain.messages import SessionEvent
from evovoice.domain.orders import CancelLeg
from evovoice.domain.states import EndSource, Outcome
from evovoice.domain.values import Account, Role, User
from evovoice.storage.unit_of_work import Conflict, Database, Lease
from tests.storage.builders import (
    ACME,
    ANN,
    BOB,
    NOW,
    full_event,
    later,
    rich_session,
    ringing_session,
)
from tests.storage.spying import seen


def store(database: Database, *sessions: CallSession) -> None:
    with database.writing() as unit:
        for session in sessions:
            unit.sessions.save(session)


def load(database: Database, session_id: str) -> CallSession:
    with database.reading() as unit:
        session = unit.sessions.get(session_id, None)
    assert session is not None
    return session


def written(database: Database) -> AbstractContextManager[list[str]]:
    """The statements that write, once the block is over."""
    return seen(database, "INSERT", "UPDATE", "DELETE")


def test_every_field_of_a_session_comes_back(database: Database) -> None:
    """What is loaded equals what was saved, moments to the microsecond and in UTC."""
    session = rich_session()
    store(database, session)
    loaded = load(database, "s-rich")
    assert session == loaded
    assert loaded.created_at.tzinfo is UTC
    assert list(session.conferences) == list(loaded.conferences)
    assert session.conferences["CF-a"].states == loaded.conferences["CF-a"].states


def test_changes_of_a_loaded_session_come_back(database: Database) -> None:
    """Every kind of change of an existing session is stored: own fields, members, rooms."""
    store(database, ringing_session("s-rich", "CA9"))
    wanted = rich_session()
    with database.writing() as unit:
        session = unit.sessions.for_update("a-acme", "s-rich")
        assert session is not None
        for name in (
            "direction",
            "call_sid",
            "conferences",
            "destination",
            "end_wanted",
            "ended_at",
        ):
            setattr(session, name, getattr(wanted, name))
        session.members[1].display_name = "changed"
        session.members[0].leg = wanted.members[1].leg
        session.members.append(wanted.members[2])
        unit.sessions.save(session)
    assert session == load(database, "s-rich")


def test_only_changed_rows_are_written(database: Database) -> None:
    """One changed member of three costs two UPDATEs, its own and that of the session's version,
    and a line in the feed; nothing changed costs no statement.
    """
    store(database, rich_session())
    with database.writing() as unit:
        session = unit.sessions.for_update("a-acme", "s-rich")
        assert session is not None
        with written(database) as statements:
            unit.sessions.save(session)
        assert statements == []
    with written(database) as statements, database.writing() as unit:
        session = unit.sessions.for_update("a-acme", "s-rich")
        assert session is not None
        session.members[1].display_name = "Somebody else"
        unit.sessions.save(session)
    assert statements == ["UPDATE call_sessions SET", "UPDATE members SET", "INSERT INTO feed"]


def test_saving_twice_in_one_transaction_stores_the_second_too(database: Database) -> None:
    """A new session that is changed and saved again is updated, not inserted again."""
    with database.writing() as unit:
        session = ringing_session()
        unit.sessions.save(session)
        session.end_wanted = True
        unit.sessions.save(session)
    assert load(database, "s-1").end_wanted


def test_state_log_and_orders_are_one_commit(database: Database) -> None:
    """After an exception in the block nothing of it is there."""
    session = ringing_session()
    session.orders.append(CancelLeg("l", "CA"))
    with pytest.raises(ZeroDivisionError), database.writing() as unit:
        _ = unit.sessions.save(session), 1 / 0
    with database.reading() as unit:
        assert unit.sessions.get("s-1", None) is None
        assert unit.sessions.events("a-acme", "s-1", 0, 10) == []
        assert unit.outbox.open_of("a-acme", "s-1") == []


def test_saving_empties_the_lists_of_what_is_not_stored_yet(database: Database) -> None:
    """Events and orders are stored once, however often the session is saved."""
    session = ringing_session()
    session.orders.append(CancelLeg("l", "CA"))
    store(database, session)
    assert ([], []) == (session.events, session.orders)


def test_a_second_session_for_the_same_call_is_a_conflict(database: Database) -> None:
    """The loser of the race is told, and finds the winner by the call."""
    store(database, ringing_session("s-1", "CA1"))
    with pytest.raises(Conflict), database.writing() as unit:
        unit.sessions.save(ringing_session("s-2", "CA1"))
    with database.writing() as unit:
        winner = unit.sessions.by_root_call("CA1")
    assert winner is not None
    assert winner.id == "s-1"


def test_a_session_found_by_its_call_can_be_saved(database: Database) -> None:
    """`by_root_call` locks and remembers like `for_update`."""
    store(database, ringing_session())
    with database.writing() as unit:
        session = unit.sessions.by_root_call("CA1")
        assert session is not None
        session.end_wanted = True
        unit.sessions.save(session)
    assert load(database, "s-1").end_wanted


def test_a_session_of_another_account_is_not_found(database: Database) -> None:
    """With an account only its own sessions are found; without one, any."""
    store(database, ringing_session())
    with database.reading() as unit:
        assert unit.sessions.get("s-1", "a-other") is None
        assert unit.sessions.get("s-1", "a-acme") is not None
        assert unit.sessions.get("s-1", None) is not None
    with database.writing() as unit:
        assert unit.sessions.for_update("a-other", "s-1") is None


def test_two_accounts_may_have_sessions_of_one_id(database: Database) -> None:
    """Members and log of one never show up in the other."""
    other = Account("a-other", "Other", "US")
    store(database, ringing_session(), ringing_session(account=other))
    with database.reading() as unit:
        for account_id in ("a-acme", "a-other"):
            session = unit.sessions.get("s-1", account_id)
            assert session is not None
            assert len(session.members) == 2
            assert len(unit.sessions.events(account_id, "s-1", 0, 10)) == 1


def test_a_session_is_found_by_any_leg(database: Database) -> None:
    """By the call SID of a leg; an unknown one finds nothing."""
    store(database, rich_session())
    with database.reading() as unit:
        assert unit.sessions.find_by_leg("CA3") == ("a-acme", "s-rich")
        assert unit.sessions.find_by_leg("CA-unknown") is None


def test_the_log_is_read_in_pages(database: Database) -> None:
    """Sequences count 1, 2, 3 over several saves, and a page begins after a number."""
    session = ringing_session()
    store(database, session)
    with database.writing() as unit:
        loaded = unit.sessions.for_update("a-acme", "s-1")
        assert loaded is not None
        for number in range(2, 7):
            loaded.log(full_event(number))
        unit.sessions.save(loaded)
    with database.reading() as unit:
        page = unit.sessions.events("a-acme", "s-1", 2, 3)
        rest = unit.sessions.events("a-acme", "s-1", 5, 100)
    assert [(n, full_event(n)) for n in (3, 4, 5)] == page
    assert [6] == [number for number, _ in rest]


def test_overdue_sessions_come_oldest_first(database: Database) -> None:
    """Due now or before; a session without a next check never comes."""
    checks = {"s-1": later(3), "s-2": later(1), "s-3": later(99), "s-4": None, "s-5": later(2)}
    for number, (session_id, check) in enumerate(checks.items()):
        session = ringing_session(session_id, f"CA{number}")
        session.next_check = check
        store(database, session)
    with database.reading() as unit:
        assert ["s-2", "s-5"] == [key.session_id for key in unit.sessions.overdue(later(3), 2)]
        assert [("a-acme", "s-2")] == unit.sessions.overdue(later(1), 9)


def test_active_sessions_are_those_with_a_live_leg_of_the_user(database: Database) -> None:
    """Not the ended ones, not those the user has left, not those of others; newest first."""
    for number, name in enumerate(["s-old", "s-new", "s-ended", "s-left", "s-bob"]):
        agent = BOB if name == "s-bob" else ANN
        session = ringing_session(name, f"CA{number}", agent=agent)
        session.created_at = later(number)
        session.ended_at = later(9) if name == "s-ended" else None
        if name == "s-left":
            end = LegEnd(Outcome.BUSY, EndSource.CALL, later(5))
            session.members[1].leg.end = end
        store(database, session)
    with database.reading() as unit:
        active = unit.sessions.active_of(ANN)
        nobody = User("u-x", "a-acme", "X", "x@example.com", Role.USER, "x-1")
        assert unit.sessions.active_of(nobody) == []
    assert ["s-new", "s-old"] == [session.id for session in active]
    assert [2, 2] == [len(session.members) for session in active]


def test_reading_many_sessions_takes_two_statements(database: Database) -> None:
    """However many sessions and members there are."""
    store(database, *(ringing_session(f"s-{n}", f"CA{n}") for n in range(5)))
    with seen(database, "SELECT") as statements, database.reading() as unit:
        assert len(unit.sessions.active_of(ANN)) == 5
    assert len(statements) == 2


def test_long_and_unusual_texts_are_stored_whole(database: Database) -> None:
    """Texts of thousands of characters, quotes and line ends survive on both databases."""
    text = "x" * 5000 + "\n'\"\\%s :name \u2028"
    session = ringing_session(call_sid="CA" + "9" * 600)
    session.console_data = text
    session.log(SessionEvent("CarrierReport", text, NOW, data={text: text}))
    store(database, session)
    with database.reading() as unit:
        (_, line), *_ = unit.sessions.events("a-acme", "s-1", 1, 9)
    assert (text, {text: text}) == (line.message, line.data)
    assert text == load(database, "s-1").console_data


def test_a_moment_without_time_zone_is_refused(database: Database) -> None:
    """A naive datetime is a mistake of ours and never becomes a wrong time."""
    session = ringing_session()
    session.created_at = NOW.replace(tzinfo=None)
    with pytest.raises(Exception, match="time zone"):
        store(database, session)


def test_orders_of_a_save_are_leased_to_the_caller(database: Database) -> None:
    """With a lease the caller holds them; the stored session has none left."""
    session = ringing_session()
    session.orders.append(CancelLeg("l", "CA"))
    with database.writing() as unit:
        (stored,) = unit.sessions.save(session, Lease("mine", later(20)))
    assert ("mine", 1, False) == (stored.lease_token, stored.tries, stored.uncertain)
    assert ACME.id == stored.account_id
