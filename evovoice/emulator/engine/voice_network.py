"""What the parts of the exchange share, and what a verb sees of the document it is in."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from evovoice.emulator.choices import Choices
from evovoice.emulator.engine.document import Verb
from evovoice.emulator.engine.document_context import DocumentContext
from evovoice.emulator.engine.formats import rfc2822
from evovoice.emulator.engine.media_desk import MediaDesk
from evovoice.emulator.engine.sids import SidSource
from evovoice.emulator.engine.webhook_sender import WebhookSender
from evovoice.emulator.state.account import Account
from evovoice.emulator.state.call_queue import CallQueue
from evovoice.emulator.state.clock import Clock
from evovoice.emulator.state.devices import Device, DeviceBook
from evovoice.emulator.state.leg import Leg, StopCause
from evovoice.emulator.state.messages import Alert, DeliveryKind, Params
from evovoice.emulator.state.phones import PhoneBook
from evovoice.emulator.state.registers import ConferenceRegister, LegRegister, RecordingRegister


class Activity(Protocol):
    """What a leg is doing inside one verb."""

    def abandon(self, cause: StopCause) -> None:
        """The leg is taken away in the middle of it."""


class Execution(Protocol):
    """A document being performed on a leg, as its verbs see it."""

    network: "VoiceNetwork"
    leg: Leg
    activity: Activity | None  # of the verb being performed
    context: DocumentContext
    owner: object  # the place in a queue whose wait document this is
    base_url: str | None  # where the document came from

    def open(self, url: str, method: str, kind: DeliveryKind, extra: Params = ()) -> None:
        """Fetch the next document; nothing else happens on the leg meanwhile."""

    def proceed(self) -> None:
        """Go on with the next verb, until one takes time."""

    def after(self, verb: Verb, params: Params) -> None:
        """Leave a verb: to its action if it has one, else to the next verb (R8)."""

    def next_verb(self) -> Verb | None:
        """The verb after the one being performed."""

    def resolve(self, url: str) -> str:
        """Relative addresses count from the document's own."""

    def ask_without_effect(self, url: str, method: str, kind: DeliveryKind, extra: Params) -> None:
        """R6, R7: the request is made, the TwiML of its answer is ignored."""

    def whisper(self, leg: Leg, finished: Callable[[], None]) -> "Execution":
        """A document for the called party alone, before the two are bridged (R14)."""


# A handler answers True when it is done, False when it takes time or led away.
Handler = Callable[[Execution, Verb], bool]


@dataclass(slots=True)
class VoiceNetwork:
    """The emulated network of one account."""

    choices: Choices
    account: Account
    clock: Clock
    sids: SidSource
    webhook_sender: WebhookSender
    phones: PhoneBook
    legs: LegRegister
    conferences: ConferenceRegister
    recordings: RecordingRegister
    verbs: Mapping[str, Handler]
    queues: dict[str, CallQueue] = field(default_factory=dict)  # queues of <Enqueue>
    devices: DeviceBook = field(default_factory=DeviceBook)
    media: MediaDesk = field(init=False)
    telephone: Device = field(init=False)  # whoever is rung at an address without devices
    alerts: deque[Alert] = field(default_factory=lambda: deque(maxlen=10_000))
    address: str = "https://api.twilio.com"  # under which REST and the recordings' sounds are
    next_free_slot: int = 0  # R37: when the next REST participant may be dialled

    @property
    def now(self) -> int:
        """Virtual microseconds."""
        return self.clock.micros

    def alert(
        self,
        code: int,
        text: str,
        call_sid: str | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Write a line into the debugger."""
        self.alerts.append(Alert(code, text, call_sid, rfc2822(self.now), details or {}))
