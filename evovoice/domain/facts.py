"""Merges what the carrier says. Facts are never refused: they may come late, twice, or in
any order, and the end state is the same (model: commands are guarded, facts are merged).
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.conference import Conference, ParticipantState
from evovoice.domain.digits import note_digits, note_sent_with_dial
from evovoice.domain.failures import data_of
from evovoice.domain.hanging_up import reissue_hangup
from evovoice.domain.holding import note_adjusted, note_refused
from evovoice.domain.interruptions import (
    note_closing,
    note_sent_without_database,
    note_stranger,
)
from evovoice.domain.leg_evidence import hang_up_failed_dial, note_life, without_disproved
from evovoice.domain.member import Member
from evovoice.domain.messages import (
    LOOK,
    AdjustRefused,
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
from evovoice.domain.states import Direction, EndSource, HangupLevel, LegProgress, Outcome

_OfConference = ConferenceStarted | ConferenceEnded | ConferenceDoubted


def observe(session: CallSession, facts: Iterable[Fact], now: datetime) -> None:
    """Merge all that one report tells; what follows from the whole of it is derived afterwards."""
    for fact in without_disproved(session, facts):
        _merge(session, fact, now)


def _merge(session: CallSession, fact: Fact, now: datetime) -> None:  # noqa: C901 (one case a fact)
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
        _log_progress(session, member, happened_at)
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
        _log_end(session, member, now)
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
    if conference.note(fact) and member is not None:
        _log_presence(session, member, before, conference.states[fact.call_sid], now)


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


def _log_progress(session: CallSession, member: Member, now: datetime) -> None:
    kinds: dict[LegProgress, tuple[str, str]] = {
        LegProgress.INITIATED: ("MemberDialed", "is being called"),
        LegProgress.RINGING: ("MemberRinging", "rings"),
        LegProgress.ANSWERED: ("MemberAnswered", "answered"),
    }
    kind, verb = kinds[member.leg.progress]
    if member.is_original and member.is_our_user and member.leg.progress is LegProgress.RINGING:
        kind = "AgentRinging"
    text, call_sid = f"{member.display_name} {verb}", member.leg.call_sid
    session.log(SessionEvent(kind, text, now, call_sid, member.id))


def _log_end(session: CallSession, member: Member, now: datetime) -> None:
    end = member.leg.end
    assert end is not None  # noqa: S101
    outcome = _known_outcome(member, end.outcome)
    data = {"outcome": str(outcome), **data_of(session, member, end.code)}
    kind, verb = _ending_words(session, member, outcome)
    why, by = end.reason or member.leg.withdrawn, member.leg.hangup_by
    text = f"{member.display_name} {verb}{f': {why}' if why else ''}"
    user_id = by.user_id if by else None
    session.log(SessionEvent(kind, text, now, member.leg.call_sid, member.id, user_id, data))


def _known_outcome(member: Member, outcome: Outcome) -> Outcome:
    """Nobody completes a call that they have not answered: we have ended it."""
    unanswered = _was_called(member) and not member.leg.was_answered
    return Outcome.CANCELED if unanswered and outcome is Outcome.COMPLETED else outcome


def _was_called(member: Member) -> bool:
    return not member.is_calling or member.was_placed


def _ending_words(session: CallSession, member: Member, outcome: Outcome) -> tuple[str, str]:
    """Type and verb of the line. Whoever hangs up their own leg leaves; nobody has removed them."""
    if _was_called(member) and not member.leg.was_answered:
        cancelled = outcome is Outcome.CANCELED
        return "MemberFailed", _why_cancelled(session, member) if cancelled else (
            f"was not reached ({outcome})"
        )
    if not member.was_removed:
        return "MemberLeft", "left"
    by = member.leg.hangup_by
    return "MemberRemoved", f"was removed by {by.name}" if by else "was removed"


def _why_cancelled(session: CallSession, member: Member) -> str:
    """Why that party's ringing was stopped, as far as it is known."""
    level, by = member.leg.hangup_level, member.leg.hangup_by
    if level is HangupLevel.DECLINE:
        return "is not rung any more" if member.leg.withdrawn is not None else "declined"
    if level is HangupLevel.REMOVE:
        return f"is not rung any more: {by.name} cancelled it" if by else "is not rung any more"
    if level is not HangupLevel.NOT or session.is_over(session.calling()):
        return "is not rung any more: the call is over"
    if member.is_original and session.was_answered:
        return "is not rung any more: somebody else answered"
    return "is not rung any more"


def _log_presence(
    session: CallSession,
    member: Member,
    before: ParticipantState | None,
    after: ParticipantState,
    now: datetime,
) -> None:
    changes: list[tuple[str, Callable[[ParticipantState], bool]]] = [
        ("Held,Resumed", lambda state: state.held),
        ("Muted,Unmuted", lambda state: state.muted),
    ]
    for words, read in changes:
        was, is_now = (before is not None and read(before)), read(after)
        if was != is_now:
            word = words.split(",")[0 if is_now else 1]
            text, sid = f"{member.display_name} is {word.lower()}", member.leg.call_sid
            session.log(SessionEvent(f"Member{word}", text, now, sid, member.id))
