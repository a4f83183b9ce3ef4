"""Numbers and TwiML Apps as JSON: exactly Twilio's keys (R43)."""

from evovoice.emulator.engine.formats import rfc2822
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.engine.voice_request import API_VERSION
from evovoice.emulator.rest.messages import JsonObject
from evovoice.emulator.rest.render import account_path
from evovoice.emulator.state.account import Application, Number, VoiceSettings


def number(network: VoiceNetwork, one: Number) -> JsonObject:
    """The IncomingPhoneNumber resource; everything but voice has its resting value."""
    return {
        **_shared(network, one, f"IncomingPhoneNumbers/{one.sid}"),
        "phone_number": one.phone_number,
        "voice_application_sid": one.application_sid,
        "voice_receive_mode": "voice",
        "capabilities": {"voice": True, "sms": False, "mms": False, "fax": False},
        "address_requirements": "none",
        "address_sid": None,
        "identity_sid": None,
        "bundle_sid": None,
        "trunk_sid": one.trunk_sid,
        "sms_application_sid": None,
        "emergency_status": "Inactive",
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "origin": "twilio",
        "beta": False,
        "status": "in-use",
        "type": "local",
    }


def application(network: VoiceNetwork, one: Application) -> JsonObject:
    """The Application resource."""
    return {
        **_shared(network, one, f"Applications/{one.sid}"),
        "message_status_callback": None,
        "sms_status_callback": None,
        "public_application_connect_enabled": False,
    }


def _shared(network: VoiceNetwork, one: Number | Application, place: str) -> JsonObject:
    return {
        "sid": one.sid,
        "account_sid": network.account.sid,
        "friendly_name": one.friendly_name,
        "api_version": API_VERSION,
        "date_created": rfc2822(one.created or network.now),
        "date_updated": rfc2822(one.updated or network.now),
        "uri": f"{account_path(network)}/{place}.json",
        **_voice(one.voice),
        "voice_caller_id_lookup": False,
        "sms_url": None,
        "sms_method": "POST",
        "sms_fallback_url": None,
        "sms_fallback_method": "POST",
    }


def _voice(voice: VoiceSettings) -> JsonObject:
    return {
        "voice_url": voice.voice_url,
        "voice_method": voice.voice_method,
        "voice_fallback_url": voice.voice_fallback_url,
        "voice_fallback_method": voice.voice_fallback_method,
        "status_callback": voice.status_callback,
        "status_callback_method": voice.status_callback_method,
    }
