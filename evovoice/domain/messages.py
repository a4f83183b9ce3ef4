"""The carrier's vocabularies: facts in, instructions out, and events for the log."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from evovoice.domain.hash_chain import ERASED
from evovoice.domain.states import AnsweredBy, EndSource, Failure, LegProgress, Outcome
from evovoice.domain.values import Address

# --- Facts: what the carrier says has happened. They are merged, never refused. --------------

LOOK = -1  # the sequence of what was asked for, below that of any event; its time is what counts


@dataclass(frozen=True, slots=True)
class LegProgressed:
    """A leg (ours `leg_id`, the carrier's `call_sid`) is as far as `progress`, `since` if known."""

    leg_id: str | None
    call_sid: str
    progress: LegProgress
    at: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class AnswererHeard:
    """By whom or by what a leg was answered, as far as the carrier can hear that (C120)."""

    leg_id: str | None
    call_sid: str
    answered_by: AnsweredBy
    at: datetime


@dataclass(frozen=True, slots=True)
class LegEnded:
    """A leg is over. `code` is the carrier's number for a failure, `reason` a sentence, `failure`
    what it means to us where nobody was reached.
    """

    leg_id: str | None
    call_sid: str | None
    outcome: Outcome
    source: EndSource
    at: datetime
    reason: str | None = None
    code: int | None = None
    failure: Failure | None = None

    @property
    def is_guess(self) -> bool:
        """Whether it is concluded from refusals, whose code it has (twilio-voice 10.1)."""
        return self.source is EndSource.INFERRED and self.code is not None


@dataclass(frozen=True, slots=True)
class LegPresence:
    """How a leg is in a conference. `sequence` orders the events of one SID, from 0 or 1 on; `LOOK`
    was asked for or came without a number, as an answer to a change of ours where `is_answer`.
    """

    leg_id: str | None
    call_sid: str
    conference_sid: str
    sequence: int
    inside: bool
    held: bool
    muted: bool
    at: datetime
    coaching: bool = False
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class LegAdjusted:
    """The carrier has taken an `AdjustLeg`; how the leg is by then, a `LegPresence` says."""

    leg_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AdjustRefused:
    """Holding, muting or coaching that leg was refused; what was reported before is so."""

    leg_id: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class RecordingStarted:
    """What is heard on that leg is being recorded; `recording_sid` None where it is not told."""

    leg_id: str
    at: datetime
    recording_sid: str | None = None


@dataclass(frozen=True, slots=True)
class RecordingEnded:
    """A recording is over, `seconds` long where that is told, and kept or not."""

    leg_id: str
    at: datetime
    recording_sid: str
    seconds: int | None
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class RecordingRefused:
    """That leg is not recorded, and why."""

    leg_id: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class DigitsTaken:
    """The carrier has asked for the digits of that key, and has them heard on the leg."""

    leg_id: str
    at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class DigitsRefused:
    """The digits of that key are not heard on the leg, and why."""

    leg_id: str
    at: datetime
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConferenceStarted:
    """The conference has two parties or more, and they hear each other."""

    conference_sid: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConferenceEnded:
    """The conference is over. `is_guess`: it is not found, and a later report takes that back.
    `was_closed`: with people inside, and not since the last of them left.
    """

    conference_sid: str
    at: datetime
    reason: str | None = None
    is_guess: bool = False
    was_closed: bool = False


@dataclass(frozen=True, slots=True)
class ConferenceDoubted:
    """It is not found: nothing follows but that its people are soon asked about."""

    conference_sid: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RoomsSeen:
    """All open conferences of the room's name were listed; `regions` by conference SID."""

    at: datetime
    regions: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class SentToRoom:
    """The calling leg was answered with its conference, without its session being asked."""

    at: datetime


@dataclass(frozen=True, slots=True)
class DialFinished:
    """The calling leg is done with the original dial and asks for more instructions."""

    call_sid: str
    outcome: Outcome | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RedirectFailed:
    """The redirect did not happen and the leg is where it was; if `is_certain`, for good."""

    leg_id: str
    at: datetime
    reason: str
    code: int | None = None
    is_certain: bool = True
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class UnknownFact:
    """Something the carrier said that we have no word for; it is kept in the log."""

    name: str
    at: datetime
    raw: dict[str, str] = field(default_factory=dict)


Fact = (
    LegProgressed | AnswererHeard | LegEnded | LegPresence | LegAdjusted | AdjustRefused
    | DialFinished
    | ConferenceStarted | ConferenceEnded | ConferenceDoubted | RoomsSeen | SentToRoom
    | RedirectFailed
    | RecordingStarted | RecordingEnded | RecordingRefused | DigitsTaken | DigitsRefused
    | UnknownFact
)  # fmt: skip

# --- Instructions: what we answer when the carrier asks what to do with a leg. ----------------


@dataclass(frozen=True, slots=True)
class Ringing:
    """One device or number of a `Bridge`, with the leg that stands for it."""

    leg_id: str
    address: Address


@dataclass(frozen=True, slots=True)
class Bridge:
    """Ring all of `targets` at once and connect the first to answer; `caller_id` is shown.

    `digits` are sent to a telephone number once it has answered, before the two can talk.
    """

    targets: tuple[Ringing, ...]
    caller_id: str
    digits: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class JoinConference:
    """Go into the session's conference, in that region if it is known; `with_music` while alone."""

    room_name: str
    region: str | None = None
    with_music: bool = False


@dataclass(frozen=True, slots=True)
class Farewell:
    """Say the sentence, if there is one, and hang up."""

    sentence: str | None = None


Instruction = Bridge | JoinConference | Farewell

# --- Events: lines of the session's log, in the order in which they became known. -------------


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """One line of the log; `type` is a word of contract 1.4 (SessionEvent)."""

    type: str
    message: str
    at: datetime
    call_sid: str | None = None
    member_id: str | None = None
    user_id: str | None = None
    data: dict[str, str] = field(default_factory=dict)

    def without_text(self) -> "SessionEvent":
        """The same line as it is kept once the session's personal data are erased."""
        return replace(self, message=ERASED, data={})
