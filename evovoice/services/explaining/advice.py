"""What whoever reads an explanation can do."""

from evovoice.carrier.cures import advice_of
from evovoice.domain.interruptions import CLOSED_AT_CARRIER, DATABASE_AWAY
from evovoice.domain.orders import AdjustLeg
from evovoice.domain.states import Direction
from evovoice.services.explaining.doubts import (
    lacks_conference_reports,
    lacks_reports,
    look_is_overdue,
)
from evovoice.services.explaining.explanation import Section, Sentences
from evovoice.services.explaining.orders import is_overdue
from evovoice.services.explaining.parties import fate_of
from evovoice.services.explaining.record import Record
from evovoice.services.explaining.wording import Say

_REFUSED = "CarrierRefused"
_OF_RESULT = {
    "CarrierUnreachable": Say.CARRIER_AWAY,
    "AccountRejected": Say.ACCOUNT_REJECTED,
    "CarrierBusy": Say.CARRIER_BUSY,
    "OutcomeUnknown": Say.OUTCOME_UNKNOWN,
    "Unreadable": Say.OTHER_VERSION,
}


def tell_advice(record: Record, sentences: Sentences) -> None:
    """Each once, whatever it follows from; nothing where all went as it should."""
    for order in record.orders:
        if order.result in _OF_RESULT:
            sentences.say(Section.ADVICE, _OF_RESULT[order.result])
    for code in _codes(record):
        advice = advice_of(code)
        if advice is not None:
            sentences.say(Section.ADVICE, Say.CURE, cure=advice)
    if lacks_reports(record) or lacks_conference_reports(record):
        sentences.say(Section.ADVICE, Say.CHECK_WEBHOOKS)
    if look_is_overdue(record) or any(is_overdue(one, record.now) for one in record.orders):
        sentences.say(Section.ADVICE, Say.NO_WORKER)
    _tell_of_surroundings(record, sentences)


def _tell_of_surroundings(record: Record, sentences: Sentences) -> None:
    closed = record.line_of_cause(CLOSED_AT_CARRIER)
    if closed is not None:
        conference = closed.data.get("conferenceSid", "?")
        sentences.say(Section.ADVICE, Say.CLOSED_BY_WHOM, conference=conference)
    for member in record.session.members:
        if fate_of(record, member) is Say.LEFT_UNASKED:
            sentences.say(Section.ADVICE, Say.LOOK_AT_DEVICE, name=member.display_name)
    if any(one.result == _REFUSED and isinstance(one.order, AdjustLeg) for one in record.orders):
        sentences.say(Section.ADVICE, Say.PRESS_AGAIN)
    if record.line_of_cause(DATABASE_AWAY):
        sentences.say(Section.ADVICE, Say.DATABASE_AWAY)
    if _rang_in_vain(record):
        sentences.say(Section.ADVICE, Say.NOT_SIGNED_IN)


def _rang_in_vain(record: Record) -> bool:
    """Whether nobody of ours answered somebody who called, or is on the list of that number."""
    session = record.session
    calling = session.calling()
    calls_us = session.direction is Direction.INCOMING or (
        calling.was_placed and not calling.is_rung_first
    )
    if not session.has_ended or session.was_answered or not calls_us:
        return False
    return calling.leg.was_answered or session.direction is Direction.INCOMING


def _codes(record: Record) -> list[int]:
    legs = [member.leg for member in record.session.members]
    ends = [leg.end.code for leg in legs if leg.end is not None]
    codes = [*ends, *(leg.withdrawn_code for leg in legs)]
    return [code for code in codes if code is not None]
