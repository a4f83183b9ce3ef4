"""Rings nobody who is disabled: what began to ring before, or at that very moment, is stopped."""

from contextlib import suppress
from datetime import datetime, timedelta

from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.hanging_up import rung_devices, stop_ringing
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.outbox.session_changes import OfUser
from evovoice.services.unreadable_rows import logged_if_unreadable
from evovoice.storage.unit_of_work import UnitOfWork

_REASON = "the user is disabled"
_LOOKED_BACK = timedelta(minutes=10)  # clocks of machines differ, and one may have been stopped


def stop_ringing_disabled(context: AppContext) -> None:
    """Stop every device that rings for somebody who was disabled lately.

    Whoever disables them need not be a process that gives orders, and a call may come in by a
    transaction that began before: so each process looks again and again. Those who talk go on.
    """
    since = context.clock() - _LOOKED_BACK
    with context.database.autocommit() as work:
        found = work.known_users.still_in_calls(since)
    for user, session_id in found:
        with suppress(SessionNotFound), logged_if_unreadable():
            with context.database.reading() as work:
                session = work.sessions.get(session_id, user.account_id)
            if session is not None:
                _stop_where_rung(context, user, session)


def stop_ringing_of(context: AppContext, user: User) -> None:
    """Stop every device that rings for that user, who has just been disabled."""
    with context.database.reading() as work:
        sessions = work.sessions.active_of(user)
    for session in sessions:
        with suppress(SessionNotFound), logged_if_unreadable():
            _stop_where_rung(context, user, session)


def _stop_where_rung(context: AppContext, user: User, session: CallSession) -> None:
    if rung_devices(session, user.id):
        changed = context.changes.apply(OfUser(user, session.id), _stop, user.id)
        context.dispatch.hand_over(changed.orders)


def _stop(work: UnitOfWork, session: CallSession, user_id: str, now: datetime) -> None:
    del work
    stop_ringing(session, user_id, _REASON, now)
