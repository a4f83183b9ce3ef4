"""Twilio's forms in our words: questions as calls, reports as facts."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from evovoice.carrier.call_words import OUTCOMES, PROGRESS
from evovoice.carrier.failure_table import failure_of_call
from evovoice.carrier.form_fields import (
    BadReport,
    Form,
    count,
    event_number,
    flag,
    masked,
    needed,
    optional,
    require_uncut,
    sid,
    text,
    timestamp,
    values_of,
)
from evovoice.domain.failures import ADVICE
from evovoice.domain.messages import (
    ConferenceEnded,
    ConferenceStarted,
    DialFinished,
    Fact,
    LegEnded,
    LegPresence,
    LegProgressed,
    RecordingEnded,
    RecordingStarted,
    UnknownFact,
)
from evovoice.domain.speech import Speech
from evovoice.domain.states import EndSource, Failure, LegProgress, Outcome

__all__ = [
    "BadReport",
    "DeviceCall",
    "Form",
    "IncomingCall",
    "answered_leg",
    "call_report",
    "device_call",
    "dial_action",
    "incoming_call",
    "leg_report",
    "receipt_key",
    "recording_report",
    "repeat_mark",
    "room_report",
    "speech_report",
]

_MARK = 128  # characters
_ADDRESS = 512  # a device's name has 256 characters, a SIP address more

# A dial into a conference finishes as `answered` (1.6), any other as its child did.
_DIAL_OUTCOMES = {**OUTCOMES, "answered": Outcome.COMPLETED}
_LEAVE_OUTCOMES = {**OUTCOMES, "in-progress": Outcome.COMPLETED}
_REDIRECTED = "participant_updated_via_api"  # it went elsewhere and may come back (R28)
_NEVER_CAME, _ROOM_CLOSED = "participant_add_failed", "conference_ended_via_api"
_LAST_HAS_LEFT = {"last-participant-left", "last-participant-kicked"}  # nobody was inside by then
_LEAVE = "participant-leave"
_SPEAKS = {"participant-speech-start": True, "participant-speech-stop": False}


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """Somebody rings one of our numbers; `caller` is '' or a word where it is withheld."""

    call_sid: str
    account_sid: str
    caller: str
    called: str


@dataclass(frozen=True, slots=True)
class DeviceCall:
    """A device places a call. Only `identity` can be trusted: it comes from the token.

    `to` and `from_number` are what the browser wrote, unchecked but for their length.
    """

    call_sid: str
    account_sid: str
    identity: str
    to: str
    from_number: str | None


def incoming_call(form: Form) -> IncomingCall:
    """The question of a number's voice address."""
    return IncomingCall(
        call_sid=sid(form, "CallSid", "CA"),
        account_sid=sid(form, "AccountSid", "AC"),
        caller=optional(form, "From", _ADDRESS) or "",
        called=needed(form, "To", _ADDRESS),
    )


def device_call(form: Form) -> DeviceCall:
    """The question of the devices' application."""
    kind, _, identity = needed(form, "From", _ADDRESS).partition(":")
    if kind != "client" or not identity:
        raise BadReport("From is not a device")
    return DeviceCall(
        call_sid=sid(form, "CallSid", "CA"),
        account_sid=sid(form, "AccountSid", "AC"),
        identity=identity,
        to=text(form, "To") or "",
        from_number=text(form, "FromNumber") or text(form, "CallerId") or None,
    )


def answered_leg(form: Form, leg_id: str, received_at: datetime) -> LegProgressed:
    """A leg that we have called asks what to do: somebody has picked up."""
    call_sid = sid(form, "CallSid", "CA")
    return LegProgressed(leg_id, call_sid, LegProgress.ANSWERED, timestamp(form, received_at))


def dial_action(form: Form, received_at: datetime) -> tuple[Fact, ...]:
    """The calling leg is done with its dial; no status of the dial decides anything (1.2)."""
    call_sid = sid(form, "CallSid", "CA")
    at = timestamp(form, received_at)
    outcome = _DIAL_OUTCOMES.get(optional(form, "DialCallStatus") or "")
    finished = DialFinished(call_sid, outcome, at)
    over = OUTCOMES.get(optional(form, "CallStatus") or "")
    if over is None:
        return (finished,)
    return (finished, LegEnded(None, call_sid, over, EndSource.CALL, at))


def leg_report(form: Form, leg_id: str, received_at: datetime) -> tuple[Fact, ...]:
    """A report about a leg that we dialled; its address says which."""
    return _call_facts(form, leg_id, received_at)


def call_report(form: Form, received_at: datetime) -> tuple[Fact, ...]:
    """A report of a number or of the devices' application about the leg that called."""
    return _call_facts(form, None, received_at)


def room_report(form: Form, received_at: datetime) -> tuple[Fact, ...]:
    """A report about a conference or about somebody in it."""
    event = needed(form, "StatusCallbackEvent")
    sid(form, "ConferenceSid", "CF")
    read = _ROOM_EVENTS.get(event)
    at = timestamp(form, received_at)
    return read(form, at) if read else (UnknownFact(event, at, masked(form)),)


def speech_report(form: Form, received_at: datetime) -> Speech | None:
    """A report of who speaks in a conference (4.3); None where it tells something else."""
    speaks = _SPEAKS.get(optional(form, "StatusCallbackEvent") or "")
    if speaks is None:
        return None
    return Speech(
        leg_id=optional(form, "ParticipantLabel", 128) or None,
        call_sid=sid(form, "CallSid", "CA"),
        conference_sid=sid(form, "ConferenceSid", "CF"),
        sequence=event_number(form),
        speaks=speaks,
        at=timestamp(form, received_at),
    )


