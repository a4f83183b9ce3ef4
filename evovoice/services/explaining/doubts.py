"""What is still waited for, what was never reported, and where the record may be wrong."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from evovoice.domain.member import Member
from evovoice.domain.messages import SessionEvent
from evovoice.domain.states import HangupLevel
from evovoice.services.explaining.explanation import Section, Sentences
from evovoice.services.explaining.record import Record
from evovoice.services.explaining.wording import Say

_OVERDUE = timedelta(seconds=60)
_MANY = 2  # things that were not reported: one report may be lost by chance
_REPORTED = frozenset({
    "AgentRinging", "Answered", "MemberDialed", "MemberRinging", "MemberAnswered", "MemberLeft",
    "MemberRemoved", "MemberHeld", "MemberResumed", "MemberMuted", "MemberUnmuted",
})  # fmt: skip


def tell_open(record: Record, sentences: Sentences) -> None:
    """What the call waits for, and when the carrier is asked again."""
    session = record.session
    for member in session.legs()[1]:
        sentences.say(
            Section.OPEN, Say.WAITS_ANSWER, name=member.display_name, since=_moment(member.added_at)
        )
    if session.is_converting and not session.has_ended:
        sentences.say(Section.OPEN, Say.WAITS_CONVERSION, since=_moment(session.moved_at))
    if session.return_until is not None and not session.has_ended:
        sentences.say(Section.OPEN, Say.WAITS_RETURN, until=_moment(session.return_until))
    for member in session.live():
        _tell_wishes(record, sentences, member)
    change = session.hold_change
    if change is not None and not session.has_ended:
        deed = "hold" if change.held else "end of the hold"
        sentences.say(Section.OPEN, Say.WAITS_HOLD, name=change.user_name, deed=deed)
    _tell_next_look(record, sentences)


def tell_doubts(record: Record, sentences: Sentences) -> None:
    """What is shown and may not be so."""
    session, now = record.session, record.now
    if session.look_failed:
        sentences.say(Section.DOUBT, Say.LOOK_FAILED)
    for member in session.members:
        if session.is_doubted(member, now):
            wording = Say.GUESSED if member.leg.end is not None else Say.IN_DOUBT
            sentences.say(Section.DOUBT, wording, name=member.display_name)
    if lacks_reports(record):
        asked = _asked(record.log)
        first = asked[0].at.isoformat(timespec="seconds").replace("+00:00", "Z") if asked else "-"
        sentences.say(Section.DOUBT, Say.UNREPORTED, count=len(asked), first=first)
    elif _asked(record.log):
        sentences.say(Section.DOUBT, Say.LATE_REPORTS, count=len(_asked(record.log)))
    if lacks_conference_reports(record):
        sentences.say(Section.DOUBT, Say.NO_CONFERENCE_REPORTS)


def lacks_reports(record: Record) -> bool:
    """Whether several things were found out by asking, and nothing was reported since the first."""
    asked = _asked(record.log)
    if len(asked) < _MANY:
        return False
    later = record.log[record.log.index(asked[0]) :]
    return all(_is_asked(line) for line in later if line.type in _REPORTED)


def lacks_conference_reports(record: Record) -> bool:
    """Whether the call became a conference and all that is known of that was asked for."""
    session = record.session
    conferences = session.conferences.values()
    return session.converted_at is not None and not any(c.inside_at for c in conferences)


def look_is_overdue(record: Record) -> bool:
    """Whether the carrier should have been asked long ago."""
    check = record.session.next_check
    return check is not None and record.now - check > _OVERDUE


def _tell_wishes(record: Record, sentences: Sentences, member: Member) -> None:
    leg = member.leg
    if leg.leave_wanted and leg.hangup_level is HangupLevel.NOT:
        other = record.name_on(leg.leave_after) if leg.leave_after else "the conference"
        sentences.say(Section.OPEN, Say.WAITS_LEAVE, name=member.display_name, other=other)
    elif leg.hangup_level is not HangupLevel.NOT:
        sentences.say(Section.OPEN, Say.WAITS_HANGUP, name=member.display_name)


def _tell_next_look(record: Record, sentences: Sentences) -> None:
    check, verified_at = record.session.next_check, record.session.verified_at
    if check is None:
        return
    if verified_at is not None:
        sentences.say(Section.OPEN, Say.VERIFIED, when=_moment(verified_at))
    wording = Say.LOOK_OVERDUE if look_is_overdue(record) else Say.NEXT_LOOK
    sentences.say(Section.OPEN, wording, when=_moment(check))


def _asked(log: Sequence[SessionEvent]) -> list[SessionEvent]:
    return [line for line in log if _is_asked(line)]


def _is_asked(line: SessionEvent) -> bool:
    return line.data.get("source") == "look"


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment else "-"
