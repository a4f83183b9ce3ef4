"""`<Record transcribe>`: what was said is written down, and reported when that is done.

https://www.twilio.com/docs/voice/twiml/record#transcribe
"""

from functools import partial

from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.leg_events import note_failure
from evovoice.emulator.engine.recordings import url_of
from evovoice.emulator.engine.voice_network import Execution, VoiceNetwork
from evovoice.emulator.engine.voice_request import API_VERSION, voice_params
from evovoice.emulator.state.clock import MICROS
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.messages import Params
from evovoice.emulator.state.recording import Recording
from evovoice.emulator.state.transcription import Transcription

_LEAST, _MOST = 2, 120  # seconds, both not included
_OUT_OF_RANGE, _DELETED, _FAILED = 13617, 13618, 15003


def transcribe(executor: Execution, verb: Verb, recording: Recording, words: str) -> None:
    """Begin, if the verb asks for it; `words` is what was said, "" what nobody understood.

    `transcribeCallback` alone asks for nothing, and a recording that is absent is not transcribed.
    """
    network, leg = executor.network, executor.leg
    if not verb.flag("transcribe") or recording.status != "completed":
        return
    length = (recording.ended or recording.started) - recording.started
    if not _LEAST * MICROS < length < _MOST * MICROS:
        text = "Record: Recording length is out of range for transcription"
        network.alert(_OUT_OF_RANGE, text, leg.sid)
        return
    sid, now = network.sids.new("TR"), network.now
    recording.transcription = Transcription(sid, recording.sid, recording.seconds or 0, now, now)
    url = verb.get("transcribeCallback")
    target = executor.resolve(url) if url else None
    finish = partial(_finish, network, leg, recording, words, target)
    network.clock.after(network.choices.transcription_seconds, finish)


def _finish(
    network: VoiceNetwork, leg: Leg, recording: Recording, words: str, target: str | None
) -> None:
    transcription = recording.transcription
    if transcription is None:
        return
    if recording not in network.recordings:
        text = "Record: Recording not available for transcription"
        network.alert(_DELETED, text, leg.sid)
        return
    transcription.text, transcription.updated = words, network.now
    transcription.status = "completed" if words else "failed"
    if target is not None:
        _report(network, leg, recording, transcription, target)


def _report(
    network: VoiceNetwork, leg: Leg, recording: Recording, transcription: Transcription, url: str
) -> None:
    account = f"{network.address}/{API_VERSION}/Accounts/{network.account.sid}"
    text: Params = (("TranscriptionText", transcription.text),) if transcription.text else ()
    params = (
        *voice_params(network, leg),
        ("TranscriptionSid", transcription.sid),
        *text,
        ("TranscriptionStatus", transcription.status),
        ("TranscriptionUrl", f"{account}/Transcriptions/{transcription.sid}"),
        ("RecordingSid", recording.sid),
        ("RecordingUrl", url_of(network, recording)),
    )
    note = partial(note_failure, network, leg.sid, _FAILED)
    network.webhook_sender.send("transcription", url, "POST", params, note, call_sid=leg.sid)
