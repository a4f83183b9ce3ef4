"""What the resources in Twilio's REST responses say, as facts."""

import re
from collections.abc import Iterable
from datetime import datetime

from twilio.rest.api.v2010.account.call import CallInstance  # type: ignore[import-untyped]
from twilio.rest.api.v2010.account.conference.participant import (  # type: ignore[import-untyped]
    ParticipantInstance,
)

from evovoice.carrier.call_words import OUTCOMES, PARTICIPANT_PROGRESS, PROGRESS
from evovoice.carrier.detection import answerer_heard
from evovoice.carrier.port import CallRecord, OutcomeUnknown
from evovoice.domain.messages import (
    LOOK,
    ConferenceStarted,
    Fact,
    LegAdjusted,
    LegEnded,
    LegPresence,
    LegProgressed,
)
from evovoice.domain.orders import AdjustLeg
from evovoice.domain.states import EndSource, LegProgress, Outcome

_CALL_SID = re.compile("CA[0-9a-fA-F]{32}")
_RECORDING_SID = re.compile("RE[0-9a-fA-F]{32}")
_INSIDE = "connected"


def checked_call_sid(value: object) -> str:
    """The call SID of a response; a response without one does not say what happened."""
    if isinstance(value, str) and _CALL_SID.fullmatch(value):
        return value
    raise OutcomeUnknown("The carrier's answer names no call")


def checked_recording_sid(value: object) -> str:
    """The recording's SID of a response; without one, nothing is known to be recorded."""
    if isinstance(value, str) and _RECORDING_SID.fullmatch(value):
        return value
    raise OutcomeUnknown("The carrier's answer names no recording")


def call_facts(leg_id: str | None, call: CallInstance, now: datetime) -> tuple[Fact, ...]:
    """How that call is: the carrier's own word on it, and on who has answered."""
    call_sid = checked_call_sid(call.sid)
    heard = answerer_heard(leg_id, call_sid, call.answered_by, now)
    if call.status in OUTCOMES:
        at = call.end_time or now
        return (*heard, LegEnded(leg_id, call_sid, _outcome(call), EndSource.CALL, at))
    if call.status in PROGRESS:
        progress = PROGRESS[call.status]
        since = _moment(call.start_time) if progress is LegProgress.ANSWERED else None
        return (*heard, LegProgressed(leg_id, call_sid, progress, now, since))
    raise OutcomeUnknown("The carrier's answer has a call in a state that we do not know")


def _outcome(call: CallInstance) -> Outcome:
    """`completed` after 0 seconds proves no answer, as in a status callback (`inbound`)."""
    outcome = OUTCOMES[call.status]
    spoke = outcome is not Outcome.COMPLETED or str(call.duration) != "0"
    return outcome if spoke else Outcome.CANCELED


def call_record(call: CallInstance) -> CallRecord:
    """That call as the carrier has it in its books."""
    return CallRecord(
        sid=checked_call_sid(call.sid),
        status=str(call.status),
        direction=call.direction,
        account_sid=call.account_sid,
        parent_call_sid=call.parent_call_sid,
        phone_number_sid=call.phone_number_sid,
        from_address=call._from,
        from_formatted=call.from_formatted,
        to_address=call.to,
        to_formatted=call.to_formatted,
        forwarded_from=call.forwarded_from,
        caller_name=call.caller_name,
        answered_by=call.answered_by,
        date_created=_moment(call.date_created),
        date_updated=_moment(call.date_updated),
        start_time=_moment(call.start_time),
        end_time=_moment(call.end_time),
        duration=int(call.duration) if call.duration else None,
        price=float(call.price) if call.price else None,
        price_unit=call.price_unit,
        uri=call.uri,
    )


def _moment(value: object) -> datetime | None:
    """The SDK hands on as text what it cannot read as a time."""
    return value if isinstance(value, datetime) else None


