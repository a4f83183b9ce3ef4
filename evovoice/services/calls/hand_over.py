"""Hand a call over to somebody else without talking to them first."""

from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.add import AddRequest, add_member


def hand_over_call(
    context: AppContext, user: User, session_id: str, destination: str, caller_id: str | None,
    idempotency_key: str | None = None,
) -> None:  # fmt: skip
    """Hand the call over without a talk: ring the destination, and take the agent out.

    The agent is taken out once the carrier has accepted the dial, also where that takes longer
    than the answer (C84). The others then wait together; nobody stays alone if the party does not
    come (E4, E2). Errors: those of an add, and the agent stays.
    """
    request = AddRequest(session_id, None, destination, caller_id, idempotency_key, hands_over=True)
    add_member(context, user, request)
