"""Hand a call over to somebody else without talking to them first."""

from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.add import AddRequest, add_member
from evovoice.services.calls.add_purpose import AddPurpose


def hand_over_call(
    context: AppContext, user: User, session_id: str, destination: str, caller_id: str | None,
    idempotency_key: str | None = None,
) -> None:  # fmt: skip
    """Hand the call over without a talk: ring the destination, and take the agent out.

    The agent is taken out once the carrier has accepted the dial, also where that takes longer
    than the answer (C84). The others then wait together; where the party does not come, whoever is
    left alone is not hung up without a word (C109). Errors: those of an add, and the agent stays.
    """
    request = AddRequest(
        session_id, None, destination, caller_id, idempotency_key, AddPurpose.HAND_OVER
    )
    add_member(context, user, request)
