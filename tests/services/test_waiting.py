"""Waiting for a session: what has not changed is not read again, and looks get rarer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from evovoice.domain.call_session import CallSession
from evovoice.services.calls.waiting import wait_until
from tests.journeys.conftest import (
    NewStage,
    database_url,
    migrated_file,
    migrated_postgres,
    new_stage,
    postgres_server,
)
from tests.storage.spying import seen

__all__ = ["database_url", "migrated_file", "migrated_postgres", "new_stage", "postgres_server"]


class Pauses:
    """Notes how long is waited between looks, and lets that time pass."""

    def __init__(self, stage: Any) -> None:
        self._stage, self.lengths = stage, list[float]()

    def notify(self, session_id: str) -> None:
        """Nobody sleeps who could be woken."""

    @contextmanager
    def subscribe(self, session_id: str) -> Iterator[Any]:
        yield self._wait

    def _wait(self, seconds: float) -> None:
        self.lengths.append(round(seconds, 3))
        self._stage.twilio.advance(seconds)


def _session(stage: Any) -> CallSession:
    session_id = stage.session()["id"]
    with stage.context.database.reading() as work:
        found: CallSession = work.sessions.get(session_id, stage.account.id)
    return found


def test_session_that_does_not_change_is_read_once_and_looked_at_ever_less_often(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    stage.bridge_in()
    session, pauses = _session(stage), Pauses(stage)
    context = replace(stage.context, notifier=pauses)
    until = context.clock() + (session.modified_at - session.created_at)
    with seen(context.database, "SELECT") as found:
        wait_until(context, session, until, lambda _: False)
    assert pauses.lengths == sorted(pauses.lengths)
    assert 0.02 == pauses.lengths[0]
    assert all(length <= 0.2 for length in pauses.lengths)
    members = [line for line in found if "members" in line]
    assert len(members) <= 1
    assert len(pauses.lengths) + 1 <= len(found) <= len(pauses.lengths) + 3


def test_change_of_another_process_ends_the_wait(new_stage: NewStage) -> None:
    """Nobody tells of it; the next look sees it."""
    stage = new_stage()
    stage.bridge_in()
    session, pauses = _session(stage), Pauses(stage)
    context = replace(stage.context, notifier=pauses)

    def is_done(now: CallSession) -> bool:
        if len(pauses.lengths) == 3:
            stage.twilio.hang_up(session.call_sid)
            stage.twilio.advance(1)
        return now.has_ended

    until = context.clock() + (session.created_at.resolution * 30_000_000)
    assert wait_until(context, session, until, is_done).has_ended
    assert 3 <= len(pauses.lengths) <= 5
