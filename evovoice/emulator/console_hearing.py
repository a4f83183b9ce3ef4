"""Who hears whom: worked out from mute, hold, coaching, waiting and ringing."""

from collections.abc import Sequence
from itertools import islice

from evovoice.emulator.engine.dial_legs import Dialling
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.conference import Conference, Participant
from evovoice.emulator.state.leg import Leg

# Row hears column: "" is yes, None is the person itself, anything else says why not.
Matrix = list[list[str | None]]


def silence(listener: Participant, speaker: Participant) -> str:
    """Why the listener does not hear the speaker; empty when it does."""
    return _absence(listener, speaker) or _obstacle(listener, speaker)


def _absence(listener: Participant, speaker: Participant) -> str:
    if not speaker.connected:
        return "not here yet"
    if not listener.connected:
        return "still ringing"
    return "" if listener.conference.started else "waiting"


def _obstacle(listener: Participant, speaker: Participant) -> str:
    if listener.hold:
        return "hold music"
    if speaker.hold:
        return "on hold"
    if speaker.muted:
        return "muted"
    if speaker.coaching and speaker.coach != listener.leg.sid:
        return "whispers"
    return ""


def in_conference(conference: Conference, most: int | None = None) -> Matrix:
    """The whole conference, or its first participants."""
    people = tuple(islice(conference.participants.values(), most))
    return [[None if one is other else silence(one, other) for other in people] for one in people]


def condition(participant: Participant) -> str:
    """The participant in a word or two."""
    if not participant.connected:
        return "ringing" if participant.leg.status == "ringing" else "being dialled"
    if not participant.conference.started:
        return "waiting in silence" if participant.wait_url == "" else "waiting with music"
    if participant.hold:
        return "on hold"
    if participant.coaching:
        return "coaching, muted" if participant.muted else "coaching"
    return "muted" if participant.muted else "talking"


def bridges(network: VoiceNetwork) -> list[tuple[Leg, Leg]]:
    """Parent and child of every <Dial> that has connected two people."""
    found = []
    for child in network.legs:
        parent = network.legs.get(child.parent_sid or "")
        if parent is not None and parent.live and is_bridged(child):
            found.append((parent, child))
    return found


def is_bridged(child: Leg) -> bool:
    """Whether a dialled party talks to its caller, and is past keys and whispered documents."""
    dialling = child.watcher
    return child.live and isinstance(dialling, Dialling) and dialling.bridged is child


def in_bridge(pair: Sequence[Leg]) -> Matrix:
    """Two who are bridged hear each other."""
    return [[None if one is other else "" for other in pair] for one in pair]
