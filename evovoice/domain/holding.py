"""Hold, mute and coach: wishes on a leg's part in the conference, and the orders for them."""

from evovoice.domain.call_session import CallSession, Member
from evovoice.domain.messages import AdjustLeg


def adjust(session: CallSession) -> None:
    """Order what is wished and not yet ordered, once everybody is in the room."""
    wishing = [m for m in session.members if not m.leg.part.is_ordered]
    room = session.open_room() if wishing else None
    if room is None or session.end_wanted:
        return
    for member in wishing:
        part = member.leg.part
        is_inside = session.is_connected(member) and room.holds(member.leg.call_sid)
        if part.in_flight or not is_inside:
            continue
        session.orders.append(_order(member, room.conference_sid))
        part.note_ordered(in_flight=True)


def release_the_forsaken(session: CallSession) -> None:
    """Once the last of our users has left, nobody waits on hold for ever (contract 4.5 row 18)."""
    if not any(m.leg.part.held for m in session.members) or not session.was_answered:
        return
    connected = session.connected()
    if any(m.is_our_user for m in connected):
        return
    for member in connected:
        member.leg.part.held = False


def forget_wishes(session: CallSession) -> None:
    """Without a room nobody can be held or muted; what was wished is not kept for a later one."""
    for member in session.members:
        part = member.leg.part
        part.held, part.muted = part.ordered_held, part.ordered_muted
        part.coaching = part.ordered_coaching


def is_as_wished(session: CallSession, member: Member) -> bool:
    """Whether the carrier has reported what was wished of that party."""
    mark, part = session.mark_of(member.leg), member.leg.part
    reported = (mark.held, mark.muted, mark.coaching) if mark else (False, False, False)
    return reported == (part.held, part.muted, bool(part.coaching))


def _order(member: Member, conference_sid: str) -> AdjustLeg:
    """Only what differs, so that an order says nothing about the rest; but coaching always, as
    the carrier ends it with any change that does not name it (twilio-voice 3.4).
    """
    part, leg = member.leg.part, member.leg
    assert leg.call_sid is not None, "who is in the room has a call SID"  # noqa: S101
    return AdjustLeg(
        leg.id,
        leg.call_sid,
        conference_sid,
        held=part.held if part.held != part.ordered_held else None,
        muted=part.muted if part.muted != part.ordered_muted else None,
        coaching=part.coaching if part.coaching or part.ordered_coaching else None,
    )
