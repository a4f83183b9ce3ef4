"""The background links the audit trail and late lines, and nobody waits for it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from evovoice.services.audit import record
from evovoice.services.log_verification import Verified, verify_all
from evovoice.services.worker import Worker
from evovoice.storage.unit_of_work import SessionKey
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.services.tampering import audited, counted, logged, run, run_typed
from tests.web.site import Site

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]


@pytest.fixture
def site(database_url: str) -> Iterator[Site]:
    site = Site(database_url)
    yield site
    site.database.dispose()


def test_background_links_what_was_committed_c90(site: Site) -> None:
    worker = Worker(site.context)
    for _ in range(3):
        with site.database.writing() as unit:
            record(unit, "user.disabled")
    worker.tick()
    assert (3, 0) == (counted(site.database).entries, counted(site.database).waiting)


def test_logs_of_the_version_before_are_linked_a_little_at_a_time_c90(site: Site) -> None:
    """Past one that is broken, too; which is looked at again later."""
    logged(site.database)
    run(site.database, "UPDATE session_events SET salt = NULL, chain = NULL, digest = NULL")
    run_typed(site.database, log_chain=None, log_chained=0)
    run(site.database, "UPDATE session_events SET chain = 'ab' OF_S_2 AND sequence = 5")
    worker = Worker(site.context)
    worker.tick()
    worker.tick()
    found = Verified()
    assert ["Session s-2: line 5 has lost the digest of what it says."] == [
        str(flaw) for flaw in verify_all(site.database, found)
    ]
    assert 4 == found.without_link
    run(site.database, "UPDATE session_events SET chain = NULL WHERE chain = 'ab'")
    worker.tick()
    assert 5 == counted(site.database).without_link
    site.later(minutes=1)
    worker.tick()
    assert 0 == counted(site.database).without_link


def test_sessions_that_are_archived_are_told_with_their_last_links_c90(site: Site) -> None:
    logged(site.database)
    run_typed(site.database, ended_at=site.now - timedelta(days=16))
    worker = Worker(site.context)
    worker.tick()
    worker.tick()
    run(site.database, "DELETE FROM call_sessions WHERE id = 's-2'")
    assert ["Session s-2: line 5 is missing, and the audit trail tells of it."] == [
        str(flaw) for flaw in verify_all(site.database, Verified())
    ]


def test_refused_sign_ins_are_told_with_their_number_c90(site: Site) -> None:
    site.furnish()
    body = {"provider": "credentials", "userName": "ann@acme.test", "password": "wrong"}
    for _ in range(3):
        site.ask(site.client(), "POST", "/auth/credentials", json=body)
    worker = Worker(site.context)
    worker.tick()
    before = counted(site.database).entries
    site.later(minutes=20)
    worker.tick()
    worker.tick()
    assert before + 1 == counted(site.database).entries


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_has_the_session_locked_is_not_waited_for_c90(site: Site) -> None:
    """On SQLite one writes at a time anyway."""
    logged(site.database)
    audited(site.database, 1)
    run(site.database, "UPDATE session_events SET chain = NULL, digest = NULL")
    run_typed(site.database, log_chain=None, log_chained=0)
    with site.database.writing() as unit:
        unit.sessions.for_update("a-acme", "s-2")
        with site.database.writing() as other:
            late = other.hash_chains.late_lines
            assert 2 == late.take_in(late.waiting(SessionKey("", ""), 10), site.now)
