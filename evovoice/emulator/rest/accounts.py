"""/Accounts/{AC}: the account itself, for whoever has its auth token."""

from evovoice.emulator.engine.formats import rfc2822
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.rest.errors import Refusal
from evovoice.emulator.rest.messages import RestRequest, RestResponse
from evovoice.emulator.rest.render import account_path
from evovoice.emulator.state.account import basic
from evovoice.emulator.state.standing import OPENED

_PARTS = ("Applications", "Calls", "Conferences", "IncomingPhoneNumbers", "OutgoingCallerIds")


def fetch(network: VoiceNetwork, request: RestRequest) -> RestResponse:
    """Type and status among others; also the primary token, as Twilio answers it."""
    require_owner(network, request)
    account, standing, here = network.account, network.account.standing, account_path(network)
    parts = {_snake(name): f"{here}/{name}.json" for name in _PARTS}
    return RestResponse(200, {
        "auth_token": account.auth_token,
        "date_created": rfc2822(OPENED),
        "date_updated": rfc2822(OPENED),
        "friendly_name": "Emulated account",
        "owner_account_sid": account.sid,
        "sid": account.sid,
        "status": standing.status,
        "subresource_uris": parts,
        "type": standing.type,
        "uri": f"{here}.json",
    })  # fmt: skip


def require_owner(network: VoiceNetwork, request: RestRequest) -> None:
    """Standard and restricted keys may read neither the account nor keys (R44)."""
    account = network.account
    if request.authorization != basic(account.sid, account.auth_token):
        raise Refusal(20003, "Authenticate", 401)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]
