"""A line with a customer, an agent and a third party, and the calls they make."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from twilio.rest import Client

from evovoice.emulator.inprocess import InProcessTwilio
from evovoice.emulator.state.conference import Conference
from evovoice.emulator.state.leg import Leg

from .scripted_app import BASE, ScriptedApp

OURS = "+15550001111"
CUSTOMER = "+15559998888"
AGENT = "+15552223333"
THIRD = "+15554445555"

ALL_LEG_EVENTS = "initiated ringing answered completed"
ALL_ROOM_EVENTS = "start end join leave mute hold modify announcement"


def dial(noun: str, attributes: str = f'action="{BASE}/action"') -> str:
    """A Dial verb around a noun."""
    return f'<Dial callerId="{OURS}" {attributes}>{noun}</Dial>'


def number(to: str = AGENT, events: str = ALL_LEG_EVENTS) -> str:
    """A Number noun that reports to /leg."""
    target = f'statusCallback="{BASE}/leg" statusCallbackEvent="{events}"'
    return f"<Number {target}>{to}</Number>"


def conference(name: str = "room-1", attributes: str = "") -> str:
    """A Conference noun that reports everything to /conf and plays nothing."""
    target = f'statusCallback="{BASE}/conf" statusCallbackEvent="{ALL_ROOM_EVENTS}"'
    return f'<Conference waitUrl="" {target} {attributes}>{name}</Conference>'


def response(inside: str) -> str:
    """A whole document."""
    return f"<Response>{inside}</Response>"


@dataclass
class Line:
    """The emulator, the SDK on it, and the application behind it."""

    twilio: InProcessTwilio
    client: Client
    app: ScriptedApp

    def call_in(self, document: str) -> str:
        """The customer calls and gets that document; returns the parent's CallSid."""
        self.app.on("/voice", document)
        return self.twilio.place_call(CUSTOMER, OURS)

    def bridge(self, document: str | None = None) -> tuple[Leg, Leg]:
        """Customer and agent talk to each other: the parent leg and the child leg."""
        sid = self.call_in(dial(number()) if document is None else document)
        self.twilio.advance(10)
        return self.twilio.call(sid), self.twilio.leg_at(AGENT)

    def convert(self, inside: str | None = None) -> tuple[Leg, Leg, Conference]:
        """A bridged call becomes a conference by redirecting the child."""
        parent, child = self.bridge()
        document = dial(conference(), "") if inside is None else inside
        self.app.on("/action", document)
        self.client.calls(child.sid).update(twiml=response(document))
        self.twilio.advance(1)
        return parent, child, self.twilio.conferences()[-1]

    def add_third(self, room: str, **fields: object) -> str:
        """Dial the third party into the conference; returns its CallSid."""
        given: dict[str, object] = {
            "from_": OURS,
            "to": THIRD,
            "status_callback": f"{BASE}/third",
            "status_callback_event": ALL_LEG_EVENTS.split(),
            **fields,
        }
        create: Callable[..., object] = self.client.conferences(room).participants.create
        return str(create(**given).call_sid)  # type: ignore[attr-defined]

    def post(self, path: str, **fields: str) -> tuple[int, dict[str, object]]:
        """A raw POST below the account, for what the SDK would not send: status and body."""
        base = f"https://api.twilio.com/2010-04-01/Accounts/{self.twilio.account_sid}"
        answer = self.client.request("POST", f"{base}/{path}.json", data=fields)
        return int(answer.status_code), json.loads(answer.text)
