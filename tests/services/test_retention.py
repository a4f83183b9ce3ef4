"""The background erases what is over for long enough, in bounded rounds."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from evovoice.domain.call_session import CallSession
from evovoice.services.personal_data import retention
from evovoice.services.personal_data.retention import Retention
from evovoice.services.worker import Worker
from evovoice.storage.tables import Base
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.storage.builders import ringing_session
from tests.web.site import ACME, Site

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

KEPT = timedelta(days=30)


@pytest.fixture
def site(database_url: str) -> Iterator[Site]:
    site = Site(database_url, retention_days=30)
    site.furnish()
    yield site
    site.database.dispose()


def _over(site: Site, number: int, ago: timedelta) -> CallSession:
    session = ringing_session(f"s-{number}", f"CA{number}", ACME)
    session.created_at = session.modified_at = session.ended_at = site.now - ago
    return session


def _store(site: Site, *sessions: CallSession) -> None:
    with site.database.writing() as unit:
        for session in sessions:
            unit.sessions.save(session)


def _erased(site: Site) -> list[str]:
    table = Base.metadata.tables["call_sessions"]
    query = select(table.c.id).where(table.c.erased_at.is_not(None)).order_by(table.c.id)
    with site.database.reading() as unit:
        return [row.id for row in unit.connection.execute(query)]


def test_only_what_is_over_for_long_enough_is_erased_c91(site: Site) -> None:
    old, new = _over(site, 1, KEPT + timedelta(minutes=1)), _over(site, 2, KEPT * 0.9)
    _store(site, old, new, ringing_session("s-3", "CA3", ACME))
    Worker(site.context).tick()
    assert ["s-1"] == _erased(site)


def test_rounds_are_bounded_and_go_on_until_all_is_done_c91(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    _store(site, *[_over(site, number, KEPT * 2) for number in range(5)])
    worker, counts = Worker(site.context), []
    for _ in range(3):
        worker.tick()
        counts.append(len(_erased(site)))
    assert [2, 4, 5] == counts


def test_round_ends_in_time_and_the_next_goes_on_c91(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever else is done in the background waits for it."""
    _store(site, *[_over(site, number, KEPT * 2) for number in range(3)])
    seconds = iter(range(100))
    monkeypatch.setattr(retention.time, "monotonic", lambda: next(seconds) * 0.3)
    rounds = Retention(site.context, KEPT)
    rounds.run()
    assert 1 == len(_erased(site))
    rounds.run()
    rounds.run()
    assert 3 == len(_erased(site))


def test_what_becomes_due_later_is_erased_then_c91(site: Site) -> None:
    worker = Worker(site.context)
    _store(site, _over(site, 1, KEPT * 2), _over(site, 2, KEPT - timedelta(minutes=5)))
    worker.tick()
    site.later(minutes=6)
    worker.tick()
    assert ["s-1", "s-2"] == _erased(site)


def test_session_that_cannot_be_read_keeps_no_other_waiting_c91(
    site: Site, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The version that wrote it erases it. A process that has not seen the session reads it."""
    _store(site, _over(site, 1, KEPT * 3), _over(site, 2, KEPT * 2))
    with site.database.writing() as unit:
        unit.connection.execute(text("UPDATE members SET role = 'New' WHERE session_id = 's-1'"))
    other = Site(database_url, retention_days=30)
    with caplog.at_level(logging.ERROR):
        Worker(other.context).tick()
    other.database.dispose()
    assert ["s-2"] == _erased(site)
    assert ["Session s-1 cannot be read"] == [
        record.getMessage().partition(" (")[0] for record in caplog.records
    ]


def test_session_of_which_something_is_still_to_be_done_is_erased_once_it_is_c91(
    site: Site,
) -> None:
    _store(site, _over(site, 1, KEPT * 2))
    values: dict[str, Any] = {
        "account_id": ACME.id, "id": "o-1", "session_id": "s-1", "kind": "HangUpLeg", "body": {},
        "created_at": site.now, "due": site.now, "tries": 0, "uncertain": False,
    }  # fmt: skip
    orders = Base.metadata.tables["orders"]
    with site.database.writing() as unit:
        unit.connection.execute(orders.insert(), values)
    worker = Worker(site.context)
    worker.tick()
    assert [] == _erased(site)
    with site.database.writing() as unit:
        unit.connection.execute(orders.update().values(result="done"))
    site.later(hours=1, minutes=1)
    worker.tick()
    assert ["s-1"] == _erased(site)


def test_two_processes_erase_each_session_once_c91(site: Site, database_url: str) -> None:
    _store(site, _over(site, 1, KEPT * 2))
    other = Site(database_url, retention_days=30)
    first, second = Worker(site.context), Worker(other.context)
    first.tick()
    second.tick()
    lines = select(Base.metadata.tables["session_events"].c.type)
    with site.database.reading() as unit:
        types = [row.type for row in unit.connection.execute(lines)]
    assert 1 == types.count("PersonalDataErased")
    other.database.dispose()


def test_audit_trail_tells_which_were_erased_c91(site: Site) -> None:
    _store(site, _over(site, 1, KEPT * 2), _over(site, 2, KEPT * 2))
    worker = Worker(site.context)
    worker.tick()
    worker.tick()
    entries = Base.metadata.tables["audit_entries"]
    query = select(entries).where(entries.c.action == "personal_data.erased")
    with site.database.reading() as unit:
        told = [(row.actor_name, row.subject) for row in unit.connection.execute(query)]
    assert [("service", "s-1"), ("service", "s-2")] == sorted(told)
