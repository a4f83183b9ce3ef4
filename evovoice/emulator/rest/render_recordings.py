"""The Recording resource in its three places: exactly Twilio's keys (10.2)."""

from evovoice.emulator.engine.formats import rfc2822
from evovoice.emulator.engine.recordings import url_of
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.engine.voice_request import API_VERSION
from evovoice.emulator.rest.messages import JsonObject
from evovoice.emulator.rest.render import account_path
from evovoice.emulator.state.recording import Recording

_PARTS = {
    "add_on_results": "AddOnResults",
    "transcriptions": "Transcriptions",
}


def of_call(network: VoiceNetwork, one: Recording) -> JsonObject:
    """Below its call."""
    return {**_shared(network, one, f"Calls/{one.call_sid}/"), "track": one.track}


def of_conference(network: VoiceNetwork, one: Recording) -> JsonObject:
    """Below its conference."""
    return _shared(network, one, f"Conferences/{one.conference_sid}/")


def of_account(network: VoiceNetwork, one: Recording) -> JsonObject:
    """With the address of its sound, where nothing can be heard here."""
    here = f"{account_path(network)}/Recordings/{one.sid}"
    parts = {key: f"{here}/{name}.json" for key, name in _PARTS.items()}
    return {
        **_shared(network, one, ""),
        "subresource_uris": parts,
        "media_url": url_of(network, one),
    }


def _shared(network: VoiceNetwork, one: Recording, place: str) -> JsonObject:
    seconds = one.seconds
    return {
        "account_sid": network.account.sid,
        "api_version": API_VERSION,
        "call_sid": one.call_sid,
        "conference_sid": one.conference_sid,
        "channels": one.channels,
        "date_created": rfc2822(one.started),
        "date_updated": rfc2822(one.ended or one.started),
        "start_time": rfc2822(one.started),
        "price": None,
        "price_unit": "USD",
        "duration": None if seconds is None else str(seconds),
        "sid": one.sid,
        "source": one.source,
        "status": one.status,
        "error_code": one.error_code,
        "encryption_details": None,
        "uri": f"{account_path(network)}/{place}Recordings/{one.sid}.json",
    }
