"""The agents' vocabulary: what a person asks for. It may be refused."""

from dataclasses import dataclass

from evovoice.domain.states import EndPolicy
from evovoice.domain.transfer import TransferPlan
from evovoice.domain.values import Address, PhoneNumber, User


@dataclass(frozen=True, slots=True)
class AddMember:
    """Dial `address` into the call of `call_sid`; ids come from the caller of the domain."""

    by: User
    member_id: str
    leg_id: str
    address: Address
    display_name: str
    from_number: PhoneNumber
    destination: str
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class EndCall:
    """Hang up everybody, or only the leg `call_sid`."""

    by: User
    call_sid: str | None = None


@dataclass(frozen=True, slots=True)
class StartConference:
    """Make the call a conference; again it changes nothing."""

    by: User
    call_sid: str | None


@dataclass(frozen=True, slots=True)
class HoldCall:
    """Hold everybody but the one who asks, whose own leg is `call_sid`. A plain call becomes a
    conference first.
    """

    by: User
    call_sid: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ResumeCall:
    """Release everybody who is on hold."""

    by: User
    call_sid: str | None = None


@dataclass(frozen=True, slots=True)
class PatchMember:
    """Hold, mute or coach one party, `member` being its call SID or member id.

    None leaves a thing as it is; `coaching` is the call SID of the only one to hear the party,
    and the empty text ends that. A plain call becomes a conference first.
    """

    by: User
    member: str
    hold: bool | None = None
    muted: bool | None = None
    coaching: str | None = None


@dataclass(frozen=True, slots=True)
class SendDigits:
    """Have digits heard on the leg of one party, `member` being its call SID or member id; they
    are kept under `key`, or that of those that wait already, and take so many seconds.
    """

    by: User
    member: str
    key: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RemoveMember:
    """Take one party out, ringing or connected; the end rules judge the rest."""

    by: User
    member: str


@dataclass(frozen=True, slots=True)
class RejectCall:
    """Stop ringing the one who asks; whoever else is rung goes on ringing."""

    by: User


@dataclass(frozen=True, slots=True)
class RecordCall:
    """Record the conversation until it ends."""

    by: User


@dataclass(frozen=True, slots=True)
class LeaveCall:
    """Hang up one's own leg `call_sid`; the others go on. `plan`: for a party who still rings then,
    and one who would wait for them alone.
    """

    by: User
    call_sid: str | None = None
    plan: TransferPlan | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """Leave the call to the party `member`, who is to be rung: `destination`, as typed."""

    by: User
    destination: str
    member: str
    plan: TransferPlan


@dataclass(frozen=True, slots=True)
class StartTransfer:
    """Talk to the party `member` alone, who was added just now: all others are held. The leg of
    the one who asks is `call_sid`.
    """

    by: User
    call_sid: str | None
    member: str
    plan: TransferPlan


@dataclass(frozen=True, slots=True)
class SwapTransfer:
    """Hold the third party and talk to the others, or the other way round."""

    by: User
    transfer_id: str


@dataclass(frozen=True, slots=True)
class CompleteTransfer:
    """All talk together (`joins`), or the agent leaves and the others talk."""

    by: User
    transfer_id: str
    joins: bool


@dataclass(frozen=True, slots=True)
class CancelTransfer:
    """The third party leaves, and whoever was held for it comes back."""

    by: User
    transfer_id: str


@dataclass(frozen=True, slots=True)
class AddNote:
    """Write a line of the user's into the session's log."""

    by: User
    text: str


@dataclass(frozen=True, slots=True)
class SetEndPolicy:
    """From now on the call ends by that policy."""

    by: User
    policy: EndPolicy


Command = (
    StartConference
    | EndCall
    | HoldCall
    | ResumeCall
    | PatchMember
    | SendDigits
    | RemoveMember
    | RejectCall
    | RecordCall
    | LeaveCall
    | HandOver
    | StartTransfer
    | SwapTransfer
    | CompleteTransfer
    | CancelTransfer
    | AddNote
    | SetEndPolicy
)
