"""Values of REST parameters that are none of the words Twilio documents.

They count as the parameter's default, or are left out of a list of events, and an alert says so:
whether Twilio refuses them is not documented.
"""

from collections.abc import Iterator, Mapping

from evovoice.emulator.engine.conference_events import CONFERENCE_EVENTS
from evovoice.emulator.engine.leg_events import LEG_EVENTS
from evovoice.emulator.engine.recordings import PARTICIPANT_EVENTS, RECORDING_EVENTS
from evovoice.emulator.rest.messages import Form

_EVENT, _RECORDING_EVENT, _NOTICE = 21626, 13621, 0
_KNOWN: Mapping[str, tuple[int, frozenset[str]]] = {
    "StatusCallbackEvent": (_EVENT, LEG_EVENTS),
    "ConferenceStatusCallbackEvent": (_EVENT, CONFERENCE_EVENTS),
    "RecordingStatusCallbackEvent": (_RECORDING_EVENT, RECORDING_EVENTS),
    "ConferenceRecordingStatusCallbackEvent": (_RECORDING_EVENT, RECORDING_EVENTS | {"failed"}),
    "ConferenceRecord": (
        _NOTICE,
        frozenset({"true", "false", "record-from-start", "do-not-record"}),
    ),
    "RecordingChannels": (_NOTICE, frozenset({"mono", "dual"})),
    "RecordingTrack": (_NOTICE, frozenset({"inbound", "outbound", "both"})),
    "Region": (_NOTICE, frozenset({"us1", "us2", "ie1", "de1", "sg1", "br1", "au1", "jp1"})),
}
_OF_PARTICIPANTS = {"RecordingStatusCallbackEvent": (_RECORDING_EVENT, PARTICIPANT_EVENTS)}


def strange_values(shape: str, form: Form) -> Iterator[tuple[int, str]]:
    """The code and the sentence of an alert, for each parameter that has such a value.

    `shape` is that of the path: a participant's recording has more events.
    """
    table = {**_KNOWN, **_OF_PARTICIPANTS} if shape.endswith("/Participants") else _KNOWN
    for name in sorted(form.names & table.keys()):
        code, words = table[name]
        strange = form.words(name) - words
        if strange:
            said, known = ", ".join(sorted(strange)), ", ".join(sorted(words))
            yield code, f"Invalid {name}: {said} is none of {known}"
