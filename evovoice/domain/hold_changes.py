"""Holding a call and resuming it, as people see it: who holds it is told once the carrier did it
(decision 61).

The settings of each leg, and the orders for them, are those of `holding`.
"""

from dataclasses import replace
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.values import HoldChange, User


def hold_all_but(
    session: CallSession, own: Member | None, by: User, reason: str, now: datetime
) -> None:
    """Wish everybody on hold but `own`, each time anew: a hold by somebody who is held themselves
    releases them (C85). Where nobody is left to be held, `by` takes over reason and holder.
    """
    asked = session.hold_change
    waited_for = asked.member_ids if asked and asked.held else ()
    changed = [m.id for m in _newly_held(session, own)]
    if own is not None:
        own.leg.settings.held = False
    change = HoldChange(by.id, by.name, True, reason, True, (*waited_for, *changed))
    if change.member_ids:
        session.hold_change = change
    elif (session.held_by, session.hold_reason) != (by.id, reason):
        _take_over(session, change, now)


def release_all(session: CallSession, by: User) -> None:
    """Wish nobody on hold."""
    held = [m for m in session.members if m.leg.settings.held]
    for member in held:
        member.leg.settings.held = False
    if held:
        ids = tuple(m.id for m in held)
        session.hold_change = HoldChange(by.id, by.name, False, "None", True, ids)


def hold_one(session: CallSession, member: Member, by: User, *, held: bool) -> None:
    """Wish one party on hold or off."""
    if member.leg.settings.held is held:
        return
    member.leg.settings.held = held
    asked = session.hold_change
    if asked is not None and asked.held is held:  # one more of those who are waited for
        session.hold_change = replace(asked, member_ids=(*asked.member_ids, member.id))
    else:
        session.hold_change = HoldChange(by.id, by.name, held, "None", False, (member.id,))


def settle_hold(session: CallSession, now: datetime) -> None:
    """Once the carrier has answered for everybody: write who holds the call, or who resumed it.
    Nothing is written of what was refused for all of them; a line for each says that.
    """
    change = session.hold_change
    if change is None:
        return
    parties = [m for m in session.connected() if m.id in change.member_ids]
    if any(_is_awaited(session, member) for member in parties):
        return
    session.hold_change = None
    if any(m.leg.settings.held is change.held for m in parties):
        _take_over(session, change, now)


def _newly_held(session: CallSession, own: Member | None) -> list[Member]:
    fresh = [m for m in session.connected() if m is not own and not m.leg.settings.held]
    for member in fresh:
        member.leg.settings.held = True
    return fresh


def _is_awaited(session: CallSession, member: Member) -> bool:
    settings, state = member.leg.settings, session.state_of(member.leg)
    if settings.held is not settings.ordered_held:
        return True
    return settings.in_flight and (state is None or state.held is not settings.held)


def _take_over(session: CallSession, change: HoldChange, now: datetime) -> None:
    if change.held:
        session.held_by, session.hold_reason = change.user_id, change.reason
    if not change.is_whole:
        return
    kind, verb = ("Held", "holds") if change.held else ("Resumed", "resumes")
    text = f"{change.user_name} {verb} the call"
    session.log(SessionEvent(kind, text, now, None, None, change.user_id))
