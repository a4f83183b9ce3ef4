"""What the parts of the exchange share: state, time, identifiers, the webhook sender."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evovoice.emulator.choices import Choices
from evovoice.emulator.engine.account import Account
from evovoice.emulator.engine.call_queue import CallQueue
from evovoice.emulator.engine.clock import Clock
from evovoice.emulator.engine.devices import DeviceBook
from evovoice.emulator.engine.formats import rfc2822
from evovoice.emulator.engine.messages import Alert
from evovoice.emulator.engine.phones import PhoneBook
from evovoice.emulator.engine.registers import LegRegister, RecordingRegister, RoomRegister
from evovoice.emulator.engine.sids import SidSource
from evovoice.emulator.engine.webhook_sender import WebhookSender

if TYPE_CHECKING:
    from evovoice.emulator.engine.document import Verb
    from evovoice.emulator.engine.twiml_executor import TwimlExecutor

# A handler answers True when it is done, False when it takes time or led away.
Handler = Callable[["TwimlExecutor", "Verb"], bool]


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
    rooms: RoomRegister
    recordings: RecordingRegister
    verbs: Mapping[str, Handler]
    queues: dict[str, CallQueue] = field(default_factory=dict)  # queues of <Enqueue>
    devices: DeviceBook = field(default_factory=DeviceBook)
    alerts: deque[Alert] = field(default_factory=lambda: deque(maxlen=10_000))
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