def participant_facts(
    leg_id: str, participant: ParticipantInstance, now: datetime
) -> tuple[Fact, ...]:
    """How a dialled participant is; only `connected` means answered, and inside (4.3, S1)."""
    call_sid = checked_call_sid(participant.call_sid)
    progress = PARTICIPANT_PROGRESS.get(participant.status)
    if progress is None:
        outcome = Outcome.FAILED if participant.status == "failed" else Outcome.COMPLETED
        return (LegEnded(leg_id, call_sid, outcome, EndSource.INFERRED, now),)
    came = LegProgressed(leg_id, call_sid, progress, now)
    return (came, *presence((participant,), {call_sid: leg_id}, now))


def adjusted(order: AdjustLeg, participant: ParticipantInstance, now: datetime) -> tuple[Fact, ...]:
    """That the change was taken, and how the participant is by it (10.1)."""
    if checked_call_sid(participant.call_sid) != order.call_sid:
        raise OutcomeUnknown("The carrier's answer is about another call")
    inside = presence((participant,), {order.call_sid: order.leg_id}, now, is_answer=True)
    return (LegAdjusted(order.leg_id, now), *inside)


def is_as_ordered(order: AdjustLeg, participant: ParticipantInstance) -> bool:
    """Whether that participant is in the conference and as the order wants it."""
    coached = participant.call_sid_to_coach if participant.coaching is True else ""
    wished = (order.held, order.muted, order.coaching)
    found = (participant.hold is True, participant.muted is True, coached)
    same = (wish in {None, is_so} for wish, is_so in zip(wished, found, strict=True))
    return participant.status == _INSIDE and all(same)


def presence(
    participants: Iterable[ParticipantInstance],
    legs: dict[str, str],
    now: datetime,
    *,
    is_answer: bool = False,
) -> tuple[LegPresence, ...]:
    """Who is inside; `legs` maps call SIDs to our ids where the label does not name them.

    A resource carries no sequence number of its own: its time counts (`LOOK`).
    """
    return tuple(
        LegPresence(
            leg_id=legs.get(p.call_sid) or p.label or None,
            call_sid=checked_call_sid(p.call_sid),
            conference_sid=p.conference_sid,
            sequence=LOOK,
            inside=True,
            held=p.hold is True,
            muted=p.muted is True,
            at=now,
            coaching=p.coaching is True,
            is_answer=is_answer,
        )
        for p in participants
        if p.status == _INSIDE
    )


def conference_facts(
    conference_sid: str,
    participants: Iterable[ParticipantInstance],
    legs: dict[str, str],
    now: datetime,
) -> tuple[Fact, ...]:
    """Who is inside, and that those two or more hear each other where one of them starts it
    (3.1: the status of the resource does not tell).
    """
    inside = [p for p in participants if p.status == _INSIDE]
    facts: list[Fact] = [*presence(inside, legs, now)]
    if len(inside) > 1 and any(p.start_conference_on_enter is True for p in inside):
        facts.append(ConferenceStarted(conference_sid, now))
    return tuple(facts)


def has_ended(facts: tuple[Fact, ...]) -> bool:
    """Whether they say that a leg is over."""
    return any(isinstance(fact, LegEnded) for fact in facts)


def has_answered(facts: tuple[Fact, ...]) -> bool:
    """Whether they say that somebody has picked up."""
    progress = [fact.progress for fact in facts if isinstance(fact, LegProgressed)]
    return LegProgress.ANSWERED in progress


def gone(leg_id: str, call_sid: str, code: int | None, now: datetime) -> LegEnded:
    """A leg that Twilio does not know any more; how it ended, it does not say.

    With its code it is a guess, which the next report of the leg takes back (10.1).
    """
    reason = "The carrier does not know the call any more"
    return LegEnded(
        leg_id, call_sid, Outcome.COMPLETED, EndSource.INFERRED, now, reason=reason, code=code
    )


def bare(address: object) -> str:
    """An address as calls are compared by: their resource leaves out `sip:` and parameters."""
    text = address if isinstance(address, str) else ""
    return text.removeprefix("sips:").removeprefix("sip:").split("?")[0]
