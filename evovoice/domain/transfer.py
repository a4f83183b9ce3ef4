"""A transfer as it is kept: an agent leaves the call to somebody else, after a talk or without.

Kept are ids, wishes and how it ended; its state is computed from the legs (`transfer_parties`).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TransferKind(StrEnum):
    """Whether the agent talks to the third party first; the words are stored."""

    CONSULT = "Consult"
    BLIND = "Blind"


class TransferEnd(StrEnum):
    """How a transfer came to its end; the words are stored."""

    JOINED = "joined"  # all talk together
    HANDED_OVER = "handed over"  # the agent has left, the others talk
    CANCELLED = "cancelled"  # somebody took it back
    NOT_REACHED = "not reached"  # the third party did not come; the agent is with the others
    PARTY_LEFT = "party left"  # the third party hung up after the consultation
    OTHERS_LEFT = "others left"  # nobody is left to be handed over
    HOLD_REFUSED = "hold refused"  # the others would have heard the consultation
    AGENT_BACK = "agent back"  # not reached; the agent had left and was called back
    FALLBACK = "fallback"  # neither was reached; the account's fallback number has answered
    NOBODY = "nobody"  # nobody was reached; whoever waited was told so
    CALL_ENDED = "call ended"

    @property
    def is_success(self) -> bool:
        """Whether the third party has got the call."""
        return self in (TransferEnd.JOINED, TransferEnd.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class Substitute:
    """Who is rung where the third party was not reached and the agent has left.

    The ids are those that their member and leg will have; `address` as `str(address)` writes it.
    """

    member_id: str
    leg_id: str
    address: str
    display_name: str
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class TransferPlan:
    """What a transfer needs from outside of the domain: its id, the caller ID for those who are
    rung later, and the account's fallback numbers, in their order, with ids for each. `recall`:
    ids for the member and the leg that calls the agent back.
    """

    id: str
    from_number: str
    recall: tuple[str, str]
    fallbacks: tuple[Substitute, ...] = ()


@dataclass(slots=True)
class Transfer:
    """One transfer. `own_leg_id` is the agent's leg, `to_leg_id` the third party's.

    `rung`: how many of `substitutes`, in their order, were rung. `placed`: ids of the members
    whose hold was decided when they came in. `handed_over`: the agent is to leave.
    """

    id: str
    kind: TransferKind
    user_id: str
    own_leg_id: str
    to_leg_id: str
    from_number: str
    started_at: datetime
    substitutes: tuple[Substitute, ...] = ()
    rung: int = 0
    placed: tuple[str, ...] = ()
    handed_over: bool = False
    end: TransferEnd | None = None
    ended_at: datetime | None = None

    @property
    def current_substitute(self) -> Substitute | None:
        """Who was rung last in place of the third party."""
        return self.substitutes[self.rung - 1] if self.rung else None

    def finish(self, end: TransferEnd, now: datetime) -> None:
        """It is over; the first end counts."""
        if self.end is None:
            self.end, self.ended_at = end, now
