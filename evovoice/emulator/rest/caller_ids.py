"""/OutgoingCallerIds: numbers of others that were verified, so that they may be shown."""

from functools import partial
from hashlib import sha256

from evovoice.emulator.engine.formats import formatted, rfc2822
from evovoice.emulator.engine.standing import OPENED
from evovoice.emulator.engine.world import World
from evovoice.emulator.rest.errors import not_found
from evovoice.emulator.rest.messages import JsonObject, RestAnswer, RestRequest
from evovoice.emulator.rest.paging import page_of
from evovoice.emulator.rest.render import account_path


def list_all(world: World, request: RestRequest) -> RestAnswer:
    """By number; both filters match the whole text."""
    number, name = request.form.text("PhoneNumber"), request.form.text("FriendlyName")
    found = [
        one
        for one in sorted(world.account.verified)
        if number in {"", one} and name in {"", formatted(one)}
    ]
    show = partial(_rendered, world)
    return page_of(request.path, request.form, "outgoing_caller_ids", found, show, _sid)


def fetch(world: World, request: RestRequest, sid: str) -> RestAnswer:
    """One of them."""
    found = next((one for one in world.account.verified if _sid(one) == sid), None)
    if found is None:
        raise not_found(request.path)
    return RestAnswer(200, _rendered(world, found))


def _rendered(world: World, number: str) -> JsonObject:
    moment = rfc2822(OPENED)
    return {
        "sid": _sid(number),
        "date_created": moment,
        "date_updated": moment,
        "friendly_name": formatted(number),
        "account_sid": world.account.sid,
        "phone_number": number,
        "uri": f"{account_path(world)}/OutgoingCallerIds/{_sid(number)}.json",
    }


def _sid(number: str) -> str:
    """The same for the same number: a verified number is only a text here."""
    return f"PN{sha256(number.encode()).hexdigest()[:32]}"
