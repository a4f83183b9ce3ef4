"""Waits, within a bound, for what the carrier's reports and other threads do to a session
(decisions 52, 67).
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from evovoice.domain.call_session import CallSession
from evovoice.services.app_context import AppContext
from evovoice.storage.unit_of_work import DatabaseUnavailable, SessionVersion

LONGEST_ANSWER = timedelta(seconds=9)  # contract 2.5 promises 10

# Seconds between looks: other processes tell nothing of their changes. What comes soon is seen
# soon, and whoever waits for long does not keep the database busy.
_FIRST_PAUSE, _LONGEST_PAUSE, _GROWTH = 0.02, 0.2, 1.5


def wait_until(
    context: AppContext,
    session: CallSession,
    until: datetime,
    is_done: Callable[[CallSession], bool],
) -> CallSession:
    """The session once it is done, or as it is at that moment."""
    if is_done(session):
        return session
    seen: SessionVersion | None = None
    with context.notifier.subscribe(session.id) as wait:
        for pause in _pauses():
            with suppress(DatabaseUnavailable):  # what was ordered stands, whether we see it or not
                newest = _version(context, session)
                if newest != seen:
                    session, seen = _read_again(context, session), newest
            if is_done(session) or context.clock() >= until:
                break
            wait(pause)
    return session


def _pauses() -> Iterator[float]:
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * _GROWTH, _LONGEST_PAUSE)


def _version(context: AppContext, session: CallSession) -> SessionVersion | None:
    """One small question; the session is read only where it has changed."""
    with context.database.autocommit() as work:
        return work.sessions.version(session.account_id, session.id)


def _read_again(context: AppContext, session: CallSession) -> CallSession:
    with context.database.reading() as work:
        return work.sessions.get(session.id, session.account_id) or session
