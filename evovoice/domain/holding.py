"""Hold, mute and coaching: the settings wished for a leg, and the orders for them."""

from evovoice.domain.call_session import CallSession, Member
from evovoice.domain.messages import AdjustLeg


def derive_adjustments(session: CallSession) -> None:
    """Order what is wished and not yet ordered, once everybody is in the conference."""
    wishing = [m for m in session.members if not m.leg.settings.is_ordered]
    conference = session.open_conference() if wishing else None
    if conference is None or session.end_wanted:
        return
    for member in wishing:
        settings = member.leg.settings
        is_inside = session.is_connected(member) and conference.holds(member.leg.call_sid)
        if settings.in_flight or not is_inside:
            continue
        session.orders.append(_order(member, conference.conference_sid))
        settings.note_ordered(in_flight=True)


def unhold_without_agent(session: CallSession) -> None:
    """Resume everybody once the last of our users has left (contract 4.5 row 18)."""
    if not any(m.leg.settings.held for m in session.members) or not session.was_answered:
        return
    connected = session.connected()
    if any(m.is_our_user for m in connected):
        return
    for member in connected:
        member.leg.settings.held = False


def reset_unordered_settings(session: CallSession) -> None:
    """Without a conference nobody can be held or muted; what was wished is not kept for a later
    one.
    """
    for member in session.members:
        settings = member.leg.settings
        settings.held, settings.muted = settings.ordered_held, settings.ordered_muted
        settings.coaching = settings.ordered_coaching


def is_confirmed(session: CallSession, member: Member) -> bool:
    """Whether the carrier has reported what was wished of that party."""
    state, settings = session.state_of(member.leg), member.leg.settings
    reported = (state.held, state.muted, state.coaching) if state else (False, False, False)
    return reported == (settings.held, settings.muted, bool(settings.coaching))


def _order(member: Member, conference_sid: str) -> AdjustLeg:
    """Only what differs, so that an order says nothing about the rest; but coaching always, as
    the carrier ends it with any change that does not name it (twilio-voice 3.4).
    """
    settings, leg = member.leg.settings, member.leg
    assert leg.call_sid is not None, "who is in the room has a call SID"  # noqa: S101
    return AdjustLeg(
        leg.id,
        leg.call_sid,
        conference_sid,
        held=settings.held if settings.held != settings.ordered_held else None,
        muted=settings.muted if settings.muted != settings.ordered_muted else None,
        coaching=settings.coaching if settings.coaching or settings.ordered_coaching else None,
    )
