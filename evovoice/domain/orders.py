"""Orders: what we tell the carrier to do. Each becomes a row that outlives the process."""

from dataclasses import dataclass, field

from evovoice.domain.announcements import Announcement
from evovoice.domain.hunt import RING_SECONDS


@dataclass(frozen=True, slots=True)
class RedirectLeg:
    """Redirect a live leg into the conference (of `region`); the other of its dial follows."""

    leg_id: str
    call_sid: str
    room_name: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class DialLeg:
    """Ring `to` for so long and put whoever answers into the running conference."""

    leg_id: str
    conference_sid: str
    to: str
    from_number: str
    ring_seconds: int = field(default=RING_SECONDS, kw_only=True)
    detect_machine: bool = field(default=False, kw_only=True)  # to be told who has answered


@dataclass(frozen=True, slots=True)
class DialSupervisor(DialLeg):
    """The same, for one who is not heard from the first moment; `coached`: the call of the only
    one who is to hear them later. A kind of its own: the version before would let them be heard.
    """

    coached: str = ""


@dataclass(frozen=True, slots=True)
class PlaceCall:
    """Call `to`; when somebody answers, the carrier asks us what to do with them."""

    leg_id: str
    to: str
    from_number: str


@dataclass(frozen=True, slots=True)
class CancelLeg:
    """Stop a leg that rings; one that has just been answered goes on."""

    leg_id: str
    call_sid: str


@dataclass(frozen=True, slots=True)
class HangUpLeg:
    """End a leg, whatever it is doing; with a sentence it hears that first."""

    leg_id: str
    call_sid: str
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class EndConference:
    """End the conference and thereby everybody in it."""

    conference_sid: str


@dataclass(frozen=True, slots=True)
class AdjustLeg:
    """Set how a leg takes part in the conference; None leaves a thing as it is."""

    leg_id: str
    call_sid: str
    conference_sid: str
    held: bool | None = None
    muted: bool | None = None
    coaching: str | None = None


@dataclass(frozen=True, slots=True)
class RecordLeg:
    """Record what is said and heard on a leg, until it ends."""

    leg_id: str
    call_sid: str


@dataclass(frozen=True, slots=True)
class AnnounceToLeg:
    """Say something to a leg in the conference, which stays there; nobody else hears it."""

    leg_id: str
    call_sid: str
    conference_sid: str
    announcement: Announcement


@dataclass(frozen=True, slots=True)
class PlayDigits:
    """Have digits heard on a leg in the conference, which stays there; the others do not hear
    them. The carrier asks us for them by their key.
    """

    leg_id: str
    call_sid: str
    conference_sid: str
    key: str


Order = (
    RedirectLeg | DialLeg | DialSupervisor | PlaceCall | CancelLeg | HangUpLeg | EndConference
    | AdjustLeg | RecordLeg | AnnounceToLeg | PlayDigits
)  # fmt: skip
