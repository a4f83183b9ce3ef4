"""A document that is repeated: for a leg that waits, is on hold, or is in a queue."""

from collections.abc import Callable

from evovoice.emulator.engine.document_context import SOUNDS_ONLY, DocumentContext
from evovoice.emulator.engine.twiml_executor import TwimlExecutor
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.messages import DeliveryKind, Params


def nothing() -> Params:
    """No parameters of its own."""
    return ()


class HoldAudio:
    """Asked for again whenever it has been played, unless it was over at once."""

    def __init__(
        self,
        network: VoiceNetwork,
        leg: Leg,
        kind: DeliveryKind,
        allowed: frozenset[str] = SOUNDS_ONLY,
    ) -> None:
        self._network = network
        self._leg = leg
        self._kind = kind
        self._allowed = allowed
        self._source = ("", "POST")
        self.extra: Callable[[], Params] = nothing
        self.owner: object = None
        self.executor: TwimlExecutor | None = None

    def play(self, url: str, method: str) -> None:
        """From the start, with this document."""
        self.stop()
        self._source = (url, method)
        strict = self._allowed is SOUNDS_ONLY
        code = 13238 if strict else 12200
        context = DocumentContext(
            self._again, self.stop, self._allowed, code, strict, in_background=True
        )
        self.executor = TwimlExecutor(self._network, self._leg, context)
        self.executor.owner = self.owner
        self.executor.extra = self.extra()
        self.executor.open(url, method, self._kind)

    def stop(self) -> None:
        """Silence."""
        executor, self.executor = self.executor, None
        if executor is not None:
            executor.stop("redirect")

    def _again(self) -> None:
        executor = self.executor
        if executor is not None and self._network.now > executor.ran_since:
            self.play(*self._source)
