"""A device that was lost may come back: whoever it talked to waits that long (contract E2).

Lost is a leg of one of our users that ended without anybody having asked for it: their page was
reloaded, or the network failed.
"""

from datetime import datetime, timedelta

from evovoice.domain.call_session import CallSession
from evovoice.domain.interruptions import note_lost
from evovoice.domain.member import Member
from evovoice.domain.room_claim import claim_for_caller
from evovoice.domain.states import HangupLevel
from evovoice.domain.values import User


def note_lost_device(session: CallSession, now: datetime, returns_within: timedelta) -> None:
    """Note until when the call waits for a lost device; a plain call waits in its conference."""
    waited_before = session.return_until is not None
    session.return_until = _awaited_until(session, now, returns_within)
    if session.return_until is not None and not waited_before:
        names = ", ".join(m.display_name for m in lost_devices(session))
        note_lost(session, names, session.return_until, now)
    if session.return_until is not None and session.is_plain:
        claim_for_caller(session, now)


def may_return(session: CallSession, user: User) -> bool:
    """Whether that user's device was lost and the call waits for it."""
    waits = session.return_until is not None and not session.has_ended
    return waits and any(m.user_id == user.id for m in lost_devices(session))


def waits_for_return(session: CallSession, connected: list[Member]) -> bool:
    """Whether whoever is left alone is an outside party who waits for a lost device."""
    return session.return_until is not None and all(not m.is_our_user for m in connected)


def hold_for_return(session: CallSession) -> None:
    """Play music to whoever waits alone in a conference where it would be silent, and release them
    when the device is back. One that has never begun plays its own (`Instruction`).
    """
    connected, conference = session.connected(), session.open_conference()
    alone = len(connected) == 1 and waits_for_return(session, connected)
    if alone and conference is not None and conference.started:
        leg = connected[0].leg
        if not leg.settings.held:
            leg.settings.held, session.return_hold = True, leg.id
    elif session.return_hold is not None and not alone:
        held = session.member_of(session.return_hold)
        session.return_hold = None
        if held is not None:
            held.leg.settings.held = False


def _awaited_until(
    session: CallSession, now: datetime, returns_within: timedelta
) -> datetime | None:
    if not returns_within or session.end_wanted or session.has_ended:
        return None
    if session.is_plain and not _caller_can_wait(session):
        return None
    ends = [m.leg.end.at for m in lost_devices(session) if m.leg.end is not None]
    until = max(ends, default=now) + returns_within
    return until if ends and now < until else None


def _caller_can_wait(session: CallSession) -> bool:
    """In a plain call the dialled leg goes down with the calling one, not the other way round."""
    calling = session.calling()
    return not calling.is_our_user and calling.leg.end is None


def lost_devices(session: CallSession) -> list[Member]:
    """Our users whose latest connected leg ended unasked, and who have no other in the call.

    An earlier one counts no more: who came back and hangs up then has left.
    """
    latest = {m.user_id: m for m in session.members if m.is_our_user and session.was_connected(m)}
    live = {m.user_id for m in session.members if m.leg.end is None and not m.leg.never_dialled}
    return [
        m
        for m in latest.values()
        if not m.supervises
        and m.leg.end is not None
        and m.leg.hangup_level is HangupLevel.NOT
        and not m.leg.leave_wanted
        and m.user_id not in live
    ]
