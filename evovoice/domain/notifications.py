"""What consoles are told when a session changes: of which kind, and whom (contract 3.12, C75)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from evovoice.domain.call_session import CallSession
from evovoice.domain.member import Member
from evovoice.domain.states import CallState, LegProgress
from evovoice.domain.views import state_among


class NotificationKind(StrEnum):
    """What a notification says, by the contract's names, in the order they are sent."""

    INVITE = "SessionInvite"
    ACTIVE = "ActiveSessionsChanged"
    ANSWERED = "SessionAnswered"
    HELD = "SessionHeld"
    DISCONNECTED = "SessionDisconnected"
    INFO = "SessionInfoChanged"
    AGENT = "AgentStateChanged"  # of no session: whether an agent takes calls


@dataclass(frozen=True, slots=True)
class Notification:
    """One thing to tell. `users`: the ids of those it is meant for; None: all who may see it."""

    kind: NotificationKind
    users: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """What notifications are derived from: the state of a session; users by their ids."""

    call_state: CallState
    was_answered: bool
    rung: frozenset[str]  # users whose device rings
    active: frozenset[str]  # users with a live leg: it is in their GetActiveSessions


_NOBODY: frozenset[str] = frozenset()
_NO_SESSION = SessionStatus(CallState.RINGING, False, _NOBODY, _NOBODY)


def session_status(session: CallSession) -> SessionStatus:
    """The status of that session now."""
    connected, pending = session.legs()
    rung = [m for m in pending if m.is_our_user and _rings(session, m)]
    ours = [m for m in (*connected, *pending) if m.is_our_user]
    state = state_among(session, session.connected())
    return SessionStatus(state, session.was_answered, _users(rung), _users(ours))


def notifications(before: SessionStatus | None, after: SessionStatus) -> tuple[Notification, ...]:
    """What a change has to tell; `before` is None where there was no session yet."""
    return tuple(_told(before or _NO_SESSION, after))


def _told(before: SessionStatus, after: SessionStatus) -> Iterator[Notification]:
    invited, moved = after.rung - before.rung, after.active ^ before.active
    if invited:
        yield Notification(NotificationKind.INVITE, tuple(sorted(invited)))
    if moved:
        yield Notification(NotificationKind.ACTIVE, tuple(sorted(moved)))
    if after.was_answered and not before.was_answered:
        yield Notification(NotificationKind.ANSWERED)
    for state, kind in _ENTERED.items():
        if after.call_state is state is not before.call_state:
            yield Notification(kind)
    yield Notification(NotificationKind.INFO)


_ENTERED = {
    CallState.HOLD: NotificationKind.HELD,
    CallState.DISCONNECTED: NotificationKind.DISCONNECTED,
}


def _rings(session: CallSession, pending: Member) -> bool:
    """Original parties ring as soon as they are dialled, the others once the carrier says so."""
    if pending.leg.progress >= LegProgress.RINGING:
        return True
    return pending.is_original and (pending.is_calling or not session.waits_for_own_device)


def _users(members: Iterable[Member]) -> frozenset[str]:
    return frozenset(str(m.user_id) for m in members)
