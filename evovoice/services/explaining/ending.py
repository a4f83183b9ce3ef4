"""Why the call ended, by which end rule (contract 4.4), and who began it."""

from evovoice.domain.endings import Ending, EndRule
from evovoice.domain.interruptions import CLOSED_AT_CARRIER, DEVICE_LOST
from evovoice.domain.member import Member
from evovoice.domain.states import Outcome
from evovoice.services.explaining.explanation import Section, Sentences
from evovoice.services.explaining.record import Record
from evovoice.services.explaining.wording import Say

_SAID = {
    EndRule.CALLER_LEFT: Say.ABANDONED,
    EndRule.PLAIN: Say.PLAIN_SIDE,
    EndRule.EVERYBODY_LEFT: Say.ALL_LEFT,
    EndRule.ONE_LEFT_ALONE: Say.ONE_ALONE,
    EndRule.CUSTOMER_LEFT_RINGING: Say.RINGING_STOPPED,
    EndRule.LAST_AGENT_LEFT: Say.NO_AGENT_LEFT,
    EndRule.LAST_CUSTOMER_LEFT: Say.NO_CUSTOMER_LEFT,
}
_UNREACHED = {
    Outcome.BUSY: Say.UNREACHED_BUSY,
    Outcome.NO_ANSWER: Say.UNREACHED_SILENT,
    Outcome.FAILED: Say.UNREACHED_FAILED,
    Outcome.CANCELED: Say.UNREACHED_STOPPED,
    Outcome.COMPLETED: Say.UNREACHED_SILENT,
}


def tell_ending(record: Record, sentences: Sentences) -> None:
    """Nothing of a call that goes on."""
    session = record.session
    if not session.has_ended:
        return
    ending = record.ending
    if record.line_of_cause(CLOSED_AT_CARRIER):
        sentences.say(Section.END, Say.CLOSED_ELSEWHERE, session.ended_at)
        if ending.rule is EndRule.EVERYBODY_LEFT:
            return  # they left because it was closed
    lost = record.line_of_cause(DEVICE_LOST)
    if lost is not None and ending.rule is EndRule.ONE_LEFT_ALONE and ending.left is not None:
        sentences.say(Section.END, Say.NOT_BACK, lost.at, name=ending.left.display_name)
    _tell_rule(record, sentences, ending)


def _tell_rule(record: Record, sentences: Sentences, ending: Ending) -> None:
    at = record.session.ended_at
    if ending.rule is EndRule.COMMAND:
        return _tell_command(record, sentences)
    if ending.rule is EndRule.NOBODY_ANSWERED:
        reasons = "; ".join(_unreached(record)) or "nobody was dialled"
        return sentences.say(Section.END, Say.NOBODY_REACHED, at, reasons=reasons)
    wording = _SAID[ending.rule]
    if ending.left is None and wording is Say.ONE_ALONE:
        wording = Say.ALONE
    left, alone = _name(ending.left), _name(ending.hung_up)
    return sentences.say(Section.END, wording, at, left=left, name=left, alone=alone)


def _tell_command(record: Record, sentences: Sentences) -> None:
    line, session = record.last_line("SessionEnding"), record.session
    if line is not None:
        sentences.say(Section.END, Say.BY_USER, line.at, name=record.name_of(line.user_id))
    elif session.redirects > 1 and session.converted_at is None:
        sentences.say(Section.END, Say.BY_US, session.ended_at)
    else:  # it ended under a version that did not note who asked
        sentences.say(Section.END, Say.BY_SOMEBODY, session.ended_at)


def _unreached(record: Record) -> list[str]:
    """Why nobody came: of those who were dialled, or of whom a placed call was to reach."""
    session = record.session
    calling = session.calling()
    waits = session.waits_for_own_device
    called = [calling] if waits or (calling.was_placed and not session.dialled()) else []
    called = called or session.dialled()
    found = []
    for member in called:
        end = member.leg.end
        outcome = end.outcome if end else Outcome.NO_ANSWER
        text = _UNREACHED[outcome].format(name=member.display_name)
        found.append(f"{text} ({end.reason.rstrip('.')})" if end and end.reason else text)
    refused = record.last_line("MemberFailed")
    if not called and refused is not None:
        found.append(refused.message)
    return found


def _name(member: Member | None) -> str:
    return member.display_name if member else "the other"
