"""What is so, what is shown and what was done, as plain records: all that the invariants see."""

from dataclasses import dataclass, field

_ALIVE = ("queued", "initiated", "ringing", "in-progress")


@dataclass(frozen=True, slots=True)
class Leg:
    """One telephone connection as the carrier has it; `address` is the person's own.

    `created` in whole seconds since the epoch; `direction` in Twilio's words: `outbound-dial` was
    rung by the call's own dial, `outbound-api` by a request; `room` is the conference, `inside`
    whether the person is in its mix; `partner` the leg that a plain dial has bridged it to.
    """

    sid: str
    address: str
    status: str
    created: float = 0.0
    direction: str = "outbound-api"
    room: str | None = None
    inside: bool = False
    hold: bool = False
    muted: bool = False
    coaching: str | None = None
    partner: str | None = None

    @property
    def is_alive(self) -> bool:
        """Not over: it waits, rings or talks."""
        return self.status in _ALIVE

    @property
    def was_requested(self) -> bool:
        """The service asked for it by REST."""
        return self.direction == "outbound-api"

    @property
    def is_our_user(self) -> bool:
        """The device of an agent."""
        return self.address.startswith("client:")

    @property
    def is_up(self) -> bool:
        """Somebody is on the line."""
        return self.status == "in-progress"


@dataclass(frozen=True, slots=True)
class Truth:
    """The legs of one story at one moment, as the carrier has them."""

    at: float
    legs: tuple[Leg, ...]

    def alive(self) -> list[Leg]:
        """Those that are not over."""
        return [leg for leg in self.legs if leg.is_alive]

    def leg(self, sid: str | None) -> Leg | None:
        """That one."""
        return next((leg for leg in self.legs if leg.sid == sid), None)


@dataclass(frozen=True, slots=True)
class Party:
    """A member as clients are shown it."""

    call_sid: str | None
    identity: str
    state: str
    muted: bool = False
    coaching: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A session as clients are shown it."""

    at: float
    session_id: str
    ended: bool
    state: str
    parties: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did: an agent by a command, or a person at a telephone.

    `intent` is the same for a command and its repeats. `status` is None where no answer came;
    deeds at a telephone have 0. `target` is an address for adds, a call SID for the others;
    `flags` says which call SID was to be what: ("CA1", "hold", True).
    """

    kind: str
    sent: float
    answered: float
    intent: str = ""
    status: int | None = 0
    target: str = ""
    flags: tuple[tuple[str, str, bool | str | None], ...] = ()

    @property
    def succeeded(self) -> bool:
        """2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def was_refused(self) -> bool:
        """An error was answered, so it must not happen later."""
        return self.status is not None and self.status >= 400


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of the session's log."""

    at: float
    type: str
    call_sid: str | None = None
    message: str = ""


@dataclass(slots=True)
class Story:
    """Everything about one story. `calm_at` is when the faults ended, `ending_at` when whoever
    still talked was told to end, `until` the last look.
    """

    name: str
    samples: list[Truth] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    log: list[LogLine] = field(default_factory=list)
    calm_at: float = 0.0
    ending_at: float = 0.0
    until: float = 0.0

    def saw(self, truth: Truth) -> None:
        """Keep a look at the carrier where anything has changed since the last one.

        `truth.at` is when the question was sent: what is seen was so then or came just after.
        """
        self.until = truth.at
        self.looks.append(truth.at)
        if not self.samples or self.samples[-1].legs != truth.legs:
            self.samples.append(truth)

    def last(self) -> Truth:
        """The newest look."""
        return self.samples[-1] if self.samples else Truth(self.until, ())

    def next_look(self, moment: float) -> float:
        """When the carrier was looked at next."""
        return next((look for look in self.looks if look >= moment), self.until)

    def at(self, moment: float) -> Truth:
        """What was so at that moment."""
        before = [one for one in self.samples if one.at <= moment]
        return before[-1] if before else Truth(moment, ())
