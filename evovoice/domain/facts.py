"""Merges what the carrier says. Facts are never refused: they may come late, twice, or in
any order, and the end state is the same (model: commands are guarded, facts are merged).
"""

from collections.abc import Iterable
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.conference import Conference
from evovoice.domain.digits import note_digits, note_sent_with_dial
from evovoice.domain.hanging_up import reissue_hangup
from evovoice.domain.holding import note_adjusted, note_refused
from evovoice.domain.hunt_answers import note_answerer
from evovoice.domain.interruptions import (
    note_closing,
    note_sent_without_database,
    note_stranger,
)
from evovoice.domain.leg_evidence import hang_up_failed_dial, note_life, without_disproved
from evovoice.domain.leg_log import log_end, log_presence, log_progress
from evovoice.domain.member import Member
from evovoice.domain.messages import (
    LOOK,
    AdjustRefused,
    AnswererHeard,
    ConferenceDoubted,
    ConferenceEnded,
    ConferenceStarted,
    DialFinished,
    DigitsRefused,
    DigitsTaken,
    Fact,
    LegAdjusted,
    LegEnded,
    LegPresence,
    LegProgressed,
    RecordingEnded,
    RecordingRefused,
    RecordingStarted,
    RedirectFailed,
    RoomsSeen,
    SentToRoom,
    SessionEvent,
    UnknownFact,
)
from evovoice.domain.order_derivation import fail_conversion
from evovoice.domain.recording import note_recording
from evovoice.domain.states import Direction, EndSource, Outcome

_OfConference = ConferenceStarted | ConferenceEnded | ConferenceDoubted


def observe(session: CallSession, facts: Iterable[Fact], now: datetime) -> None:
    """Merge all that one report tells; what follows from the whole of it is derived afterwards."""
    for fact in without_disproved(session, facts):
        _merge(session, fact, now)


def _merge(session: CallSession, fact: Fact, now: datetime) -> None:  # noqa: C901, PLR0912 (one case a fact)
    match fact:
        case LegProgressed():
            _progressed(session, fact, now)
        case LegEnded():
            _ended(session, fact, now)
        case LegPresence():
            _presence(session, fact, now)
        case ConferenceStarted() | ConferenceEnded() | ConferenceDoubted():
            _conference_told(session, fact, now)
        case RoomsSeen():
            _rooms_seen(session, fact)
        case SentToRoom():
            note_sent_without_database(session, fact.at, now)
        case DialFinished():
            _dial_finished(session, fact, now)
        case RedirectFailed():
            _redirect_failed(session, fact, now)
        case LegAdjusted() | AdjustRefused():
            _adjusted(session, fact, now)
        case RecordingStarted() | RecordingEnded() | RecordingRefused():
            note_recording(session, fact, now)
        case DigitsTaken() | DigitsRefused():
            note_digits(session, fact, now)
        case AnswererHeard():
            _answerer_heard(session, fact, now)
        case UnknownFact():
            text = f"The carrier says {fact.name}"
            session.log(SessionEvent("CarrierReport", text, now, data=fact.raw))


def _progressed(session: CallSession, fact: LegProgressed, now: datetime) -> None:
    member = session.member_of(fact.leg_id, fact.call_sid)
    if member is None:
        return note_stranger(session, "how far it has come", fact.call_sid, now)
    _bind(session, member, fact.call_sid, now)
    note_life(session, member, fact.at, now)
    calls = member.is_calling and not member.was_placed
    if calls and session.direction is Direction.INCOMING:
        return None  # the carrier picks up; the dial's answer connects them (contract 4.1)
    answered_before = session.was_answered
    happened_at = fact.since or now
    if member.leg.advance(fact) and not calls:
        log_progress(session, member, happened_at)
    if session.was_answered and not answered_before:
        text = f"{member.display_name} answered the call"
        session.log(SessionEvent("Answered", text, happened_at, fact.call_sid, member.id))
    note_sent_with_dial(session, member, happened_at)
    return None


def _ended(session: CallSession, fact: LegEnded, now: datetime) -> None:
    member = session.member_of(fact.leg_id, fact.call_sid)
    if member is None:
        return note_stranger(session, "its end", fact.call_sid, now)
    if fact.source is EndSource.ORDER and member.leg.call_sid and member.leg.end is None:
        return hang_up_failed_dial(session, member, fact.reason, now)
    if not member.leg.believes(fact, session.last_seen(member.leg, fact.call_sid)):
        return None
    first = member.leg.finish(fact)
    _bind(session, member, fact.call_sid, now)
    if first:
        log_end(session, member, now)
    return None


