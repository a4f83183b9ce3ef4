"""Who is in a call already under an address, so that nobody is rung twice."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.member import Member
from evovoice.domain.values import Address, is_same_party


def already_there(
    session: CallSession, address: Address, user_id: str | None = None
) -> Member | None:
    """The party with that address, or that user of ours, who is pending or connected.

    Nobody is rung twice, nor is a user whose device got another address during the call.
    """
    same = (
        m
        for m in session.members
        if is_same_party(m.address, address) or (user_id is not None and m.user_id == user_id)
    )
    return next((m for m in same if not session.is_over(m)), None)