def recording_report(form: Form, leg_id: str, received_at: datetime) -> tuple[Fact, ...]:
    """A report about the recording of a leg; its address is left where it is."""
    recording_sid = sid(form, "RecordingSid", "RE")
    status = needed(form, "RecordingStatus")
    if status == "in-progress":
        return (RecordingStarted(leg_id, received_at, recording_sid),)
    if status == "completed":
        seconds = count(form, "RecordingDuration")
        return (RecordingEnded(leg_id, received_at, recording_sid, seconds),)
    if status in {"absent", "failed"}:
        return (RecordingEnded(leg_id, received_at, recording_sid, None, is_kept=False),)
    return (UnknownFact(f"RecordingStatus {status}", received_at, masked(form)),)


def repeat_mark(headers: Mapping[str, str]) -> str:
    """What a request and its repeats have in common (R49); empty where it has no such mark."""
    return headers.get("I-Twilio-Idempotency-Token", "")[:_MARK]


def receipt_key(kind: str, form: Form) -> str:
    """What makes two deliveries the same one: a repeat has the same event and number (4.4).

    Errors: `BadReport`, where the number is hidden, so that a repeat would look new.
    """
    names = ("CallSid", "ConferenceSid", "StatusCallbackEvent", "CallStatus", "SequenceNumber")
    told = {name: optional(form, name) for name in names}
    if told["SequenceNumber"] is None:
        require_uncut(form, "SequenceNumber", "[0-9]")
        whole = {name: sorted(values_of(form, name)) for name in form}
        return _digest([kind, whole])
    return _digest([kind, told])


def _call_facts(form: Form, leg_id: str | None, received_at: datetime) -> tuple[Fact, ...]:
    call_sid = sid(form, "CallSid", "CA")
    status = needed(form, "CallStatus")
    at = timestamp(form, received_at)
    if status in PROGRESS:
        return (LegProgressed(leg_id, call_sid, PROGRESS[status], at),)
    if status in OUTCOMES:
        return (_call_ended(form, leg_id, call_sid, OUTCOMES[status], at),)
    return (UnknownFact(f"CallStatus {status}", at, masked(form)),)


def _call_ended(
    form: Form, leg_id: str | None, call_sid: str, outcome: Outcome, at: datetime
) -> LegEnded:
    """A call that we end while it rings may be reported as completed (not known); its duration of 0
    says that this proves no answer. Who did answer is known by the report of that.
    """
    if outcome is Outcome.COMPLETED and count(form, "CallDuration") == 0:
        outcome = Outcome.CANCELED
    number = count(form, "ErrorCode") or None
    failure = failure_of_call(outcome, number, count(form, "SipResponseCode"))
    reason = ADVICE[failure].sentence if failure and failure is not Failure.CANCELED else None
    ended = LegEnded(leg_id, call_sid, outcome, EndSource.CALL, at, reason, number)
    return replace(ended, failure=failure)


def _room_started(form: Form, at: datetime) -> tuple[Fact, ...]:
    return (ConferenceStarted(sid(form, "ConferenceSid", "CF"), at),)


def _room_closed(form: Form, at: datetime) -> tuple[Fact, ...]:
    reason = optional(form, "ReasonConferenceEnded") or None
    was_closed = reason is not None and reason not in _LAST_HAS_LEFT
    conference_sid = sid(form, "ConferenceSid", "CF")
    return (ConferenceEnded(conference_sid, at, reason, was_closed=was_closed),)


def _is_inside(form: Form, at: datetime) -> tuple[Fact, ...]:
    held, muted = flag(form, "Hold"), flag(form, "Muted")
    return (_presence(form, at, inside=True, held=held, muted=muted),)


def _has_left(form: Form, at: datetime) -> tuple[Fact, ...]:
    """A leave may come without a join (4.3, S1), and does not always end the leg (R28)."""
    left = _presence(form, at, inside=False, held=False, muted=False)
    outcome = _leave_outcome(form)
    if outcome is None:
        return (left,)
    gone = LegEnded(left.leg_id, left.call_sid, outcome, EndSource.CONFERENCE, at)
    if optional(form, "ReasonParticipantLeft") != _ROOM_CLOSED:
        return left, gone
    return left, gone, ConferenceEnded(left.conference_sid, at, was_closed=True)


def _leave_outcome(form: Form) -> Outcome | None:
    """How the leg ended; None where it lives on, or where too little is said to tell.

    `completed` would prove that it had been answered, so who never came must not have it.
    """
    reason = optional(form, "ReasonParticipantLeft")
    outcome = _LEAVE_OUTCOMES.get(optional(form, "ParticipantCallStatus") or "")
    if reason == _NEVER_CAME:
        return Outcome.FAILED if outcome in (None, Outcome.COMPLETED) else outcome
    return outcome if reason and reason != _REDIRECTED else None


def _presence(form: Form, at: datetime, *, inside: bool, held: bool, muted: bool) -> LegPresence:
    return LegPresence(
        leg_id=optional(form, "ParticipantLabel", 128) or None,
        call_sid=sid(form, "CallSid", "CA"),
        conference_sid=sid(form, "ConferenceSid", "CF"),
        sequence=event_number(form),
        inside=inside,
        held=held,
        muted=muted,
        at=at,
        coaching=optional(form, "Coaching", 5) == "true",
    )


_ROOM_EVENTS: dict[str, Callable[[Form, datetime], tuple[Fact, ...]]] = {
    "conference-start": _room_started,
    "conference-end": _room_closed,
    "participant-join": _is_inside,
    "participant-mute": _is_inside,
    "participant-unmute": _is_inside,
    "participant-hold": _is_inside,
    "participant-unhold": _is_inside,
    "participant-modify": _is_inside,
    _LEAVE: _has_left,
}


def _digest(parts: list[object]) -> str:
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
