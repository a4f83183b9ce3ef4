"""What became of each party."""

from datetime import timedelta

from evovoice.domain.endings import Ending, EndRule
from evovoice.domain.hunt_parties import machine_at
from evovoice.domain.interruptions import CLOSED_AT_CARRIER
from evovoice.domain.member import Member
from evovoice.domain.states import EndSource, HangupLevel, LegProgress, Outcome
from evovoice.domain.views import is_held
from evovoice.services.explaining.explanation import Section, Sentences
from evovoice.services.explaining.record import Record
from evovoice.services.explaining.wording import Say

_SURELY_BEFORE = timedelta(seconds=2)  # reports of one moment come one after the other
_OUTCOMES = {Outcome.BUSY: Say.BUSY, Outcome.NO_ANSWER: Say.NO_ANSWER, Outcome.FAILED: Say.FAILED}


def tell_parties(record: Record, sentences: Sentences) -> None:
    """A sentence for each."""
    for member in record.session.members:
        sentences.say_both(
            Section.PARTIES, _beginning(member), fate_of(record, member), member.added_at,
            name=member.display_name, by=_by(record, member), reason=_reason(member),
            why=_why(member), told=_told(record, member),
        )  # fmt: skip


def _beginning(member: Member) -> Say:
    if member.is_calling:
        return Say.IS_CALLING
    return Say.WAS_RUNG if member.is_original else Say.WAS_ADDED


def fate_of(record: Record, member: Member) -> Say:
    """What became of that party, as the sentence about them says it."""
    session = record.session
    if session.waits_for_own_device and not member.is_calling:
        return Say.AWAITS_DEVICE if session.is_pending(member) else Say.DEVICE_SILENT
    if session.is_connected(member):
        return Say.ON_HOLD if is_held(session, member) else Say.CONNECTED
    if session.is_pending(member):
        return _pending(member)
    return _departure(record, member) if session.was_connected(member) else _failure(record, member)


def _pending(member: Member) -> Say:
    leg = member.leg
    if member.is_original or leg.progress >= LegProgress.RINGING:
        return Say.RINGS
    if leg.call_sid is not None:
        return Say.DIALLED
    return Say.NOT_ORDERED if leg.dial_ordered_at is None else Say.ORDERED


def _departure(record: Record, member: Member) -> Say:
    leg, session = member.leg, record.session
    if leg.hangup_level is HangupLevel.REMOVE:
        return _removed(record, member)
    ending = record.ending if session.has_ended else None
    if leg.hangup_level is HangupLevel.HANG_UP or _is_ended_for(ending, member):
        return Say.HUNG_UP
    if ending is not None and ending.rule is EndRule.PLAIN and ending.left is not member:
        return Say.ENDED_WITH_OTHER
    if leg.end is None:
        return Say.ENDED_UNKNOWN
    closed = record.line_of_cause(CLOSED_AT_CARRIER)
    if closed is not None and leg.end.at >= closed.at - _SURELY_BEFORE:
        return Say.LEFT_CLOSED
    return Say.LEFT_UNASKED if member.is_our_user else Say.LEFT


def _removed(record: Record, member: Member) -> Say:
    if machine_at(record.session, member) is not None:
        return Say.MACHINE
    return Say.REMOVED if member.was_removed else Say.LEFT


def _is_ended_for(ending: Ending | None, member: Member) -> bool:
    return ending is not None and (ending.hung_up is member or ending.rule is EndRule.COMMAND)


def _failure(record: Record, member: Member) -> Say:
    leg = member.leg
    if member.is_calling and not member.was_placed:
        return Say.LEFT  # who called hangs up, or has heard why nobody comes
    if leg.never_dialled or (leg.end is not None and leg.end.source is EndSource.ORDER):
        return Say.NOT_CALLED
    if leg.hangup_level is HangupLevel.DECLINE and leg.withdrawn is None:
        return Say.DECLINED
    if leg.end is None and record.session.was_answered:
        return Say.ANOTHER_ANSWERED
    if leg.end is not None and leg.end.outcome in _OUTCOMES:
        return _OUTCOMES[leg.end.outcome]
    return Say.AS_LOGGED if _told(record, member) else Say.ENDED_UNKNOWN


def _by(record: Record, member: Member) -> str:
    if not member.is_original and not member.was_removed:
        return record.name_of(member.added_by)
    by = member.leg.hangup_by
    return by.name if by else "somebody"


def _reason(member: Member) -> str:
    end = member.leg.end
    reason = member.leg.withdrawn or (end.reason if end else None) or "no reason is known"
    return reason.rstrip(".")


def _why(member: Member) -> str:
    end = member.leg.end
    known = [end.reason, f"Twilio {end.code}" if end.code else None] if end else []
    told = ", ".join(filter(None, known))
    return f" ({told})" if told else ""


def _told(record: Record, member: Member) -> str:
    """What the log says of their failure, without the name in front."""
    line = record.last_line("MemberFailed", member)
    return line.message.removeprefix(f"{member.display_name} ") if line else ""
