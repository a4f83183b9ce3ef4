"""Engine and REST API together, with their logs; used in process and by the server."""

from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime

from evovoice.emulator.chaos import Chaos
from evovoice.emulator.choices import Choices
from evovoice.emulator.engine.assembly import new_network
from evovoice.emulator.engine.formats import formatted
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.media_director import MediaDirector
from evovoice.emulator.rest.api import RestApi
from evovoice.emulator.rest.faults import Broken
from evovoice.emulator.rest.messages import JsonObject, Pairs, RestRequest, RestResponse
from evovoice.emulator.signalling.gateway import Gateway
from evovoice.emulator.state.account import (
    Account,
    Application,
    Number,
    VoiceSettings,
)
from evovoice.emulator.state.messages import Delivery, Reply


@dataclass(frozen=True, slots=True)
class RestEntry:
    """One REST exchange; `status` is None when no answer reached the client."""

    at: datetime
    method: str
    path: str
    params: Pairs
    status: int | None
    body: JsonObject | None


@dataclass(frozen=True, slots=True)
class WebhookEntry:
    """One delivery and what became of it."""

    at: datetime
    delivery: Delivery
    reply: Reply
    note: str = ""  # what chaos did to it


class Exchange:
    """Plain and deterministic; whoever holds it moves its clock and carries its deliveries."""

    def __init__(
        self,
        account: Account,
        choices: Choices,
        start: datetime,
        seed: int,
        log_size: int | None = None,
    ) -> None:
        self.network: VoiceNetwork = new_network(account, choices, start, seed)
        self.rest_api = RestApi(self.network, seed)
        self.media = MediaDirector(self.network)
        self.gateway = Gateway(self.network, log_size)
        self.chaos = Chaos(seed)
        self.rest_log: deque[RestEntry] = deque(maxlen=log_size)
        self.webhook_log: deque[WebhookEntry] = deque(maxlen=log_size)

    def set_number(
        self, phone_number: str, voice: VoiceSettings, region: str | None = None
    ) -> Number:
        """Own this number, or change where its calls go."""
        numbers, now = self.network.account.numbers, self.network.now
        old = numbers.get(phone_number)
        if old is None:
            sid, name = self.network.sids.new("PN"), formatted(phone_number)
            old = Number(phone_number, sid, voice, name, None, now)
        region = region or old.region
        numbers[phone_number] = replace(old, voice=voice, updated=now, region=region)
        return numbers[phone_number]

    def set_application(self, sid: str | None, voice: VoiceSettings) -> Application:
        """Have this TwiML App, or change it."""
        applications, now = self.network.account.applications, self.network.now
        sid = sid or self.network.sids.new("AP")
        old = applications.get(sid)
        applications[sid] = (
            Application(sid, voice, f"App {sid[-4:]}", now, now)
            if old is None
            else replace(old, voice=voice, updated=now)
        )
        return applications[sid]

    def handle(self, request: RestRequest) -> RestResponse | Broken:
        """Serve one REST request and write it into the log."""
        at = self.network.clock.now()
        outcome = self.rest_api.handle(request)
        response = outcome if isinstance(outcome, RestResponse) else RestResponse(0, None)
        self.rest_log.append(
            RestEntry(
                at,
                request.method,
                request.path,
                request.form.pairs,
                response.status or None,
                response.body,
            )
        )
        return outcome

    def take_delivery(self) -> Delivery | None:
        """The oldest delivery that nobody has taken yet."""
        outbox = self.network.webhook_sender.outbox
        return outbox.popleft() if outbox else None

    def replied(self, delivery: Delivery, reply: Reply, note: str = "") -> None:
        """The application answered, or could not be reached: a line in the log either way.

        A second answer to the same delivery is ignored.
        """
        self.webhook_log.append(WebhookEntry(self.network.clock.now(), delivery, reply, note))
        self.network.webhook_sender.replied(delivery, reply)
