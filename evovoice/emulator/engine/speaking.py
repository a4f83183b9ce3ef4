"""People speak: at times of their own, or when a verb listens for an answer."""

from functools import partial
from typing import Protocol, runtime_checkable

from evovoice.emulator.engine import conference_speakers
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.clock import MICROS, Timer
from evovoice.emulator.state.conference import Participant
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.speech import Utterance


@runtime_checkable
class TakesSpeech(Protocol):
    """An activity that listens for speech. It hears nothing whose beginning it has missed."""

    def speech_begins(self) -> None:
        """Somebody speaks."""

    def speech_goes_on(self, words: str) -> None:
        """What has been understood so far of what is being said."""

    def speech_ends(self, utterance: Utterance) -> None:
        """All of it has been said."""


def speak_later(network: VoiceNetwork, leg: Leg) -> None:
    """The leg is answered: its person speaks at the times they have, and keeps their answers."""
    leg.answers.extend(one for one in leg.says if one.at is None)
    for utterance in leg.says:
        if utterance.at is not None:
            say = partial(speak, network, leg, utterance)
            leg.timers.append(network.clock.after(utterance.at, say))


def answer_after(network: VoiceNetwork, leg: Leg, seconds: float) -> Timer | None:
    """From then on somebody listens: the next answer follows. None: nothing is left to say."""
    if not leg.answers:
        return None
    wait = seconds + leg.answers[0].after
    return network.clock.after(wait, partial(_answer, network, leg))


def _answer(network: VoiceNetwork, leg: Leg) -> None:
    speak(network, leg, leg.answers.popleft())


def speak(network: VoiceNetwork, leg: Leg, utterance: Utterance) -> None:
    """Say it now, or when the person has ended what they are saying."""
    if not leg.live:
        return
    clock, start = network.clock, max(network.now, leg.speaks_until)
    seconds = utterance.lasts(network.choices.seconds_per_word)
    wait = (start - network.now) / MICROS
    leg.speaks_until = start + round(seconds * MICROS)
    listener = _Listener(network, leg)
    leg.timers.append(clock.after(wait, partial(listener.begin, utterance)))
    steps = utterance.partials
    for place, words in enumerate(steps, 1):
        moment = wait + seconds * place / len(steps)
        leg.timers.append(clock.after(moment, partial(listener.go_on, words)))
    leg.timers.append(clock.after(wait + seconds, partial(listener.end, utterance)))


class _Listener:
    """Whoever listens on the leg when an utterance begins; nobody else hears the rest of it."""

    def __init__(self, network: VoiceNetwork, leg: Leg) -> None:
        self._network = network
        self._leg = leg
        self._hearing: TakesSpeech | None = None

    def begin(self, utterance: Utterance) -> None:
        self._speaks(utterance)
        activity = self._activity()
        if isinstance(activity, TakesSpeech):
            self._hearing = activity
            activity.speech_begins()

    def go_on(self, words: str) -> None:
        if self._hearing is not None and self._activity() is self._hearing:
            self._hearing.speech_goes_on(words)

    def end(self, utterance: Utterance) -> None:
        self._speaks(None)
        if self._hearing is not None and self._activity() is self._hearing:
            self._hearing.speech_ends(utterance)

    def _speaks(self, utterance: Utterance | None) -> None:
        self._leg.speaking = utterance
        if isinstance(self._leg.participant, Participant):
            conference_speakers.notice(self._network, self._leg.participant)

    def _activity(self) -> object:
        return getattr(self._leg.executor, "activity", None)
