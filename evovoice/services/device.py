"""What an agent's device needs to be reached and to call."""

from evovoice.domain.values import User
from evovoice.services.credentials import digest
from evovoice.services.desk import Desk
from evovoice.storage.unit_of_work import DeviceToken

_MOST_DEVICES = 10  # of one user; people lose and replace theirs


def device_token(desk: Desk, user: User, push_credential_sid: str | None) -> str:
    """The carrier's access token for the user's own device. Errors: `NotSetUp`."""
    return desk.device_tokens.token_for(user.identity, push_credential_sid, desk.clock())


def keep_push_token(desk: Desk, user: User, device_type: str, token: str) -> None:
    """Note under which token the user's device can be woken; again it changes nothing."""
    device = DeviceToken(device_type, token, digest(token))
    with desk.database.writing() as work:
        work.device_tokens.keep(user, device, desk.clock(), _MOST_DEVICES)
