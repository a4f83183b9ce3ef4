"""Finds the call that somebody asks about, and tells it."""

from dataclasses import replace
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import SessionEvent
from evovoice.domain.states import Direction
from evovoice.domain.views import answered_by, outcome
from evovoice.services.explaining.advice import tell_advice
from evovoice.services.explaining.doubts import tell_doubts, tell_open
from evovoice.services.explaining.ending import tell_ending
from evovoice.services.explaining.explanation import Explanation, Section, Sentence, Sentences
from evovoice.services.explaining.orders import tell_orders
from evovoice.services.explaining.parties import tell_parties
from evovoice.services.explaining.record import Record, read_record
from evovoice.services.explaining.wording import Say
from evovoice.storage.unit_of_work import Database, UnitOfWork, UnreadableRow

_TITLES = {"ConversionFailed": Say.LINE_CONVERSION_FAILED, "Note": Say.LINE_NOTE}
_CALL_SID = "CA"  # what the carrier's ids of calls begin with; ours begin otherwise


def explain(database: Database, key: str, now: datetime) -> Explanation:
    """The story of the session with that id, or of the one with that call; also where there is
    none. Archived sessions too. Errors: `DatabaseUnavailable`.
    """
    with database.reading() as work:
        try:
            session = _found(work, key)
        except UnreadableRow:
            return _nothing(key, Say.UNREADABLE, Say.OTHER_VERSION)
        if session is None:
            return _missing(work, key)
        record = read_record(work, session, now)
    return Explanation(key, session.id, session.account_id, _told(record))


def _found(work: UnitOfWork, key: str) -> CallSession | None:
    if not key.startswith(_CALL_SID):
        return work.sessions.get(key, None)
    found = work.sessions.find_by_leg(key)
    return work.sessions.get(found.session_id, found.account_id) if found else None


def _missing(work: UnitOfWork, key: str) -> Explanation:
    is_call = key.startswith(_CALL_SID)
    for account in work.directory.accounts():
        deleted = work.deleted_sessions
        if (deleted.has_call if is_call else deleted.has)(account.id, key):
            return replace(_nothing(key, Say.DELETED, account=account.name), account_id=account.id)
    if is_call:
        return _nothing(key, Say.UNKNOWN_CALL, Say.CHECK_ANSWERS)
    return _nothing(key, Say.UNKNOWN_SESSION)


def _nothing(key: str, wording: Say, advice: Say | None = None, **values: str) -> Explanation:
    sentences = [Sentence(Section.CALL, wording.format(key=key, **values))]
    if advice is not None:
        sentences.append(Sentence(Section.ADVICE, str(advice)))
    return Explanation(key, None, None, tuple(sentences))


def _told(record: Record) -> tuple[Sentence, ...]:
    sentences = Sentences()
    _tell_call(record, sentences)
    tell_ending(record, sentences)
    tell_parties(record, sentences)
    for line in record.log:
        sentences.found.append(Sentence(Section.STORY, _written(line), line.at))
    tell_open(record, sentences)
    tell_orders(record, sentences)
    tell_doubts(record, sentences)
    tell_advice(record, sentences)
    return sentences.in_order()


def _tell_call(record: Record, sentences: Sentences) -> None:
    session = record.session
    calling = session.calling()
    called = session.destination or session.to_address
    sentences.say(
        Section.CALL, _opening(session), session.created_at, caller=calling.display_name,
        called=called, account=session.account_name, by=record.name_of(session.created_by),
    )  # fmt: skip
    _tell_ringing(session, sentences)
    answerer = answered_by(session)
    if answerer is None:
        sentences.say(Section.CALL, Say.NOT_ANSWERED if session.has_ended else Say.NOT_YET)
    else:
        answered_at = answerer.leg.answered_at or session.created_at
        seconds = _seconds(session.created_at, answered_at)
        name = answerer.display_name
        sentences.say(Section.CALL, Say.ANSWERED, answered_at, name=name, seconds=seconds)
    _tell_conference(record, sentences)
    if session.ended_at is None:
        sentences.say(Section.CALL, Say.GOES_ON)
    else:
        seconds = _seconds(session.created_at, session.ended_at)
        said = outcome(session)
        sentences.say(Section.CALL, Say.ENDED, session.ended_at, seconds=seconds, outcome=said)


def _opening(session: CallSession) -> Say:
    if session.direction is Direction.INCOMING:
        return Say.INCOMING
    calling = session.calling()
    return Say.PLACED if calling.was_placed and not calling.is_rung_first else Say.OUTGOING


def _tell_ringing(session: CallSession, sentences: Sentences) -> None:
    names = ", ".join(m.display_name for m in session.dialled())
    if names and not session.waits_for_own_device:
        sentences.say(Section.CALL, Say.RANG, names=names)
    elif session.direction is Direction.INCOMING:
        sentences.say(Section.CALL, Say.RANG_NOBODY, called=session.to_address)
    elif not session.waits_for_caller and (session.has_ended or not names):
        sentences.say(Section.CALL, Say.NOT_DIALLED)


def _tell_conference(record: Record, sentences: Sentences) -> None:
    failed = record.last_line("ConversionFailed")
    if record.session.converted_at is not None:
        sentences.say(Section.CALL, Say.BECAME_CONFERENCE, record.session.converted_at)
    elif failed is not None:
        reason = failed.message.rstrip(".")
        sentences.say(Section.CALL, Say.NO_CONFERENCE, failed.at, reason=reason)


def _written(line: SessionEvent) -> str:
    """A line of the log with what its data say beyond it."""
    text = _TITLES.get(line.type, Say.LINE).format(message=line.message)
    code = line.data.get("twilioCode")
    if code is not None and code not in text:
        text = Say.WITH_CODE.format(message=text, code=code)
    return Say.ASKED.format(message=text) if line.data.get("source") == "look" else text


def _seconds(first: datetime, last: datetime) -> int:
    return round((last - first).total_seconds())