def _conference_told(
    session: CallSession,
    fact: ConferenceStarted | ConferenceEnded | ConferenceDoubted,
    now: datetime,
) -> None:
    conference = _conference_of(session, fact.conference_sid, fact.at)
    match fact:
        case ConferenceStarted():
            conference.started = True  # looks say so again and again
            _conference_lives(conference, fact.at, by_event=False)
        case ConferenceEnded():
            note_closing(session, conference, fact, now)
            conference.note_end(fact.at, is_guess=fact.is_guess)
        case ConferenceDoubted():
            conference.note_doubt(fact.at)


def _conference_lives(conference: Conference, at: datetime, *, by_event: bool) -> None:
    """Where it was presumed to be over, whether to close it is judged anew."""
    if conference.note_life(at, by_event=by_event):
        conference.close_ordered = False


def _presence(session: CallSession, fact: LegPresence, now: datetime) -> None:
    conference = _conference_of(session, fact.conference_sid, fact.at)
    conference.note_inside(fact)
    if fact.inside:
        _conference_lives(conference, fact.at, by_event=fact.sequence > LOOK)
    member = session.member_of(fact.leg_id, fact.call_sid)
    if member is not None:
        _bind(session, member, fact.call_sid, now)
    elif session.member_of(fact.leg_id) is not None:
        note_stranger(session, "its place in a conference", fact.call_sid, now)
    if member is not None and fact.inside:
        note_life(session, member, fact.at, now)
    before = conference.states.get(fact.call_sid)
    is_new = conference.note(fact)
    if is_new and member is not None and member.leg.end is None:
        log_presence(session, member, before, conference.states[fact.call_sid], now)


def _rooms_seen(session: CallSession, fact: RoomsSeen) -> None:
    """A look that came too late for its conversion says nothing about the next one."""
    for conference_sid, region in fact.regions.items():
        _conference_of(session, conference_sid, fact.at).region = region
    if session.moved_at is not None and fact.at >= session.moved_at:
        session.rooms_seen_at = max(session.rooms_seen_at or fact.at, fact.at)


def _dial_finished(session: CallSession, fact: DialFinished, now: datetime) -> None:
    """In a plain call the dial is over and with it every leg it rang; else it means a move."""
    if session.root_call_sid not in (None, fact.call_sid):
        return note_stranger(session, "the end of its dial", fact.call_sid, now)
    if not session.is_plain:
        session.dial_finished_at = min(session.dial_finished_at or fact.at, fact.at)
    if not session.is_plain or fact.outcome is None:
        return None
    for member in session.dialled():
        unanswered = Outcome.NO_ANSWER if fact.outcome is Outcome.COMPLETED else fact.outcome
        outcome = Outcome.COMPLETED if member.leg.was_answered else unanswered
        ended = LegEnded(member.leg.id, None, outcome, EndSource.INFERRED, fact.at)
        _ended(session, ended, now)
    return None


def _redirect_failed(session: CallSession, fact: RedirectFailed, now: datetime) -> None:
    """Only the first redirect: after a repeat somebody is in a conference, and waits for the end
    of the conversion there.
    """
    is_repeat = session.redirects > 1
    if session.moving_leg_id == fact.leg_id and session.converted_at is None and not is_repeat:
        fail_conversion(session, fact, now)


def _adjusted(session: CallSession, fact: LegAdjusted | AdjustRefused, now: datetime) -> None:
    """The next wish may go out; that this one is so, a `LegPresence` tells."""
    member = session.member_of(fact.leg_id)
    if member is None:
        return
    if isinstance(fact, AdjustRefused):
        note_refused(session, member, fact.reason, now)
    else:
        note_adjusted(member, fact.at)


def _answerer_heard(session: CallSession, fact: AnswererHeard, now: datetime) -> None:
    member = session.member_of(fact.leg_id, fact.call_sid)
    if member is None:
        return note_stranger(session, "who has answered it", fact.call_sid, now)
    _bind(session, member, fact.call_sid, now)
    return note_answerer(session, member, fact, now)


def _bind(session: CallSession, member: Member, call_sid: str | None, now: datetime) -> None:
    """Learn a leg's SID; the newest added party is the one the carrier accepted last."""
    if call_sid is None or member.leg.call_sid is not None:
        return
    member.leg.bind(call_sid)
    if not member.is_original and not member.supervises:
        session.newest_call_sid = call_sid
    if member.leg.end is None:
        reissue_hangup(session, member, now)  # it was asked for without a SID


def _conference_of(session: CallSession, conference_sid: str, at: datetime) -> Conference:
    conference = session.conferences.setdefault(conference_sid, Conference(conference_sid, at))
    conference.heard_at(at)
    return conference
