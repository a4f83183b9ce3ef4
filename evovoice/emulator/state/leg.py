"""A leg: one telephone connection, which REST calls a Call."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from evovoice.emulator.state.account import HOME_REGION
from evovoice.emulator.state.clock import Timer, whole_seconds
from evovoice.emulator.state.expected import KeyListener
from evovoice.emulator.state.media import Playing
from evovoice.emulator.state.orders import Detection, RecordOrder, Subscription
from evovoice.emulator.state.recording import Recording
from evovoice.emulator.state.speech import Utterance

LegStatus = Literal[
    "queued",
    "ringing",
    "in-progress",
    "completed",
    "busy",
    "failed",
    "no-answer",
    "canceled",
]
Direction = Literal["inbound", "outbound-api", "outbound-dial"]
StopCause = Literal["hang-up", "redirect"]
DeviceState = Literal["ringing", "accepted", "cancelled", "rejected"]
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


class Watcher(Protocol):
    """Whoever placed a leg and cares what becomes of it."""

    def leg_ringing(self, leg: "Leg") -> None:
        """The far end rings."""

    def leg_answered(self, leg: "Leg") -> None:
        """The far end picked up."""

    def leg_redirected(self, leg: "Leg") -> None:
        """REST gave the leg another document: it is no longer the watcher's."""

    def leg_ended(self, leg: "Leg") -> None:
        """The leg has its final status."""


@dataclass(frozen=True, slots=True)
class CallMessage:
    """A message between an application and a page in a call (UserDefinedMessage)."""

    sid: str  # KX..
    content: str
    content_type: str = "application/json"


class FarEnd(Protocol):
    """A person's side of one call: a scripted telephone, a device that is steered by hand, a page
    with Twilio's SDK. These are told what happens; what they do goes through `remote_party`.
    """

    @property
    def has_character(self) -> bool:
        """Whether the phone book says how that person answers, speaks and hangs up."""

    def stop_ringing(self, leg: "Leg") -> None:
        """Somebody else answered, or nobody will."""

    def answered(self, leg: "Leg") -> None:
        """The call is answered: from here, or one that was placed from here."""

    def ended(self, leg: "Leg") -> None:
        """The call is over, whoever ended it."""

    def take_message(self, leg: "Leg", message: CallMessage) -> bool:
        """The application has something to tell; False where nobody can read it."""


class Running(Protocol):
    """The TwiML a leg is in."""

    def stop(self, cause: StopCause) -> None:
        """Leave off at once."""


class Presence(Protocol):
    """The conference a leg is in, as far as the leg knows it."""

    @property
    def conference_sid(self) -> str:
        """CF.."""

    @property
    def conference_name(self) -> str:
        """As TwiML or REST wrote it."""


@dataclass(slots=True, eq=False)
class Leg:
    """Times are virtual microseconds; `executor` is None while no TwiML runs on the leg."""

    sid: str
    direction: Direction
    from_: str
    to: str
    created: int
    parent_sid: str | None = None
    region: str = HOME_REGION  # where it arrived (10.1)
    number_sid: str | None = None
    application_sid: str | None = None
    first_params: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)  # to the device: `<Client><Parameter>`
    reason: str | None = None  # `CallReason`, as the called telephone shows it
    subscription: Subscription | None = None
    fallback: tuple[str, str] | None = None
    status: LegStatus = "queued"
    placed: bool = False
    updated: int = 0
    started: int | None = None
    ended: int | None = None
    sip_code: int | None = None
    queue_millis: int = 0
    sequence: int = 0
    time_limit: int | None = None
    hang_up_after: float | None = None
    digits: str = ""  # keys its person presses unasked
    keys_heard: str = ""  # pressed by Twilio, or by the other side of a bridge
    listener: KeyListener = field(default_factory=KeyListener)  # what its person makes of them
    says: tuple[Utterance, ...] = ()  # all that its person has to say
    answers: deque[Utterance] = field(default_factory=deque)  # not said yet, for who listens
    speaking: Utterance | None = None
    speaks_until: int = 0
    watcher: Watcher | None = None
    executor: Running | None = None
    participant: Presence | None = None
    detection: Detection | None = None
    answered_by: str | None = None
    recordings: list[Recording] = field(default_factory=list)  # those that REST has ordered
    record_order: RecordOrder | None = None
    devices: dict[str, DeviceState] = field(default_factory=dict)  # of a client: identity
    ringing_at: dict[str, FarEnd] = field(default_factory=dict)  # by the name of the device
    far_end: FarEnd | None = None  # who is in the call, or the only one who is rung
    message_subscriptions: dict[str, Subscription] = field(default_factory=dict)  # by ZY..
    messages_sent: int = 0  # by its page
    media_leg: str | None = None  # of a page: under which name media carries its sound
    playing: dict[int, Playing] = field(default_factory=dict)  # what its documents let it hear
    timers: list[Timer] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether the status is final."""
        return self.status in OVER

    @property
    def live(self) -> bool:
        """Whether somebody is on the line."""
        return self.status == "in-progress"

    @property
    def answered(self) -> bool:
        """Whether somebody ever was on the line."""
        return self.started is not None

    @property
    def has_page(self) -> bool:
        """Whether a page with Twilio's SDK is its person's side."""
        return self.far_end is not None and not self.far_end.has_character

    @property
    def webhook_status(self) -> str:
        """CallStatus in webhooks, which knows `initiated`."""
        return "initiated" if self.status == "queued" and self.placed else self.status

    @property
    def seconds(self) -> int:
        """The length of the conversation; 0 when there was none."""
        if self.started is None or self.ended is None:
            return 0
        return whole_seconds(self.started, self.ended)

    def drop_timers(self) -> None:
        """Nothing that was waiting for this leg happens any more."""
        for timer in self.timers:
            timer.cancel()
        self.timers.clear()
