"""Who may do what with a call: the one table, by role and by the part that somebody had in it.

Keyed by operations (contract 2.6, C104), so that clients are told by the same names. In
which role an operation may be asked for at all is a column of the operation table.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum

from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import NotYourCall
from evovoice.domain.values import Role, User


class Part(IntEnum):
    """What part a user has or had in a call; each has what those before it have."""

    NONE = 0
    RUNG = 1  # a leg of theirs was rung
    ANSWERED = 2  # a leg of theirs was answered, made the call, or is rung first to make it
    NEVER = 3  # no part is enough


class When(Enum):
    """In which state of the call something can be done at all."""

    ALWAYS = "Always"
    UNTIL_THE_END = "UntilTheEnd"
    RINGING = "Ringing"  # it rings for who asks
    LIVE = "Live"  # it was answered, and neither it nor its conference is over
    TALKING = "Talking"  # live, and who asks has a leg that is up, or oversees one of ours
    WITH_OTHERS = "WithOthers"  # talking, and somebody else is connected
    TRANSFERRING = "Transferring"  # live, and a transfer is under way


class Right(StrEnum):
    """What may be done with a call, by the operation's name."""

    ADD = "AddConferenceMember"
    CONVERT = "StartConference"
    CHANGE_MEMBER = "PatchConferenceMember"
    SEND_DIGITS = "SendDigits"
    REMOVE = "RemoveConferenceMember"
    LEAVE = "LeaveConference"
    HOLD = "HoldSession"
    RESUME = "ResumeSession"
    REJECT = "RejectSession"
    RECORD = "RecordSession"
    END = "EndSession"
    HAND_OVER = "RedirectSession"
    CHANGE_SESSION = "PatchSession"
    NOTE = "AddSessionLog"
    SET_END_POLICY = "SetEndPolicy"
    SUPERVISE = "SuperviseSession"
    START_TRANSFER = "StartTransfer"
    SWAP_TRANSFER = "SwapTransfer"
    COMPLETE_TRANSFER = "CompleteTransfer"
    CANCEL_TRANSFER = "CancelTransfer"


@dataclass(frozen=True, slots=True)
class Rule:
    """The least part that a `User` needs, an overseer needs, and when it can be done."""

    user: Part
    when: When
    overseer: Part = Part.NONE

    def needed_by(self, role: Role) -> Part:
        """The least part that somebody of that role needs."""
        return self.user if role is Role.USER else self.overseer


RIGHTS: dict[Right, Rule] = {
    Right.ADD: Rule(Part.ANSWERED, When.TALKING),
    Right.CONVERT: Rule(Part.ANSWERED, When.TALKING),
    Right.CHANGE_MEMBER: Rule(Part.ANSWERED, When.LIVE),
    Right.SEND_DIGITS: Rule(Part.ANSWERED, When.LIVE),
    Right.REMOVE: Rule(Part.ANSWERED, When.UNTIL_THE_END),
    Right.LEAVE: Rule(Part.ANSWERED, When.TALKING),
    Right.HOLD: Rule(Part.ANSWERED, When.WITH_OTHERS),
    Right.RESUME: Rule(Part.ANSWERED, When.TALKING),
    Right.REJECT: Rule(Part.RUNG, When.RINGING),
    Right.RECORD: Rule(Part.ANSWERED, When.LIVE),
    Right.END: Rule(Part.ANSWERED, When.UNTIL_THE_END),
    Right.HAND_OVER: Rule(Part.ANSWERED, When.TALKING),
    Right.CHANGE_SESSION: Rule(Part.ANSWERED, When.ALWAYS),
    Right.NOTE: Rule(Part.ANSWERED, When.ALWAYS),
    Right.SET_END_POLICY: Rule(Part.ANSWERED, When.UNTIL_THE_END),
    Right.SUPERVISE: Rule(Part.NEVER, When.LIVE),
    Right.START_TRANSFER: Rule(Part.ANSWERED, When.WITH_OTHERS),
    Right.SWAP_TRANSFER: Rule(Part.ANSWERED, When.TRANSFERRING),
    Right.COMPLETE_TRANSFER: Rule(Part.ANSWERED, When.TRANSFERRING),
    Right.CANCEL_TRANSFER: Rule(Part.ANSWERED, When.TRANSFERRING),
}
_NEEDS_A_LIVE_CALL = frozenset({When.LIVE, When.TALKING, When.WITH_OTHERS, When.TRANSFERRING})


def part_in(session: CallSession, user: User) -> Part:
    """The part that user has or had."""
    own = [m for m in session.members if m.user_id == user.id]
    in_it = (m for m in own if not m.supervises)
    if any(m.is_rung_first or session.was_connected(m) for m in in_it):
        return Part.ANSWERED
    return Part.RUNG if own else Part.NONE


def has_right(session: CallSession, user: User, right: Right) -> bool:
    """Whether that user may do it, in whatever state the call is."""
    return part_in(session, user) >= RIGHTS[right].needed_by(user.role)


def require_right(session: CallSession, user: User, right: Right) -> None:
    """Require that the user may do it. Errors: `NotYourCall`.

    While nobody has answered, whoever is rung passes where the call has to be live: the next guard
    tells them that it is not connected yet (contract 5).
    """
    waits = RIGHTS[right].when in _NEEDS_A_LIVE_CALL and not session.was_answered
    passes_by_ringing = waits and part_in(session, user) is not Part.NONE
    if not passes_by_ringing and not has_right(session, user, right):
        raise NotYourCall(f"You have no leg in session {session.id}")


def require_own(session: CallSession, user: User, call_sid: str | None) -> None:
    """Who acts by a leg names their own; overseers may name any. Errors: `NotYourCall`."""
    member = session.member_on_call(call_sid)
    if member is None or user.oversees or member.user_id == user.id:
        return
    raise NotYourCall(f"Call {call_sid} is not yours")


def require_no_colleague(session: CallSession, user: User, call_sid: str | None) -> None:
    """Outside parties may be hung up by everybody in the call, colleagues by overseers only."""
    member = session.member_on_call(call_sid)
    if member is not None and member.is_our_user:
        require_own(session, user, call_sid)
