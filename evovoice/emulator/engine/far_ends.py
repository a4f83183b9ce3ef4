"""Far ends that are no page: a telephone that follows its character, and a device by hand."""

from functools import partial

from evovoice.emulator.engine import call_lifecycle
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.leg import CallMessage, FarEnd, Leg


class _Silent:
    """Whoever needs not be told: it is looked at, not listened to."""

    has_character = True

    def stop_ringing(self, leg: Leg) -> None:
        """Its timers have gone with the ringing."""

    def answered(self, leg: Leg) -> None:
        """Seen in the status of the leg."""

    def ended(self, leg: Leg) -> None:
        """Seen in the status of the leg."""

    def take_message(self, leg: Leg, message: CallMessage) -> bool:  # noqa: ARG002 - a signature
        """A telephone shows no messages."""
        return False


class ScriptedPhone(_Silent):
    """Answers, declines or gives up by itself, as the phone book says of the address."""

    kind = "telephone"

    def __init__(self, network: VoiceNetwork) -> None:
        self._network = network

    def ring(self, leg: Leg) -> FarEnd:
        """Act after the time that its character has."""
        network, phone = self._network, self._network.phones.at(leg.to)
        if phone.answer_after is not None and phone.outcome != "silent":
            acts = {
                "answer": partial(call_lifecycle.answer, network, leg),
                "voicemail": partial(call_lifecycle.answer, network, leg),
                "reject": partial(call_lifecycle.reject, network, leg),
                "no-answer": partial(call_lifecycle.end, network, leg, "no-answer", 480),
            }
            leg.timers.append(network.clock.after(phone.answer_after, acts[phone.outcome]))
        return self


class DeviceByHand(_Silent):
    """A browser that a test or the control address plays."""

    kind = "by hand"

    def ring(self, leg: Leg) -> FarEnd:  # noqa: ARG002 - a signature
        """It waits for somebody to act."""
        return self
