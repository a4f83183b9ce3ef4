"""What happens beside the directory when a user is disabled or deleted: what rings is stopped, and
what goes on is told to whoever does it.
"""

from contextlib import suppress
from dataclasses import dataclass

from evovoice.domain.call_session import CallSession
from evovoice.domain.values import User
from evovoice.services import administration
from evovoice.services.app_context import AppContext
from evovoice.services.calls import stop_ringing_of
from evovoice.storage.unit_of_work import DatabaseUnavailable, KnownUser


@dataclass(frozen=True, slots=True)
class Departure:
    """A user who is disabled or deleted, and what of theirs goes on: the sessions in which they
    talk, and the keys of others that they had made.
    """

    known: KnownUser
    active_session_ids: list[str]
    key_ids: list[str]


def disable_user(context: AppContext, actor: User, user_id: str) -> Departure:
    """End at once what lets the user in, and stop ringing them; again it changes nothing.

    Errors: `UserNotFound`, `AboveOwnRole`, `NotOnOneself`.
    """
    known = administration.disable_user(context.database, user_id, context.clock(), actor)
    return _departed(context, known)


def delete_user(context: AppContext, actor: User, user_id: str) -> Departure:
    """As `disable_user`, for good, as `administration.delete_user` does."""
    known = administration.delete_user(context.database, user_id, context.clock(), actor)
    return _departed(context, known)


def _departed(context: AppContext, known: KnownUser) -> Departure:
    user = known.user
    with context.database.reading() as work:
        talking = [one.id for one in work.sessions.active_of(user) if _talks(user, one)]
        keys = work.api_keys.of_others_made_by(user.id, context.clock())
    with suppress(DatabaseUnavailable):  # the worker does it as soon as it can
        stop_ringing_of(context, user)
    return Departure(known, talking, [key.id for key in keys])


def _talks(user: User, session: CallSession) -> bool:
    return any(member.user_id == user.id for member in session.connected())
