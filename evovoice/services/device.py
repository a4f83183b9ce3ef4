"""What an agent's device needs to be reached and to call."""

from evovoice.domain.values import User
from evovoice.services.desk import Desk


def device_token(desk: Desk, user: User, push_credential_sid: str | None) -> str:
    """The carrier's access token for the user's own device. Errors: `NotSetUp`."""
    return desk.device_tokens.token_for(user.identity, push_credential_sid, desk.clock())
