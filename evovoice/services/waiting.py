"""Waits, within a bound, for what the carrier's reports and other threads do to a session."""

from collections.abc import Callable
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.services.desk import Desk

_LOOK_EVERY = 0.05  # seconds between looks: other processes tell nothing of their changes


def wait_until(
    desk: Desk, session: CallSession, until: datetime, is_done: Callable[[CallSession], bool]
) -> CallSession:
    """The session once it is done, or as it is at that moment."""
    if is_done(session):
        return session
    with desk.news.listening(session.id) as wait:
        session = _read_again(desk, session)
        while not is_done(session) and desk.clock() < until:
            wait(_LOOK_EVERY)
            session = _read_again(desk, session)
    return session


def _read_again(desk: Desk, session: CallSession) -> CallSession:
    with desk.database.reading() as work:
        return work.sessions.get(session.id, session.account_id) or session
