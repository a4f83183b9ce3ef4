"""Giving a leg a document: after an answer, or by REST in the middle of a call (R2, R6, R28)."""

from dataclasses import dataclass
from functools import partial

from evovoice.emulator.engine import amd, keypad
from evovoice.emulator.engine.document import Document
from evovoice.emulator.engine.twiml_executor import TwimlExecutor
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.engine.voice_request import first_params
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.messages import DeliveryKind


@dataclass(frozen=True, slots=True)
class Source:
    """Where instructions come from: an address, or inline TwiML already read."""

    url: str | None = None
    method: str = "POST"
    document: Document | None = None


def begin(network: VoiceNetwork, leg: Leg, source: Source) -> None:
    """The leg's first document."""
    executor = TwimlExecutor(network, leg)
    leg.executor = executor
    if source.document is not None:
        executor.run(source.document, None)
    elif source.url is not None:
        kind: DeliveryKind = "voice" if leg.direction == "inbound" else "twiml"
        executor.open(source.url, source.method, kind, params=first_params(network, leg))


def redirect(network: VoiceNetwork, leg: Leg, source: Source) -> None:
    """Take the leg out of whatever it is in, then let the new document run on it."""
    watcher, leg.watcher = leg.watcher, None
    if watcher is not None:
        watcher.leg_redirected(leg)
    executor, leg.executor = leg.executor, None
    if executor is not None:
        executor.stop("redirect")
    fresh = TwimlExecutor(network, leg)
    leg.executor = fresh
    if source.document is not None:
        fresh.run(source.document, None)
    elif source.url is not None:
        fresh.open(source.url, source.method, "twiml")


class RunsWhenAnswered:
    """Watches a leg placed by `POST Calls`: its document starts with the answer."""

    def __init__(self, network: VoiceNetwork, source: Source, digits: str = "") -> None:
        self._network = network
        self._source = source
        self._digits = digits

    def leg_ringing(self, leg: Leg) -> None:
        """Nothing yet."""

    def leg_answered(self, leg: Leg) -> None:
        """From here the leg belongs to its document; keys are pressed before it (R61)."""
        leg.watcher = None
        start = partial(self._begin, leg)
        if leg.detection is not None and leg.detection.holds_up:
            amd.listen(self._network, leg, start)
        elif self._digits:
            keypad.press_then(self._network, leg, self._digits, start)
        else:
            start()

    def _begin(self, leg: Leg) -> None:
        if leg.executor is None:  # REST may have given it another document meanwhile
            begin(self._network, leg, self._source)

    def leg_redirected(self, leg: Leg) -> None:
        """Cannot happen before the answer, and after it nobody watches."""

    def leg_ended(self, leg: Leg) -> None:
        """Its status callback says so."""
