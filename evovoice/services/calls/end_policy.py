"""Say who has to be left for a call to go on."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.requests import SetEndPolicy
from evovoice.domain.states import EndPolicy
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.command_runner import order


def set_end_policy(
    context: AppContext, user: User, session_id: str, policy: EndPolicy
) -> CallSession:
    """The call ends by that policy from now on; where it is over by it, at once. The hang-up then
    outlives a carrier that cannot be reached.
    """
    return order(context, user, session_id, SetEndPolicy(user, policy), patience=0)
