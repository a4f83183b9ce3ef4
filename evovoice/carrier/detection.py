"""What Twilio says of who has answered a call (twilio-voice 7, R42), in our words."""

from collections.abc import Mapping
from datetime import datetime

from evovoice.carrier.form_fields import Form, masked, needed, sid
from evovoice.domain.messages import AnswererHeard, Fact, UnknownFact
from evovoice.domain.states import AnsweredBy

_WORDS: Mapping[str, AnsweredBy] = {
    "human": AnsweredBy.HUMAN,
    "machine_start": AnsweredBy.MACHINE,
    "machine_end_beep": AnsweredBy.MACHINE,
    "machine_end_silence": AnsweredBy.MACHINE,
    "machine_end_other": AnsweredBy.MACHINE,
    "fax": AnsweredBy.FAX,
    "unknown": AnsweredBy.UNKNOWN,
}


def detection_report(form: Form, leg_id: str, received_at: datetime) -> tuple[Fact, ...]:
    """The report of a detection. It has no time of its own, and proves nothing else of the leg; a
    word that we do not know sends nobody away.
    """
    call_sid, word = sid(form, "CallSid", "CA"), needed(form, "AnsweredBy")
    known = answerer_heard(leg_id, call_sid, word, received_at)
    return known or (UnknownFact(f"AnsweredBy {word}", received_at, masked(form)),)


def answerer_heard(
    leg_id: str | None, call_sid: str, word: object, at: datetime
) -> tuple[AnswererHeard, ...]:
    """What `AnsweredBy` or `answered_by` says; nothing where it says nothing that we know."""
    answered_by = _WORDS.get(word) if isinstance(word, str) else None
    return (AnswererHeard(leg_id, call_sid, answered_by, at),) if answered_by else ()
