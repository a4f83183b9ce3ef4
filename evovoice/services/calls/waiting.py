"""Waits, within a bound, for what the carrier's reports and other threads do to a session."""

from collections.abc import Callable
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.services.app_context import AppContext

_LOOK_EVERY = 0.05  # seconds between looks: other processes tell nothing of their changes


def wait_until(
    context: AppContext,
    session: CallSession,
    until: datetime,
    is_done: Callable[[CallSession], bool],
) -> CallSession:
    """The session once it is done, or as it is at that moment."""
    if is_done(session):
        return session
    with context.notifier.subscribe(session.id) as wait:
        session = _read_again(context, session)
        while not is_done(session) and context.clock() < until:
            wait(_LOOK_EVERY)
            session = _read_again(context, session)
    return session


def _read_again(context: AppContext, session: CallSession) -> CallSession:
    with context.database.reading() as work:
        return work.sessions.get(session.id, session.account_id) or session
