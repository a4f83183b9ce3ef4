"""Values of REST parameters that are none of the words or numbers Twilio documents.

They count as the parameter's default, or are left out of a list of events, and an alert says so:
whether Twilio refuses them is not documented (?).
"""

from collections.abc import Iterator, Mapping
from typing import get_args

from evovoice.emulator.engine.conference_events import CONFERENCE_EVENTS
from evovoice.emulator.engine.leg_events import LEG_EVENTS
from evovoice.emulator.engine.recordings import PARTICIPANT_EVENTS, RECORDING_EVENTS
from evovoice.emulator.rest.messages import Form
from evovoice.emulator.state.bounds import LONGEST_CALL, Bounds, whole_number
from evovoice.emulator.state.leg import LegStatus

_EVENT, _RECORDING_EVENT, _NOTICE = 21626, 13621, 0
_LONGEST_SAID = 100
# https://www.twilio.com/docs/api/errors/32115 has it of a trunk's header; of REST our reading (?).
_LONGEST_REASON = 50
_KNOWN: Mapping[str, tuple[int, frozenset[str]]] = {
    "StatusCallbackEvent": (_EVENT, LEG_EVENTS),
    "ConferenceStatusCallbackEvent": (_EVENT, CONFERENCE_EVENTS),
    "RecordingStatusCallbackEvent": (_RECORDING_EVENT, RECORDING_EVENTS),
    "ConferenceRecordingStatusCallbackEvent": (_RECORDING_EVENT, RECORDING_EVENTS | {"failed"}),
    "ConferenceRecord": (
        _NOTICE,
        frozenset({"true", "false", "record-from-start", "do-not-record"}),
    ),
    "PauseBehavior": (_NOTICE, frozenset({"skip", "silence"})),
    "RecordingChannels": (_NOTICE, frozenset({"mono", "dual"})),
    "RecordingTrack": (_NOTICE, frozenset({"inbound", "outbound", "both"})),
    "Region": (_NOTICE, frozenset({"us1", "us2", "ie1", "de1", "sg1", "br1", "au1", "jp1"})),
}
_OF_PARTICIPANTS = {"RecordingStatusCallbackEvent": (_RECORDING_EVENT, PARTICIPANT_EVENTS)}
# Of lists: nothing has another status, so the page is empty.
_STATUSES: Mapping[str, frozenset[str]] = {
    "Calls": frozenset(get_args(LegStatus)),
    "Conferences": frozenset({"init", "in-progress", "completed"}),
}
_FLAGS = frozenset({
    "AsyncAmd", "Beta", "Coaching", "EarlyMedia", "EndConferenceOnExit", "Hold", "Muted", "Record",
    "StartConferenceOnEnter",
})  # fmt: skip
_NUMBERS: Mapping[str, Bounds] = {
    "TimeLimit": Bounds(1, LONGEST_CALL),
    "PageSize": Bounds(1, 1000),
    "Page": Bounds(0, 10**9 - 1),
}


def strange_values(shape: str, form: Form) -> Iterator[tuple[int, str]]:
    """The code and the sentence of an alert, for each parameter that has such a value.

    `shape` is that of the path: a participant's recording has more events.
    """
    yield from _strange_words(shape, form)
    for name in sorted(form.names & _FLAGS):
        if form.text(name).lower() not in {"true", "false", ""}:
            yield _NOTICE, f"Invalid {name}: {_said(form, name)} is not true, and counts as false"
    for name in sorted(form.names & _NUMBERS.keys()):
        if form.text(name) and whole_number(form.text(name), _NUMBERS[name]) is None:
            sentence = f"Invalid {name}: {_said(form, name)} is not one of {_NUMBERS[name]}"
            yield _NOTICE, f"{sentence}, and counts as if it had not been given"
    if len(form.text("CallReason")) > _LONGEST_REASON:
        sentence = f"Invalid CallReason: more than {_LONGEST_REASON} characters"
        yield _NOTICE, f"{sentence}; it is shown whole here"


def _strange_words(shape: str, form: Form) -> Iterator[tuple[int, str]]:
    table = {**_KNOWN, **_OF_PARTICIPANTS} if shape.endswith("/Participants") else dict(_KNOWN)
    if shape in _STATUSES:
        table["Status"] = (_NOTICE, _STATUSES[shape])
    for name in sorted(form.names & table.keys()):
        code, words = table[name]
        strange = form.words(name) - words
        if strange:
            said, known = ", ".join(sorted(strange)), ", ".join(sorted(words))
            yield code, f"Invalid {name}: {said[:_LONGEST_SAID]} is none of {known}"


def _said(form: Form, name: str) -> str:
    return form.text(name)[:_LONGEST_SAID]
