"""Why a party was not reached: a code, a sentence for an agent, and what to do next (C106)."""

from enum import StrEnum
from typing import NamedTuple

from evovoice.domain.call_session import CallSession
from evovoice.domain.hash_chain import ERASED
from evovoice.domain.hunt_parties import machine_at
from evovoice.domain.leg import Leg
from evovoice.domain.member import Member
from evovoice.domain.states import AnsweredBy, Failure, HangupLevel, Outcome


class NextStep(StrEnum):
    """What whoever has added the party can do now."""

    RETRY = "retry"
    ANOTHER_NUMBER = "anotherNumber"
    FIX_CALLER_ID = "fixCallerId"
    ASK_ADMINISTRATOR = "askAdministrator"


class Advice(NamedTuple):
    """The sentence and the step of one failure."""

    sentence: str
    next: NextStep


_RETRY, _OTHER = NextStep.RETRY, NextStep.ANOTHER_NUMBER
_CALLER_ID, _ADMINISTRATOR = NextStep.FIX_CALLER_ID, NextStep.ASK_ADMINISTRATOR

ADVICE: dict[Failure, Advice] = {
    Failure.BUSY: Advice("The line is busy", _RETRY),
    Failure.NO_ANSWER: Advice("Nobody picked up", _RETRY),
    Failure.DECLINED: Advice("The call was declined", _OTHER),
    Failure.CANCELED: Advice("The ringing was stopped before anybody picked up", _RETRY),
    Failure.UNREACHABLE: Advice("The phone is switched off or not connected", _RETRY),
    Failure.NOT_IN_SERVICE: Advice("This number is not in service", _OTHER),
    Failure.INVALID_NUMBER: Advice("This number cannot be called as it is written", _OTHER),
    Failure.NUMBER_BLOCKED: Advice("Calls to this number are blocked", _ADMINISTRATOR),
    Failure.COUNTRY_NOT_ALLOWED: Advice("Calls to this country are not allowed", _ADMINISTRATOR),
    Failure.CALLER_ID_REFUSED: Advice("The caller ID may not be shown", _CALLER_ID),
    Failure.TRIAL_ACCOUNT: Advice(
        "The account is on trial and calls verified numbers only", _ADMINISTRATOR
    ),
    Failure.ACCOUNT_NOT_ACTIVE: Advice(
        "The carrier takes no calls from this account", _ADMINISTRATOR
    ),
    Failure.CALL_LIMIT: Advice("The account has too many calls at once", _RETRY),
    Failure.CARRIER_BUSY: Advice("The carrier is busy", _RETRY),
    Failure.CARRIER_UNAVAILABLE: Advice("The carrier could not be reached in time", _RETRY),
    Failure.CONFERENCE_FULL: Advice("The conference is full", _RETRY),
    Failure.CALL_OVER: Advice("The call was over before this party could join", _RETRY),
    Failure.NETWORK: Advice("The telephone network could not complete the call", _RETRY),
    Failure.REFUSED: Advice("The carrier refused the call", _ADMINISTRATOR),
    Failure.NOT_CALLED: Advice("The party was not called", _RETRY),
    Failure.FAILED: Advice("The call could not be completed", _RETRY),
    Failure.VOICEMAIL: Advice("A voicemail answered", _OTHER),
    Failure.FAX: Advice("A fax machine answered", _OTHER),
}

_OF_OUTCOME = {
    Outcome.BUSY: Failure.BUSY,
    Outcome.NO_ANSWER: Failure.NO_ANSWER,
    Outcome.FAILED: Failure.FAILED,
}
_OF_MACHINE = {AnsweredBy.MACHINE: Failure.VOICEMAIL, AnsweredBy.FAX: Failure.FAX}


def failure_of(session: CallSession, member: Member) -> Failure | None:
    """Why that party was not reached; None for who was, who may still be, and who called."""
    calls = member.is_calling and not member.was_placed
    if calls or not session.is_over(member):
        return None
    machine = machine_at(session, member)
    if machine is not None:
        return _OF_MACHINE[machine]
    return None if session.was_connected(member) else _why_unanswered(member.leg)


def _why_unanswered(leg: Leg) -> Failure:
    if leg.end is not None and leg.end.outcome in _OF_OUTCOME:
        return leg.end.failure or _OF_OUTCOME[leg.end.outcome]
    if leg.withdrawn_failure is not None:
        return leg.withdrawn_failure
    if leg.hangup_level is HangupLevel.DECLINE and leg.withdrawn is None:
        return Failure.DECLINED
    if leg.withdrawn is not None and leg.hangup_by is None:
        return Failure.NOT_CALLED
    return Failure.CANCELED


def sentence_of(member: Member, failure: Failure) -> str:
    """The failure in a sentence; who cancelled and what was in the way are named where known."""
    leg = member.leg
    if failure is Failure.CANCELED and leg.hangup_by is not None:
        return f"{leg.hangup_by.name} cancelled it"
    if failure is Failure.NOT_CALLED and leg.withdrawn not in (None, ERASED):
        return leg.withdrawn or ""
    return ADVICE[failure].sentence


def data_of(session: CallSession, member: Member, code: int | None) -> dict[str, str]:
    """What a line of the log about a party's end carries beside its text; `code`: the carrier's."""
    data = {} if code is None else {"twilioCode": str(code)}
    failure = failure_of(session, member)
    if failure is not None:
        data |= {"reasonCode": str(failure), "next": str(ADVICE[failure].next)}
    return data
