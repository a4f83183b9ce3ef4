"""Agents of whom the feed tells whether they take calls."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.notifications import NotificationKind
from evovoice.domain.states import AgentState, AgentStateReason, Direction
from evovoice.domain.values import User
from evovoice.storage.unit_of_work import Change, SessionKey, UnitOfWork


@dataclass(frozen=True, slots=True)
class AgentTold:
    """An agent as consoles are told of them, by what is so at that moment."""

    user: User
    state: AgentState
    reason: AgentStateReason


def agent_id_of(change: Change, session: CallSession | None) -> str | None:
    """Of whom that change may tell: the user it names, or the one whose device makes that call,
    where their part in it has begun or ended.
    """
    if change.presence_of is not None:
        return change.presence_of
    if session is None or session.direction is not Direction.OUTGOING:
        return None
    moved = {
        user_id
        for told in change.notifications
        if told.kind is NotificationKind.ACTIVE
        for user_id in told.users or ()
    }
    user_id = session.calling().user_id
    return user_id if user_id in moved else None


def agents_told(
    work: UnitOfWork,
    changes: Iterable[Change],
    sessions: Mapping[SessionKey, CallSession],
    now: datetime,
) -> dict[str, AgentTold]:
    """The agents of those changes by their ids; who has never set a state is not told of."""
    ids = {
        agent_id_of(one, sessions.get(SessionKey(one.account_id, one.session_id)))
        for one in changes
    }
    wanted = [user_id for user_id in ids if user_id is not None]
    found = work.presences.several(wanted) if wanted else {}
    return {
        user_id: AgentTold(one.user, *one.presence.shown(now))
        for user_id, one in found.items()
        if one.presence.set_state is not None
    }
