"""The exchange as plain JSON, for the control address and for tests that look at everything."""

from evovoice.emulator import console_hearing as hearing
from evovoice.emulator.console_pages import devices_view, frame_view
from evovoice.emulator.engine.formats import rfc2822
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.exchange import Exchange, RestEntry, WebhookEntry
from evovoice.emulator.expected_keys import entries_view
from evovoice.emulator.rest.messages import JsonObject
from evovoice.emulator.state.conference import Conference, Participant
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.messages import Reply, WebhookResponse


def state(network: VoiceNetwork) -> JsonObject:
    """Who is in which call and conference."""
    partners: dict[str, str] = {}
    for parent, child in hearing.bridges(network):
        partners |= {parent.sid: child.sid, child.sid: parent.sid}
    return {
        "now": network.clock.now().isoformat(),
        "calls": [_call(leg, partners.get(leg.sid)) for leg in network.legs],
        "conferences": [_conference(conference) for conference in network.conferences],
        "devices": devices_view(network),
        "noSound": network.media.absence,
        "alerts": [
            {
                "code": one.code,
                "level": one.level,
                "text": one.text,
                "callSid": one.call_sid,
                "at": one.at,
            }
            for one in network.alerts
        ],
    }


def _call(leg: Leg, partner: str | None) -> JsonObject:
    seen: JsonObject = {
        "sid": leg.sid,
        "parentCallSid": leg.parent_sid,
        "direction": leg.direction,
        "from": leg.from_,
        "to": leg.to,
        "status": leg.status,
        "keysHeard": leg.keys_heard,
        "entries": entries_view(leg.listener),
        "customParameters": dict(leg.shown),
        "callReason": leg.reason,
        "devices": dict(leg.devices),
        "createdAt": rfc2822(leg.created),
    }
    if leg.participant is not None:
        seen["conference"] = leg.participant.conference_sid
    if partner is not None:
        seen["talksTo"] = partner
    return seen


def _conference(conference: Conference) -> JsonObject:
    return {
        "sid": conference.sid,
        "friendlyName": conference.name,
        "status": conference.status,
        "started": conference.started,
        "participants": [_participant(one) for one in conference.participants.values()],
    }


def _participant(one: Participant) -> JsonObject:
    return {
        "callSid": one.leg.sid,
        "label": one.label,
        "muted": one.muted,
        "hold": one.hold,
        "coaching": one.coach if one.coaching else None,
        "joined": one.joined,
        "connected": one.connected,
    }


def log(exchange: Exchange) -> JsonObject:
    """What was asked of us, and what we asked of the application."""
    return {
        "rest": [_rest(entry) for entry in exchange.rest_log],
        "webhooks": [_webhook(entry) for entry in exchange.webhook_log],
        "signalling": [frame_view(entry) for entry in exchange.gateway.log],
    }


def _rest(entry: RestEntry) -> JsonObject:
    return {
        "at": entry.at.isoformat(),
        "method": entry.method,
        "path": entry.path,
        "params": entry.params,
        "status": entry.status,
        "body": entry.body,
    }


def _webhook(entry: WebhookEntry) -> JsonObject:
    delivery = entry.delivery
    return {
        "at": entry.at.isoformat(),
        "url": delivery.url,
        "kind": delivery.kind,
        "method": delivery.method,
        "params": delivery.form,
        "headers": dict(delivery.headers),
        "attempt": delivery.attempt,
        "note": entry.note,
        **_reply(entry.reply),
    }


def _reply(reply: Reply) -> JsonObject:
    if isinstance(reply, WebhookResponse):
        return {"status": reply.status, "answer": reply.body}
    return {"status": None, "failure": reply.reason}
