"""Answering machine detection: its result goes to a callback or lets a document start (R42)."""

from collections.abc import Callable
from functools import partial

from evovoice.emulator.engine.leg_events import note_failure
from evovoice.emulator.engine.verdict import verdict
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.clock import MICROS
from evovoice.emulator.state.leg import Leg

ANSWERED_BY = (
    "human",
    "machine_start",
    "machine_end_beep",
    "machine_end_silence",
    "machine_end_other",
    "fax",
    "unknown",
)


def listen(network: VoiceNetwork, leg: Leg, then: Callable[[], None] | None = None) -> None:
    """Somebody picked up: tell who it was as soon as what is heard decides it."""
    detection = leg.detection
    if detection is None or (detection.holds_up and then is None):
        return
    seconds, result = verdict(network.phones.at(leg.to), detection)
    leg.timers.append(network.clock.after(seconds, partial(tell, network, leg, result, then)))


def tell(
    network: VoiceNetwork, leg: Leg, answered_by: str, then: Callable[[], None] | None = None
) -> None:
    """The result, once."""
    detection, leg.detection = leg.detection, None
    if detection is None:
        return
    leg.answered_by = answered_by
    if detection.url is not None:
        _report(network, leg, detection.url, detection.method)
    if then is not None:
        then()


def _report(network: VoiceNetwork, leg: Leg, url: str, method: str) -> None:
    millis = (network.now - (leg.started or network.now)) * 1000 // MICROS
    params = (
        ("CallSid", leg.sid),
        ("AccountSid", network.account.sid),
        ("AnsweredBy", leg.answered_by or "unknown"),
        ("MachineDetectionDuration", str(millis)),
    )
    note = partial(note_failure, network, leg.sid, 15003)
    network.webhook_sender.send("amd-status", url, method, params, note, call_sid=leg.sid)
