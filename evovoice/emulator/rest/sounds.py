"""The sound of a recording: a real WAV file, silent, as long as the recording (10.2).

https://www.twilio.com/docs/voice/api/recording#fetch-a-recordings-media-file
"""

import re
import wave
from io import BytesIO

from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.rest.errors import NotImitated, not_found
from evovoice.emulator.rest.messages import RestRequest, RestResponse, Sound
from evovoice.emulator.state.recording import RATE, SAMPLE_BYTES, Recording

_PATH = re.compile(
    r"/2010-04-01/Accounts/(?P<account>[^/]+)/Recordings/(?P<sid>RE\w+)(?P<form>\.\w+)?"
)


def sound_of(network: VoiceNetwork, request: RestRequest) -> RestResponse | None:
    """The file, without credentials as by default at Twilio; None where another thing is asked.

    Errors: `Refusal` where there is no such recording, or none that is complete.
    """
    match = _PATH.fullmatch(request.path)
    if match is None or request.method != "GET" or match["form"] == ".json":
        return None
    if match["form"] not in {None, ".wav"}:
        raise NotImitated(f"The emulator has no sound as {match['form']}: ask for .wav")
    recording = next((one for one in network.recordings if one.sid == match["sid"]), None)
    if match["account"] != network.account.sid or recording is None:
        raise not_found(request.path)
    if recording.status != "completed":
        raise not_found(request.path)
    channels = _channels(recording, request.form.text("RequestedChannels"))
    return RestResponse(200, None, sound=Sound("audio/x-wav", _silence(recording, channels)))


def _channels(recording: Recording, requested: str) -> int:
    """Never more than were recorded."""
    if requested in {"1", "2"}:
        return min(int(requested), recording.channels)
    return recording.served_channels


def _silence(recording: Recording, channels: int) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(SAMPLE_BYTES)
        written.setframerate(RATE)
        written.writeframes(bytes(SAMPLE_BYTES * channels * RATE * (recording.seconds or 0)))
    return file.getvalue()
