"""What a <Gather> hears of speech: its words, how sure they are, and reports while it is spoken.

https://www.twilio.com/docs/voice/twiml/gather
"""

from functools import partial

from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.leg_events import note_failure
from evovoice.emulator.engine.voice_network import Execution
from evovoice.emulator.engine.voice_request import voice_params
from evovoice.emulator.state.messages import Params
from evovoice.emulator.state.speech import Utterance

_FAILED = 11200
_UNCERTAIN = 0.5  # (?) what is cut off in the middle


class SpeechInput:
    """The speech of one <Gather>; several utterances are one result."""

    def __init__(self, executor: Execution, verb: Verb) -> None:
        self._executor = executor
        self._verb = verb
        self._heard: list[Utterance] = []
        self._unfinished = ""
        self._reports = 0
        self.has_begun = False

    @property
    def pause(self) -> float:
        """How much silence ends the speech: `speechTimeout`, or else `timeout`."""
        if self._verb.get("speechTimeout") == "auto":
            return self._executor.network.choices.speech_pause
        return float(self._verb.number("speechTimeout", self._verb.number("timeout", 5)))

    @property
    def longest(self) -> int | None:
        """`maxSpeechTime`: how long somebody may speak."""
        return self._verb.number("maxSpeechTime", 0) or None

    def go_on(self, words: str) -> None:
        """Report what has been understood so far; the answer to a report changes nothing."""
        self._unfinished = words
        url = self._verb.get("partialResultCallback")
        if not url:
            return
        network, leg = self._executor.network, self._executor.leg
        params = (*voice_params(network, leg), *self._partial())
        network.webhook_sender.send(
            "partial-result",
            self._executor.resolve(url),
            self._verb.method("partialResultCallbackMethod"),
            params,
            partial(note_failure, network, leg.sid, _FAILED),
            call_sid=leg.sid,
        )
        self._reports += 1

    def end(self, utterance: Utterance) -> None:
        """An utterance is complete."""
        self._unfinished = ""
        if utterance.words:
            self._heard.append(utterance)

    def _partial(self) -> Params:
        return (
            ("SequenceNumber", str(self._reports)),
            ("UnstableSpeechResult", self._unfinished),
            ("Stability", str(_UNCERTAIN)),
            ("StableSpeechResult", self._words(self._heard)),
        )

    @staticmethod
    def _words(heard: list[Utterance]) -> str:
        return " ".join(one.words for one in heard)

    def result(self) -> Params:
        """SpeechResult and Confidence; () when nothing was understood."""
        heard = list(self._heard)
        if self._unfinished:
            heard.append(Utterance(self._unfinished, confidence=_UNCERTAIN))
        if not heard:
            return ()
        mean = sum(one.confidence for one in heard) / len(heard)
        return (("SpeechResult", self._words(heard)), ("Confidence", str(round(mean, 6))))
