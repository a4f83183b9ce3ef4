"""What an agent's device needs to be reached and to call."""

from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.auth.credentials import digest
from evovoice.storage.unit_of_work import DeviceToken

_MOST_DEVICES = 10  # of one user; people lose and replace theirs


def device_token(context: AppContext, user: User, push_credential_sid: str | None) -> str:
    """The carrier's access token for the user's own device. Errors: `NotSetUp`."""
    return context.device_tokens.token_for(user.identity, push_credential_sid, context.clock())


def keep_push_token(context: AppContext, user: User, device_type: str, token: str) -> None:
    """Note under which token the user's device can be woken; again it changes nothing."""
    device = DeviceToken(device_type, token, digest(token))
    with context.database.writing() as work:
        work.device_tokens.keep(user, device, context.clock(), _MOST_DEVICES)
