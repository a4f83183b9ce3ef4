"""In process: Twilio inside the test process, on virtual time, driven by the real SDK."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock

from evovoice.emulator import snapshot
from evovoice.emulator.browser import Browser
from evovoice.emulator.chaos import rules_from_text
from evovoice.emulator.choices import Choices
from evovoice.emulator.delivery_schedule import Plan
from evovoice.emulator.engine import remote_party
from evovoice.emulator.exchange import Exchange, RestEntry, WebhookEntry
from evovoice.emulator.handset import Phone
from evovoice.emulator.outbox import Deliver, Outbox, nobody_there
from evovoice.emulator.page_socket import SignalSocket
from evovoice.emulator.rest.faults import Broken, Fault, FaultKind
from evovoice.emulator.rest.messages import JsonObject, RestRequest, RestResponse
from evovoice.emulator.scenario import Scenario, set_up
from evovoice.emulator.sdk.http_client import EngineHttpClient
from evovoice.emulator.state.account import HOME_REGION, Account, VoiceSettings
from evovoice.emulator.state.conference import Conference
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.messages import Alert, Delivery
from evovoice.emulator.state.speech import Utterance
from evovoice.emulator.virtual_time import VirtualTime

_START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_SID = "AC" + "0" * 31 + "1"
_TOKEN = "emulated-auth-token"  # noqa: S105 - opens nothing but this emulator


def none_overtakes(delivery: Delivery) -> bool:  # noqa: ARG001 - a predicate's signature
    """REST answers arrive before the webhooks they cause."""
    return False


class InProcessTwilio:
    """Nothing happens until `advance` or `run_until_quiet`, except what REST itself does."""

    def __init__(
        self,
        account_sid: str = _SID,
        auth_token: str = _TOKEN,
        *,
        api_keys: Mapping[str, str] | None = None,
        choices: Choices | None = None,
        deliver: Deliver = nobody_there,
        start: datetime = _START,
        seed: int = 1,
        log_size: int | None = None,
    ) -> None:
        account = Account(account_sid, auth_token, dict(api_keys or {}))
        self.exchange = Exchange(account, choices or Choices(), start, seed, log_size)
        self._lock = Lock()
        self._postbox = Outbox(self.exchange, self._lock)
        self._postbox.deliver = deliver
        self._time = VirtualTime(self.exchange, self._lock, self._postbox)
        self.webhooks_overtake: Callable[[Delivery], bool] = none_overtakes
        self.http_client = EngineHttpClient(self._serve, self.advance, self.now)

    # What the application is

    @property
    def deliver(self) -> Deliver:
        """Who answers the webhooks; may be set later."""
        return self._postbox.deliver

    @deliver.setter
    def deliver(self, deliver: Deliver) -> None:
        self._postbox.deliver = deliver

    @property
    def on_delivery(self) -> Plan:
        """The delays of each delivery: () loses it, (0, 0) repeats it, (5,) is late (R49)."""
        return self._postbox.schedule.plan

    @on_delivery.setter
    def on_delivery(self, plan: Plan) -> None:
        self._postbox.schedule.plan = plan

    def chaos(self, *rules: str, seed: int | None = None) -> int:
        """Rules such as `lose,kind=call-status,count=1` or `random`; returns the dice's seed."""
        if seed is not None:
            self.exchange.chaos.reseed(seed)
        for rule in rules:
            self.exchange.chaos.add(rules_from_text(rule))
        return self.exchange.chaos.seed

    def calm(self) -> None:
        """No chaos from here on."""
        self.exchange.chaos.clear()

    # The account

    @property
    def account_sid(self) -> str:
        """AC..."""
        return self.exchange.network.account.sid

    @property
    def auth_token(self) -> str:
        """Signs the webhooks and opens REST."""
        return self.exchange.network.account.auth_token

    @property
    def choices(self) -> Choices:
        """The switches."""
        return self.exchange.network.choices

    def choose(self, **changes: object) -> None:
        """Turn switches from here on."""
        self.exchange.network.choices = replace(self.choices, **changes)  # type: ignore[arg-type]

    def add_number(
        self,
        number: str,
        voice_url: str | None = None,
        *,
        status_callback: str | None = None,
        voice_fallback_url: str | None = None,
        region: str | None = None,
    ) -> str:
        """Own a number, whose calls are handled in that region; returns its PN sid."""
        voice = VoiceSettings(voice_url, "POST", voice_fallback_url, status_callback)
        return self.exchange.set_number(number, voice, region).sid

    def add_application(
        self, voice_url: str, *, sid: str | None = None, status_callback: str | None = None
    ) -> str:
        """Have a TwiML App; returns its AP sid."""
        voice = VoiceSettings(voice_url, status_callback=status_callback)
        return self.exchange.set_application(sid, voice).sid

    def account_is(self, **standing: object) -> None:
        """How the account stands from here on, `type="Trial"` and the like (`Standing`)."""
        account = self.exchange.network.account
        account.standing = replace(account.standing, **standing)  # type: ignore[arg-type]

    def verify(self, number: str) -> None:
        """A caller id that is not owned but allowed."""
        self.exchange.network.account.verified.add(number)

    # Time

    def now(self) -> datetime:
        """The virtual moment, in UTC."""
        return self.exchange.network.clock.now()

    def advance(self, seconds: float) -> None:
        """Let that much time pass, with every event and delivery in it."""
        self._time.advance(seconds)

    def run_until_quiet(self, limit: float = 600.0) -> None:
        """Until nothing more happens unless somebody acts or a time-out ends a wait."""
        self._time.run_until_quiet(limit)

    # People

    def place_call(
        self, from_: str, to: str, *, hang_up_after: float | None = None, digits: str = ""
    ) -> str:
        """A telephone calls one of our numbers; returns the CallSid."""
        with self._lock:
            return remote_party.place_call(
                self.exchange.network, from_, to, hang_up_after, digits
            ).sid

    def connect_device(
        self,
        identity: str,
        params: Mapping[str, str],
        application_sid: str | None = None,
        region: str = HOME_REGION,
    ) -> str:
        """A browser device of that region places a call through the (only) application."""
        network = self.exchange.network
        sid = application_sid or next(iter(network.account.applications), "")
        with self._lock:
            return remote_party.connect_device(network, identity, sid, params, region).sid

    def open_signalling(self, read: Callable[[str], None]) -> SignalSocket:
        """A page opens a websocket to the gateway; `read` takes each text that comes over it."""
        return SignalSocket(self.exchange, self._lock, read)

    def play(self, scenario: Scenario) -> None:
        """Put a scenario file into force: `play(load(path))`."""
        set_up(self.exchange, scenario)

    def phone(self, address: str) -> Phone:
        """Whoever is called at this number or `client:identity`."""
        return Phone(self.exchange, address)

    def browser(self, identity: str, name: str) -> Browser:
        """A browser with a token of that identity, ready for calls."""
        return Browser(self.exchange, identity, name)

    def answer(self, call_sid: str) -> None:
        """Pick up a ringing leg."""
        with self._lock:
            remote_party.answer(self.exchange.network, call_sid)

    def hang_up(self, call_sid: str) -> None:
        """Hang up, from the far end."""
        with self._lock:
            remote_party.hang_up(self.exchange.network, call_sid)

    def busy(self, call_sid: str) -> None:
        """A ringing leg turns out to be busy."""
        with self._lock:
            remote_party.busy(self.exchange.network, call_sid)

    def reject(self, call_sid: str) -> None:
        """A ringing leg is declined."""
        with self._lock:
            remote_party.reject(self.exchange.network, call_sid)

    def press(self, call_sid: str, digits: str) -> None:
        """Press keys into a Gather."""
        with self._lock:
            remote_party.press_keys(self.exchange.network, call_sid, digits)

    def say(self, call_sid: str, words: str, *, seconds: float | None = None) -> None:
        """Speak now, for so long or by the number of words."""
        with self._lock:
            utterance = Utterance(words, seconds=seconds)
            remote_party.speak(self.exchange.network, call_sid, utterance)

    # Faults

    def fail_next(
        self, method: str, path_pattern: str, kind: FaultKind, *, status: int = 503,
        problem: bool = False, seconds: float = 30.0, rate: float | None = None, count: int = 1,
        code: int = 20500,
    ) -> None:  # fmt: skip
        """The next `count` matching requests go wrong (0: all), or by `rate` a share of them."""
        fault = Fault(kind, status, problem, seconds, rate, code)
        self.exchange.rest_api.faults.add(method, path_pattern, fault, count)

    # Looking

    @property
    def rest_log(self) -> Sequence[RestEntry]:
        """Every REST request and its answer."""
        return tuple(self.exchange.rest_log)

    @property
    def webhook_log(self) -> Sequence[WebhookEntry]:
        """Every delivery and its reply."""
        return tuple(self.exchange.webhook_log)

    @property
    def alerts(self) -> Sequence[Alert]:
        """What the debugger shows."""
        return tuple(self.exchange.network.alerts)

    def call(self, call_sid: str) -> Leg:
        """One leg, by sid."""
        leg = self.exchange.network.legs.get(call_sid)
        if leg is None:
            raise remote_party.Impossible(f"no call {call_sid}")
        return leg

    def leg_at(self, address: str) -> Leg:
        """The latest leg to that number or `client:identity` that has not ended."""
        found = [leg for leg in self.exchange.network.legs if leg.to == address and not leg.over]
        if not found:
            raise remote_party.Impossible(f"no living leg to {address}")
        return found[-1]

    def living_calls(self) -> list[Leg]:
        """All legs that have not ended."""
        return [leg for leg in self.exchange.network.legs if not leg.over]

    def conferences(self) -> list[Conference]:
        """All conferences, the oldest first."""
        return list(self.exchange.network.conferences)

    def state(self) -> JsonObject:
        """The same picture as the control address gives."""
        return snapshot.state(self.exchange.network)

    def _serve(self, request: RestRequest) -> RestResponse | Broken:
        with self._lock:
            outcome = self.exchange.handle(request)
        self._postbox.overtake(self.webhooks_overtake)
        return outcome
