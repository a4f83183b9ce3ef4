"""Hold, mute and coaching: the settings wished for a leg, and the orders for them."""

from datetime import datetime, timedelta

from evovoice.domain.call_session import CallSession
from evovoice.domain.leg import CLOCK_SLACK
from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.orders import AdjustLeg

# Between our own tries at ending a hold: what is refused now may be taken in a moment (C83). With
# the question that may follow each, it is six requests at most for one departure.
_RELEASE_PAUSES = (timedelta(seconds=2), timedelta(seconds=10))
MOST_RELEASES = len(_RELEASE_PAUSES) + 1


def derive_adjustments(session: CallSession) -> None:
    """Order what is wished and not yet ordered, once everybody is in the conference."""
    wishing = _in_order([m for m in session.members if not m.leg.settings.is_ordered])
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


def _in_order(wishing: list[Member]) -> list[Member]:
    """Who is released first, and who is held last: a change of a coach is refused while the
    coached party is on hold (16027).
    """

    def rank(member: Member) -> int:
        settings = member.leg.settings
        if settings.coaching:
            return 1
        return 2 if settings.held else 0

    return sorted(wishing, key=rank)


def can_be_ordered(session: CallSession) -> bool:
    """Whether what is wished of those in the call is ordered now, or as soon as the call has become
    a conference.
    """
    if not waiting_for_orders(session):
        return True
    return session.is_converting or session.open_conference() is not None


def unhold_without_agent(session: CallSession, now: datetime) -> None:
    """Resume everybody once the last of our users has left (contract 4.5 row 18)."""
    if not any(m.leg.settings.held for m in session.members) or not session.was_answered:
        return
    if is_anybody_ours(session):
        return
    for member in session.connected():
        _release(session, member, now)


def is_anybody_ours(session: CallSession) -> bool:
    """Whether one of our users is in the call, or may come back to it: a hold has somebody to end
    it.
    """
    is_ours = any(m.is_our_user for m in session.connected())
    return is_ours or session.return_until is not None


def _release(session: CallSession, member: Member, now: datetime) -> None:
    """Wish that party off hold, unless that was refused and it is too early to try again."""
    settings, state = member.leg.settings, session.state_of(member.leg)
    if not settings.refused_releases:
        settings.held = False
    elif state is not None and not state.held:  # one that was refused had worked before
        settings.held = settings.ordered_held = False
        settings.refused_releases, settings.release_again_at = 0, None
    elif settings.release_again_at is not None and settings.release_again_at <= now:
        settings.held, settings.release_again_at = False, None


def release_once_more(session: CallSession, now: datetime) -> None:
    """After a look at the call: whoever nobody is there to release does not stay on hold for ever.
    One more try is due for each hold whose end was given up.
    """
    for member in session.connected():
        settings = member.leg.settings
        if settings.refused_releases >= MOST_RELEASES and settings.held:
            settings.release_again_at = now


def next_release(session: CallSession, now: datetime) -> datetime | None:
    """When a hold is to be ended that could not be ended before."""
    moments = [m.leg.settings.release_again_at for m in session.connected()]
    return min((moment for moment in moments if moment and moment > now), default=None)


def note_adjusted(member: Member, at: datetime) -> None:
    """The carrier has taken an order for that party, at that moment by its clock."""
    settings = member.leg.settings
    settings.in_flight = False
    settings.adjusted_at = max(settings.adjusted_at or at, at)
    settings.refused_releases, settings.release_again_at = 0, None


def note_refused(session: CallSession, member: Member, reason: str, now: datetime) -> None:
    """Wishing on would show "holding ..." for ever: what is so is what is wished, and a line says
    so. Our own end of a hold, which nobody is there to repeat, is tried a few times more first.
    """
    settings = member.leg.settings
    is_left_alone = not any(m.is_our_user for m in session.connected())
    is_release, wished = not settings.held, (settings.muted, settings.coaching)
    _fall_back(session, member)
    if is_left_alone and is_release and settings.held:
        _release_later(session, member, reason, now)
    elif not is_left_alone or wished != (settings.muted, settings.coaching):
        settings.refused = reason
        _log_refusal(session, member, f"{member.display_name} stays as before: {reason}", now)


def _release_later(session: CallSession, member: Member, reason: str, now: datetime) -> None:
    settings = member.leg.settings
    pauses = _RELEASE_PAUSES[settings.refused_releases : settings.refused_releases + 1]
    settings.refused_releases += 1
    settings.release_again_at = now + pauses[0] if pauses else None
    if settings.refused_releases == MOST_RELEASES:
        text = f"{member.display_name} cannot be taken off hold: {reason}"
        _log_refusal(session, member, text, now)


def _fall_back(session: CallSession, member: Member) -> None:
    state, settings = session.state_of(member.leg), member.leg.settings
    settings.held, settings.muted = (state.held, state.muted) if state else (False, False)
    coached = settings.coached_before or settings.coaching or settings.uncoached
    settings.coaching = coached if state and state.coaching else ""
    settings.note_ordered(in_flight=False)


def _log_refusal(session: CallSession, member: Member, text: str, now: datetime) -> None:
    event = SessionEvent("CarrierReport", text, now, member.leg.call_sid, member.id)
    session.log(event)


def forget_refusals(session: CallSession) -> None:
    """Somebody wishes anew: what is not ordered yet has been refused by nobody."""
    for member in waiting_for_orders(session):
        member.leg.settings.refused = ""


def waiting_for_orders(session: CallSession) -> list[Member]:
    """Those whose wishes are ordered once the call is a conference, or an earlier order is done."""
    return [m for m in session.legs()[0] if not m.leg.settings.is_ordered]


def reset_unordered_settings(session: CallSession, reason: str) -> None:
    """Without a conference nobody can be held or muted; what was wished is not kept for a later
    one.
    """
    for member in session.members:
        settings = member.leg.settings
        settings.refused = settings.refused if settings.is_ordered else reason
        settings.held, settings.muted = settings.ordered_held, settings.ordered_muted
        settings.coaching = settings.ordered_coaching


def follow_carrier(session: CallSession) -> None:
    """Where the carrier has told since the last change that a party takes part otherwise than
    was wished, wish what is so: the next command then orders what it should.
    """
    conference = session.open_conference()
    if conference is None:
        return
    for member in session.legs()[0]:
        settings, call_sid = member.leg.settings, member.leg.call_sid
        state = conference.states.get(call_sid or "")
        if call_sid is None or state is None or not state.inside:
            continue
        if settings.in_flight or not settings.is_ordered:
            continue
        seen_at, adjusted_at = conference.seen_at(call_sid), settings.adjusted_at
        if seen_at is not None and (adjusted_at is None or seen_at > adjusted_at + CLOCK_SLACK):
            settings.held, settings.muted = state.held, state.muted
            settings.coaching = settings.coaching if state.coaching else ""
            settings.note_ordered(in_flight=False)


def is_confirmed(session: CallSession, member: Member) -> bool:
    """Whether the carrier has told what was wished of that party: by an event, or by its answer
    to the order.
    """
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
