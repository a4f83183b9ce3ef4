"""When the carrier is asked how things are though it has reported nothing, and what is in doubt.

A report can be lost for good (twilio-voice 10.1). What is shown is so within a minute all the same,
and whatever nothing was heard of that should have been is asked for sooner.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from evovoice.domain.call_session import CallSession
from evovoice.domain.conference import Conference
from evovoice.domain.conversion_check import next_look
from evovoice.domain.digits import next_digits
from evovoice.domain.holding import next_release
from evovoice.domain.hunt_answers import next_verdicts
from evovoice.domain.hunt_parties import hunt_of, ring_seconds
from evovoice.domain.leg import CLOCK_SLACK
from evovoice.domain.member import Member
from evovoice.domain.states import HangupLevel, LegProgress

# An account dials one added party a second, unless it has been granted more; the others wait in
# the carrier's own line and may ring minutes later (R37, R58). Nobody adds more than a few at once,
# so whoever waits for half a minute would ring when nobody expects it any more.
QUEUED_FOR = timedelta(seconds=30)
_QUEUED_LOOK = timedelta(seconds=15)
_REGULAR = timedelta(seconds=55)  # with the question itself: within a minute
_SOON = timedelta(seconds=5)
_AT_ONCE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(seconds=60)
_RUNG_OUT = timedelta(seconds=10)  # the carrier adds about five to the time (twilio-voice 3.3)
_CONVERSION_CHECK = timedelta(seconds=5)
_ON_THE_WAY = timedelta(seconds=30)  # it takes a second where all is well
_CONVERSION_TAKES = timedelta(seconds=10)
_HANGUP_CHECK = timedelta(seconds=15)
_SECOND_LOOK = timedelta(seconds=5)  # at what was not found once
_DOUBT_CHECK = timedelta(seconds=20)  # whoever was taken for gone may live (twilio-voice 10.1)
_AGAIN = timedelta(seconds=30)  # where the carrier could not be asked


def plan_look(session: CallSession, now: datetime) -> None:
    """Set when the carrier is asked next, never once all is surely over, and what is in doubt."""
    session.next_check = min(_checks(session, now), default=None)
    session.in_doubt = _is_in_doubt(session, now)


def note_look(session: CallSession, now: datetime, *, complete: bool) -> None:
    """The carrier was asked; `complete` where it told how every live leg is."""
    session.look_failed = not complete
    if complete:
        session.verified_at = now


def mark_as_asked(session: CallSession, first: int) -> None:
    """Note in the new lines of the log, from that one on, that no report told it by then."""
    marked = [replace(e, data={**e.data, "source": "look"}) for e in session.events[first:]]
    session.events[first:] = marked


def waits_too_long(member: Member, now: datetime) -> bool:
    """Whether the carrier has accepted that dial and kept it waiting ever since."""
    leg = member.leg
    if leg.dial_ordered_at is None or leg.call_sid is None or leg.withdrawn is not None:
        return False
    return leg.progress is LegProgress.QUEUED and now - leg.dial_ordered_at >= QUEUED_FOR


def _checks(session: CallSession, now: datetime) -> Iterator[datetime]:
    doubted = any(session.is_doubted(member, now) for member in session.members)
    connected, pending = session.legs()
    if not connected and not pending and not doubted:
        return
    if session.return_until is not None:
        yield session.return_until
    if session.look_failed:
        yield from _checks_after_failure(session, now)
        return
    if doubted:
        yield now + _DOUBT_CHECK
    yield from _second_looks(session, now)
    if connected or pending:
        yield max((session.verified_at or session.created_at) + _REGULAR, now + _SOON)
        yield from _checks_of_deeds(session, (*connected, *pending), now)
        yield from _checks_of_participants(session, connected, now)
        yield from _checks_of_dials(pending, now)
        yield from _checks_of_hunts(session, pending, now)
        yield from next_verdicts(session, now)


def _checks_after_failure(session: CallSession, now: datetime) -> Iterator[datetime]:
    """Where the carrier could not be asked: what somebody waits for is asked about again soon, with
    growing pauses. A report meanwhile puts nothing off.
    """
    planned = session.next_check
    again = now + _AGAIN
    yield min(planned, again) if planned is not None and planned > now else again
    waited_for = [m.leg.doubted_at for m in session.members if m.leg.end is None]
    waited_for += [m.leg.dial_ordered_at for m in session.legs()[1] if m.leg.call_sid]
    if session.is_converting:
        waited_for.append(session.moved_at)
    for since in waited_for:
        if since is not None:
            yield now + min(max((now - since) / 4, _SOON), _AGAIN)
    release = next_release(session, now)
    if release is not None:
        yield release


def _second_looks(session: CallSession, now: datetime) -> Iterator[datetime]:
    """What was not found once is looked for again before anything follows from it."""
    for member in session.members:
        if member.leg.end is None and member.leg.doubted_at is not None:
            yield member.leg.doubted_at + _SECOND_LOOK
    if any(conference.is_doubted(now) for conference in session.conferences.values()):
        yield now + _SECOND_LOOK


def _checks_of_deeds(
    session: CallSession, live: tuple[Member, ...], now: datetime
) -> Iterator[datetime]:
    """What we have ordered and will hear of."""
    conference = session.current_conference()
    if session.is_converting:
        yield next_look(session, now)
    elif _is_on_the_way(session, now) or (conference is not None and conference.closed):
        yield now + _CONVERSION_CHECK
    for due in (next_release(session, now), next_digits(session, now)):
        if due is not None:
            yield due
    if (
        session.end_wanted
        or session.hears_farewell
        or any(m.leg.hangup_level is not HangupLevel.NOT for m in live)
    ):
        yield now + _HANGUP_CHECK


def _is_on_the_way(session: CallSession, now: datetime) -> bool:
    """Whether the caller was sent to a conference of which nothing has been heard."""
    sent_at = session.dial_finished_at
    if sent_at is None or session.converted_at is not None:
        return False
    return now - sent_at < _ON_THE_WAY


def _checks_of_participants(
    session: CallSession, connected: list[Member], now: datetime
) -> Iterator[datetime]:
    """Who should be in the conference and was not reported there; what was changed and has not
    been reported since.
    """
    conference = session.open_conference() if session.converted_at is not None else None
    if conference is None or session.converted_at is None:
        return
    for member in connected:
        if not conference.has_inside(member.leg.call_sid):
            since = member.leg.answered_at or member.added_at
            yield _growing(max(since, session.converted_at), now)
        elif not _change_is_seen(conference, member):
            adjusted = member.leg.settings.adjusted_at or now
            yield max(min(adjusted, now) + _SOON, now + _AT_ONCE)


def _checks_of_dials(pending: list[Member], now: datetime) -> Iterator[datetime]:
    """Who was accepted, and has not been called as far as we know."""
    for member in pending:
        ordered = member.leg.dial_ordered_at
        if ordered is None or member.leg.progress is not LegProgress.QUEUED:
            continue
        for due in (ordered + _QUEUED_LOOK, ordered + QUEUED_FOR):
            if due > now:
                yield due


def _checks_of_hunts(
    session: CallSession, pending: list[Member], now: datetime
) -> Iterator[datetime]:
    """Somebody waits for the end of this ringing, whose report may be lost."""
    for member in pending:
        hunt, ordered = hunt_of(session, member.id), member.leg.dial_ordered_at
        if hunt is None or not hunt.waiting or ordered is None:
            continue
        due = ordered + timedelta(seconds=ring_seconds(session, member)) + _RUNG_OUT
        if due > now:
            yield due


def _change_is_seen(conference: Conference, member: Member) -> bool:
    """Whether an event tells what was wished, or a look was made since the carrier took it."""
    settings, call_sid = member.leg.settings, member.leg.call_sid
    if settings.adjusted_at is None or call_sid is None:
        return True
    event, look = conference.event_of(call_sid), conference.look_of(call_sid)
    wished = (settings.held, settings.muted, bool(settings.coaching))
    if event is not None and (event.held, event.muted, event.coaching) == wished:
        return True
    return look is not None and look.at is not None and look.at > settings.adjusted_at + CLOCK_SLACK


def _growing(since: datetime, now: datetime) -> datetime:
    """The next of the moments 5, 10, 20, 40 ... seconds after that one; later every minute."""
    pause = _SOON
    while since + pause <= now and pause < _LONGEST_PAUSE:
        pause *= 2
    return since + pause if since + pause > now else now + _LONGEST_PAUSE


def _is_in_doubt(session: CallSession, now: datetime) -> bool:
    """Whether somebody was taken for gone and may live, or is in a conference that is not open."""
    if any(session.is_doubted(member, now) for member in session.members):
        return True
    if any(conference.is_doubted(now) for conference in session.conferences.values()):
        return True
    if session.is_converting and session.moved_at is not None:
        return now - session.moved_at > _CONVERSION_TAKES
    conference = session.current_conference()
    is_closed = conference is not None and conference.closed
    return is_closed and session.converted_at is not None and bool(session.legs()[0])
