"""/OutgoingCallerIds: numbers of others that were verified, so that they may be shown."""

from functools import partial
from hashlib import sha256

from evovoice.emulator.engine.formats import formatted, rfc2822
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.rest.errors import not_found
from evovoice.emulator.rest.messages import JsonObject, RestRequest, RestResponse
from evovoice.emulator.rest.paging import page_of
from evovoice.emulator.rest.render import account_path
from evovoice.emulator.state.standing import OPENED


def list_all(network: VoiceNetwork, request: RestRequest) -> RestResponse:
    """By number; both filters match the whole text."""
    number, name = request.form.text("PhoneNumber"), request.form.text("FriendlyName")
    found = [
        one
        for one in sorted(network.account.verified)
        if number in {"", one} and name in {"", formatted(one)}
    ]
    show = partial(_rendered, network)
    return page_of(request.path, request.form, "outgoing_caller_ids", found, show, _sid)


def fetch(network: VoiceNetwork, request: RestRequest, sid: str) -> RestResponse:
    """One of them."""
    found = next((one for one in network.account.verified if _sid(one) == sid), None)
    if found is None:
        raise not_found(request.path)
    return RestResponse(200, _rendered(network, found))


def _rendered(network: VoiceNetwork, number: str) -> JsonObject:
    moment = rfc2822(OPENED)
    return {
        "sid": _sid(number),
        "date_created": moment,
        "date_updated": moment,
        "friendly_name": formatted(number),
        "account_sid": network.account.sid,
        "phone_number": number,
        "uri": f"{account_path(network)}/OutgoingCallerIds/{_sid(number)}.json",
    }


def _sid(number: str) -> str:
    """The same for the same number: a verified number is only a text here."""
    return f"PN{sha256(number.encode()).hexdigest()[:32]}"
