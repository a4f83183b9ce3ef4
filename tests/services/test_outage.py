"""What a process remembers of the time without the database."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from evovoice.carrier.port import SessionRef
from evovoice.services.outbox.outage import Outage, RoomAnswer
from evovoice.services.worker import Worker
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.web.site import Site

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

PATIENCE = 20.0
NOW = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)
REF = SessionRef("a-1", "s-1")


def test_later_answer_of_the_same_session_is_not_forgotten_with_the_earlier() -> None:
    outage = Outage(lambda: NOW)
    first, second = RoomAnswer(REF, NOW), RoomAnswer(REF, NOW + timedelta(seconds=5))
    outage.keep(first)
    outage.keep(second)
    outage.forget(first)
    assert [second] == outage.answers()


def test_failure_that_comes_while_an_earlier_one_is_made_up_for_stays() -> None:
    moments = iter([NOW, NOW + timedelta(seconds=5)])
    outage = Outage(lambda: next(moments))
    outage.note_failure()
    outage.note_failure()
    outage.make_up(NOW)
    assert NOW + timedelta(seconds=5) == outage.failed_at
    outage.make_up(NOW + timedelta(seconds=5))
    assert outage.failed_at is None


@pytest.mark.parametrize("leaves_shared", [True, False])
def test_who_leaves_the_rest_to_others_still_makes_up_for_it(
    database_url: str, leaves_shared: bool
) -> None:
    """No other process knows what this one answered without the database, or when it failed."""
    site = Site(database_url)
    worker = Worker(site.context, leaves_shared=leaves_shared)
    site.context.outage.note_failure()
    worker.start()
    until = time.monotonic() + PATIENCE
    while site.context.outage.failed_at is not None and time.monotonic() < until:
        time.sleep(0.02)
    assert worker.is_running
    worker.stop()
    assert site.context.outage.failed_at is None
    assert not worker.is_running
    site.database.dispose()
