"""Who speaks in a conference, told by participant-speech-start and participant-speech-stop (4.3).

https://www.twilio.com/docs/voice/twiml/conference#attributes-statusCallbackEvent
"""

from evovoice.emulator.engine import conference_events
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.conference import Participant


def notice(network: VoiceNetwork, participant: Participant) -> None:
    """Somebody began or ended to be heard: by speaking, by mute or hold, by the conference's start.

    Whoever leaves in the middle of a word has no stop (?): participant-leave says enough.
    """
    speaks = _is_heard(participant)
    if speaks == participant.speaks:
        return
    participant.speaks = speaks
    event = "participant-speech-start" if speaks else "participant-speech-stop"
    conference_events.tell(network, participant.conference, event, participant)


def _is_heard(participant: Participant) -> bool:
    """Who waits, is muted or on hold is heard by nobody."""
    if not (participant.connected and participant.conference.started):
        return False
    return participant.leg.speaking is not None and not (participant.muted or participant.hold)
