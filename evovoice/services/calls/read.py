"""What agents see of calls: their own, one with its log and its parties."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.session_access import seen


def get_session(context: AppContext, user: User, session_id: str) -> CallSession:
    """One session; those of other accounts look the same as none. Errors: `SessionNotFound`."""
    with context.database.reading() as work:
        return seen(work, user, session_id, context.clock())


def active_sessions(context: AppContext, user: User) -> list[CallSession]:
    """Sessions that have not ended and in which the user has a live leg, newest first."""
    with context.database.reading() as work:
        return work.sessions.active_of(user)


def session_events(
    context: AppContext, user: User, session_id: str, after: int, count: int
) -> tuple[list[tuple[int, SessionEvent]], bool]:
    """Lines of the log with a sequence above `after`, and whether there are more; without those of
    a supervisor whom the account hides from this user.
    """
    with context.database.reading() as work:
        session = seen(work, user, session_id, context.clock())
        lines = work.sessions.events(session.account_id, session_id, after, count + 1)
    hidden = set() if user.oversees else {m.id for m in session.members if m.is_hidden}
    shown = [line for line in lines[:count] if line[1].member_id not in hidden]
    return shown, len(lines) > count


def my_sessions(context: AppContext, user: User) -> list[CallSession]:
    """Sessions that have not ended and in which the user has or had a leg, newest first."""
    with context.database.reading() as work:
        return work.sessions.open_of(user)


def conference_members(
    context: AppContext, user: User, session_id: str, *, include_ended: bool
) -> tuple[CallSession, list[Member]]:
    """The parties of a session; with `include_ended` those too who are gone or never came."""
    session = get_session(context, user, session_id)
    members = session.members if include_ended else session.live()
    return session, [m for m in members if user.oversees or not m.is_hidden]
