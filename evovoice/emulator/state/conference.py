"""A conference and the legs in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from evovoice.emulator.state.account import HOME_REGION
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.orders import Subscription
from evovoice.emulator.state.recording import Recording

ConferenceStatus = Literal["init", "in-progress", "completed"]
EndReason = Literal[
    "conference-ended-via-api",
    "participant-with-end-conference-on-exit-left",
    "participant-with-end-conference-on-exit-kicked",
    "last-participant-kicked",
    "last-participant-left",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """How a leg wants to be in a conference: attributes of the noun, or REST parameters."""

    label: str | None = None
    muted: bool = False
    start_on_enter: bool = True
    end_on_exit: bool = False
    coach: str | None = None
    wait_url: str | None = None  # None: Twilio's own music; empty: silence
    wait_method: str = "POST"
    max_participants: int = 250
    callbacks: Subscription | None = None
    region: str | None = None
    record: bool = False
    recording_target: Subscription | None = None
    event_callback: str | None = None


@dataclass(slots=True)
class Conference:
    """`callbacks` belongs to the first joiner (R21); `started` is conference-start (R23)."""

    sid: str
    name: str
    created: int
    updated: int
    next_sequence: int
    callbacks: Subscription | None
    max_participants: int
    region: str = HOME_REGION
    opened_in: str = HOME_REGION  # the region of the leg that came first
    record: bool = False
    recording_target: Subscription | None = None
    recording: Recording | None = None
    event_callback: str | None = None
    status: ConferenceStatus = "init"
    started: bool = False
    participants: dict[str, "Participant"] = field(default_factory=dict)
    reason: EndReason | None = None
    ending_call_sid: str | None = None

    @property
    def over(self) -> bool:
        """Whether the conference has ended."""
        return self.status == "completed"

    def find(self, name: str) -> "Participant | None":
        """The participant with that CallSid or label (R33)."""
        by_sid = self.participants.get(name)
        if by_sid is not None:
            return by_sid
        return next((one for one in self.participants.values() if one.label == name), None)


class Playing(Protocol):
    """A document that is repeated for somebody who waits or is on hold."""

    def stop(self) -> None:
        """Silence."""


@dataclass(slots=True, eq=False)
class Participant:
    """A leg's presence; `way_out` is what happens to a living leg that has to leave."""

    leg: Leg
    conference: Conference
    created: int
    updated: int
    label: str | None
    muted: bool
    start_on_enter: bool
    end_on_exit: bool
    coach: str | None
    wait_url: str | None
    wait_method: str
    way_out: Callable[[], None]
    coaching: bool = False
    hold: bool = False
    joined: bool = False
    connected: bool = False
    speaks: bool = False  # as far as it was told
    hold_audio: Playing | None = None  # what it hears while waiting or held

    @property
    def conference_sid(self) -> str:
        """CF.."""
        return self.conference.sid

    @property
    def conference_name(self) -> str:
        """As the one who came first wrote it."""
        return self.conference.name

    @property
    def status(self) -> str:
        """The participant resource's own words for its leg."""
        if self.connected:
            return "connected"
        if self.leg.status == "queued":
            return "connecting" if self.leg.placed else "queued"
        return "ringing" if self.leg.status == "ringing" else "connecting"


def admit(
    conference: Conference, leg: Leg, entry: Entry, now: int, way_out: Callable[[], None]
) -> Participant:
    """Give the leg its place in the conference, joined or still ringing."""
    participant = Participant(
        leg=leg,
        conference=conference,
        created=now,
        updated=now,
        label=entry.label,
        muted=entry.muted,
        start_on_enter=entry.start_on_enter,
        end_on_exit=entry.end_on_exit,
        coach=entry.coach,
        coaching=entry.coach is not None,
        wait_url=entry.wait_url,
        wait_method=entry.wait_method,
        way_out=way_out,
    )
    conference.participants[leg.sid] = participant
    leg.participant = participant
    return participant
