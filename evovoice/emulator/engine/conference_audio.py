"""What participants hear besides each other: wait music, hold music, announcements (R25)."""

from collections.abc import Callable
from typing import Literal

from evovoice.emulator.engine.document_context import SOUNDS_ONLY, DocumentContext
from evovoice.emulator.engine.hold_audio import HoldAudio
from evovoice.emulator.engine.twiml_executor import TwimlExecutor
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.conference import Conference, Participant
from evovoice.emulator.state.messages import Params


def play(
    network: VoiceNetwork,
    participant: Participant,
    kind: Literal["wait", "hold"],
    url: str,
    method: str,
) -> None:
    """Over and over, instead of what was playing."""
    silence(participant)
    hold_audio = HoldAudio(network, participant.leg, kind)
    hold_audio.extra = lambda: _where(participant.conference)
    participant.hold_audio = hold_audio
    hold_audio.play(url, method)


def silence(participant: Participant) -> None:
    """Nothing plays any more."""
    hold_audio, participant.hold_audio = participant.hold_audio, None
    if hold_audio is not None:
        hold_audio.stop()


def announce(
    network: VoiceNetwork,
    conference: Conference,
    to: Participant,
    source: tuple[str, str],
    ended: Callable[[bool], None],
) -> None:
    """Once; `ended` learns whether it could be played."""
    context = DocumentContext(
        lambda: ended(True), lambda: ended(False), SOUNDS_ONLY, 13238, stops=True
    )
    executor = TwimlExecutor(network, to.leg, context)
    executor.extra = _where(conference)
    executor.open(*source, "announce")


def _where(conference: Conference) -> Params:
    return (("ConferenceSid", conference.sid),)
