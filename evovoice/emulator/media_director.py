"""Tells media who hears whom and what plays, whenever that has changed; takes its reports.

Nothing in the engine says "play" or "mute" to media. What each page hears is worked out anew from
the calls as they are, and an order is given where that is not what was ordered last.
"""

from collections.abc import Iterator

from evovoice.emulator import console_hearing as hearing
from evovoice.emulator.engine import dtmf
from evovoice.emulator.engine.dial_legs import Dialling
from evovoice.emulator.engine.dial_queue import TakingFromQueue
from evovoice.emulator.engine.enqueueing import Queued
from evovoice.emulator.engine.media_desk import NO_MEDIA
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.conference import Participant
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.media import (
    Digits,
    Hear,
    Lost,
    Media,
    Music,
    Piece,
    Playing,
    Report,
    Ringing,
    Speak,
)

_LONG = 3600.0  # of a sound that is repeated without end


class MediaDirector:
    """Call `hand_over` after everything that may have changed something."""

    def __init__(self, network: VoiceNetwork) -> None:
        self._network = network
        self._desk = network.media
        self._heard: dict[str, Hear] = {}
        self._steady: dict[tuple[str, Ringing | Music], Playing] = {}
        self._words: dict[str, str | None] = {}  # what each scripted telephone was said to say
        self._numbers: dict[str, int] = {}  # of scripted telephones

    def attach(self, media: Media) -> None:
        """From now on there is sound."""
        self._desk.attach(media)
        media.attach(self._reported)

    def hand_over(self) -> bool:
        """Give media what is new; whether there was anything."""
        self._direct()
        return self._desk.hand_over()

    def _reported(self, report: Report) -> None:
        if not isinstance(report, Digits | Lost):
            self._desk.report(report)
            return
        leg = self._desk.calls.get(report.leg)
        if leg is None or not leg.live:
            return
        if isinstance(report, Digits):
            dtmf.press(leg, report.digits)
        else:
            self._network.alert(NO_MEDIA, f"sound was lost: {report.reason}", leg.sid)

    def _direct(self) -> None:
        calls = self._desk.calls
        for gone in self._heard.keys() - calls.keys():
            del self._heard[gone]
        if not calls:
            self._steady.clear()
            return
        speakers: dict[str, Leg] = {}
        for name, leg in calls.items():
            others = list(heard_by(self._network, leg))
            speakers |= {one.sid: one for one in others if one.media_leg is None}
            voices = frozenset(one.media_leg or one.sid for one in others)
            order = Hear(name, voices, (*leg.playing.values(), *self._kept_up(name, leg)))
            if order != self._heard.get(name, Hear(name, frozenset(), ())):
                self._heard[name] = order
                self._desk.order(order)
                if not leg.answered and (order.voices or order.playing):
                    self._desk.tell_heard_early(name)
        self._let_speak(speakers)

    def _kept_up(self, name: str, leg: Leg) -> Iterator[Playing]:
        """What is heard for as long as something is the case, not for a known time."""
        for sound, is_heard in ((Ringing(), _is_ringing(leg)), (Music(), _waits(leg))):
            key = (name, sound)
            if not is_heard:
                self._steady.pop(key, None)
                continue
            if key not in self._steady:
                piece = Piece(sound, _LONG)
                self._steady[key] = Playing(self._desk.next_number(), (piece,), 0)
            yield self._steady[key]

    def _let_speak(self, speakers: dict[str, Leg]) -> None:
        """What scripted telephones say, as far as a page hears it."""
        for sid, leg in speakers.items():
            words = leg.speaking.words if leg.speaking is not None else None
            if words != self._words.get(sid):
                self._words[sid] = words
                number = self._numbers.setdefault(sid, len(self._numbers))
                self._desk.order(Speak(sid, number, words))
        for sid in self._words.keys() - speakers.keys():
            if self._words.pop(sid) is not None:
                self._desk.order(Speak(sid, self._numbers[sid], None))


def heard_by(network: VoiceNetwork, leg: Leg) -> Iterator[Leg]:
    """Whose voices that call's person hears."""
    if not leg.live:
        return
    participant = leg.participant
    if isinstance(participant, Participant):
        others = participant.conference.participants.values()
        silence = hearing.silence
        yield from (
            one.leg for one in others if one is not participant and not silence(participant, one)
        )
        return
    activity = getattr(leg.executor, "activity", None)
    if isinstance(activity, Dialling) and activity.bridged is not None:
        yield activity.bridged
    elif isinstance(activity, TakingFromQueue | Queued) and activity.talks_to is not None:
        yield activity.talks_to
    elif hearing.is_bridged(leg):
        parent = network.legs.get(leg.parent_sid or "")
        if parent is not None and parent.live:
            yield parent


def _is_ringing(leg: Leg) -> bool:
    activity = getattr(leg.executor, "activity", None)
    return not leg.over and isinstance(activity, Dialling) and activity.rings


def _waits(leg: Leg) -> bool:
    """On hold, before a conference or in a queue, with nothing of the application's to hear."""
    participant = leg.participant
    if not isinstance(participant, Participant):
        activity = getattr(leg.executor, "activity", None)
        return isinstance(activity, Queued) and activity.hears_music
    if participant.hold:
        return participant.hold_audio is None
    waits = participant.connected and not participant.conference.started
    return waits and participant.wait_url is None
