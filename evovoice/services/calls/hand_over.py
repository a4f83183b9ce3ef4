"""Hand a call over to somebody else without talking to them first."""

from evovoice.domain.requests import HandOver
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.add import AddRequest, add_member
from evovoice.services.calls.command_runner import order


def hand_over_call(
    context: AppContext, user: User, session_id: str, destination: str, caller_id: str | None
) -> None:
    """Hand the call over without a talk: ring the destination, and take the agent out.

    The others wait for the answer together; nobody stays alone if it does not come (E4, E2).
    """
    add_member(context, user, AddRequest(session_id, None, destination, caller_id))
    order(context, user, session_id, HandOver(user, destination), patience=0)
