"""Conference status callbacks (section 4.3, R47)."""

from functools import partial

from evovoice.emulator.engine.formats import boolean, rfc2822
from evovoice.emulator.engine.leg_events import note_failure
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.conference import Conference, Participant
from evovoice.emulator.state.messages import Params

WORD_OF_EVENT = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "participant-speech-start": "speaker",
    "participant-speech-stop": "speaker",
    "announcement-end": "announcement",
    "announcement-fail": "announcement",
}
CONFERENCE_EVENTS = frozenset(WORD_OF_EVENT.values())


def tell(
    network: VoiceNetwork,
    conference: Conference,
    event: str,
    participant: Participant | None = None,
    extra: Params = (),
) -> None:
    """R21: to the first joiner's address or to nobody; one numbering per conference."""
    target = conference.callbacks
    if target is None or WORD_OF_EVENT[event] not in target.events:
        return
    params = (*_common(network, conference, event), *_who(network, event, participant), *extra)
    conference.next_sequence += 1
    network.webhook_sender.send(
        "conference-status",
        target.url,
        target.method,
        params,
        partial(note_failure, network, None, 16011),
        call_sid=participant.leg.sid if participant else None,
        conference_sid=conference.sid,
    )


def _common(network: VoiceNetwork, conference: Conference, event: str) -> Params:
    return (
        ("ConferenceSid", conference.sid),
        ("FriendlyName", conference.name),
        ("AccountSid", network.account.sid),
        ("SequenceNumber", str(conference.next_sequence)),
        ("Timestamp", rfc2822(network.now)),
        ("StatusCallbackEvent", event),
    )


def _who(network: VoiceNetwork, event: str, participant: Participant | None) -> Params:
    if participant is None:
        return ()
    label = (("ParticipantLabel", participant.label),) if participant.label else ()
    flags = {
        "Muted": participant.muted,
        "Hold": participant.hold,
        "Coaching": participant.coaching,
        "EndConferenceOnExit": participant.end_on_exit,
        "StartConferenceOnEnter": participant.start_on_enter,
    }
    every = _false_is_sent(network, event)
    told = ((name, boolean(flag)) for name, flag in flags.items() if flag or every)
    return (("CallSid", participant.leg.sid), *told, *label)


def _false_is_sent(network: VoiceNetwork, event: str) -> bool:
    match network.choices.false_conference_flags:
        case "omitted":
            return False
        case "omitted_on_leave":
            return event != "participant-leave"
    return True
