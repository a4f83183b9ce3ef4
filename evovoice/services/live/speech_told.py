"""Who speaks, as consoles are told it: how it is at that moment, once for each party (C113)."""

from collections.abc import Iterable, Mapping

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import SessionEvent
from evovoice.domain.speech import told_of
from evovoice.storage.unit_of_work import Change, SessionKey, UnitOfWork


def speech_told(
    work: UnitOfWork, changes: Iterable[Change], sessions: Mapping[SessionKey, CallSession]
) -> dict[int, SessionEvent]:
    """What these changes tell, by their position: of several of one party the last alone."""
    last: dict[tuple[SessionKey, str], int] = {}
    for change in changes:
        key = SessionKey(change.account_id, change.session_id)
        if change.speech_of is not None and key in sessions:
            last[key, change.speech_of] = change.position
    if not last:
        return {}
    known = work.speeches.of_sessions({key for key, _ in last})
    events = {
        position: told_of(sessions[of[0]], known[of])
        for of, position in last.items()
        if of in known
    }
    return {position: event for position, event in events.items() if event is not None}
