"""A person or line in a session, with the leg that connects it."""

from dataclasses import dataclass
from datetime import datetime

from evovoice.domain.leg import Leg
from evovoice.domain.states import HangupLevel, MemberRole, Supervision
from evovoice.domain.values import Address


@dataclass(slots=True)
class Member:
    """A person or line in the session, with the leg that connects it.

    `is_calling` marks the leg that made the call; the others were dialled.
    """

    id: str
    role: MemberRole
    address: Address
    display_name: str
    leg: Leg
    added_at: datetime
    is_original: bool = False
    is_calling: bool = False
    user_id: str | None = None
    added_by: str | None = None
    destination: str | None = None
    from_number: str | None = None
    supervision: Supervision | None = None  # None: was not rung to supervise

    @property
    def supervises(self) -> bool:
        """Whether this leg only monitors or coaches, and is no party of the conversation."""
        return self.supervision in (Supervision.SHOWN, Supervision.HIDDEN)

    @property
    def is_hidden(self) -> bool:
        """Whether those who do not oversee the call are not told of this leg."""
        return self.supervision is Supervision.HIDDEN

    @property
    def is_our_user(self) -> bool:
        """Whether this party is a user of the account on their own device."""
        return self.user_id is not None

    @property
    def was_removed(self) -> bool:
        """Whether somebody has ordered their leg to end and it was not they themselves (C82)."""
        leg = self.leg
        if leg.hangup_level is not HangupLevel.REMOVE:
            return False
        return leg.hangup_by is None or leg.hangup_by.user_id != self.user_id

    @property
    def was_placed(self) -> bool:
        """Whether their leg makes the call because the carrier called them first for us."""
        return self.is_calling and self.leg.dial_ordered_at is not None

    @property
    def is_rung_first(self) -> bool:
        """Whether they are our user who has the call placed: their own device is rung first."""
        return self.was_placed and self.is_our_user

    @property
    def was_rung(self) -> bool:
        """Whether the carrier was told to ring them: the first ones by the call's own dial."""
        return self.is_original or self.leg.dial_ordered_at is not None
