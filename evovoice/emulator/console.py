"""What the page for people shows, as one JSON object."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from evovoice.emulator import console_hearing as hearing
from evovoice.emulator.chaos import ChaosRule, events_of
from evovoice.emulator.console_pages import devices_view, frame_view
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.exchange import Exchange, RestEntry, WebhookEntry
from evovoice.emulator.expected_keys import expected_view
from evovoice.emulator.rest.messages import JsonObject
from evovoice.emulator.spoken import utterance_view
from evovoice.emulator.state.account import Number
from evovoice.emulator.state.clock import MICROS
from evovoice.emulator.state.conference import Conference, Participant
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.messages import Alert, Reply, WebhookResponse
from evovoice.emulator.state.phones import Character

_LINES = 60
_ENDED = 25
_SEATS = 16  # of a large conference, that many are shown
_LONGEST = 6_000
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DOING = {
    "Dialling": "dialling",
    "Gathering": "is asked for keys",
    "Listening": "listens",
    "InConference": "in a conference",
}
_Entry = TypeVar("_Entry")


def view(exchange: Exchange, speed: float) -> JsonObject:
    """Everything the page needs, the newest log lines first."""
    network = exchange.network
    bridges = hearing.bridges(network)
    return {
        "now": network.clock.now().isoformat(timespec="milliseconds"),
        "speed": speed,
        "account": network.account.sid,
        "living": sum(not leg.over for leg in network.legs),
        "numbers": [_number(network, one) for one in network.account.numbers.values()],
        "conversations": [
            *map(conference_view, _living_conferences(network)),
            *map(_bridge_view, bridges),
        ],
        "calls": [call_view(network, leg, _partner(leg, bridges)) for leg in _shown(network)],
        "devices": devices_view(network),
        "noSound": network.media.absence,
        "phones": [phone_view(name, one) for name, one in network.phones],
        "chaos": {"seed": exchange.chaos.seed, "rules": list(map(rule_view, exchange.chaos.rules))},
        "alerts": [_alert(one) for one in _latest(network.alerts)],
        "signalling": [frame_view(one) for one in _latest(exchange.gateway.log)],
        "rest": [_rest(one) for one in _latest(exchange.rest_log)],
        "webhooks": [_webhook(one) for one in _latest(exchange.webhook_log)],
    }


def _number(network: VoiceNetwork, one: Number) -> JsonObject:
    """A number and where its calls really go, its TwiML App first."""
    voice = network.account.voice_of(one)
    return {
        "number": one.phone_number,
        "voiceUrl": voice.voice_url,
        "voiceMethod": voice.voice_method,
        "application": one.application_sid,
    }


def _latest(log: deque[_Entry]) -> Iterable[_Entry]:
    return islice(reversed(log), _LINES)


def _living_conferences(network: VoiceNetwork) -> list[Conference]:
    return [conference for conference in network.conferences if not conference.over]


def _shown(network: VoiceNetwork) -> list[Leg]:
    """All living calls and the latest ended ones, the newest first."""
    living = [leg for leg in network.legs if not leg.over]
    ended = [leg for leg in network.legs if leg.over][-_ENDED:]
    return sorted([*living, *ended], key=lambda leg: (leg.over, -leg.created))


def conference_view(conference: Conference) -> JsonObject:
    """A conference, and who hears whom in it."""
    return {
        "kind": "conference",
        "sid": conference.sid,
        "name": conference.name,
        "state": "talking" if conference.started else "not started",
        "members": [_member(one) for one in islice(conference.participants.values(), _SEATS)],
        "hears": hearing.in_conference(conference, _SEATS),
        "more": max(0, len(conference.participants) - _SEATS),
    }


def _member(one: Participant) -> JsonObject:
    return {
        "callSid": one.leg.sid,
        "who": far_end(one.leg),
        "label": one.label,
        "condition": hearing.condition(one),
        "endsConference": one.end_on_exit,
    }


def _bridge_view(pair: tuple[Leg, Leg]) -> JsonObject:
    return {
        "kind": "bridge",
        "sid": pair[1].sid,
        "name": "<Dial>",
        "state": "talking",
        "members": [
            {"callSid": leg.sid, "who": far_end(leg), "label": None, "condition": "talking"}
            for leg in pair
        ],
        "hears": hearing.in_bridge(pair),
    }


def far_end(leg: Leg) -> str:
    """The person's own address, whoever called whom."""
    return leg.from_ if leg.direction == "inbound" else leg.to


def _partner(leg: Leg, bridges: list[tuple[Leg, Leg]]) -> Leg | None:
    """Whom a bridged leg talks to."""
    for parent, child in bridges:
        if leg is parent or leg is child:
            return child if leg is parent else parent
    return None


