"""Resources as JSON: exactly Twilio's keys (R43, sections 1.5, 3.3 and 3.4)."""

from evovoice.emulator.engine.formats import formatted, rfc2822
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.engine.voice_request import API_VERSION
from evovoice.emulator.rest.messages import JsonObject
from evovoice.emulator.state.conference import Conference, Participant
from evovoice.emulator.state.leg import Leg

_CALL_PARTS = {
    "notifications": "Notifications",
    "recordings": "Recordings",
    "payments": "Payments",
    "events": "Events",
    "siprec": "Siprec",
    "streams": "Streams",
    "transcriptions": "Transcriptions",
    "user_defined_message_subscriptions": "UserDefinedMessageSubscriptions",
    "user_defined_messages": "UserDefinedMessages",
}


def account_path(network: VoiceNetwork) -> str:
    """Where all resources of the account live."""
    return f"/{API_VERSION}/Accounts/{network.account.sid}"


def call(network: VoiceNetwork, leg: Leg) -> JsonObject:
    """A leg as the Call resource."""
    here = f"{account_path(network)}/Calls/{leg.sid}"
    return {
        "sid": leg.sid,
        "date_created": rfc2822(leg.created),
        "date_updated": rfc2822(leg.updated),
        "parent_call_sid": leg.parent_sid,
        "account_sid": network.account.sid,
        "to": leg.to,
        "to_formatted": formatted(leg.to),
        "from": leg.from_,
        "from_formatted": formatted(leg.from_),
        "phone_number_sid": leg.number_sid,
        "status": leg.status,
        "start_time": _moment(leg.started),
        "end_time": _moment(leg.ended),
        "duration": str(leg.seconds) if leg.over and leg.answered else None,
        "price": None,
        "price_unit": "USD",
        "direction": leg.direction,
        "answered_by": leg.answered_by,
        "api_version": API_VERSION,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": str(leg.queue_millis),
        "trunk_sid": None,
        "uri": f"{here}.json",
        "subresource_uris": {key: f"{here}/{name}.json" for key, name in _CALL_PARTS.items()},
    }


def _moment(micros: int | None) -> str | None:
    return None if micros is None else rfc2822(micros)


def conference(network: VoiceNetwork, conference: Conference) -> JsonObject:
    """The Conference resource."""
    here = f"{account_path(network)}/Conferences/{conference.sid}"
    return {
        "account_sid": network.account.sid,
        "date_created": rfc2822(conference.created),
        "date_updated": rfc2822(conference.updated),
        "api_version": API_VERSION,
        "friendly_name": conference.name,
        "region": conference.region,
        "sid": conference.sid,
        "status": conference.status,
        "uri": f"{here}.json",
        "subresource_uris": {
            "participants": f"{here}/Participants.json",
            "recordings": f"{here}/Recordings.json",
        },
        "reason_conference_ended": conference.reason,
        "call_sid_ending_conference": conference.ending_call_sid,
    }


def participant(
    network: VoiceNetwork, one: Participant, queue_millis: int | None = None
) -> JsonObject:
    """The Participant resource; queue_time only in the answer to create (R31)."""
    conferences = f"{account_path(network)}/Conferences/{one.conference.sid}"
    return {
        "account_sid": network.account.sid,
        "call_sid": one.leg.sid,
        "label": one.label,
        "call_sid_to_coach": one.coach,
        "coaching": one.coaching,
        "conference_sid": one.conference.sid,
        "date_created": rfc2822(one.created),
        "date_updated": rfc2822(one.updated),
        "end_conference_on_exit": one.end_on_exit,
        "muted": one.muted,
        "hold": one.hold,
        "start_conference_on_enter": one.start_on_enter,
        "status": one.status if queue_millis is None else "queued",
        "queue_time": None if queue_millis is None else str(queue_millis),
        "uri": f"{conferences}/Participants/{one.leg.sid}.json",
    }
