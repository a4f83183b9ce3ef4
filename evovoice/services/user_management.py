"""What managers see and do of users: who there is, and who is disabled.

They see the users of their own account, administrators those of all; others look like nobody.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from evovoice.domain.call_session import CallSession
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.auth import access
from evovoice.services.calls import stop_ringing_of
from evovoice.services.errors import (
    AboveOwnRole,
    DisablesThemselves,
    ResetsTheirOwn,
    UserNotFound,
)
from evovoice.services.session_access import visible_accounts
from evovoice.storage.unit_of_work import DatabaseUnavailable, KnownUser, Slice, UnitOfWork

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DisabledUser:
    """A user who is disabled, and the sessions in which they talk: those go on."""

    known: KnownUser
    active_session_ids: list[str]


def list_users(
    context: AppContext, actor: User, account_ids: Sequence[str], wanted: Slice
) -> tuple[list[KnownUser], int]:
    """Users by name, one more where there are more; and the number of all, 0 where not wanted."""
    visible = visible_accounts(actor, account_ids)
    with context.database.reading() as work:
        users = work.known_users.page(visible, wanted.first, wanted.most + 1)
        return users, work.known_users.count(visible) if wanted.is_counted else 0


def disable_user(context: AppContext, actor: User, user_id: str) -> DisabledUser:
    """End at once what lets the user in, and stop ringing them; again it changes nothing.

    Errors: `UserNotFound`, `AboveOwnRole`, `DisablesThemselves`.
    """
    with context.database.writing() as work:
        user = _managed(work, actor, user_id).user
        if user.id == actor.id:
            raise DisablesThemselves
        if access.disable(work, user, context.clock()):
            _log.info("User %s is disabled by %s", user.id, actor.id)
        known = _managed(work, actor, user_id)
        talking = [one.id for one in work.sessions.active_of(user) if _talks(user, one)]
    with suppress(DatabaseUnavailable):  # the worker does it as soon as it can
        stop_ringing_of(context, user)
    return DisabledUser(known, talking)


def enable_user(context: AppContext, actor: User, user_id: str) -> KnownUser:
    """Let the user sign in and ring again, as `access.enable` does; again it changes nothing.

    Errors: `UserNotFound`, `AboveOwnRole`.
    """
    with context.database.writing() as work:
        user = _managed(work, actor, user_id).user
        if access.enable(work, user, context.clock()):
            _log.info("User %s is enabled by %s", user.id, actor.id)
        return _managed(work, actor, user_id)


def reset_second_factor(context: AppContext, actor: User, user_id: str) -> KnownUser:
    """Take a user's second factor away, as `access.reset_second_factor` does; again it changes
    nothing. Errors: `UserNotFound`, `AboveOwnRole`, `ResetsTheirOwn`.
    """
    with context.database.writing() as work:
        known = _managed(work, actor, user_id)
        if known.user.id == actor.id:
            raise ResetsTheirOwn
        if access.reset_second_factor(work, known.user, context.clock()):
            _log.info("The second factor of %s is reset by %s", known.user.id, actor.id)
    return known


def _managed(work: UnitOfWork, actor: User, user_id: str) -> KnownUser:
    """The user with that id, whom the actor may manage."""
    known = work.known_users.find(user_id)
    if known is None or known.user.id != user_id or not actor.sees(known.user.account_id):
        raise UserNotFound(user_id)
    if known.user.outranks(actor):
        raise AboveOwnRole
    return known


def _talks(user: User, session: CallSession) -> bool:
    return any(member.user_id == user.id for member in session.connected())