def call_view(network: VoiceNetwork, leg: Leg, partner: Leg | None) -> JsonObject:
    """One leg, and what its person can do now."""
    return {
        "sid": leg.sid,
        "parent": leg.parent_sid,
        "direction": leg.direction,
        "from": leg.from_,
        "to": leg.to,
        "status": leg.status,
        "doing": "; ".join(filter(None, (_now(network, leg, partner), *noticed(leg)))),
        "seconds": _talked(network, leg),
        "canAnswer": leg.status == "ringing" and leg.direction != "inbound",
        "canHangUp": not leg.over,
        "canPress": partner is not None or _listens_for_keys(leg),
    }


def _now(network: VoiceNetwork, leg: Leg, partner: Leg | None) -> str:
    return "" if leg.over else machine(network, leg) + doing(leg, partner)


def noticed(leg: Leg) -> Iterator[str]:
    """What is said on a leg, which keys were heard on it, and what detection took it for."""
    if leg.live and leg.speaking is not None:
        yield f"says “{leg.speaking.words}”" if leg.speaking.words else "speaks"
    if leg.keys_heard:
        yield f"heard the keys {leg.keys_heard}"
    for one in leg.listener.entries:
        yield f"{one.keys} was {'' if one.is_expected else 'not '}expected"
    if leg.answered_by is not None:
        yield f"detected as {leg.answered_by}"


def _listens_for_keys(leg: Leg) -> bool:
    activity = getattr(leg.executor, "activity", None)
    return hasattr(activity, "press") and type(activity).__name__ != "Dialling"


def _talked(network: VoiceNetwork, leg: Leg) -> int | None:
    if leg.started is None:
        return None
    return ((leg.ended or network.now) - leg.started) // MICROS


def machine(network: VoiceNetwork, leg: Leg) -> str:
    """Whether a voicemail is on the line, and on which side of its beep."""
    phone = network.phones.at(leg.to)
    if leg.started is None or leg.direction == "inbound" or not phone.is_machine:
        return ""
    before = network.now - leg.started < (phone.quiet + phone.greeting) * MICROS
    return f"voicemail {'talks' if before else 'has beeped'}, "


def doing(leg: Leg, partner: Leg | None) -> str:
    """What goes on on a living leg."""
    if leg.participant is not None:
        return f"in conference {leg.participant.conference_name}"
    if partner is not None:
        return f"talks to {far_end(partner)}"
    if leg.executor is None:
        return leg.status if not leg.live else ""
    activity = getattr(leg.executor, "activity", None)
    if activity is None:
        return "waits for a document"
    name = type(activity).__name__
    return _DOING.get(name) or _CAMEL.sub(" ", name).lower()


def phone_view(address: str, phone: Character) -> JsonObject:
    """A phone's character."""
    return {
        "address": address,
        "outcome": phone.outcome,
        "answerAfter": phone.answer_after,
        "hangUpAfter": phone.hang_up_after,
        "digits": phone.digits,
        "greeting": phone.greeting,
        "quiet": phone.quiet,
        "hello": phone.hello,
        "beeps": phone.beeps,
        "answeredBy": phone.heard_as,
        "says": [utterance_view(one) for one in phone.says],
        "expects": expected_view(phone.expects),
        "listensAfter": phone.listens_after,
    }


def rule_view(rule: ChaosRule) -> JsonObject:
    """A chaos rule, and how often it struck."""
    return {
        "do": rule.do,
        "kind": rule.kind,
        "event": rule.event,
        "url": rule.url,
        "seconds": rule.seconds[0],
        "secondsTo": rule.seconds[1],
        "rate": rule.rate,
        "count": rule.count,
        "hits": rule.hits,
    }


def _alert(one: Alert) -> JsonObject:
    return {"at": one.at, "code": one.code, "text": one.text, "callSid": one.call_sid}


def _rest(entry: RestEntry) -> JsonObject:
    return {
        "at": entry.at.isoformat(timespec="milliseconds"),
        "method": entry.method,
        "path": entry.path,
        "params": [list(pair) for pair in entry.params],
        "status": entry.status,
        "body": entry.body,
    }


def _webhook(entry: WebhookEntry) -> JsonObject:
    delivery = entry.delivery
    return {
        "at": entry.at.isoformat(timespec="milliseconds"),
        "id": delivery.id,
        "kind": delivery.kind,
        "event": events_of(delivery)[0],
        "method": delivery.method,
        "url": delivery.url,
        "attempt": delivery.attempt,
        "callSid": delivery.call_sid,
        "params": [list(pair) for pair in delivery.params],
        "signature": delivery.headers.get("X-Twilio-Signature", ""),
        "token": delivery.token,
        "note": entry.note,
        **_reply(entry.reply),
    }


def _reply(reply: Reply) -> JsonObject:
    if isinstance(reply, WebhookResponse):
        return {"status": reply.status, "answer": reply.body[:_LONGEST]}
    return {"status": None, "answer": f"no answer: {reply.reason}"}
