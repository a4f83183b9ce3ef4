"""Transcriptions of recordings: below their recording, and all together below the account.

https://www.twilio.com/docs/voice/api/recording-transcription
"""

from functools import partial

from evovoice.emulator.engine.formats import rfc2822
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.engine.voice_request import API_VERSION
from evovoice.emulator.rest.errors import not_found
from evovoice.emulator.rest.messages import JsonObject, RestRequest, RestResponse
from evovoice.emulator.rest.paging import page_of
from evovoice.emulator.rest.render import account_path
from evovoice.emulator.state.recording import Recording
from evovoice.emulator.state.transcription import Transcription


def list_all(network: VoiceNetwork, request: RestRequest, *recording: str) -> RestResponse:
    """The newest first; of one recording, or of all."""
    found = [one.transcription for one in _recordings(network, request, *recording)]
    known = [one for one in reversed(found) if one is not None]
    show = partial(_rendered, network)
    return page_of(
        request.path, request.form, "transcriptions", known, show, lambda one: one.sid
    )  # fmt: skip


def fetch(network: VoiceNetwork, request: RestRequest, *names: str) -> RestResponse:
    """One of them, in progress too."""
    _, transcription = _one(network, request, *names)
    return RestResponse(200, _rendered(network, transcription))


def delete(network: VoiceNetwork, request: RestRequest, *names: str) -> RestResponse:
    """204; one that is in progress is never reported (?)."""
    recording, _ = _one(network, request, *names)
    recording.transcription = None
    return RestResponse(204, None)


def _recordings(network: VoiceNetwork, request: RestRequest, *sid: str) -> list[Recording]:
    found = [one for one in network.recordings if one.sid in sid or not sid]
    if sid and not found:
        raise not_found(request.path)
    return found


def _one(
    network: VoiceNetwork, request: RestRequest, *names: str
) -> tuple[Recording, Transcription]:
    *recording, sid = names
    for one in _recordings(network, request, *recording):
        if one.transcription is not None and one.transcription.sid == sid:
            return one, one.transcription
    raise not_found(request.path)


def _rendered(network: VoiceNetwork, one: Transcription) -> JsonObject:
    return {
        "account_sid": network.account.sid,
        "api_version": API_VERSION,
        "date_created": rfc2822(one.created),
        "date_updated": rfc2822(one.updated),
        "duration": str(one.seconds),
        "price": None,
        "price_unit": "USD",
        "recording_sid": one.recording_sid,
        "sid": one.sid,
        "status": one.status,
        "transcription_text": one.text or None,
        "type": "fast",
        "uri": f"{account_path(network)}/Transcriptions/{one.sid}.json",
    }
